"""What the README tells a newcomer to type works in a clean clone, as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Clone
from tests.fixtures.presence import ROOT

TOUR_TIMEOUT_S = 280

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_two_commands_come_first() -> None:
    assert BLOCKS[0].split("\n") == ["./dev demo", "./dev test", ""]


@pytest.mark.timeout(TOUR_TIMEOUT_S + 20)
def test_the_first_tour_works_and_leaves_the_day_as_files(clone: Clone) -> None:
    offer_command_line(clone)
    tour = subprocess.run(
        ["sh", "-eux"],
        input=BLOCKS[1],
        cwd=clone.folder,
        env=clone.environment(),
        capture_output=True,
        text=True,
        timeout=TOUR_TIMEOUT_S,
        check=False,
    )
    assert tour.returncode == 0, tour.stdout + tour.stderr
    assert clone.processes() == []
    (day,) = (clone.state / "out").iterdir()
    assert f"var/out/{day.name}/" in tour.stdout
    names = {path.name for path in day.iterdir()}
    assert {"plan.geojson", "routes.csv", "summary.json"} <= names
    summary = json.loads((day / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "PUBLISHED"
    sheets = [path for path in day.glob("*.pdf") if path.read_bytes().startswith(b"%PDF-")]
    assert len(sheets) == len(summary["routes"]) > 0

    again = clone.dev("demo", "--once")
    assert again.returncode == 0, again.stderr
    assert "planned before" in again.stdout
    assert json.loads((day / "summary.json").read_text(encoding="utf-8")) == summary
    assert clone.processes() == []


def offer_command_line(clone: Clone) -> None:
    """The wrapper that ./dev writes into an environment of the clone's own; this one is lent."""
    wrapper = clone.folder / "var" / "venv" / "bin" / "tannoi"
    clone.dev("stop")
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(
        f"#!/bin/sh\n. '{clone.state}/env'\nexec '{Path(sys.executable)}' -m backend.cli \"$@\"\n"
    )
    wrapper.chmod(0o755)
    assert os.access(wrapper, os.X_OK)
