#!/usr/bin/env bash
# The whole table on one machine: plain PyTorch, then Shoal on the same shapes, and their ratios.
#
#   PYTHON=venv/bin/python ops/bench/table.sh
#   PYTHON=... ops/bench/table.sh java -Xmx4g -cp CLASSES:LIBRARIES dev.shoal.models.bench.BenchTable
#
# The arguments are the command that takes the options of `shoal bench`; without any it is
# `./shoal bench`. At most eight minutes: what is not done by then is left out and said so.
#
#   SHAPE     tinyllama (the default where there is a GPU) or tiny
#   DEVICES   0 (the default), or 0,1: the expert stage is then measured on both as well; or cpu
#   TOKENS    of a step; default: 16384 for tinyllama, 1024 for tiny
#   STEPS     rounds of each work; default 8
#   AFFINITY  data sets; default: 24 for tinyllama, 2 for tiny
#   OUT       folder for the lines of JSON; default: a new one
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
python="${PYTHON:-python3}"
steps="${STEPS:-8}"
out="${OUT:-$(mktemp -d)}"
mkdir -p "$out"
if command -v nvidia-smi >/dev/null; then shape=tinyllama devices=0; else shape=tiny devices=cpu; fi
shape="${SHAPE:-$shape}"
devices="${DEVICES:-$devices}"
if [ "$shape" = tinyllama ]; then tokens=16384 sets=24 layers=22; else tokens=1024 sets=2 layers=3; fi
tokens="${TOKENS:-$tokens}"
sets="${AFFINITY:-$sets}"
bench=("$@")
[ $# -gt 0 ] || bench=("$root/shoal" bench)
export SHOAL_JAVA_OPTS="${SHOAL_JAVA_OPTS:--Xmx4g}"

began=$SECONDS
left() { # seconds of this share of the eight minutes, at least ten
  local seconds=$((began + $1 - SECONDS))
  echo $((seconds > 10 ? seconds : 10))
}

reference() {
  timeout "$(left 150)" "$python" "$root/ops/bench/reference.py" --shape "$shape" --steps "$steps" "$@" |
    tee -a "$out/pytorch.jsonl" || echo "PyTorch: not finished ($*)"
}

shoal() { # file devices works
  timeout "$(left 470)" "${bench[@]}" --shape "$shape" --steps "$steps" --tokens "$tokens" \
    --devices "$2" --works "$3" --results "$out/$1" || echo "Shoal: not finished ($3)"
}

: >"$out/pytorch.jsonl"
[ "$devices" != cpu ] || export CUDA_VISIBLE_DEVICES=""
echo "PyTorch"
reference --work peak,experts,router,calibrate --variants loop,grouped --tokens "$tokens"
reference --work experts --variants grouped --tokens $((2 * tokens))
echo "Shoal"
first="${devices%%,*}"
twice=$((2 * tokens)) most=$((4 * tokens))
shoal shoal.jsonl "$first" "calibrate,experts,router,deterministic,experts:$twice:$twice:$layers,experts:$most:$most:1"
[ "$devices" = "$first" ] || shoal several.jsonl "$devices" experts
shoal affinity.jsonl "$first" "affinity$sets"
echo
"$python" "$root/ops/bench/ratios.py" "$out"
echo "lines of JSON: $out; $((SECONDS - began)) s"
