"""What the catalogue answers: which procedure holds on a day, and which days are worked."""

from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from backend.catalogue.models import (
    CalendarDay,
    CalendarDayKind,
    Procedure,
    Tariff,
    TariffScope,
    TariffService,
)
from backend.errors import NotFound, Text
from geodata.calendar import WorkingCalendar


class ProcedureNotFound(NotFound):
    code = "procedure_not_found"
    detail = Text(
        vi="Không có thủ tục {procedure} có hiệu lực ngày {day}.",
        en="There is no procedure {procedure} in force on {day}.",
    )
    action = Text(
        vi="Kiểm tra mã thủ tục, hoặc nhập danh mục bằng `tannoi import procedures`.",
        en="Check the code, or load the list with `tannoi import procedures`.",
    )


class TariffNotFound(NotFound):
    code = "tariff_not_found"
    detail = Text(
        vi="Chưa có giá cước {service}, phạm vi {scope}, {weight_g} g cho ngày {day}.",
        en="There is no postage for {service}, {scope}, {weight_g} g on {day}.",
    )
    action = Text(
        vi="Nhập bảng cước bằng `tannoi import tariff`.",
        en="Load the postage table with `tannoi import tariff`.",
    )


def load_calendar(session: Session, province_code: str) -> WorkingCalendar:
    """The working days of a province, from its calendar rows; weekends rest unless swapped."""
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).where(
            CalendarDay.province_code == province_code
        )
    ).all()
    return WorkingCalendar(
        holidays={row.day: row.name for row in rows if row.kind is CalendarDayKind.HOLIDAY},
        substitute_days_off=[
            row.day for row in rows if row.kind is CalendarDayKind.SUBSTITUTE_DAY_OFF
        ],
        working_saturdays=[row.day for row in rows if row.kind is CalendarDayKind.WORKING_DAY],
    )


def find_procedure(session: Session, province_code: str, code: str, day: date) -> Procedure | None:
    """The version of a procedure that is in force on a local date."""
    return session.scalars(
        procedures_on(province_code, day)
        .where(Procedure.code == code)
        .order_by(Procedure.valid_from.desc().nulls_last())
        .limit(1)
    ).first()


def get_procedure(session: Session, province_code: str, code: str, day: date) -> Procedure:
    """As `find_procedure`; raises ProcedureNotFound."""
    if found := find_procedure(session, province_code, code, day):
        return found
    raise ProcedureNotFound(
        procedure=code,
        day=day,
        fields={"procedure_code": Text(vi="không có thủ tục này", en="no such procedure")},
    )


def get_postage(
    session: Session,
    province_code: str,
    *,
    service: TariffService,
    scope: TariffScope,
    weight_g: int,
    day: date,
) -> Tariff:
    """The row of the postage table that applies; raises TariffNotFound."""
    found = session.scalars(
        select(Tariff)
        .where(
            Tariff.province_code == province_code,
            Tariff.service == service,
            Tariff.scope == scope,
            Tariff.weight_from_g <= weight_g,
            Tariff.weight_to_g >= weight_g,
            or_(Tariff.valid_from.is_(None), Tariff.valid_from <= day),
            or_(Tariff.valid_to.is_(None), Tariff.valid_to >= day),
        )
        .order_by(Tariff.valid_from.desc().nulls_last(), Tariff.code)
        .limit(1)
    ).first()
    if found is None:
        raise TariffNotFound(service=service, scope=scope, weight_g=weight_g, day=day)
    return found


def procedures_on(province_code: str, day: date) -> Select[Procedure]:
    """Procedures of a province that are in force on a local date."""
    return select(Procedure).where(
        Procedure.province_code == province_code,
        or_(Procedure.valid_from.is_(None), Procedure.valid_from <= day),
        or_(Procedure.valid_to.is_(None), Procedure.valid_to >= day),
    )
