"""A quote tells offices, price and promise of a visit, and refuses what a booking would refuse."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.booking.errors import (
    NotAVisitDay,
    OfficeDoesNotAccept,
    OfficeNotYetInService,
    PresenceNeeded,
    ProcedureNotByPost,
)
from backend.booking.models import BookingMode
from backend.booking.quotes import Quote, QuoteAsked, quote
from backend.catalogue.models import (
    CompetentTier,
    FeeItem,
    TariffScope,
)
from backend.catalogue.remote_areas import RemoteArea, TerrainList
from backend.places.models import OfficeTier, Placement, UnitTier
from tests.builders.booking import WORKING_DAY
from tests.builders.catalogue import a_holiday, a_procedure, a_tariff
from tests.builders.places import (
    CENTRE,
    OFFICE_AT,
    OUTSIDE,
    PROVINCE,
    SOURCED,
    a_closure,
    a_post_office,
    a_unit,
    an_address_point,
    an_office,
    near,
)
from tests.integration.imports.test_bookings_batches import statements

PILOT_DAY = date(2018, 9, 17)

MOST_STATEMENTS = 10
"""Procedure, its papers and its fees, unit and area of the door, remote areas, offices with their
closures, the calendar, postage; one is spare."""


def asked(session: Session, **fields: Any) -> Quote:
    values: dict[str, Any] = {
        "province_code": PROVINCE,
        "mode": BookingMode.SEND,
        "day": WORKING_DAY,
        "point": CENTRE,
    }
    return quote(session, QuoteAsked(**values | fields))


@pytest.fixture
def town(session: Session) -> Session:
    """A post office, the home's ward with its office, and the provincial centre."""
    a_post_office(session)
    a_unit(session, code="20242")
    an_office(session, code="XA-NHA", unit_code="20242", point=near(OFFICE_AT, north_m=900))
    an_office(session, code="TINH", tier=OfficeTier.PROVINCE, point=near(CENTRE, east_m=200))
    return session


def codes(answer: Quote) -> list[str]:
    return [each.office.code for each in answer.offices]


def test_since_july_2025_every_centre_takes_papers_and_the_homes_own_stands_first(
    town: Session,
) -> None:
    a_procedure(town, code="1.1", office_tier=CompetentTier.COMMUNE)
    answer = asked(town, procedure_code="1.1")
    assert codes(answer) == ["XA-NHA", "TINH"]
    assert [each.competent for each in answer.offices] == [True, False]
    assert answer.served


def test_in_2018_a_commune_procedure_has_the_communes_office_alone(town: Session) -> None:
    a_procedure(town, code="1.1", office_tier=CompetentTier.COMMUNE)
    assert codes(asked(town, procedure_code="1.1", day=PILOT_DAY)) == ["XA-NHA"]


def test_in_2018_a_district_procedure_goes_to_the_district(town: Session) -> None:
    an_office(town, code="QUAN", tier=OfficeTier.DISTRICT)
    a_procedure(town, code="1.2", office_tier=CompetentTier.DISTRICT)
    assert codes(asked(town, procedure_code="1.2", day=PILOT_DAY)) == ["QUAN"]
    with pytest.raises(OfficeDoesNotAccept) as refused:
        asked(town, procedure_code="1.2", day=PILOT_DAY, office_code="XA-NHA")
    assert "Bộ phận một cửa Mẫu" in refused.value.action.vi


def test_an_office_before_its_start_stands_last_with_its_date_and_refuses_by_it(
    town: Session,
) -> None:
    start = WORKING_DAY + timedelta(days=30)
    an_office(town, code="SAU", service_start=start, point=CENTRE)
    a_procedure(town, code="1.1")
    answer = asked(town, procedure_code="1.1")
    assert codes(answer)[-1] == "SAU"
    assert answer.offices[-1].service_start == start
    with pytest.raises(OfficeNotYetInService, match=str(start)):
        asked(town, procedure_code="1.1", office_code="SAU")


def test_a_procedure_outside_the_list_is_refused_with_the_decision(town: Session) -> None:
    a_procedure(town, code="1.3", eligible_by_post=False, decision_no="QĐ 123/QĐ-UBND (mẫu)")
    with pytest.raises(ProcedureNotByPost, match="QĐ 123/QĐ-UBND"):
        asked(town, procedure_code="1.3")
    a_procedure(town, code="1.4", presence_needed=True)
    with pytest.raises(PresenceNeeded):
        asked(town, procedure_code="1.4")


def test_postage_and_fees_are_two_sums(town: Session) -> None:
    procedure = a_procedure(town, code="1.1")
    procedure.fees = [
        FeeItem(ordinal=1, name="Lệ phí", amount_vnd=135_000),
        FeeItem(ordinal=2, name="Phí", amount_vnd=15_000),
    ]
    a_tariff(town)
    a_tariff(town, scope=TariffScope.SAME_PROVINCE, amount_vnd=25_000)
    answer = asked(town, procedure_code="1.1", dossier_count=3)
    assert answer.fees_vnd == 450_000
    assert answer.price is not None
    assert (answer.price.postage_each_vnd, answer.price.vat_each_vnd) == (20_000, 1_600)
    assert (answer.price.postage_vnd, answer.price.certain) == (64_800, True)


def test_an_unknown_door_gets_the_farther_price_and_is_told_so(town: Session) -> None:
    a_procedure(town, code="1.1")
    a_tariff(town)
    a_tariff(town, scope=TariffScope.SAME_PROVINCE, amount_vnd=25_000)
    answer = asked(town, procedure_code="1.1", point=None, address="99 Đường Chưa Ai Biết")
    assert answer.door.placement is Placement.TO_PLACE
    assert answer.price is not None
    assert (answer.price.postage_each_vnd, answer.price.certain) == (25_000, False)
    assert not answer.served


def test_an_address_in_words_is_placed(town: Session) -> None:
    a_procedure(town, code="1.1")
    an_address_point(town, "24", "Trần Phú", CENTRE)
    answer = asked(town, procedure_code="1.1", point=None, address="24 Tran Phu, Đà Nẵng")
    assert answer.door.placement is Placement.HOUSE
    assert codes(answer)[0] == "XA-NHA"


def test_without_a_row_of_the_table_there_is_no_price_and_no_error(town: Session) -> None:
    a_procedure(town, code="1.1")
    assert asked(town, procedure_code="1.1").price is None


def test_the_promise_counts_working_days(town: Session) -> None:
    a_procedure(town, code="1.1", processing_days=5)
    a_holiday(town, WORKING_DAY + timedelta(days=1))
    told = asked(town, procedure_code="1.1", mode=BookingMode.BOTH).promises
    assert told.handed_over_by == date(2026, 11, 25)  # Monday + 1, Tuesday is a holiday
    assert told.result_by == date(2026, 12, 2)
    assert told.home_by == date(2026, 12, 3)


def test_a_return_promises_the_door_only(town: Session) -> None:
    a_procedure(town, code="1.1")
    told = asked(town, procedure_code="1.1", mode=BookingMode.RETURN).promises
    assert (told.handed_over_by, told.result_by) == (None, None)
    assert told.home_by == date(2026, 11, 24)


def test_a_remote_home_has_its_visit_days_and_its_promise(town: Session) -> None:
    far = near(CENTRE, north_m=12_000)
    a_unit(town, code="20300", around=far, zone_code="HOA-BAC", tier=UnitTier.COMMUNE)
    town.add(
        RemoteArea(
            province_code=PROVINCE,
            zone_code="HOA-BAC",
            terrain=TerrainList.A,
            visit_days=["mon", "thu"],
            transit_days=4,
            postage_exempt=True,
            **SOURCED,
        )
    )
    a_procedure(town, code="1.1")
    a_tariff(town, scope=TariffScope.SAME_PROVINCE)
    answer = asked(town, procedure_code="1.1", point=far)
    assert answer.remote
    assert answer.price is not None
    assert (answer.price.exempt, answer.price.postage_vnd) == (True, 0)
    assert answer.promises.handed_over_by == date(2026, 11, 27)
    with pytest.raises(NotAVisitDay) as refused:
        asked(town, procedure_code="1.1", point=far, day=date(2026, 11, 24))
    assert "26/11/2026" in refused.value.action.vi


def test_a_door_outside_every_area_is_quoted_as_not_served(town: Session) -> None:
    a_procedure(town, code="1.1")
    assert not asked(town, procedure_code="1.1", point=OUTSIDE).served


def test_over_http_the_answer_is_whole_and_errors_name_the_field(
    town: Session, client: FlaskClient
) -> None:
    a_procedure(town, code="1.1")
    a_tariff(town)
    body = {"procedure_code": "1.1", "mode": "SEND", "on": "2026-11-23"}
    answer = client.post("/v1/citizen/quotes", json=body | {"lat": CENTRE.lat, "lon": CENTRE.lon})
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    assert told["offices"][0]["code"] == "XA-NHA"
    assert told["price"]["source_status"] == "SAMPLE"
    half = client.post("/v1/citizen/quotes", json=body | {"lat": 16.0})
    assert half.status_code == 422
    assert "lon" in half.get_json()["fields"]
    none = client.post("/v1/citizen/quotes", json=body | {"procedure_code": "0.0"})
    assert (none.status_code, none.get_json()["code"]) == (404, "procedure_not_found")


def test_a_quote_takes_as_many_statements_however_many_offices_there_are(
    town: Session, client: FlaskClient, engine: Engine
) -> None:
    a_procedure(town, code="1.1")
    a_tariff(town)
    for number in range(6):
        office = an_office(town, point=near(OFFICE_AT, east_m=100 * number))
        a_closure(town, office, WORKING_DAY)
    body = {"procedure_code": "1.1", "mode": "SEND", "on": WORKING_DAY.isoformat()}
    town.expunge_all()
    with statements(engine) as ran:
        answer = client.post(
            "/v1/citizen/quotes", json=body | {"lat": CENTRE.lat, "lon": CENTRE.lon}
        )
    asked_of_tables = [each for each in ran if "FROM" in each]
    assert len(asked_of_tables) <= MOST_STATEMENTS, "\n".join(asked_of_tables)
    told = answer.get_json()["offices"]
    assert len(told) == 8
    closed = [each["open_on"] for each in told if each["code"] not in {"XA-NHA", "TINH"}]
    assert closed == [(WORKING_DAY + timedelta(days=1)).isoformat()] * 6


def test_over_http_procedures_are_found_and_shown(town: Session, client: FlaskClient) -> None:
    a_procedure(town, code="1.1", name="Đăng ký khai sinh")
    found = client.get("/v1/citizen/procedures", query_string={"q": "khai sih", "on": "2026-11-23"})
    assert [each["code"] for each in found.get_json()["procedures"]] == ["1.1"]
    one = client.get("/v1/citizen/procedures/1.1", query_string={"on": "2026-11-23"}).get_json()
    assert (one["name"], one["checklist"], one["valid_to"]) == ("Đăng ký khai sinh", [], None)
    assert client.get("/v1/citizen/procedures/9.9").status_code == 404
