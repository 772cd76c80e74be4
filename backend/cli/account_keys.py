"""Keys of programs, and codes for people who try the citizens' pages on this machine."""

from datetime import timedelta

import click

from backend import clock, database
from backend.accounts import operations
from backend.accounts.api_keys import LIFE, SCOPES, list_keys, make_key, revoke_key
from backend.accounts.codes import ask_for_code
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import TeachingGroup
from backend.errors import NotAllowed, Text


class OnlyLocal(NotAllowed):
    code = "only_local"
    detail = Text(
        vi="Lệnh này chỉ dùng để trình diễn trên máy, không dùng trong vận hành.",
        en="This is for demonstrations on one machine, never for production.",
    )
    action = Text(
        vi="Mã đăng nhập thật đến điện thoại của người dân.",
        en="A real code comes to the citizen's phone.",
    )


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi accounts create CONG-TT INTEGRATOR --name "Cổng tỉnh"
  tannoi accounts keys make CONG-TT --name "máy chủ chính" --scope plans:read
  tannoi accounts keys list
  tannoi accounts keys revoke 3f9c1a77b2
""",
)
def keys() -> None:
    """API keys of programs: made, listed, revoked."""


@keys.command()
@click.argument("account")
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(SCOPES)),
    help="What the key may do; may be repeated.",
)
@click.option("--days", type=click.IntRange(1, 730), default=LIFE.days, show_default=True)
@click.option("--province", metavar="CODE", help="Default: TANNOI_PROVINCE_CODE.")
def make(
    *, account: str, name: str, scopes: tuple[str, ...], days: int, province: str | None
) -> None:
    """Make a key for the INTEGRATOR account ACCOUNT and show it this once."""
    settings = read_settings()
    open_database(settings)
    with database.unit_of_work() as session:
        owner = operations.get_account(session, province or settings.province_code, account)
        key, text = make_key(session, owner, name=name, scopes=scopes, life=timedelta(days=days))
        until = clock.to_local(key.expires_at)
    click.echo(text)
    click.echo(f"  shown this once; good until {until:%Y-%m-%d}; sent as Authorization: Bearer …")


@keys.command("list")
@click.option("--province", metavar="CODE", help="Default: TANNOI_PROVINCE_CODE.")
def list_all(*, province: str | None) -> None:
    """List keys by their first part, with scopes and last use."""
    settings = read_settings()
    open_database(settings)
    with database.snapshot() as session:
        for key in list_keys(session, province or settings.province_code):
            state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
            used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            line = (key.prefix, key.account.code or "", key.name, ", ".join(key.scopes))
            click.echo("  ".join((*line, state, used)))


@keys.command()
@click.argument("prefix")
def revoke(*, prefix: str) -> None:
    """Revoke the key whose first part is PREFIX; it counts at the next call."""
    open_database(read_settings())
    with database.unit_of_work() as session:
        revoke_key(session, prefix)
    click.echo(f"{prefix}: revoked")


@click.command(
    epilog="""\b
Examples:
  tannoi accounts code 0900000001
""",
)
@click.argument("phone")
def code(*, phone: str) -> None:
    """Print a sign-in code for PHONE, good for 5 minutes; on a local installation only."""
    settings = read_settings()
    if settings.environment != "local":
        raise OnlyLocal
    open_database(settings)
    with database.unit_of_work() as session:
        digits = ask_for_code(
            session, province_code=settings.province_code, phone=phone, address="command line"
        )
    click.echo(digits)
