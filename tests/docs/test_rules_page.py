"""docs/sync-rules.md names a test for every rule; each of them exists, and every row names one."""

import ast
import re
from functools import cache

from tests.fixtures.presence import ROOT

PAGE = ROOT / "docs" / "sync-rules.md"

_NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the tests in all files that are called so."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests").rglob(file)]
    return frozenset(
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def rows() -> list[str]:
    """The lines of all tables without their heads."""
    lines = PAGE.read_text().splitlines()
    heads = {number - 1 for number, line in enumerate(lines) if line.startswith("|---")}
    return [
        line for number, line in enumerate(lines) if line.startswith("| ") and number not in heads
    ]


def test_every_test_that_the_page_names_exists() -> None:
    named = _NAMED.findall(PAGE.read_text())
    assert len(named) > 100
    assert [pair for pair in named if pair[1] not in names_in(pair[0])] == []


def test_every_rule_names_its_test() -> None:
    assert [row for row in rows() if not _NAMED.search(row)] == []
