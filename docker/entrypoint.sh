#!/bin/sh
# Every command of the image starts here. Numba reads compiled code only from a folder that it may
# also write: a read-only container (compose.yaml) gets a copy of the image's code in its own /tmp.
set -eu
if [ -d "${NUMBA_CACHE_DIR:-}" ] && [ ! -w "$NUMBA_CACHE_DIR" ]; then
    mkdir -p /tmp/machine_code
    cp -R "$NUMBA_CACHE_DIR/." /tmp/machine_code
    export NUMBA_CACHE_DIR=/tmp/machine_code
fi
exec python -m backend.cli "$@"
