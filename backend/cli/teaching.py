"""Help in sections with examples, and failures as one line of reason and one of advice."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from backend.cli.language import language
from backend.database_errors import explained
from backend.errors import TanNoiError, Text, TooOften, Unavailable
from backend.setting_problems import InvalidSettings

EXIT_FAILED = 1
EXIT_WRONG_SETTINGS = 3
EXIT_UNAVAILABLE = 4
EXIT_INTERRUPTED = 130

_NEXT = Text(vi="tiếp theo", en="next")
_WAIT = Text(vi=" Còn khoảng {seconds} giây.", en=" About {seconds} seconds more.")


@dataclass(frozen=True, slots=True)
class Later:
    """A command that is imported when it is called: `tannoi migrate` needs no solver.

    home: module and attribute, as in "backend.cli.serve:serve".
    about: first sentence of its help, shown in the list.
    """

    name: str
    home: str
    about: str

    def load(self) -> click.Command:
        module, _, attribute = self.home.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


class TeachingGroup(click.Group):
    """A group whose help lists commands by purpose, and which explains failures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: dict[str, list[click.Command | Later]] = {}
        self._later: dict[str, Later] = {}

    def add_section(self, title: str, *commands: click.Command | Later) -> None:
        """Adds commands under a heading of the help, in this order."""
        self.sections.setdefault(title, []).extend(commands)
        for command in commands:
            if isinstance(command, Later):
                self._later[command.name] = command
            else:
                self.add_command(command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of the help, so that a tour of them makes sense."""
        in_sections = [c.name for group in self.sections.values() for c in group if c.name]
        return in_sections or super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now if it was not needed before."""
        if cmd_name in self._later:
            self.add_command(self._later.pop(cmd_name).load(), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not self.sections:
            super().format_commands(ctx, formatter)
        for title, commands in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(c.name or "", _about(c)) for c in commands])

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.parent is not None:
            return super().invoke(ctx)
        return explain_failures(lambda: super(TeachingGroup, self).invoke(ctx))


def explain_failures[Result](run: Callable[[], Result]) -> Result:
    """Runs a command; an expected failure ends the process with reason, next step and code."""
    try:
        return run()
    except InvalidSettings as invalid:
        for problem in invalid.problems:
            _tell(f"{problem.name}: {problem.reason}", problem.next_step)
        sys.exit(EXIT_WRONG_SETTINGS)
    except TanNoiError as error:
        _tell_error(error)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:
        known = explained(error)
        if known is None:
            raise
        _tell_error(known)
        sys.exit(exit_code(known))


def _about(command: click.Command | Later) -> str:
    return command.about if isinstance(command, Later) else command.get_short_help_str(70)


def exit_code(error: TanNoiError) -> int:
    """4 if a part is away and trying again can help, else 1."""
    return EXIT_UNAVAILABLE if isinstance(error, Unavailable) else EXIT_FAILED


def _tell_error(error: TanNoiError) -> None:
    tongue = language()
    next_step = error.action.in_language(tongue)
    if isinstance(error, TooOften) and error.retry_after_s:  # no header tells a terminal
        next_step += _WAIT.filled({"seconds": error.retry_after_s}).in_language(tongue)
    _tell(error.detail.in_language(tongue), next_step)
    for path, message in error.fields.items():
        click.echo(f"  {path}: {message.in_language(tongue)}", err=True)


def _tell(reason: str, next_step: str) -> None:
    click.echo(f"tannoi: {reason}", err=True)
    click.echo(f"  {_NEXT.in_language(language())}: {next_step}", err=True)
