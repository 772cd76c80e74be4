"""The load bench runs to its end on a small scale, and the published figures are the kept ones."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from backend import clock
from tests.bench.load import __main__ as bench
from tests.bench.load.page import PAGE, as_markdown, page
from tests.fixtures.database import TestDatabase


def test_the_page_of_load_says_what_the_kept_results_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/load.md is behind the results: python -m tests.bench.load.page"
    )


def test_a_small_load_is_measured_to_the_end(
    test_database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.bench.load.phases.SYNC_EVERY_S", 2.0)
    monkeypatch.setattr("tests.bench.load.phases.PLACE_EVERY_S", 1.0)
    given = argparse.Namespace(couriers=3, minutes=0.05, wave=2, alone=2, seed=1)
    try:
        results = bench.measure(test_database, tmp_path, given)
    finally:
        clock.show("")
        test_database.renew()

    assert bench.find_errors(results) == 0, _what_went_wrong(results, tmp_path)
    assert results["wave"]["commands"] == 100
    assert results["road"]["positions"]["calls"] >= 6
    assert results["position_rows"] > 8
    assert results["day_of_40_stops"]["bytes_compressed"] <= 15 * 1024
    assert results["profile"]["functions"]
    assert "couriers: an extrapolation" in as_markdown(results | {"command": "test"})


def _what_went_wrong(results: dict[str, Any], folder: Path) -> str:
    """Which calls, what they were told, and every warning of the server."""
    kinds = json.dumps({kind: results[kind] for kind in ("one_by_one", "road", "wave")}, indent=1)
    log = (folder / "api.log").read_text(encoding="utf-8").splitlines()
    told = [line for line in log if '"level": "info"' not in line]
    return "\n".join([kinds, *told[-40:]])
