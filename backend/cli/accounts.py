"""`tannoi accounts`: who may sign in, as what, and how they get in the first time."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from backend import database
from backend.accounts import operations
from backend.accounts.models import Account, Grant
from backend.accounts.one_time_links import LinkPurpose, make_link
from backend.accounts.operations import Reach
from backend.accounts.passwords import SHORTEST, set_password
from backend.accounts.roles import CITIZENS, Role
from backend.cli.installation import open_database, read_settings
from backend.cli.teaching import Later, TeachingGroup
from backend.courier_day.devices import find_person_of_code
from backend.places.operations import get_planning_area
from backend.settings import Settings

ROLES = [role.value for role in Role if role not in CITIZENS]
"""Citizens and firms make their accounts themselves, by phone."""

PROVINCE = click.option("--province", metavar="CODE", help="Default: TANNOI_PROVINCE_CODE.")


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi accounts create DP-01 DISPATCHER --name "Điều phối viên Mẫu"
  tannoi accounts create GDV-001 POST_OFFICE_CLERK --post-office 550000
  tannoi accounts link DP-01                      signs in once, within 10 minutes
  tannoi accounts set-password DP-01
  tannoi accounts list --role COURIER
  tannoi accounts end-role BT-001 COURIER         from the next call on
  tannoi accounts disable DP-01                   every way in is closed
  tannoi accounts keys make CONG-TT --name "Cổng tỉnh" --scope plans:read
""",
)
def accounts() -> None:
    """Look after accounts, their roles and their ways in."""


def reach_options[Command: Callable[..., object]](command: Command) -> Command:
    """The options that say what a role reaches."""
    for name, metavar, about in (
        ("--unit", "CODE", "Administrative unit that an authority supervises; may be repeated."),
        ("--post-office", "CODE", "Post office of a clerk or cashier; may be repeated."),
        ("--office", "CODE", "One-stop office of a clerk; may be repeated."),
        ("--area", "CODE", "Planning area; may be repeated. None: the whole province."),
    ):
        click.option(name, metavar=metavar, multiple=True, help=about)(command)
    return command


@accounts.command(
    epilog="""\b
Examples:
  tannoi accounts create QL-01 MANAGER --name "Quản lý Mẫu"
  tannoi accounts create BT-001 COURIER           an imported courier, by code
  tannoi accounts create GS-01 AUTHORITY --unit 20194 --unit 20195
""",
)
@click.argument("code")
@click.argument("role", type=click.Choice(ROLES, case_sensitive=False))
@click.option("--name", metavar="TEXT", help="Full name; not needed for imported couriers, clerks.")
@reach_options
@PROVINCE
def create(
    *,
    code: str,
    role: str,
    name: str | None,
    province: str | None,
    **reach: tuple[str, ...],
) -> None:
    """Make the account CODE with ROLE, and print the link that sets its first password."""
    settings = _opened()
    named = province or settings.province_code
    with database.unit_of_work() as session:
        account = operations.create_account(
            session,
            province_code=named,
            code=code,
            role=Role(role.upper()),
            reach=_reach(session, named, reach),
            full_name=name,
            person_id=find_person_of_code(session, named, code),
        )
        path = make_link(session, account, LinkPurpose.SET_PASSWORD)
    click.echo(f"{code}: {role.upper()}")
    click.echo(f"  to set a password, within 3 days: {_address(settings)}{path}")


@accounts.command(
    epilog="""\b
Examples:
  tannoi accounts grant DP-01 DISPATCHER --area DA-NANG
  tannoi accounts grant DP-01 MANAGER
""",
)
@click.argument("code")
@click.argument("role", type=click.Choice(ROLES, case_sensitive=False))
@reach_options
@PROVINCE
def grant(
    *,
    code: str,
    role: str,
    province: str | None,
    **reach: tuple[str, ...],
) -> None:
    """Give ROLE to CODE, or change what it reaches; it counts at the next call."""
    settings = _opened()
    named = province or settings.province_code
    with database.unit_of_work() as session:
        account = operations.get_account(session, named, code)
        held = operations.grant_role(
            session, account, Role(role.upper()), _reach(session, named, reach)
        )
        click.echo(_line(held))


@accounts.command("end-role")
@click.argument("code")
@click.argument("role", type=click.Choice(ROLES, case_sensitive=False))
@PROVINCE
def end_role(*, code: str, role: str, province: str | None) -> None:
    """Take ROLE from CODE; it counts at the next call."""
    settings = _opened()
    with database.unit_of_work() as session:
        account = operations.get_account(session, province or settings.province_code, code)
        operations.end_grant(session, account, Role(role.upper()))
    click.echo(f"{code}: no longer {role.upper()}")


@accounts.command("list")
@click.option("--role", type=click.Choice(ROLES, case_sensitive=False))
@PROVINCE
def list_all(*, role: str | None, province: str | None) -> None:
    """List accounts with their roles, and what each role reaches."""
    settings = _opened()
    with database.snapshot() as session:
        found = operations.list_accounts(
            session, province or settings.province_code, Role(role.upper()) if role else None
        )
        for account in found:
            click.echo(f"{account.code:<16} {_state(account)}")
            for held in account.grants:
                if held.ended_at is None:
                    click.echo(f"  {_line(held)}")
    click.echo(f"{len(found)} accounts")


@accounts.command()
@click.argument("code")
@PROVINCE
def disable(*, code: str, province: str | None) -> None:
    """Shut CODE out: every sign-in ends, and none can begin."""
    settings = _opened()
    with database.unit_of_work() as session:
        account = operations.get_account(session, province or settings.province_code, code)
        operations.disable_account(session, account)
    click.echo(f"{code}: disabled")


@accounts.command("set-password")
@click.argument("code")
@click.password_option(help=f"At least {SHORTEST} characters; asked for when it is left out.")
@PROVINCE
def choose_password(*, code: str, password: str, province: str | None) -> None:
    """Set the password of CODE; whoever is signed in has to sign in again."""
    settings = _opened()
    with database.unit_of_work() as session:
        account = operations.get_account(session, province or settings.province_code, code)
        set_password(session, account, password)
    click.echo(f"{code}: the new password holds")


@accounts.command(
    epilog="""\b
Examples:
  tannoi accounts link DP-01                  then open the address in a browser
""",
)
@click.argument("code")
@click.option("--password", "sets_password", is_flag=True, help="A link that sets a password.")
@click.option("--minutes", type=click.IntRange(1, 1440), metavar="N", help="It lives so long.")
@PROVINCE
def link(*, code: str, sets_password: bool, minutes: int | None, province: str | None) -> None:
    """Print a link that signs CODE in once, within 10 minutes."""
    settings = _opened()
    purpose = LinkPurpose.SET_PASSWORD if sets_password else LinkPurpose.SIGN_IN
    with database.unit_of_work() as session:
        account = operations.get_account(session, province or settings.province_code, code)
        life = timedelta(minutes=minutes) if minutes else None
        path = make_link(session, account, purpose, life=life)
    click.echo(f"{_address(settings)}{path}")


accounts.add_section(
    "Accounts and roles",
    *(create, grant, end_role, list_all, disable, choose_password, link),
)
accounts.add_section(
    "Programs and phones",
    Later("keys", "backend.cli.account_keys:keys", "API keys of programs."),
    Later("code", "backend.cli.account_keys:code", "A citizen's sign-in code, for demonstrations."),
)


def _opened() -> Settings:
    settings = read_settings()
    open_database(settings)
    return settings


def _reach(session: Session, province: str, named: Mapping[str, tuple[str, ...]]) -> Reach:
    areas = [get_planning_area(session, province, area).id for area in named["area"]]
    return Reach(
        planning_area_ids=areas,
        office_codes=named["office"],
        post_office_codes=named["post_office"],
        unit_codes=named["unit"],
    )


def _address(settings: Settings) -> str:
    return settings.public_url.rstrip("/") or f"http://127.0.0.1:{settings.port}"


def _state(account: Account) -> str:
    name = account.person.full_name if account.person else ""
    ways = "password set" if account.password_hash else "no password yet"
    return f"{name}  ({'disabled' if account.disabled_at else ways})"


def _line(held: Grant) -> str:
    parts = [
        f"{len(held.planning_area_ids)} planning areas" if held.planning_area_ids else "",
        *(
            f"{name} {', '.join(codes)}" if codes else ""
            for name, codes in (
                ("offices", held.office_codes),
                ("post offices", held.post_office_codes),
                ("units", held.unit_codes),
            )
        ),
    ]
    return f"{held.role.value:<18} {'; '.join(part for part in parts if part)}".rstrip()
