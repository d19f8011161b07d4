#!/usr/bin/env bash
# Logits and 64 greedy tokens of models in the Hugging Face layout, dense or exported, by Shoal and
# by transformers, both in float32. Needs a Python with torch and transformers in PYTHON.
#   PYTHON=venv/bin/python ops/parity/logits.sh MODEL...
set -euo pipefail
models=()
for model in "${@:?a model folder}"; do models+=("$(cd "$model" && pwd)"); done
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mvn -q -B -ntp -pl models test-compile dependency:build-classpath \
  -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
classpath="models/target/test-classes:models/target/classes:$(cat models/target/bench.classpath)"
status=0
for model in "${models[@]}"; do
  java -Xmx4g -cp "$classpath" dev.shoal.models.bench.Logits "$model" "$work/shoal.safetensors"
  printf '%-16s ' "$(basename "$model")"
  "${PYTHON:-python3}" ops/parity/logits.py "$model" "$work/shoal.safetensors" 2> "$work/log" \
    || { status=1; tail -3 "$work/log"; }
done
exit "$status"
