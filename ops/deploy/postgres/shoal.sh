#!/bin/sh
# Logins for Shoal's three roles and its database; run by the image when its volume is empty.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres \
  -v owner="$SHOAL_OWNER_PASSWORD" -v worker="$SHOAL_WORKER_PASSWORD" -v reader="$SHOAL_READER_PASSWORD" <<'SQL'
create role an_owner login createrole password :'owner';
create role a_worker login password :'worker';
create role a_reader login password :'reader';
create database shoal owner an_owner;
SQL
