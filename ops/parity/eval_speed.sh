#!/usr/bin/env bash
# Items per second of Shoal and of lm-evaluation-harness on one task, same model, same machine,
# float32, in turns. Loading the model is left out on both sides; reading the task, tokenizing and
# aggregating are not. Needs a Python with torch, transformers, accelerate and lm_eval 0.4.13.
#   PYTHON=venv/bin/python ops/parity/eval_speed.sh MODEL TASK.jsonl[.gz] [ROUNDS] [ROWS] [THREADS] [BATCH]
# BATCH is the harness's batch size; Shoal chooses its own.
set -euo pipefail
model="$(cd "${1:?a model folder}" && pwd)"
task="$(realpath "${2:?a task file}")"
rounds="${3:-3}"
rows="${4:-1000}"
threads="${5:-2}"
batch="${6:-16}"
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
case "$task" in
  *.gz) gzip -dc "$task" ;;
  *) cat "$task" ;;
esac | awk -v rows="$rows" 'NR <= rows' > "$work/task.jsonl"
mvn -q -B -ntp -pl models -Dspotless.check.skip test-compile dependency:build-classpath \
  -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
export OMP_NUM_THREADS="$threads" HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 \
  HF_DATASETS_CACHE="$work/cache" TOKENIZERS_PARALLELISM=false
classpath="models/target/test-classes:models/target/classes:$(cat models/target/bench.classpath)"
for round in $(seq "$rounds"); do
  java -Xmx2g -cp "$classpath" dev.shoal.models.bench.Evaluate \
    "$model" "$threads" "$work/out" 0 - "$work/task.jsonl" 2> "$work/log" \
    | grep '^seconds' | cut -d' ' -f2- | sed 's/^/shoal /' | tee -a "$work/times"
  "${PYTHON:-python3}" ops/parity/eval_speed.py "$model" "$work/task.jsonl" "$threads" "$batch" \
    2> "$work/log" | tail -1 | sed 's/^/harness /' | tee -a "$work/times"
done
"${PYTHON:-python3}" - "$work/times" <<'PY'
import statistics
import sys

runs = {"shoal": [], "harness": []}
for line in open(sys.argv[1]):
    who, items, wall, cpu = line.split()
    runs[who].append((int(items) / float(wall), int(items) / float(cpu)))
for who, speeds in runs.items():
    wall = statistics.median(speed[0] for speed in speeds)
    cpu = statistics.median(speed[1] for speed in speeds)
    print(f"{who:<8} {wall:8.1f} items/s   {cpu:8.1f} items per second of processor time")
ratios = [a[0] / b[0] for a, b in zip(runs["shoal"], runs["harness"])]
cpu = [a[1] / b[1] for a, b in zip(runs["shoal"], runs["harness"])]
print(
    f"ratio    {statistics.median(ratios):8.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    f"   {statistics.median(cpu):8.2f} ({min(cpu):.2f} to {max(cpu):.2f})"
)
PY
