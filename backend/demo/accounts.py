"""Sample accounts beside a sample day: marked as such, without password; one-time links let in."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Account
from backend.accounts.operations import EVERYTHING, Reach, create_account
from backend.accounts.roles import Role
from backend.database import SourceStatus
from backend.fleet.models import Courier, Employment
from backend.places.clerks import Clerk

DISPATCHER = "DPV-MAU"
MANAGER = "QL-MAU"
SOURCE = "tannoi demo-day"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """One account as it shall be; `person` of a courier or clerk, else a name."""

    code: str
    role: Role
    reach: Reach = EVERYTHING
    clerk_or_courier: Clerk | Courier | None = None
    full_name: str | None = None


def make_sample_accounts(session: Session, province_code: str) -> int:
    """Accounts for a dispatcher, a manager, and every sample courier and clerk of the province.

    Returns how many are new; a second run makes none, and accounts of real people stay untouched.
    """
    known = set(session.scalars(select(Account.code).where(Account.province_code == province_code)))
    made = 0
    for wanted in _wanted(session, province_code):
        if wanted.code in known:
            continue
        person = wanted.clerk_or_courier
        create_account(
            session,
            province_code=province_code,
            code=wanted.code,
            role=wanted.role,
            reach=wanted.reach,
            full_name=wanted.full_name,
            person_id=person.person_id if person else None,
            source=SOURCE,
            source_status=SourceStatus.SAMPLE,
        )
        made += 1
    return made


def _wanted(session: Session, province_code: str) -> Iterator[_Wanted]:
    yield _Wanted(code=DISPATCHER, role=Role.DISPATCHER, full_name="Điều phối viên Mẫu")
    yield _Wanted(code=MANAGER, role=Role.MANAGER, full_name="Quản lý Mẫu")
    couriers = select(Courier).where(
        Courier.province_code == province_code,
        Courier.active.is_(True),
        Courier.source_status == SourceStatus.SAMPLE,
    )
    for courier in session.scalars(couriers.order_by(Courier.code)):
        employed = courier.employment is Employment.EMPLOYEE
        role = Role.COURIER if employed else Role.COLLABORATOR
        yield _Wanted(code=courier.code, role=role, clerk_or_courier=courier)
    clerks = (
        select(Clerk)
        .options(joinedload(Clerk.office), joinedload(Clerk.post_office))
        .where(
            Clerk.province_code == province_code,
            Clerk.active.is_(True),
            Clerk.source_status == SourceStatus.SAMPLE,
        )
    )
    for clerk in session.scalars(clerks.order_by(Clerk.code)):
        role, reach = _seat(clerk)
        yield _Wanted(code=clerk.code, role=role, reach=reach, clerk_or_courier=clerk)


def _seat(clerk: Clerk) -> tuple[Role, Reach]:
    offices = [clerk.office.code] if clerk.office else []
    post_offices = [clerk.post_office.code] if clerk.post_office else []
    reach = Reach(office_codes=offices, post_office_codes=post_offices)
    if clerk.is_seconded:
        return Role.SECONDED_CLERK, reach
    return (Role.OFFICE_CLERK if offices else Role.POST_OFFICE_CLERK), reach
