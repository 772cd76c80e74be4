"""Writes docs/benchmarks.md from the kept results: `python -m tests.bench.page [FOLDER]`.

With a folder that a run of the bench filled, its results.json is kept beside this file first.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from tests.bench.report import as_markdown

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

This page is written by `python -m tests.bench.page` from `tests/bench/results.json`; a test fails
when they differ. To measure again:

```sh
python -m tests.bench --output var/bench
python -m tests.bench.page var/bench
```

The first takes up to 40 minutes (`--quick`: five) and needs a machine with nothing else to do; the
second keeps the results and writes this page. `TANNOI_TEST_DATA` names the folder with the public
sets and the roads of Hà Nội. `python -m tests.bench.references` computes the 300 s references
anew, which is needed when the generator of days changes.

Every answer, ours and theirs, is an order of task ids that `routing.schedule` times on the real
clock and `routing.check` judges; an engine's own figures are never taken. Each run has one thread
and a process of its own, in which the engine is loaded (ours also compiled) before its time starts.
The engines of one day run one after another. VROOM and OR-Tools draw no random numbers; the seeds
are those of the days, and of the searches that take one. Memory stands as `–` where a run's own was
not told apart from that of whoever started it.

"""


NOTHING_KEPT = "No results are kept yet: run the two commands above on a quiet machine.\n"


def page() -> str:
    """The whole text of docs/benchmarks.md."""
    if not RESULTS.exists():
        return HEAD + NOTHING_KEPT
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return HEAD + as_markdown(results)


def main() -> int:
    """Keeps a run's results, if a folder is named, and writes the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.page", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where a run wrote results.json")
    given = parser.parse_args()
    if given.folder is not None:
        RESULTS.write_text((given.folder / "results.json").read_text(encoding="utf-8"), "utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
