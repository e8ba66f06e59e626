#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, whose URL is in POSTGRES_URL:
# `bash examples/webapp/postgres/run.sh COMMAND [ARGUMENT]...`
#
# PostgreSQL is installed by apt if it isn't there; it runs from a temporary folder, on a port of this
# machine that is free, and is gone at the end. Its commits don't wait for the disk.
set -euo pipefail

postgres_programs() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
}

if [ -z "$(postgres_programs)" ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends postgresql >/dev/null
fi
programs=$(postgres_programs)

# PostgreSQL refuses to run as root, and its package has brought a user.
as_postgres=()
[ "$(id -u)" -ne 0 ] || as_postgres=(runuser -u postgres --)

folder=$(mktemp -d)
stop() {
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/postgres" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

# A port on which nobody answers.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

mkdir "$folder/postgres" "$folder/socket"
echo demo >"$folder/password"
[ "$(id -u)" -ne 0 ] || chown -R postgres "$folder"
postgres_port=$(free_port)
(
    cd "$folder"
    "${as_postgres[@]}" "$programs/initdb" -D "$folder/postgres" -U demo --auth=scram-sha-256 \
        --pwfile="$folder/password" --encoding=UTF8 --no-sync >/dev/null
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/postgres" -w -l "$folder/postgres.log" \
        -o "-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder/socket -c fsync=off" \
        start >/dev/null
)

POSTGRES_URL="postgres://demo:demo@127.0.0.1:$postgres_port/postgres" "$@"
