#!/usr/bin/env bash
# Compares every library that is shipped with known advisories: makes worker/target/sbom.json if it
# is missing and has osv-scanner read it. Ends with 1 where an advisory is found, with 2 where
# nothing could be compared.
#   ops/advisories.sh            asks osv.dev
#   ops/advisories.sh FOLDER     asks no network: FOLDER holds osv-scanner/Maven/all.zip, which is
#                                https://osv-vulnerabilities.storage.googleapis.com/Maven/all.zip
set -euo pipefail
cd "$(dirname "$0")/.."
sbom=worker/target/sbom.json

die() {
  echo "advisories: $*" >&2
  exit 2
}

command -v osv-scanner >/dev/null ||
  die "osv-scanner 2 is not on the PATH: go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.1"
offline=()
if [ -n "${1:-}" ]; then
  [ -f "$1/osv-scanner/Maven/all.zip" ] ||
    die "no database: '$1/osv-scanner/Maven/all.zip' is missing"
  export OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="$1"
  offline=(--offline)
  echo "advisories: the database is of $(date -r "$1/osv-scanner/Maven/all.zip" +%F)" >&2
fi
[ -f "$sbom" ] || mvn -q -B -ntp -DskipTests -pl worker -am package
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cp "$sbom" "$folder/shoal.cdx.json" # it tells the format by the name
status=0
osv-scanner scan source ${offline[@]+"${offline[@]}"} -L "$folder/shoal.cdx.json" || status=$?
case $status in
  0 | 1) exit "$status" ;;
  *) die "nothing was compared: osv-scanner ended with $status" ;;
esac
