"""Writes docs/load.md from the kept results: `python -m tests.bench.load.page`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "load.md"

NATION = 10_000
"""Couriers of the extrapolation."""

HOURS = 9
"""Of a shift, for rows a day."""

BUSY = 0.6
"""Share of a core that is planned with: the rest is for peaks."""

HEAD = """# Load: what one API process carries

This page is written from `tests/bench/load/results.json`; a test fails when they differ. To measure
again, on a machine with nothing else to do (about ten minutes, most of it making rows):

```sh
python -m tests.bench.load --keep
```

One gunicorn worker, as `tannoi serve` starts it, on a unix socket, PostgreSQL beside it on the same
machine, commits that wait for the disk. The phones are one other process on the same cores: each
call has its own connection, and its time runs from dialling to the last byte.

"""

_RUN = """\
`{command}`, seed {seed}, {date}: {machine[processor]}, {machine[cores]} cores, Python
{machine[python]}; load of the machine before: {machine[load_before]:.1f}."""

_RIDDEN = """\
The couriers rode {road[seconds]:.0f} s: the API process used {road[api_cores]} cores and
{road[api_rss_mb]} MB. The wave of {wave[commands]:,} commands was through after {wave[seconds]} s:
{wave[commands_per_s]} commands a second on {wave[api_cores]} cores. An error is any answer but 200;
phones of the wave try again with backoff."""

_PROFILED = """\
cProfile over {seconds} s of processor time, calls one by one, one thread. The profiler slows small
functions more than large ones, so shares count, not seconds."""

_ASSUMED = """\
Assumed: each sends its place once a minute in a call of its own ({places:.0f} calls a second) and
syncs every five minutes with five commands ({syncs:.0f} a second); a call costs the processor what
it cost here one by one; nothing is lost to locks between processes, because a sync locks only its
own device, papers and courier; TLS, the network and the console are left out; this processor is the
one that runs them."""

_WAVE = """\
A wave (a storm's end, a mast that comes back) is bounded by the random wait of 0–30 s and by
backoff, not by more processes: at the measured pace one process empties {emptied:,.0f} commands in
30 s."""

NOTHING_KEPT = "No results are kept yet: run the command above on a quiet machine.\n"


def page() -> str:
    """The whole text of docs/load.md."""
    if not RESULTS.exists():
        return HEAD + NOTHING_KEPT
    return HEAD + as_markdown(json.loads(RESULTS.read_text(encoding="utf-8")))


def write_page() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def as_markdown(results: dict[str, Any]) -> str:
    """Tables of one run."""
    road, wave = results["road"], results["wave"]
    day, one = results["day_of_40_stops"], results["one_by_one"]
    lines = [
        _RUN.format(**results),
        "",
        "## Calls",
        "",
        *_calls(
            [
                ("position, one by one", one["position"], one["position"]),
                ("sync with nothing to tell, one by one", one["idle_sync"], one["idle_sync"]),
                ("sync of 5 commands, one by one", *[one["sync_of_5_commands"]] * 2),
                (f"{road['couriers']:,} couriers: positions", road["positions"], None),
                (f"{road['couriers']:,} couriers: syncs of 5 commands", road["syncs"], None),
                (f"{road['couriers']:,} couriers: all calls", None, road),
                (f"wave of {wave['phones']} phones: syncs of 50 commands", wave["syncs"], wave),
                ("wave: until a phone's outbox is empty", wave["until_empty"], None),
            ]
        ),
        "",
        _RIDDEN.format(road=road, wave=wave),
        "",
        "## Sizes",
        "",
        *_table(
            ("what", "bytes"),
            [
                (f"a day of {day['stops']} halts as JSON", f"{day['bytes']:,}"),
                ("the same as sent (gzip; at most 15 KB wanted)", f"{day['bytes_compressed']:,}"),
                ("a row of positions with its index", f"{results['bytes_per_position_row']:,}"),
            ],
        ),
        "",
        "## Where the time of the API process goes",
        "",
        _PROFILED.format(**results["profile"]),
        "",
        ", ".join(f"{name} {share} %" for name, share in results["profile"]["parts"].items()) + ".",
        "",
        *_table(
            ("function with everything it calls", "calls", "% of the time"),
            [
                (f"`{each['function']}`", f"{each['calls']:,}", each["percent"])
                for each in results["profile"]["functions"]
            ],
        ),
        "",
        *_nation(results),
    ]
    return "\n".join(lines) + "\n"


def _calls(rows: Iterable[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]) -> list[str]:
    head = (
        "calls",
        "count",
        "errors",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "API CPU ms",
        "database CPU ms",
    )
    lines = []
    for name, times, costs in rows:
        seen = times or {}
        cells = [seen.get(key, "") for key in ("calls", "errors", "p50_ms", "p95_ms", "p99_ms")]
        paid = costs or {}
        cells += [paid.get(key, "") for key in ("api_cpu_ms_per_call", "database_cpu_ms_per_call")]
        lines.append((name, *cells))
    return _table(head, lines)


def _nation(results: dict[str, Any]) -> list[str]:
    """What follows for many couriers, with every assumption said."""
    one = results["one_by_one"]
    places, syncs = NATION / 60, NATION / 300
    position, sync = one["position"], one["sync_of_5_commands"]
    api = (places * position["api_cpu_ms_per_call"] + syncs * sync["api_cpu_ms_per_call"]) / 1000
    rows = places * position["database_cpu_ms_per_call"]
    rows = (rows + syncs * sync["database_cpu_ms_per_call"]) / 1000
    a_day = NATION * 60 * HOURS
    size = a_day * results["bytes_per_position_row"] / 1e9
    return [
        f"## {NATION:,} couriers: an extrapolation, not a measurement",
        "",
        _ASSUMED.format(places=places, syncs=syncs),
        "",
        *_table(
            ("needed", "figure"),
            [
                ("processor of all API processes", f"{api:.1f} cores of work"),
                (f"API processes at {BUSY:.0%} of a core each", f"{api / BUSY:.0f}"),
                ("processor of PostgreSQL", f"{rows:.1f} cores of work"),
                (f"rows of positions a day ({HOURS} h)", f"{a_day / 1e6:.1f} million"),
                ("their size before they are coarsened", f"{size:.1f} GB a day"),
            ],
        ),
        "",
        _WAVE.format(emptied=results["wave"]["commands_per_s"] * 30),
    ]


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(str(cell) for cell in cells)} |" for cells in lines]


if __name__ == "__main__":
    write_page()
