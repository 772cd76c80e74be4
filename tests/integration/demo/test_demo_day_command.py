"""`tannoi demo-day` as a newcomer types it: rows, roads and a hint; a holiday is explained."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from backend import clock
from geodata.packs import open_pack
from tests.fixtures.database import TestDatabase
from tests.fixtures.presence import ROOT


@pytest.fixture
def newcomer(committed_database: Engine, test_database: TestDatabase, tmp_path: Path) -> "Newcomer":
    return Newcomer(test_database.app_url.render_as_string(hide_password=False), tmp_path)


class Newcomer:
    """Somebody with an empty database and an empty state folder."""

    def __init__(self, database_url: str, state_dir: Path) -> None:
        self.state_dir = state_dir
        self._environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TANNOI_DATABASE_URL": database_url,
            "TANNOI_STATE_DIR": str(state_dir),
        }

    def types(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "backend.cli", "demo-day", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )


def test_a_first_day_needs_one_command_and_brings_its_own_roads(
    newcomer: Newcomer, committed_database: Engine
) -> None:
    answer = newcomer.types("--profile", "launch", "--date", "2026-11-23")
    assert answer.returncode == 0, answer.stderr
    assert "launch: 60 visits (22 collections, 38 returns" in answer.stdout
    assert "main streets that ship with the pack" in answer.stdout
    assert "tannoi plan DA-NANG 2026-11-23" in answer.stdout
    assert any((newcomer.state_dir / "roads").iterdir())
    with committed_database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM booking")) == 60

    again = newcomer.types("--profile", "launch", "--date", "2026-11-23")
    assert again.returncode == 0, again.stderr
    assert "main streets" not in again.stdout  # the roads are there
    with committed_database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM booking")) == 60


def test_a_holiday_is_named_with_the_next_working_day_and_nothing_is_written(
    newcomer: Newcomer, committed_database: Engine
) -> None:
    answer = newcomer.types("--date", "2026-11-24")
    assert answer.returncode == 1
    assert "2026-11-24" in answer.stderr
    assert "2026-11-25" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 2
    with committed_database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM administrative_unit")) == 0


def test_the_default_day_is_a_working_day_after_today(newcomer: Newcomer) -> None:
    answer = newcomer.types("--print-day")
    assert answer.returncode == 0
    day = date.fromisoformat(answer.stdout.strip())
    assert day > clock.today_local()
    assert open_pack("da_nang").calendar.is_working_day(day)
