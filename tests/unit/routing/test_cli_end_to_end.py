"""Each command once in a process of its own, one after the other as a person would."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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


def _a_day(folder, visits, couriers=4):
    day = folder / "day.json"
    problem = a_courier_day(1, DayShape(visits=visits, couriers=couriers))
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


PIPE_HOLDS, FULL_AFTER_S = 65_536, 0.1
"""Bytes that nobody has read yet; whoever writes more waits."""


def _pressed_while_searching(terminal, running):
    """The first byte of what is written after it."""
    shown = ""
    while " undone 0 " not in shown:  # the progress bar: there is a plan
        shown += os.read(terminal, 1000).decode()
    running.send_signal(signal.SIGINT)
    return running.stdout.read(1)


def _pressed_while_writing(_, running):
    first = running.stdout.read(1)
    time.sleep(FULL_AFTER_S)
    running.send_signal(signal.SIGINT)
    return first


@pytest.mark.parametrize(
    ("python", "options", "press"),
    [
        ([], ["--time-limit", "300"], _pressed_while_searching),
        (["-u"], ["--iterations", "1"], _pressed_while_writing),
    ],
)
def test_ctrl_c_exits_130_when_a_slow_reader_has_the_whole_plan(tmp_path, python, options, press):
    day = _a_day(tmp_path, 240, couriers=20)
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *python, *_command("solve", day, *options)[1:]],
        env={name: value for name, value in ENVIRONMENT.items() if name != "PYTHONUNBUFFERED"},
        stdout=subprocess.PIPE,
        stderr=inside,
        bufsize=0,
    ) as running:
        out = press(terminal, running)
        time.sleep(FULL_AFTER_S)
        assert running.poll() is None  # the pipe is full
        while piece := running.stdout.read(PIPE_HOLDS):
            out += piece
        assert running.wait(timeout=120) == 130
    os.close(terminal)
    os.close(inside)
    assert len(out) > PIPE_HOLDS
    solution = solution_from_json(json.loads(out))
    problem = problem_from_json(json.loads(day.read_text("utf-8")))
    assert check(problem, solution) == []
    assert solution.routes
