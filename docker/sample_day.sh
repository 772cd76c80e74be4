# The sample day of ./dev demo: planned once, and lived by simulated couriers. Sourced by ./dev.
# Uses from there: VAR, VENV, say, fail, step, tannoi, start_worker, compile_search, OURS, url, shown.
# shellcheck shell=sh

plan_sample_day() { # a day that was planned before is only shown again: a second start takes seconds
    day=$("$VENV/bin/python" -m backend.cli demo-day --print-day ${speed:+--unworked}) || exit 1
    out=${TANNOI_OUTPUT_DIR:-var/out}/$day
    plan=$(sed -n 's/^  "plan_id": "\(.*\)",$/\1/p' "$out/summary.json" 2>/dev/null) || plan=
    if [ -n "$plan" ] && "$VENV/bin/python" -m backend.cli plan show "$plan" >"$VAR/tmp/plan" 2>&1; then
        say "" "$(cat "$VAR/tmp/plan")" "(planned before; ./dev clean starts afresh)"
    else
        step "Search (machine code, made once)" compile_search
        step "Sample day of $day" tannoi demo-day --date "$day"
        step "Worker" start_worker
        say ""
        tannoi plan DA-NANG "$day" --publish --outputs || fail "the sample day could not be planned" "see the reason above and $VAR/logs/worker.log"
    fi
    say "" "  files     $out/"
}

show_day() { # from now on worker and web server show the sample day, an hour of it in a minute
    halt worker # it was started by true time
    TANNOI_DEMO_CLOCK=$("$VENV/bin/python" -m backend.cli phone-sim --date "$day" --speed "$speed" --print-clock) || exit 1
    export TANNOI_DEMO_CLOCK
    shown="?date=$day"
}

send_couriers() {
    : >"$VAR/logs/couriers.log"
    spawn couriers "$VENV/bin/python" -m backend.cli phone-sim --date "$day" --server "$url"
    OURS="couriers $OURS"
    say "  couriers  live $day $speed as fast as time; what became of it: $VAR/logs/couriers.log"
}

show_way_in() { # one-time links for sample accounts; a shown clock runs faster than a person reads
    life=10 && [ -z "$speed" ] || life=900
    for account in DPV-MAU QL-MAU; do
        way=$("$VENV/bin/python" -m backend.cli accounts link $account --minutes "$life") || return 0
        say "  sign in   $url/dang-nhap#${way##*#}  ($account)"
    done
    another="var/venv/bin/tannoi accounts link DPV-MAU"
    [ -z "$speed" ] || another="TANNOI_DEMO_CLOCK=$TANNOI_DEMO_CLOCK $another --minutes $life"
    say "            each link works once, within ten minutes; another one: $another"
}
