"""Starts the web server: for this machine, or for everybody once somebody can sign in."""

import os
import socket
import sys

import click

from backend import database
from backend.accounts.operations import list_accounts
from backend.cli.installation import open_database, read_settings
from backend.errors import Text, Unavailable
from backend.setting_checks import is_reachable
from backend.settings import Settings

REQUEST_TIMEOUT_S = 60
GRACE_S = 10
"""What a running request may still take when the server is told to stop."""


class PortTaken(Unavailable):
    code = "port_taken"
    detail = Text(
        vi="Cổng {port} trên {bind} không dùng được: {reason}.",
        en="Port {port} of {bind} cannot be used: {reason}.",
    )
    action = Text(
        vi="Dừng chương trình đang dùng cổng đó, hoặc đặt TANNOI_PORT khác.",
        en="Stop what uses it, or set another TANNOI_PORT.",
    )


class NoAccounts(Unavailable):
    code = "no_accounts"
    detail = Text(
        vi="{bind} ai cũng tới được, nhưng chưa có tài khoản nào.",
        en="{bind} can be reached by others, and there is no account yet.",
    )
    action = Text(
        vi="Tạo tài khoản đầu tiên: tannoi accounts create DP-01 DISPATCHER --name …",
        en="Make the first one: tannoi accounts create DP-01 DISPATCHER --name …",
    )


@click.command(
    epilog="""\b
Examples:
  tannoi serve
  TANNOI_PORT=8081 tannoi serve
  TANNOI_BIND=unix:/run/tannoi/web.sock tannoi serve
""",
)
def serve() -> None:
    """Serve the doors, the console and /docs over HTTP."""
    settings = read_settings()
    settings.needed("database_url")
    settings.needed("redis_url")
    if is_reachable(settings.bind):
        _demand_accounts(settings)
    if not settings.bind.startswith("unix:"):
        _demand_free_port(settings)
        click.echo(web_address(settings), err=True)
    os.execv(sys.executable, [sys.executable, *gunicorn_arguments(settings)])


def _demand_accounts(settings: Settings) -> None:
    """Nobody opens a door to everybody before there is a key to it."""
    open_database(settings)
    with database.unit_of_work() as session:
        if not list_accounts(session, settings.province_code):
            raise NoAccounts(bind=settings.bind)


def gunicorn_arguments(settings: Settings) -> list[str]:
    """gunicorn with threads; the app opens database and queue in each process."""
    unix = settings.bind.startswith("unix:")
    return [
        *("-m", "gunicorn", "mobile_api.wsgi:app"),
        *("--bind", settings.bind if unix else f"{_host(settings)}:{settings.port}"),
        *("--worker-class", "gthread"),
        *("--workers", str(settings.web_workers)),
        *("--threads", str(settings.web_threads)),
        *("--timeout", str(REQUEST_TIMEOUT_S)),
        *("--graceful-timeout", str(GRACE_S)),
        *("--logger-class", "mobile_api.server_logs.ServerLogger"),
        "--no-control-socket",
    ]


def web_address(settings: Settings) -> str:
    """Where the web server of these settings is reached: http://… or unix:…"""
    is_unix = settings.bind.startswith("unix:")
    return settings.bind if is_unix else f"http://{_host(settings)}:{settings.port}"


def _host(settings: Settings) -> str:
    return f"[{settings.bind}]" if ":" in settings.bind else settings.bind


def _demand_free_port(settings: Settings) -> None:
    """gunicorn would try five times and then say less."""
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError as error:
            raise PortTaken(
                port=settings.port, bind=settings.bind, reason=error.strerror or str(error)
            ) from error
