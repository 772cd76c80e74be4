"""A town whose citizens book, as the browser tests of their pages find it."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend.catalogue.models import ChecklistItem, FeeItem, Procedure
from backend.phone_sim.rates import Rates
from backend.places.models import PlanningArea
from tests.builders.booking import WORKING_DAY, a_service
from tests.builders.catalogue import a_procedure
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import (
    CENTRE,
    a_planning_area,
    a_post_office,
    a_unit,
    an_address_point,
)

EVE = WORKING_DAY - timedelta(days=1)
LICENCE = "1.002809"
ADDRESS = "24 Trần Phú, Phường Mẫu, Đà Nẵng"
PERSON = "Nguyễn Thị Mẫu"
PHONE = "0900 000 123"

AS_PLANNED = Rates(
    absent_at_collection=0,
    incomplete=0,
    absent_at_delivery=0,
    result_refused=0,
    refused_at_desk=0,
    supplement=0,
    result_not_ready=0,
    unhurried=0,
)
"""Simulated couriers to whom nothing happens."""


def a_town(session: Session, *, days: int = 3, first: date = WORKING_DAY) -> PlanningArea:
    """Two couriers on each day, an office, a known street, and three procedures."""
    a_service(session)
    a_unit(session, name="Phường Mẫu")
    an_address_point(session, "24", "Trần Phú", CENTRE)
    post_office = a_post_office(session)
    for _ in range(2):
        courier = a_courier(session, post_office=post_office)
        for ahead in range(days):
            a_shift(session, service_date=first + timedelta(days=ahead), courier=courier)
    a_licence(session)
    a_procedure(session, code="1.000001", name="Đăng ký kết hôn", presence_needed=True)
    a_procedure(session, code="1.000002", name="Đổi giấy phép lái xe quốc tế")
    return a_planning_area(session)


def a_licence(session: Session) -> Procedure:
    """A procedure with papers and a fee, remembered and not checked."""
    return a_procedure(
        session,
        code=LICENCE,
        name="Đổi giấy phép lái xe",
        field="Giao thông vận tải",
        checklist=[
            _paper(0, "Đơn đề nghị đổi giấy phép lái xe", originals=1),
            _paper(1, "Bản sao thẻ căn cước", photocopies=2),
            _paper(2, "Giấy khám sức khỏe", mandatory=False, condition="trừ hạng A1", originals=1),
        ],
        fees=[FeeItem(ordinal=0, name="Lệ phí cấp giấy phép lái xe", amount_vnd=135_000)],
    )


def _paper(ordinal: int, name: str, **fields: Any) -> ChecklistItem:
    return ChecklistItem(ordinal=ordinal, name=name, **fields)
