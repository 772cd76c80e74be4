"""What the docs tell a person to type exists, and what they say it answers is what it answers."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from backend import database
from backend.settings import Settings
from tests.docs.reference import DOCS, ROOT, tannoi

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DEV_WORDS = {"demo", "run", "test", "check", "services", "stop", "lock", "clean"}
PROGRAMS = {"routing", "geodata"}


def blocks(page: Path) -> list[str]:
    """Shell blocks of a page, continued lines joined."""
    found = re.findall(
        r"^ *```(?:console|sh)\n(.*?)^ *```",
        page.read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return [re.sub(r"\\\n\s*", " ", block) for block in found]


def typed(page: Path) -> Iterator[str]:
    """Every command that a page tells to type, also inside a sentence."""
    for block in blocks(page):
        lines = [line.strip() for line in block.splitlines()]
        marked = any(line.startswith("$ ") for line in lines)
        for line in lines:
            if line and (line.startswith("$ ") or not marked):
                yield line.removeprefix("$ ").split(" > ")[0].split(" || ")[0]
    if page.name not in ("commands.md", "errors.md"):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield from re.findall(r"`((?:tannoi|\./dev)[^`…]*)`", text)


COMMANDS = sorted({(page.name, command) for page in PAGES for command in typed(page)})


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_what_a_page_tells_to_type_exists(page: str, command: str) -> None:
    words = shlex.split(command)
    program, rest = words[0].rpartition("/")[2], words[1:]
    if program == "tannoi":
        demand_command(tannoi, rest)
    elif program == "dev":
        assert not rest or rest[0] in DEV_WORDS, command
    elif program == "python":
        assert rest[0] == "-m"
        assert rest[1] in PROGRAMS or rest[1].startswith("tests."), command
        importlib.import_module(f"{rest[1]}.__main__" if rest[1] in PROGRAMS else rest[1])
    else:
        assert program in {"ls", "pg_dump", "pg_restore", "psql", "createdb", "docker"}, command


def demand_command(command: click.Command, words: list[str]) -> None:
    """Fails if a word is no command, or an option none of its own."""
    while isinstance(command, click.Group) and words and not words[0].startswith("--"):
        context = click.Context(command)
        called = command.get_command(context, words[0])
        if called is None:  # `tannoi plan AREA DATE` is short for `tannoi plan make AREA DATE`
            called = command.get_command(context, "make")
        else:
            words = words[1:]
        assert called is not None, f"there is no {words[0]}"
        command = called
    known = {"--help"}
    for parameter in command.params:
        known |= {*parameter.opts, *parameter.secondary_opts}
    wrong = [word for word in words if word.startswith("--") and word not in known]
    assert not wrong, f"there is no {wrong[0]}"


def test_the_constants_of_planning_are_those_of_the_code() -> None:
    rows = re.findall(
        r"^\| `(\w+)\.([A-Z_]+)` \| (\d+) \|", (DOCS / "planning.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 10
    for module, name, value in rows:
        actual = getattr(importlib.import_module(f"backend.planning.{module}"), name)
        assert actual == int(value), f"{module}.{name} is {actual}"


def test_the_commands_for_the_real_lists_answer_what_the_page_says(
    committed_database: Engine,
    settings: Settings,
    test_data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TANNOI_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    files = {path.name: path for path in test_data.rglob("*") if path.is_file()}
    (block,) = [each for each in blocks(DOCS / "importing.md") if "--set" in each]
    runs = re.findall(r"^\$ tannoi (.*)\n(?!\$)(.+)$", block, re.MULTILINE)
    assert len(runs) == 5
    try:
        for command, answer in runs:
            words = [str(files.get(word, word)) for word in shlex.split(command)]
            done = CliRunner().invoke(tannoi, words)
            assert done.exit_code in (0, 2), done.output
            assert done.output.splitlines()[0] == answer
    finally:
        database.configure(settings.database_url)
