"""A database server and an API of one test's own, so that both may be killed at any moment."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL

from tests.fixtures.presence import ROOT, missing, state_dir

_READY_S = 240


class PrivatePostgres:
    """A cluster that writes through to its disk, listening on a unix socket only."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "pg"
        self.bin = _find_postgres()

    def create(self) -> None:
        """A new cluster with the two roles of the service; started."""
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n"
                "max_connections = 40\nshared_buffers = 32MB\nfsync = on\nsynchronous_commit = on\n"
            )
        self.start()
        self.sql(
            "postgres", "CREATE ROLE tannoi_app LOGIN; CREATE ROLE tannoi_owner LOGIN SUPERUSER"
        )

    def load(self, source: URL, name: str) -> URL:
        """A copy of a database of the usual server; returns the address for the application."""
        self.sql("postgres", f"CREATE DATABASE {name} OWNER tannoi_owner")
        dump = [self.bin / "pg_dump", "-h", source.query["host"], "-U", source.username]
        dump.append(source.database)
        with subprocess.Popen([*map(str, dump)], stdout=subprocess.PIPE) as out:
            loaded = subprocess.run(
                [*self._psql(name), "-q"], stdin=out.stdout, capture_output=True, check=False
            )
        if out.returncode or loaded.returncode:
            raise RuntimeError(loaded.stderr.decode())
        return source.set(username="tannoi_app", database=name, query={"host": str(self.folder)})

    def start(self) -> None:
        log = self.folder / "postgres.log"
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-s", "-l", log, "start")

    def stop_immediately(self) -> None:
        """As a power cut: no checkpoint, recovery at the next start."""
        self._run("pg_ctl", "-D", self.data, "-w", "-s", "-m", "immediate", "stop")

    def stop_if_up(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop_immediately()

    def sql(self, database: str, statement: str) -> None:
        subprocess.run([*self._psql(database), "-qc", statement], check=True, capture_output=True)

    def _psql(self, database: str) -> list[str]:
        at = ["-h", str(self.folder), "-U", "postgres", database]
        return [str(self.bin / "psql"), "-X", "-v", "ON_ERROR_STOP=1", *at]

    def _run(self, program: str, *arguments: object) -> None:
        """A server never runs as root."""
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)


class Api:
    """gunicorn with one worker; the master starts another when that one dies."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        self.port = _free_port()
        self.kills = 0
        self.base = f"http://127.0.0.1:{self.port}"
        environment = {key: value for key, value in os.environ.items() if "TANNOI_" not in key}
        environment |= {
            "TANNOI_DATABASE_URL": database_url,
            "TANNOI_REDIS_URL": redis_url,
            "TANNOI_STATE_DIR": str(folder),
            "TANNOI_LOG_LEVEL": "ERROR",
        }
        command = ["-m", "gunicorn", "mobile_api.wsgi:app", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--worker-class", "gthread", "--threads", "4", "--preload"]
        self._log = (folder / "api.log").open("w")
        self._master = subprocess.Popen(
            [sys.executable, *command, "--no-control-socket"],
            cwd=ROOT,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + _READY_S
        while time.monotonic() < until:
            with suppress(OSError), urllib.request.urlopen(f"{self.base}/healthz", timeout=10):
                return
            time.sleep(0.05)
        raise TimeoutError(Path(self._log.name).read_text()[-2_000:])

    def worker(self) -> int | None:
        """Process id of the worker that lives now."""
        children = Path(f"/proc/{self._master.pid}/task/{self._master.pid}/children").read_text()
        return int(children.split()[0]) if children.split() else None

    def kill_worker(self) -> None:
        """kill −9, counted if there was a worker at this moment."""
        worker = self.worker()
        if worker is not None:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                self.kills += 1

    def close(self) -> None:
        self._master.terminate()
        try:
            self._master.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._master.kill()
            self._master.wait()
        self._log.close()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A short path that the database's user can reach, on a real disk."""
    folder = state_dir().resolve() / "tmp" / f"t3-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_postgres() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        missing("no PostgreSQL programs here", "install postgresql, or run ./dev test")
    return found[-1].parent


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
