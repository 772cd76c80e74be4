"""Procedures, calendar days and postage."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.models import (
    CalendarDay,
    CalendarDayKind,
    CompetentTier,
    Procedure,
    Tariff,
    TariffScope,
    TariffService,
)
from tests.builders.numbers import next_number
from tests.builders.places import PROVINCE, SOURCED


def a_procedure(session: Session, **fields: Any) -> Procedure:
    """A procedure that goes by post and that any office takes."""
    values = {
        "province_code": PROVINCE,
        "code": f"1.{900_000 + next_number()}",
        "name": "Thủ tục Mẫu",
        "office_tier": CompetentTier.ANY,
        "processing_days": 5,
        "eligible_by_post": True,
        "presence_needed": False,
        "same_day_result": False,
        "decision_no": "QĐ 000/QĐ-UBND (mẫu)",
        "valid_from": date(2018, 1, 1),
    }
    procedure = Procedure(**SOURCED | values | fields)
    session.add(procedure)
    session.flush()
    return procedure


def the_usual_procedure(session: Session) -> Procedure:
    """One procedure that a test's bookings share."""
    code = "1.004194"
    found = session.scalars(
        select(Procedure).where(Procedure.province_code == PROVINCE, Procedure.code == code)
    ).first()
    return found or a_procedure(session, code=code)


def a_holiday(session: Session, day: date, name: str = "Ngày lễ mẫu", **fields: Any) -> CalendarDay:
    """A public holiday of the default province."""
    values = {
        "province_code": PROVINCE,
        "day": day,
        "kind": CalendarDayKind.HOLIDAY,
        "name": name,
    }
    row = CalendarDay(**SOURCED | values | fields)
    session.add(row)
    session.flush()
    return row


def a_tariff(session: Session, **fields: Any) -> Tariff:
    """Postage of papers sent within a zone, 20,000 đồng and 8 % VAT."""
    values = {
        "province_code": PROVINCE,
        "code": "CUOC-THU",
        "service": TariffService.SEND,
        "scope": TariffScope.SAME_ZONE,
        "weight_from_g": 0,
        "weight_to_g": 500,
        "amount_vnd": 20_000,
        "vat_pct": 8,
        "valid_from": date(2018, 1, 1),
    }
    row = Tariff(**SOURCED | values | fields)
    session.add(row)
    session.flush()
    return row
