"""`tannoi plan` and `tannoi publish` on a terminal: they teach, do, and explain."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from backend.cli import main
from backend.database import unit_of_work
from backend.planning.models import PlanStatus
from backend.planning.operations import get_plan, list_plans
from backend.reports import plan_export
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.planning import a_day, make_plan

DAY = WORKING_DAY.isoformat()


@pytest.fixture
def environment(
    committed_database: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A day to plan, and the settings as a person would export them."""
    for name in [name for name in os.environ if name.startswith("TANNOI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TANNOI_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("TANNOI_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with unit_of_work() as session:
        a_day(session)
    return settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_one_command_plans_publishes_writes_and_shows_the_day(environment: Settings) -> None:
    done = run("plan", "DA-NANG", DAY, "--inline", "--time-limit", "1", "--publish", "--outputs")
    assert done.exit_code == 0, done.output
    assert "published" in done.output
    assert "warning" not in done.output
    assert "Bưu tá" in done.output
    assert "không phải mức tiết kiệm" in done.output
    assert "Không còn việc nào chưa xếp." in done.output
    folder = environment.output_dir / DAY
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "PUBLISHED"
    assert summary["summary"]["legs"] == {"asked": 6, "planned": 6}
    with (folder / "routes.csv").open(encoding="utf-8-sig", newline="") as lines:
        acts = [row["act"] for row in csv.DictReader(lines) if row["act"]]
    assert len(acts) == 12
    assert json.loads((folder / "plan.geojson").read_bytes())["features"]
    sheets = list(folder.glob("ban-ke-*.pdf"))
    assert len(sheets) == summary["summary"]["couriers"]["used"]


def test_publishing_a_plan_that_is_worse_than_by_hand_warns_and_names_the_way_out(
    environment: Settings,
) -> None:
    with unit_of_work() as session:
        area = a_day(session, collections=1, returns=0)
    plan_id = make_plan(area.id, environment)
    with unit_of_work() as session:
        plan = get_plan(session, plan_id)
        plan.baseline = plan.baseline | {"cost": plan.summary["search"]["cost"] // 2}
    done = run("publish", str(plan_id))
    assert done.exit_code == 0, done.output
    assert "more than the one by hand" in done.output
    assert "--time-limit" in done.output


def test_an_exported_problem_is_solved_by_the_library_alone(
    environment: Settings, tmp_path: Path
) -> None:
    with unit_of_work() as session:
        area = a_day(session, collections=1, returns=0)
    plan_id = make_plan(area.id, environment)
    file = tmp_path / "problem.json"
    assert run("plan", "export-problem", str(plan_id), str(file)).exit_code == 0
    answer = tmp_path / "solution.json"
    command = [sys.executable, "-m", "routing", "solve", str(file)]
    options = ["--time-limit", "1", "--output", str(answer)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert answer.stat().st_size > 0


def test_show_tells_the_state_and_unknown_plans_are_explained(environment: Settings) -> None:
    asked = run("plan", "DA-NANG", DAY, "--no-wait")
    assert asked.exit_code == 0, asked.output
    with unit_of_work() as session:
        (plan,) = list_plans(session, province_code="48")
    assert "queued" in run("plan", "show", str(plan.id)).output
    assert "cancelled" in run("plan", "cancel", str(plan.id)).output
    with unit_of_work() as session:
        (plan,) = list_plans(session, province_code="48")
        assert plan.status is PlanStatus.CANCELLED
    missing = run("publish", "01900000-0000-7000-8000-000000000000")
    assert missing.exit_code == 1
    assert "There is no plan" in missing.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("NOWHERE", DAY), "no planning area NOWHERE"),
        (("DA-NANG", "2026-11-28"), "no courier shift"),
        (("DA-NANG", "soon"), "is no date"),
    ],
)
def test_what_cannot_be_planned_ends_with_a_reason(
    environment: Settings, arguments: tuple[str, ...], reason: str
) -> None:
    refused = run("plan", *arguments, "--inline")
    assert refused.exit_code != 0
    assert reason in refused.output


def test_waiting_without_a_worker_names_the_way_out(environment: Settings) -> None:
    refused = run("plan", "DA-NANG", DAY)
    assert refused.exit_code == 4
    assert "tannoi worker" in refused.output


def test_a_failed_export_leaves_the_earlier_files_whole(
    environment: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work() as session:
        area = a_day(session, collections=1, returns=0)
    plan_id = make_plan(area.id, environment)
    with unit_of_work() as session:
        first = plan_export.export_plan(session, plan_id, environment.output_dir)
    before = {file.name: file.read_bytes() for file in first.files}

    def full_disk(*_: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr(plan_export, "render_route_sheet", full_disk)
    with pytest.raises(OSError, match="no space"), unit_of_work() as session:
        plan_export.export_plan(session, plan_id, environment.output_dir)
    assert {file.name: file.read_bytes() for file in first.folder.iterdir()} == before
    assert [path.name for path in environment.output_dir.iterdir()] == [DAY]
    shutil.rmtree(environment.output_dir)
