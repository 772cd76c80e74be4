"""./dev as a newcomer meets it: it explains, refuses with a next step, and cleans up."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Clone
from tests.fixtures.database import TestDatabase
from tests.fixtures.presence import ROOT

READY_WITHIN_S = 90
GONE_WITHIN_S = 20


def external(database: TestDatabase, redis_url: str) -> dict[str, str]:
    """Settings of somebody who brings a database and a queue."""
    return {
        "TANNOI_DATABASE_URL": database.app_url.render_as_string(hide_password=False),
        "TANNOI_MIGRATION_URL": database.owner_url.render_as_string(hide_password=False),
        "TANNOI_REDIS_URL": redis_url,
    }


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def stranger() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is none of ./dev's business."""
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def start_time(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def test_without_arguments_every_command_is_explained(clone: Clone) -> None:
    answer = clone.dev()
    commands = re.findall(r"^do_(\w+)\(\)", (ROOT / "dev").read_text(), flags=re.MULTILINE)
    assert answer.returncode == 0
    assert len(commands) >= 8
    assert [name for name in commands if f"./dev {name}" not in answer.stdout] == []
    assert not (clone.folder / "var").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["dance"], "unknown command: dance"),
        (["demo", "--twice"], "demo takes --once or --live, not --twice"),
        (["services"], "services takes start or stop"),
    ],
)
def test_what_it_does_not_know_is_refused_with_the_next_step(
    clone: Clone, arguments: list[str], reason: str
) -> None:
    answer = clone.dev(*arguments)
    assert answer.returncode == 1
    assert reason in answer.stderr
    assert "next: " in answer.stderr


def test_a_taken_port_is_named_together_with_the_setting(clone: Clone, taken_port: int) -> None:
    answer = clone.dev("run", TANNOI_PORT=str(taken_port))
    assert answer.returncode == 1
    assert f"TANNOI_PORT={taken_port} cannot be used" in answer.stderr
    assert not (clone.state / "pg").exists()


def test_a_machine_without_a_fitting_python_is_told_what_to_install(
    clone: Clone, tmp_path: Path
) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    for name in ("python3", "python3.12", "python3.13"):
        (broken / name).write_text("#!/bin/sh\nexit 127\n")
        (broken / name).chmod(0o755)
    path = f"{broken}:/usr/bin:/bin"
    answer = clone.dev("check", PATH=path, HOME="/nonexistent", DEV_VENV="", PYTHON="")
    assert answer.returncode == 1
    assert "no Python 3.12 or 3.13" in answer.stderr
    assert "PYTHON=/path/to/python3.12" in answer.stderr


def test_a_database_without_its_owner_role_is_refused(clone: Clone) -> None:
    answer = clone.dev("run", TANNOI_DATABASE_URL="postgresql+psycopg://somebody@/elsewhere")
    assert answer.returncode == 1
    assert "TANNOI_MIGRATION_URL is not" in answer.stderr


def test_services_that_are_given_are_used_and_nothing_is_provisioned(
    clone: Clone, test_database: TestDatabase, redis_url: str
) -> None:
    answer = clone.dev("services", "start", **external(test_database, redis_url))
    assert answer.returncode == 0, answer.stderr
    assert not (clone.state / "pg").exists()
    assert not (clone.state / "valkey").exists()
    assert clone.processes() == []


def test_a_misspelt_setting_stops_the_start_with_a_suggestion(
    clone: Clone, test_database: TestDatabase, redis_url: str
) -> None:
    answer = clone.dev("run", TANNOI_PROT="8090", **external(test_database, redis_url))
    assert answer.returncode == 1
    assert "TANNOI_PORT" in answer.stdout + answer.stderr
    assert clone.processes() == []


def test_stop_ends_only_what_this_clone_started(
    clone: Clone, stranger: "subprocess.Popen[bytes]"
) -> None:
    run = clone.folder / "var" / "run"
    clone.dev("stop")
    started = start_time(stranger.pid)
    for other in (f"{stranger.pid} 12345 {clone.state}", f"{stranger.pid} {started} /elsewhere"):
        (run / "web.pid").write_text(other + "\n")
        assert clone.dev("stop").returncode == 0
        assert stranger.poll() is None, f"ended for {other}"
    (run / "web.pid").write_text(f"{stranger.pid} {started} {clone.state}\n")
    clone.dev("stop")
    assert stranger.wait(timeout=GONE_WITHIN_S) != 0


def test_a_copied_folder_of_state_is_refused_until_it_is_cleaned(
    make_clone: Callable[[str], Clone],
) -> None:
    copy = make_clone("copy")
    (copy.folder / "var").mkdir()
    copy.folder.joinpath("var", "clone").write_text("/somewhere/else\n")
    copy.folder.joinpath("var", "kept").touch()
    refused = copy.dev("check")
    assert refused.returncode == 1
    assert "run ./dev clean" in refused.stderr
    assert copy.dev("clean").returncode == 0
    assert not (copy.folder / "var").exists()


def test_two_clones_run_side_by_side_and_leave_nothing(make_clone: Callable[[str], Clone]) -> None:
    first, second = make_clone("first"), make_clone("second")
    one, two = first.start("run"), second.start("run")
    try:
        first_address, second_address = address_of(one), address_of(two)
        assert first_address != second_address
        assert answers(first_address)
        assert "already runs" in first.dev("run").stderr
        assert answers(first_address), "refusing the second start disturbed the first"

        assert first.dev("stop").returncode == 0
        assert one.wait(timeout=GONE_WITHIN_S) != 0
        assert first.processes() == []
        assert answers(second_address), "stopping one clone disturbed the other"

        interrupt(two)
        assert two.wait(timeout=GONE_WITHIN_S) == 130
        assert second.processes() == []
    finally:
        one.kill()
        two.kill()
    state = second.state
    assert second.dev("clean").returncode == 0
    assert not state.exists()
    assert not (second.folder / "var").is_symlink()


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C: the terminal sends SIGINT to the whole foreground group."""
    os.killpg(process.pid, signal.SIGINT)


def address_of(process: "subprocess.Popen[str]") -> str:
    """The console's address, read from what ./dev prints."""
    assert process.stdout is not None
    seen = []
    deadline = time.monotonic() + READY_WITHIN_S
    for line in process.stdout:
        seen.append(line)
        if found := re.search(r"(http://\S+)/console", line):
            return found[1]
        assert time.monotonic() < deadline, seen
    raise AssertionError("".join(seen))


def answers(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as response:
        return bool(response.status == 200)
