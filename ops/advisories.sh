#!/usr/bin/env bash
# Compares every library that is shipped with known advisories: makes worker/target/sbom.json if it
# is missing and has osv-scanner read it. Ends with 1 where an advisory is found, with 2 where
# nothing could be compared.
#   ops/advisories.sh            asks osv.dev
#   ops/advisories.sh all.zip    asks nobody: compares with that file, which is
#                                https://osv-vulnerabilities.storage.googleapis.com/Maven/all.zip
set -euo pipefail
database="${1:+$(realpath "$1")}"
cd "$(dirname "$0")/.."
sbom=worker/target/sbom.json

die() {
  echo "advisories: $*" >&2
  exit 2
}

command -v osv-scanner >/dev/null ||
  die "osv-scanner 2 is not on the PATH: go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.1"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
offline=()
if [ -n "$database" ]; then
  [ -f "$database" ] || die "no database: '$database' is missing"
  export OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="$folder"
  mkdir -p "$folder/osv-scalibr/Maven" # where version 2.5.1 looks
  ln -s "$database" "$folder/osv-scalibr/Maven/all.zip"
  offline=(--offline)
  echo "advisories: the database is of $(date -r "$database" +%F)" >&2
fi
[ -f "$sbom" ] || mvn -q -B -ntp -DskipTests -pl worker -am package
cp "$sbom" "$folder/shoal.cdx.json" # it tells the format by the name
status=0
osv-scanner scan source ${offline[@]+"${offline[@]}"} -L "$folder/shoal.cdx.json" || status=$?
case $status in
  0 | 1) exit "$status" ;;
  *) die "nothing was compared: osv-scanner ended with $status" ;;
esac
