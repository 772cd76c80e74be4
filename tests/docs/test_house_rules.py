"""Rules of the house that a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("routing", "geodata", "backend", "mobile_api")
CODE = {".py", ".js", ".mjs", ".css", ".sh"}
MOST_LINES = 400
VENDORED = "mobile_api/pages/vendor/"
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

# Put together here, so that this file does not contain what it looks for.
HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]
HOSTS += ["debian" + ".org/debian", "yarnpkg" + ".com", "crates" + ".io", "golang" + ".org"]
HOMES = re.compile(r"(?<![\w.$}~-])/(?:" + "|".join(["root", "home", "Users", "work"]) + r")/\w")
OPEN_ENDS = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]
LEFT_OPEN = re.compile(r"\b(?:" + "|".join(OPEN_ENDS) + ")")


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the project, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def own_texts() -> list[tuple[str, str]]:
    """Path and text of everything that was written here and can be read."""
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(VENDORED):
            try:
                found.append((name, path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def modules() -> list[Path]:
    """Python modules of the four packages."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES
    ]


def test_the_project_is_seen() -> None:
    assert len(modules()) > 150
    assert ROOT / "dev" in tracked()


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        name: len(text.splitlines())
        for name, text in own_texts()
        if (Path(name).suffix in CODE or name in ("dev", ".ci/run"))
        and len(text.splitlines()) > MOST_LINES
    }
    assert not long, f"split by meaning: {long}"


def test_no_module_is_named_after_nothing() -> None:
    named = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix in CODE and {path.stem, *path.relative_to(ROOT).parts[:-1]} & NO_NAMES
    ]
    assert not named


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_why_it_exists(package: str) -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if path.relative_to(ROOT).parts[0] == package
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_no_file_names_a_package_registry() -> None:
    named = [(name, host) for name, text in own_texts() for host in HOSTS if host in text]
    assert not named


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    named = [(name, found[0]) for name, text in own_texts() if (found := HOMES.search(text))]
    assert not named


def test_nothing_is_left_open_in_the_packages() -> None:
    left = [
        (name, found[0])
        for name, text in own_texts()
        if name.split("/")[0] in PACKAGES and (found := LEFT_OPEN.search(text))
    ]
    assert not left


def test_people_are_addressed_in_one_way() -> None:
    """Citizens are "quý vị", staff are told without a pronoun (docs/citizen-pages.md)."""
    others = re.compile(r"\b(?:bạn|quý khách|anh/chị|ông/bà)\b", re.IGNORECASE)
    mixed = [
        (name, found[0])
        for name, text in own_texts()
        if name.split("/")[0] in PACKAGES and (found := others.search(text))
    ]
    assert not mixed
