"""The command line as a person meets it: files in, files out, exit codes."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from routing import check
from routing.cli import main
from routing.formats.own import problem_from_json, problem_to_json, solution_from_json
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_problem
from tests.unit.routing.formats.test_vroom import EXAMPLE

ROOT = Path(__file__).parents[3]


@pytest.fixture
def day(tmp_path):
    return _written(tmp_path / "day.json", problem_to_json(a_problem()))


def _written(file: Path, document) -> Path:
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))


def test_solve_writes_a_plan_that_check_accepts(day, tmp_path, capsys):
    plan = tmp_path / "plan.json"
    options = ["--time-limit", "20", "--iterations", "5", "--seed", "3", "--engine", "ortools"]
    assert main(["solve", str(day), "--output", str(plan), *options]) == 0
    assert main(["check", str(day), str(plan)]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"faults": []}
    assert told.err == ""  # a progress bar is for terminals only


@pytest.mark.parametrize("place", ["missing/plan.json", "day.json/plan.json", "."])
def test_nobody_waits_for_a_plan_that_could_not_be_written(day, tmp_path, capsys, place):
    with pytest.raises(SystemExit) as ended:
        main(["solve", str(day), "--time-limit", "600", "--output", str(tmp_path / place)])
    assert ended.value.code == 2
    assert "argument --output" in capsys.readouterr().err


def test_check_prints_faults_and_exits_1(day, tmp_path, capsys):
    plan = tmp_path / "plan.json"
    main(["solve", str(day), "--output", str(plan), "--iterations", "5"])
    document = _read(plan)
    document["cost"] += 1
    assert main(["check", str(day), str(_written(plan, document))]) == 1
    assert "COST" in capsys.readouterr().out


def test_schedule_times_given_orders(day, tmp_path, capsys):
    orders = _written(tmp_path / "orders.json", {"v1": ["s1.p", "s1.d"]})
    assert main(["schedule", str(day), str(orders), "--place-breaks"]) == 0
    assert json.loads(capsys.readouterr().out)["cost"] == 400


def test_a_malformed_problem_exits_2_with_every_defect_on_a_line(day, capsys):
    document = _read(day)
    document["vehicles"][0]["profile"] = "boat"
    document["shipments"][0]["priority"] = 400
    for command in (["solve"], ["schedule"], ["check"]):
        second = [] if command == ["solve"] else [str(day)]
        assert main([*command, str(_written(day, document)), *second]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 2
        assert any("UNKNOWN_PROFILE" in line for line in lines)
        assert any("shipments[0].priority" in line for line in lines)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "tannoi-routing/1"}'])
def test_a_file_that_is_no_problem_exits_2_with_a_reason(day, text, capsys):
    day.write_text(text, encoding="utf-8")
    assert main(["solve", str(day)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_missing_file_or_second_file_exits_2(day, tmp_path, capsys):
    assert main(["solve", str(tmp_path / "none.json")]) == 2
    assert main(["check", str(day), str(tmp_path / "none.json")]) == 2
    assert main(["schedule", str(day)]) == 2
    assert "ORDERS: is missing" in capsys.readouterr().err
    wrong = _written(tmp_path / "orders.json", {"v1": ["nothing"]})
    assert main(["schedule", str(day), str(wrong)]) == 2
    assert "no task or break 'nothing'" in capsys.readouterr().err


def test_wrong_options_exit_2(day):
    for options in (["--time-limit", "0"], ["--iterations", "0"], ["--engine", "magic"]):
        with pytest.raises(SystemExit) as ended:
            main(["solve", str(day), *options])
        assert ended.value.code == 2


@pytest.mark.parametrize("option", ["--seed", "--iterations", "--threads", "--time-limit"])
def test_an_option_that_is_no_number_is_told_in_words(day, option, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["solve", str(day), option, "many"])
    assert ended.value.code == 2
    assert "number" in (told := capsys.readouterr().err)
    assert "'many'" in told


def test_vroom_in_gives_vroom_out_and_check_times_it_again(tmp_path, capsys):
    day = _written(tmp_path / "vroom.json", EXAMPLE)
    plan = tmp_path / "plan.json"
    vroom = ["--format", "vroom"]
    assert main(["solve", str(day), *vroom, "--iterations", "20", "--output", str(plan)]) == 0
    assert main(["check", str(day), str(plan), *vroom]) == 0
    document = _read(plan)
    document["routes"][0]["cost"] += 1
    document["routes"][0]["steps"][1]["arrival"] += 5
    assert main(["check", str(day), str(_written(plan, document)), *vroom]) == 1
    assert "the file says" in capsys.readouterr().out


def test_vroom_steps_are_timed_and_begin_a_search(tmp_path, capsys):
    document = json.loads(json.dumps(EXAMPLE))
    document["vehicles"][1]["steps"] = [{"type": "job", "id": 3}]
    day = _written(tmp_path / "vroom.json", document)
    assert main(["schedule", str(day)]) == 0
    assert json.loads(capsys.readouterr().out)["routes"][0]["vehicle"] == 2
    assert main(["solve", str(day), "--iterations", "5"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["unassigned"] == 1
    document["vehicles"][1]["steps"][0]["service_at"] = 900
    assert main(["schedule", str(_written(day, document))]) == 2
    assert "vehicles[1].steps[0].service_at: cannot be honoured" in capsys.readouterr().err


def test_ctrl_c_writes_the_best_plan_and_exits_130(tmp_path):
    problem = a_courier_day(1, DayShape(visits=40, couriers=5))
    day = _written(tmp_path / "day.json", problem_to_json(problem))
    plan = tmp_path / "plan.json"
    command = [sys.executable, "-m", "routing", "solve", str(day), "--time-limit", "120"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        [*command, "--output", str(plan)], env=environment, stderr=inside
    ) as running:
        shown = ""
        while " undone 0 " not in shown:  # the progress line of a terminal: a plan is there
            shown += os.read(terminal, 1000).decode()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
    os.close(terminal)
    os.close(inside)
    solution = solution_from_json(_read(plan))
    assert check(problem_from_json(_read(day)), solution) == []
    assert solution.routes


def test_the_search_can_be_compiled_ahead_of_its_first_use(capsys):
    assert main(["warm-up"]) == 0
    assert "the search is ready" in capsys.readouterr().out
