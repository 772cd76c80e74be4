#!/bin/sh
# Runs once in a new database container: the owner of the tables, the application's role, the database.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$TANNOI_OWNER_PASSWORD" -v app="$TANNOI_APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE tannoi_app LOGIN PASSWORD :'app';
CREATE ROLE tannoi_owner LOGIN PASSWORD :'owner';
CREATE DATABASE tannoi OWNER tannoi_owner;
\connect tannoi
CREATE EXTENSION IF NOT EXISTS postgis;
SQL
