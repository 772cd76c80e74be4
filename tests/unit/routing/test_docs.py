"""docs/routing.md: its Python runs, and no code, option or limit is left out of it."""

import re
from pathlib import Path

from routing import DefectCode, ReasonCode
from routing.cli import parser

DOCS = Path(__file__).parents[3] / "docs" / "routing.md"
TEXT = DOCS.read_text(encoding="utf-8")


def test_the_twenty_lines_give_a_plan(capsys):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len([line for line in block.splitlines() if line.strip()]) <= 26
    exec(compile(block, str(DOCS), "exec"), {})
    assert "PICKUP" in capsys.readouterr().out


def test_every_code_is_explained():
    for code in (*DefectCode, *ReasonCode):
        assert f"`{code.value}`" in TEXT


def test_every_command_and_option_is_shown():
    commands = next(a for a in parser()._actions if hasattr(a, "choices") and a.choices)
    for name, command in commands.choices.items():
        assert f"python -m routing {name}" in TEXT
        for action in command._actions:
            for option in action.option_strings:
                assert option in TEXT or option in {"-h", "--help"}
