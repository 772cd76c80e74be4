"""A board that looks at a draft every few seconds costs little while nothing is written, and hears
of everything that is."""

from collections.abc import Callable
from datetime import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.catalogue.models import Procedure
from backend.dossiers.models import Dossier, Leg
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import Address, Office, OfficeClosure, PlanningArea
from backend.planning import kept_staleness
from backend.planning.models import Plan
from backend.planning.staleness import Staleness, read_staleness
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.planning import a_day, make_plan
from tests.integration.planning.edits_over_http import DOOR

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session)
    session.commit()
    return area


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Plans whose whole day was read to answer."""
    seen: list[Plan] = []

    def counted(session: Session, plan: Plan, blobs: BlobStore) -> Staleness:
        seen.append(plan)
        return read_staleness(session, plan, blobs)

    monkeypatch.setattr(kept_staleness, "read_staleness", counted)
    return seen


def one[Row](session: Session, table: type[Row]) -> Row:
    return session.scalars(select(table)).first() or pytest.fail(f"no {table.__name__}")


def _window(session: Session) -> None:
    one(session, Leg).window_end = time(11, 45)


def _door(session: Session) -> None:
    one(session, Address).zone_code = "VUNG-KHAC"


def _shift(session: Session) -> None:
    one(session, Shift).ends = time(14, 0)


def _courier(session: Session) -> None:
    one(session, Courier).satchel_dossiers = 3


def _vehicle(session: Session) -> None:
    one(session, Vehicle).capacity_dossiers = 2


def ridden_office(session: Session) -> Office:
    """The one that papers go to: of another nobody's day is made."""
    return session.get_one(Office, one(session, Dossier).filing_office_id)


def _office(session: Session) -> None:
    ridden_office(session).queue_minutes = 17


def _closure(session: Session) -> None:
    office = ridden_office(session)
    session.add(OfficeClosure(office_id=office.id, day=WORKING_DAY, reason="Mất điện"))


def _booked(session: Session) -> None:
    a_booking(session)


def _together(session: Session) -> None:
    one(session, Booking).visit_id = uuid4()


def _sooner(session: Session) -> None:
    for procedure in session.scalars(select(Procedure)):
        procedure.same_day_result = not procedure.same_day_result


def test_an_unchanged_draft_is_answered_without_reading_its_day(
    client: "FlaskClient", area: PlanningArea, settings: Settings, readings: list[Plan]
) -> None:
    url = f"{DOOR}/plans/{make_plan(area.id, settings)}"
    first = client.get(url)
    assert first.json["staleness"] == {"stale": False}
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(readings) == 1


@pytest.mark.parametrize(
    "write",
    [_window, _door, _shift, _courier, _vehicle, _office, _closure, _booked, _together, _sooner],
)
def test_whatever_a_day_is_made_from_is_noticed_when_it_is_written(
    client: "FlaskClient",
    area: PlanningArea,
    settings: Settings,
    session: Session,
    write: Callable[[Session], Any],
) -> None:
    url = f"{DOOR}/plans/{make_plan(area.id, settings)}"
    seen = client.get(url).headers["ETag"]
    write(session)
    session.commit()
    now = client.get(url, headers={"If-None-Match": seen})
    assert now.status_code == 200
    assert now.json["staleness"]["stale"] is True


def test_what_couriers_write_all_day_does_not_make_it_read_again(
    client: "FlaskClient",
    area: PlanningArea,
    settings: Settings,
    session: Session,
    readings: list[Plan],
) -> None:
    url = f"{DOOR}/plans/{make_plan(area.id, settings)}"
    client.get(url)
    one(session, Courier).revision += 1
    session.commit()
    client.get(url)
    assert len(readings) == 1
