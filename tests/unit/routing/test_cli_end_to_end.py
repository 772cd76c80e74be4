"""Each command once in a process of its own, one after the other as a person would."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from routing import check
from routing.formats.own import problem_from_json, problem_to_json, solution_from_json
from tests.builders.routing_days import DayShape, a_courier_day

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def _command(*arguments):
    return [sys.executable, "-m", "routing", *(str(argument) for argument in arguments)]


def _run(*arguments, **options):
    return subprocess.run(
        _command(*arguments),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def _a_day(folder, visits):
    day = folder / "day.json"
    problem = a_courier_day(1, DayShape(visits=visits, couriers=4))
    day.write_text(json.dumps(problem_to_json(problem)), encoding="utf-8")
    return day


def test_every_command_runs_after_the_other(tmp_path):
    day, plan, better = _a_day(tmp_path, 12), tmp_path / "plan.json", tmp_path / "better.json"
    solved = _run("solve", "-", "--iterations", "5", input=day.read_text(encoding="utf-8"))
    assert (solved.returncode, solved.stderr) == (0, "")  # no bar where no terminal is
    plan.write_text(solved.stdout, encoding="utf-8")
    options = ("--start-from", plan, "--iterations", "200", "--seed", "2", "--output", better)
    assert _run("solve", day, *options).returncode == 0
    assert json.loads(_run("check", day, better).stdout) == {"faults": []}
    timed = _run("schedule", day, better)
    assert json.loads(timed.stdout)["cost"] == json.loads(better.read_text("utf-8"))["cost"]
    assert "works that changed courier" in _run("compare", day, plan, better).stdout
    assert _run("explain", day, plan).returncode == 0
    assert json.loads(_run("convert", day, "--to", "own").stdout)["kind"] == "problem"
    assert "</svg>" in _run("plot", day, better).stdout
    helped = _run("--help")
    assert "examples:" in helped.stdout


def test_ctrl_c_puts_the_best_plan_on_standard_output_and_exits_130(tmp_path):
    day = _a_day(tmp_path, 20)
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        _command("solve", day, "--time-limit", "300", "--iterations", "1000000000"),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=inside,
        text=True,
    ) as running:
        shown = ""
        while " undone 0 " not in shown:  # the progress bar: there is a plan
            shown += os.read(terminal, 1000).decode()
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=120)
        assert running.returncode == 130
    os.close(terminal)
    os.close(inside)
    solution = solution_from_json(json.loads(out))
    problem = problem_from_json(json.loads(day.read_text("utf-8")))
    assert check(problem, solution) == []
    assert solution.routes
