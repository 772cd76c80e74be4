"""The one API process that is measured, on a unix socket, and what it costs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures.presence import ROOT

_TICKS = os.sysconf("SC_CLK_TCK")
START_S = 60


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds so far, and memory now."""

    api_s: float
    database_s: float
    api_rss_mb: float


@dataclass(slots=True)
class ApiServer:
    """A running server: its socket, and the process that answers."""

    socket: str
    worker_pid: int
    database: str

    def costs(self) -> Costs:
        """Of the API process, and of all server processes of its database."""
        status = Path(f"/proc/{self.worker_pid}/status").read_text(encoding="utf-8")
        rss = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return Costs(
            api_s=_cpu_s(self.worker_pid),
            database_s=sum(_cpu_s(pid) for pid in _backends(self.database)),
            api_rss_mb=int(rss.split()[1]) / 1024,
        )


@contextmanager
def api_server(
    environment: dict[str, str], folder: Path, *, profile_to: Path | None = None
) -> Iterator[ApiServer]:
    """gunicorn with one worker as `tannoi serve` runs it; with a profile it has one thread."""
    from backend.cli.serve import gunicorn_arguments
    from backend.settings import Settings

    socket = folder / "api.sock"
    given = environment | {"TANNOI_BIND": f"unix:{socket}", "TANNOI_WEB_WORKERS": "1"}
    if profile_to is not None:
        given |= {"TANNOI_WEB_THREADS": "1", "TANNOI_TEST_PROFILE": str(profile_to)}
    arguments = gunicorn_arguments(Settings.from_environment(given))
    if profile_to is not None:
        arguments = [
            a.replace("mobile_api.wsgi:app", "tests.bench.load.profiled:app") for a in arguments
        ]
    with (folder / "api.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=os.environ | given, stdout=log, stderr=log
        )
        try:
            worker = _wait_for_worker(process, socket)
            yield ApiServer(
                str(socket), worker, given["TANNOI_DATABASE_URL"].split("/")[-1].split("?")[0]
            )
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for_worker(process: "subprocess.Popen[bytes]", socket: Path) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(START_S * 10):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}; see {socket.parent}")
        told = children.read_text(encoding="utf-8").split()
        if socket.exists() and told:
            return int(told[0])
        time.sleep(0.1)
    raise RuntimeError("the server does not start")


def _cpu_s(pid: int) -> float:
    """User and system time of a process; 0 once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _backends(database: str) -> list[int]:
    """Processes of PostgreSQL that serve this database."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                title = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if title.startswith(b"postgres:") and f" {database} ".encode() in title:
                found.append(int(entry.name))
    return found
