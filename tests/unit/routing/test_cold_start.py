"""Before the first search on a machine: compiled once, stopped at once, never in a plan's time."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from routing import EngineCannot, check, solve
from routing.engines import load_if_compiled
from routing.engines.ruin_recreate import code_folder, cold_start
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_problem

QUICK_S = 2.0
"""Ten times the promised 0.2 s: other work on the machine must not fail a test."""

DAY = "a_courier_day(1, DayShape(visits=20, couriers=3))"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder for machine code, as on a machine that has never searched."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cold_start, "_begun", [])
    code_folder.code_folder.cache_clear()
    yield code_folder.code_folder()
    code_folder.code_folder.cache_clear()


def _run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    lines = f"""
        import sys
        from routing import solve
        from tests.builders.routing_days import DayShape, a_courier_day
        {textwrap.indent(textwrap.dedent(program), " " * 8).strip()}
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(lines)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stop_while_compiling_is_answered_at_once_and_leaves_no_process(folder, monkeypatch):
    children = []
    child = cold_start._child
    monkeypatch.setattr(cold_start, "_child", lambda at: children.append(child(at)) or children[-1])
    problem = a_courier_day(1, DayShape(visits=20, couriers=3))
    stages, asked = [], []

    def should_stop() -> bool:
        if children and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    result = solve(
        problem,
        time_limit_s=60,
        engine="ruin_recreate",
        should_stop=should_stop,
        on_progress=lambda progress: stages.append(progress.stage),
    )
    assert time.monotonic() - asked[0] < QUICK_S
    assert "COMPILE" in stages
    assert result.stopped
    assert result.solution.routes  # what the exact insertion makes in a moment
    assert check(problem, result.solution) == []
    assert [each.returncode for each in children] == [-signal.SIGKILL]
    assert not code_folder.is_complete(folder)


def test_ctrl_c_while_compiling_gives_a_start_plan_back(folder, monkeypatch):
    problem = a_courier_day(1, DayShape(visits=20, couriers=3))
    start = solve(problem, time_limit_s=30, iterations=5, engine="ortools").solution
    child = cold_start._child

    def interrupted(at: Path) -> subprocess.Popen[bytes]:
        signal.raise_signal(signal.SIGINT)
        return child(at)

    monkeypatch.setattr(cold_start, "_child", interrupted)
    result = solve(problem, time_limit_s=60, engine="ruin_recreate", start_from=start)
    assert result.stopped
    assert result.solution.orders == start.orders
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_while_another_process_compiles_this_one_waits_and_takes_its_work(folder, monkeypatch):
    monkeypatch.setattr(cold_start, "_child", lambda _: pytest.fail("compiled twice at once"))
    looks = []

    def should_stop() -> bool:
        looks.append(1)
        if len(looks) == 5:
            code_folder.mark_complete(folder)
        return False

    with code_folder.locked(folder) as is_mine:
        assert is_mine
        with code_folder.locked(folder) as is_anothers_too:
            assert not is_anothers_too
        assert cold_start._compiled(folder, should_stop)
    assert len(looks) == 5


def test_a_compiler_that_dies_leaves_the_reason_to_this_process(folder, monkeypatch):
    died = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr(cold_start, "_child", lambda _: subprocess.Popen(died))
    assert cold_start._compiled(folder, lambda: False)
    assert not code_folder.is_complete(folder)


def test_the_clock_starts_when_the_search_is_ready(monkeypatch):
    monkeypatch.setattr("routing.solving.recipe.is_ready", lambda _: False)
    monkeypatch.setattr("routing.solving.recipe.make_ready", lambda *_: time.sleep(0.5) or True)
    left = {}
    result = solve(
        a_problem(),
        time_limit_s=10,
        iterations=1,
        engine="ruin_recreate",
        on_progress=lambda progress: left.setdefault(progress.stage, progress.seconds_left),
    )
    assert left["COMPILE"] - left["REDUCE"] < 0.5
    assert result.solution.unassigned == ()


def test_without_numba_another_engine_searches_and_the_result_says_so():
    done = _run(
        f"""
        sys.modules["numba"] = None
        result = solve({DAY}, time_limit_s=20, iterations=3, engine="ruin_recreate")
        print(result.engine, len(result.solution.unassigned), result.engine_note, sep="|")
        """
    )
    engine, unassigned, note = done.stdout.strip().split("|")
    assert (engine, unassigned) == ("ortools", "0")
    assert "Numba is not installed" in note
    assert "OR-Tools searched instead" in note


def test_a_broken_compiler_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(cold_start, "_begun", [])
    monkeypatch.setattr(cold_start, "is_complete", lambda _: True)
    monkeypatch.setattr("routing.engines.ruin_recreate.warm_up.load", lambda: 1 / 0)
    with pytest.raises(EngineCannot, match=r"cannot be compiled here \(ZeroDivisionError"):
        cold_start.make_ready(lambda: False)
    assert not cold_start.is_ready()


def test_loading_can_be_left_behind_and_taken_up_again(monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(cold_start, "_begun", [])
    monkeypatch.setattr(cold_start, "is_complete", lambda _: True)
    monkeypatch.setattr("routing.engines.ruin_recreate.warm_up.load", go_on.wait)
    assert not cold_start.make_ready(lambda: True)
    go_on.set()
    assert cold_start.make_ready(lambda: False)
    assert len(cold_start._begun) == 1


def test_a_folder_that_cannot_be_written_is_named_and_another_one_serves(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    code_folder.code_folder.cache_clear()
    with pytest.warns(UserWarning, match="NUMBA_CACHE_DIR"):
        instead = code_folder.code_folder()
    code_folder.code_folder.cache_clear()
    assert instead.is_relative_to(tmp_path / "temporary")
    assert instead.parent.stat().st_mode & 0o077 == 0


def test_machine_code_in_a_folder_that_is_only_readable_is_used(tmp_path, monkeypatch, recwarn):
    given, temporary = tmp_path / "image", tmp_path / "temporary"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(given))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    temporary.mkdir()
    code_folder.code_folder.cache_clear()
    made = code_folder.code_folder()
    (made / "kernel.nbc").write_text("machine code")
    code_folder.mark_complete(made)
    is_writable = code_folder._is_writable
    monkeypatch.setattr(
        code_folder,
        "_is_writable",
        lambda at: not at.is_relative_to(given) and is_writable(at),
    )
    code_folder.code_folder.cache_clear()
    used = code_folder.code_folder()
    code_folder.code_folder.cache_clear()
    assert used.is_relative_to(temporary)
    assert (used / "kernel.nbc").read_text() == "machine code"
    assert code_folder.is_complete(used)
    assert not recwarn.list


def test_without_any_folder_the_search_still_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(code_folder, "_is_writable", lambda _: False)
    code_folder.code_folder.cache_clear()
    with pytest.warns(UserWarning, match="neither"):
        assert code_folder.code_folder() is None
    code_folder.code_folder.cache_clear()
    assert not code_folder.is_complete(None)
    with code_folder.locked(None) as is_mine:
        assert is_mine


def test_only_a_change_in_what_is_compiled_makes_it_compile_again():
    names = {path.stem for path in code_folder._kernel_sources(Path(code_folder.__file__).parent)}
    assert {"round", "removal", "columns", "instance", "compiled", "randomness"} <= names
    assert not names & {"search", "warm_up", "cold_start", "side_by_side"}


def test_code_that_lies_ready_is_loaded_once_for_all_processes_forked_later():
    done = _run(
        """
        import os
        from routing.engines import is_ready, load_if_compiled, warm_up
        warm_up()
        assert not is_ready("ruin_recreate") and load_if_compiled()
        child = os.fork()
        if child == 0:
            solve(a_courier_day(1, DayShape(visits=5, couriers=2)), time_limit_s=9, iterations=2)
            os._exit(0 if is_ready("ruin_recreate") else 1)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
    )
    assert done.returncode == 0, done.stderr


def test_nothing_is_compiled_for_processes_that_may_never_search(folder):
    assert not load_if_compiled()
    assert [path.name for path in folder.iterdir()] == []
