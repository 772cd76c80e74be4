"""Writes the reference pages of docs/ from the code: settings, import columns, errors,
commands, endpoints, state machines.

    python -m tests.docs.reference --write

The test beside this file fails when a page differs from what this writes.
"""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

import backend
import mobile_api
from backend.cli import main as tannoi
from backend.cli.imports import KINDS
from backend.errors import list_error_classes
from backend.setting_list import list_settings
from backend.settings import Settings
from mobile_api.problems import status_of
from tests.docs.machine_pages import machines_page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = "Written from the code by `python -m tests.docs.reference --write`.\n"
_SCRIPTS = ("backend.migrations.env", "backend.migrations.versions")
_PROGRAMS = ("__main__", "wsgi")
METHODS = ("get", "head", "post", "put", "patch", "delete")


def pages() -> dict[str, str]:
    """File name in docs/ → whole text."""
    return {
        "settings.md": settings_page(),
        "import-columns.md": import_columns_page(),
        "errors.md": errors_page(),
        "commands.md": commands_page(),
        "endpoints.md": endpoints_page(),
        "state-machines.md": machines_page(WRITTEN),
    }


def settings_page() -> str:
    rows = [
        (
            f"`{info.variable}`",
            info.about,
            f"`{info.default}`" if info.default else "none",
            f"`{info.example}`" + (" (secret)" if info.secret else ""),
        )
        for info in list_settings()
    ]
    return (
        f"# Settings\n\n{WRITTEN}\nAll settings are environment variables. An unknown `TANNOI_*` "
        "name, or a value that cannot be used, stops the start with a reason and the next step. "
        "Names that begin with `TANNOI_TEST_` belong to the tests: `TANNOI_TEST_DATA` is the "
        "folder of real test data.\n\n"
        + table(("variable", "what it says", "default", "example"), rows)
    )


def errors_page() -> str:
    import_everything()
    rows = [
        (
            f"`{error.code}`",
            str(status_of(error)),
            f"{error.detail.vi}<br>{error.detail.en}",
            f"{error.action.vi}<br>{error.action.en}",
        )
        for error in list_error_classes()
    ]
    return (
        f"# Errors\n\n{WRITTEN}\nAn HTTP door answers `application/problem+json` (RFC 9457) with "
        "`code`, `detail`, `action` and `trace_id`, in Vietnamese unless `Accept-Language` asks "
        "for English. A command prints the reason and the next step and ends with a code other "
        "than 0. `{…}` stands for a value.\n\n"
        + table(("code", "HTTP", "what happened", "what to do"), rows)
    )


def commands_page() -> str:
    dev = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=False).stdout
    parts = [
        f"# Commands\n\n{WRITTEN}\n## ./dev\n\n```\n{dev.strip()}\n```\n\n## tannoi\n",
        *(_command_section(path, command) for path, command in commands(tannoi, ("tannoi",))),
    ]
    return "\n".join(parts)


def commands(
    group: click.Command, path: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(group, click.Group):
        return [(path, group)]
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            found += commands(command, (*path, name))
    return found


def _command_section(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path), max_content_width=96)
    context.terminal_width = 96
    return f"### {' '.join(path)}\n\n```\n{command.get_help(context).strip()}\n```\n"


def endpoints_page() -> str:
    document = openapi_document()
    rows = []
    for path, operations in sorted(document["paths"].items()):
        for method in METHODS:
            if operation := operations.get(method):
                answers = ", ".join(sorted(k for k in operation["responses"] if k != "default"))
                summary = operation.get("summary", "")
                rows.append((f"`{method.upper()} {path}`", summary, _callers(operation), answers))
    return (
        f"# Endpoints\n\n{WRITTEN}\nThe whole contract with schemas and examples is served at "
        "`/docs` (people) and `/openapi.json` (programs). Pages: `/`, `/console`.\n\n"
        + table(("call", "what it does", "who, and whose rows", "answers"), rows)
    )


def _callers(operation: dict[str, Any]) -> str:
    """Roles and scope in small letters, as the operation declares them."""
    roles = ", ".join(operation["x-roles"]) or "ANYBODY"
    return f"{roles}: {operation['x-scope']}".lower().replace("_", " ")


def import_columns_page() -> str:
    intro = (
        f"# Columns of imports\n\n{WRITTEN}\nHow files are read, and what happens to a row, is in "
        "[importing.md](importing.md). Headers match without regard to case, accents, `_` and `-`."
    )
    parts = [intro]
    for kind in KINDS.values():
        rows = [
            (
                f"`{column.name}`",
                "yes" if column.required else "",
                f"`{column.sample}`" if column.sample else "",
                ", ".join(column.aliases),
            )
            for column in kind.layout.columns
        ]
        head = ("column", "required", "sample", "also read as")
        parts.append(f"## {kind.layout.kind}\n\n{table(head, rows)}".rstrip("\n"))
    return "\n\n".join(parts) + "\n"


def openapi_document() -> dict[str, Any]:
    """The contract as the server serves it."""
    app = mobile_api.create_app(Settings())
    answer = app.test_client().get("/openapi.json")
    document: dict[str, Any] = answer.get_json()
    return document


def import_everything() -> None:
    """Error classes register themselves when their module is imported."""
    for package in (backend, mobile_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_SCRIPTS) and not module.name.endswith(_PROGRAMS):
                importlib.import_module(module.name)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(_cell(text) for text in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.docs.reference --write")
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")
