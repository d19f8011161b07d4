#!/usr/bin/env bash
# Tokens per second of Shoal's kernels beside transformers, same model, same machine, one after the
# other. Needs a Python with torch and transformers in PYTHON.
#   PYTHON=venv/bin/python ops/bench.sh MODEL [THREADS] [SECONDS]
set -euo pipefail
model="$(cd "${1:?a model folder}" && pwd)"
threads="${2:-2}"
seconds="${3:-10}"
cd "$(dirname "$0")/.."
mvn -q -B -ntp -pl models test-compile dependency:build-classpath \
  -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
echo "transformers"
"${PYTHON:-python3}" models/src/test/python/bench.py "$model" "$threads" "$seconds"
echo "Shoal"
java -Xmx2g -cp "models/target/test-classes:models/target/classes:$(cat models/target/bench.classpath)" \
  dev.shoal.models.bench.Bench "$model" "$threads" "$seconds"
