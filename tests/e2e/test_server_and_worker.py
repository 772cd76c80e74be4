"""`tannoi serve` and `tannoi worker` as real processes: they start, are ready, stop and recover."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.job import JobStatus
from sqlalchemy import Engine

from backend import queue
from backend.database import new_id, unit_of_work
from backend.queue import enqueue_after_commit
from backend.settings import Settings
from tests.fixtures.presence import ROOT

START_S = 45
"""Two cores shared with other tests: imports alone may take ten seconds."""

STOP_S = 20
"""Only a process that hangs takes so long to stop, even on a starved machine."""

pytestmark = pytest.mark.usefixtures("committed_database")


class Program:
    """A `tannoi` process in a session of its own, with what it wrote."""

    def __init__(self, settings: Settings, folder: Path, *command: str, **environ: str) -> None:
        self.log = folder / f"{command[0]}-{len(list(folder.iterdir()))}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", *command],
                cwd=ROOT,
                env=os.environ
                | {
                    "TANNOI_DATABASE_URL": settings.database_url,
                    "TANNOI_REDIS_URL": settings.redis_url,
                    "TANNOI_STATE_DIR": str(settings.state_dir),
                    "TANNOI_LOG_FORMAT": "json",
                }
                | environ,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def members(self) -> list[int]:
        """Every living process of the session."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[0] != "Z" and int(fields[3]) == self.process.pid:
                found.append(int(entry.name))
        return found

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sent)
        return self.process.wait(timeout=STOP_S)

    def end(self) -> None:
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=10)


def eventually(what: Callable[[], object], program: Program, within_s: float = START_S) -> None:
    ends = time.monotonic() + within_s
    while not what():
        assert program.process.poll() is None, program.log.read_text()
        assert time.monotonic() < ends, program.log.read_text()
        time.sleep(0.1)


@pytest.fixture
def worker(
    committed_database: Engine, redis_connection: Redis, settings: Settings, tmp_path: Path
) -> Iterator[Program]:
    program = Program(settings, tmp_path, "worker")
    yield program
    program.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def test_the_server_is_ready_once_a_worker_lives_and_both_stop_without_a_trace(
    worker: Program, settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    server = Program(settings, tmp_path, "serve", TANNOI_PORT=str(port))
    try:
        eventually(lambda: ask(f"http://127.0.0.1:{port}/healthz")[0] == 200, server)
        eventually(queue.list_workers, worker)
        status, document = ask(f"http://127.0.0.1:{port}/readyz")
        assert (status, document["status"]) == (200, "ready")
        second = Program(settings, tmp_path, "serve", TANNOI_PORT=str(port))
        assert second.process.wait(timeout=START_S) == 4
        assert server.stop(signal.SIGINT) == 0
        lines = [json.loads(line) for line in server.log.read_text().splitlines()[1:]]
        assert all({"event", "level", "at"} <= line.keys() for line in lines)
        assert any(line.get("route") == "/readyz" for line in lines)
        assert server.members() == []
        assert worker.stop() == 0
        assert worker.members() == []
        assert queue.list_workers() == [], "a worker that stops in order says goodbye"
    finally:
        server.end()


def test_a_worker_runs_what_is_queued(worker: Program) -> None:
    with unit_of_work() as session:
        enqueue_after_commit(session, "backend.planning.jobs.run_plan", new_id())
    (job_id,) = queue.job_queue().job_ids
    job = queue.job_queue().fetch_job(job_id)
    assert job is not None
    eventually(lambda: job.get_status() == JobStatus.FINISHED, worker)
    assert worker.stop() == 0


def test_a_worker_that_is_told_to_stop_as_soon_as_it_has_a_job_process_ends_in_order(
    worker: Program,
) -> None:
    eventually(lambda: len(worker.members()) > 1, worker)
    assert worker.stop() == 0
    assert worker.members() == []


def test_a_worker_whose_job_process_was_killed_starts_another(worker: Program) -> None:
    eventually(queue.list_workers, worker)
    (child,) = [pid for pid in worker.members() if pid != worker.process.pid]
    os.kill(child, signal.SIGKILL)
    eventually(
        lambda: any(pid not in (child, worker.process.pid) for pid in worker.members()), worker
    )
    assert worker.stop() == 0


def test_no_job_process_outlives_a_worker_that_was_killed(worker: Program) -> None:
    eventually(lambda: len(worker.members()) > 1, worker)
    worker.process.kill()
    worker.process.wait(timeout=10)
    ends = time.monotonic() + 10
    while worker.members():
        assert time.monotonic() < ends
        time.sleep(0.1)
