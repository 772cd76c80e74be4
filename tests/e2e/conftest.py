"""Clones of this checkout, each with its own folder of state, and what they leave running."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.presence import ROOT, state_dir

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMMAND_TIMEOUT_S = 200


@dataclass(frozen=True, slots=True)
class Clone:
    """A copy of the checkout that never touches the state of the one under test."""

    folder: Path

    def environment(self, **extra: str) -> dict[str, str]:
        """A plain environment: no settings of this test run; its packages are lent, compiled."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TANNOI_", "PYTEST_")) and name not in {"CI", "TMPDIR"}
        }
        lent = {
            "DEV_VENV": sys.prefix,
            "PYTHONPYCACHEPREFIX": str(state_dir().resolve() / "cache" / "pycache"),
        }
        return kept | lent | extra

    def dev(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Runs ./dev to its end."""
        return subprocess.run(
            ["./dev", *arguments],
            cwd=self.folder,
            env=self.environment(**extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )

    def start(self, *arguments: str, **extra: str) -> "subprocess.Popen[str]":
        """Starts ./dev in a process group of its own and with Ctrl-C heeded, as a terminal does.

        A test run in the background (`pytest &` in a script) ignores SIGINT and hands that on, and
        a shell cannot trap what it was told to ignore.
        """
        return subprocess.Popen(
            ["env", "--default-signal=INT", "./dev", *arguments],
            cwd=self.folder,
            env=self.environment(**extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def state(self) -> Path:
        """Where this clone's state really lies."""
        return (self.folder / "var").resolve()

    def processes(self) -> list[str]:
        """Command lines of what runs out of this clone's folder of state."""
        state = str(self.state)
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                surroundings = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if state in command or f"TANNOI_STATE_DIR={state}".encode() in surroundings:
                found.append(command)
        return found


@pytest.fixture
def make_clone(tmp_path: Path) -> Iterator[Callable[[str], Clone]]:
    """Makes clones by name; they are stopped and removed at the end, whatever happened."""
    clones: list[Clone] = []

    def make(name: str) -> Clone:
        clone = Clone(tmp_path / name)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for relative in filter(None, listed.decode().split("\0")):
            source, target = ROOT / relative, clone.folder / relative
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        clones.append(clone)
        return clone

    yield make
    for clone in clones:
        state = clone.state
        cleaned = clone.dev("clean")
        assert cleaned.returncode == 0, cleaned.stderr
        assert not state.exists(), f"{state} is left"


@pytest.fixture
def clone(make_clone: Callable[[str], Clone]) -> Clone:
    """One clone."""
    return make_clone("tannoi")


@pytest.fixture
def refused(page: "Page") -> list[str]:
    """What the browser complained about, such as a breach of the content security policy."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    return said
