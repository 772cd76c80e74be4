"""The command line as a newcomer meets it: help that teaches, failures that advise."""

import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.cli.serve import gunicorn_arguments
from backend.cli.teaching import TeachingGroup, explain_failures
from backend.errors import Conflict, Text, TooOften, Unavailable
from backend.settings import Settings


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> "Runner":
    for name in ("DATABASE_URL", "MIGRATION_URL", "REDIS_URL", "STATE_DIR", "TEST_DATA"):
        monkeypatch.delenv(f"TANNOI_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Runner()


class Runner:
    def __call__(self, *arguments: str, **environ: str) -> Result:
        return CliRunner().invoke(main, list(arguments), env=environ, prog_name="tannoi")


def all_commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if not command.hidden:
            found.append((*path, name))
        if isinstance(command, click.Group):
            found += all_commands(command, (*path, name))
    return found


@pytest.mark.parametrize("path", all_commands(main), ids=" ".join)
def test_every_command_explains_itself_with_an_example_of_its_own_or_in_its_group(
    run: Runner, path: tuple[str, ...]
) -> None:
    own = run(*path, "--help")
    assert own.exit_code == 0
    helps = own.output + (run(*path[:-1], "--help").output if len(path) > 1 else "")
    assert f"tannoi {' '.join(path)}" in helps.replace("Usage: tannoi", "")


def test_the_help_lists_every_command_under_a_heading(run: Runner) -> None:
    output = run("--help").output
    for title, commands in main.sections.items():
        assert title in output
        for command in commands:
            assert f"  {command.name} " in output


def test_a_command_loads_only_what_it_needs() -> None:
    """Migrating must work, and quickly, where no solver is installed."""
    code = "import sys, backend.cli.migrate, backend.cli as c; c.main.get_command(None, 'migrate');"
    code += "print([m for m in ('ortools', 'osrm', 'numpy', 'flask') if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_a_mistyped_command_is_refused(run: Runner) -> None:
    answer = run("migrat")
    assert answer.exit_code == 2
    assert "migrat" in answer.stderr


def test_an_unknown_setting_is_one_line_and_the_closest_name(run: Runner) -> None:
    answer = run("status", TANNOI_PROT="8081")
    assert answer.exit_code == 3
    assert answer.stderr.splitlines() == [
        "tannoi: TANNOI_PROT: there is no such setting.",
        "  next: Did you mean TANNOI_PORT?",
    ]


def test_a_missing_database_is_named_with_the_next_step(run: Runner) -> None:
    answer = run("migrate")
    assert answer.exit_code == 3
    assert "TANNOI_MIGRATION_URL" in answer.stderr
    assert "next:" in answer.stderr


def test_serving_beyond_loopback_is_refused(run: Runner) -> None:
    answer = run("serve", TANNOI_BIND="0.0.0.0")
    assert answer.exit_code == 3
    assert "local installation" in answer.stderr


def test_a_database_that_does_not_answer_is_one_line(run: Runner, tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://tannoi_app@/tannoi?host={tmp_path}"
    answer = run("worker", TANNOI_DATABASE_URL=nowhere, TANNOI_REDIS_URL="unix:///none.sock")
    assert answer.exit_code == 4
    assert answer.stderr.splitlines()[0] == "tannoi: The database does not answer."
    assert len(answer.stderr.splitlines()) == 2


def test_a_migration_without_a_database_is_one_line(run: Runner, tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://tannoi_owner@/tannoi?host={tmp_path}"
    answer = run("migrate", TANNOI_MIGRATION_URL=nowhere)
    assert answer.exit_code == 4
    assert answer.stderr.splitlines()[0] == "tannoi: The database does not answer."


def test_one_role_for_both_purposes_is_refused(run: Runner) -> None:
    same = "postgresql+psycopg://everything@/tannoi?host=/nowhere"
    answer = run("migrate", TANNOI_MIGRATION_URL=same, TANNOI_DATABASE_URL=same)
    assert answer.exit_code == 1
    assert "the same role everything" in answer.stderr


def test_a_taken_port_is_told_before_the_server_starts(run: Runner) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run(
            "serve",
            TANNOI_PORT=str(taken.getsockname()[1]),
            TANNOI_DATABASE_URL="postgresql+psycopg://a@/b",
            TANNOI_REDIS_URL="unix:///none.sock",
        )
    assert answer.exit_code == 4
    assert "cannot be used" in answer.stderr
    assert "TANNOI_PORT" in answer.stderr


def test_the_status_names_each_part_that_is_missing(run: Runner) -> None:
    answer = run("status")
    assert answer.exit_code == 4
    assert [line.split()[0] for line in answer.stdout.splitlines()] == [
        "database",
        "queue",
        "worker",
    ]
    assert "TANNOI_DATABASE_URL" in answer.stdout


def test_the_status_lists_settings_but_no_secret(run: Runner) -> None:
    answer = run(
        "status", "--settings", TANNOI_NOTICE_GATEWAY_KEY="very-secret", TANNOI_PORT="8099"
    )
    assert "8099" in answer.stdout
    assert "very-secret" not in answer.stdout


def test_the_server_listens_where_the_settings_say() -> None:
    arguments = gunicorn_arguments(Settings(bind="::1", port=8123, web_workers=2, web_threads=3))
    assert arguments[arguments.index("--bind") + 1] == "[::1]:8123"
    assert arguments[arguments.index("--workers") + 1] == "2"
    assert arguments[arguments.index("--threads") + 1] == "3"
    unix = gunicorn_arguments(Settings(bind="unix:/run/tannoi.sock"))
    assert unix[unix.index("--bind") + 1] == "unix:/run/tannoi.sock"


@pytest.mark.parametrize(
    ("error", "code"), [(Conflict(), 1), (Unavailable(), 4), (KeyboardInterrupt(), 130)]
)
def test_an_expected_failure_ends_with_its_exit_code(error: BaseException, code: int) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        explain_failures(fail)
    assert ended.value.code == code


def test_a_defect_is_not_hidden_behind_advice() -> None:
    def break_down() -> None:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        explain_failures(break_down)


def test_failures_speak_vietnamese_to_a_vietnamese_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise Conflict(fields={"ward": Text(vi="Không rõ.", en="Not clear.")})

    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    with pytest.raises(SystemExit):
        explain_failures(fail)
    told = capsys.readouterr().err
    assert Conflict.detail.vi in told
    assert "tiếp theo:" in told
    assert "ward: Không rõ." in told


def test_a_group_without_sections_still_lists_its_commands() -> None:
    group = TeachingGroup(name="roads")
    group.add_command(click.Command("build", short_help="Make the road data."))
    answer = CliRunner().invoke(group, ["--help"])
    assert "build" in answer.output


def test_whoever_must_wait_is_told_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise TooOften(retry_after_s=40)

    with pytest.raises(SystemExit):
        explain_failures(fail)
    assert "try again. About 40 seconds more.\n" in capsys.readouterr().err
