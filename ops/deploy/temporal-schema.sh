#!/bin/sh
# Temporal's two databases, made or brought up to date.
set -eu
for database in temporal temporal_visibility; do
  folder="${database#temporal_}"
  export SQL_DATABASE="$database"
  temporal-sql-tool create-database || true # it is there already
  temporal-sql-tool setup-schema -v 0.0 || true
  temporal-sql-tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
