#!/usr/bin/env bash
# Coverage-guided fuzzing of every reader of files and requests that are not trusted, one target
# after another in one core; writes docs/fuzzing.md from what the fuzzer says of itself. What it
# learns stays in .shoal/fuzz and is where the next run begins; so do its logs, and the table is
# the sum of them.
#   ops/fuzz.sh [SECONDS per target, 60] [words that names of targets contain]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
only="${2:-}"
work="$PWD/.shoal/fuzz"
mkdir -p "$work/logs"

# Targets are the methods marked @FuzzTest; the line after it but one is the method.
targets() {
  grep -rl '@FuzzTest' --include='*Fuzz.java' models/src/test/java workflows/src/test/java | sort |
    while read -r file; do
      class="${file#*/src/test/java/}"
      class="${class%.java}"
      grep -A3 '@FuzzTest' "$file" | sed -n 's/^ *void \([a-z]*\)(.*/\1/p' |
        while read -r method; do echo "${file%%/*} ${class//\//.} $method"; done
    done
}

fuzz() {
  local module="$1" class="$2" method="$3" name="${2##*.}.$3"
  local inputs="$PWD/$module/src/test/resources/${class//.//}"
  local corpus="$work/corpus/$name" log="$work/logs/$name.$(date +%s).log"
  mkdir -p "$corpus" "$work/findings/$name"
  local words=()
  if [ -f "$inputs.dict" ]; then words=("-dict=$inputs.dict"); fi
  (cd "$work/findings/$name" && nice -n 15 java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "$(cat "$work/$module.jars")" com.code_intelligence.jazzer.Jazzer \
    --target_class="$class" --target_method="$method" \
    --instrumentation_includes='dev.shoal.**' --keep_going=20 \
    --disabled_hooks=com.code_intelligence.jazzer.sanitizers.SqlInjection \
    -max_total_time="$seconds" -max_len=1600 -timeout=25 -rss_limit_mb=2500 -print_final_stats=1 \
    "${words[@]}" "$corpus" "$inputs""Inputs/$method") >"$log" 2>&1 || true
}

nice -n 15 mvn -q -B -ntp -pl models,workflows test-compile dependency:build-classpath \
  -Dmdep.outputFile=target/fuzz.classpath -Dmdep.includeScope=test
for module in models workflows; do # copies: a build meanwhile changes nothing
  rm -rf "${work:?}/$module"
  mkdir -p "$work/$module"
  cp -r "$module/target/classes" "$module/target/test-classes" "$work/$module"
  echo "$work/$module/test-classes:$work/$module/classes:$(cat $module/target/fuzz.classpath)" \
    >"$work/$module.jars"
done
targets | grep -i -- "$only" | while read -r module class method; do
  echo "$(date +%T) ${class##*.} $method"
  fuzz "$module" "$class" "$method" </dev/null
done
python3 ops/fuzz_table.py "$work/logs" docs/fuzzing.md
