"""Forms of the service: frozen when they are made, numbered without gaps per kind, year and unit.

A form holds names, so it is an erasable row; the custody log names only the hashes of its
signatures.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import (
    Base,
    Identified,
    InProvince,
    Instant,
    JsonObject,
    enum_column,
    new_id,
)
from backend.errors import NotFound, Text


class FormKind(StrEnum):
    """What a form says (DOMAIN §7)."""

    DISPATCH_SLIP = "DISPATCH_SLIP"
    RESULT_SLIP = "RESULT_SLIP"
    GUIDANCE = "GUIDANCE"
    """What is missing, in writing."""
    HAND_OVER_MINUTES = "HAND_OVER_MINUTES"
    INVITATION_1 = "INVITATION_1"
    INVITATION_2 = "INVITATION_2"
    IRREGULARITY = "IRREGULARITY"
    EXCHANGE_MINUTES = "EXCHANGE_MINUTES"
    RECEIPT = "RECEIPT"
    BOOKING_CONFIRMATION = "BOOKING_CONFIRMATION"
    AUTHORISATION = "AUTHORISATION"
    """Giấy ủy quyền, filled in for the citizen to sign."""
    CASH_SETTLEMENT = "CASH_SETTLEMENT"


MARKS: dict[FormKind, str] = {
    FormKind.DISPATCH_SLIP: "PG",
    FormKind.RESULT_SLIP: "PGKQ",
    FormKind.GUIDANCE: "HD",
    FormKind.HAND_OVER_MINUTES: "BBGN",
    FormKind.INVITATION_1: "GM1",
    FormKind.INVITATION_2: "GM2",
    FormKind.IRREGULARITY: "BBBT",
    FormKind.EXCHANGE_MINUTES: "BBBG",
    FormKind.RECEIPT: "BL",
    FormKind.BOOKING_CONFIRMATION: "XNYC",
    FormKind.AUTHORISATION: "GUQ",
    FormKind.CASH_SETTLEMENT: "BKNT",
}
"""Short sign of a kind inside the printed number."""


class FormNotFound(NotFound):
    code = "form_not_found"
    detail = Text(vi="Không có biểu mẫu {form}.", en="There is no form {form}.")
    action = Text(vi="Kiểm tra mã biểu mẫu.", en="Check the id of the form.")


class FormSeries(Identified, InProvince, Base):
    """The next number of one kind, year and unit."""

    __tablename__ = "form_series"
    __table_args__ = (UniqueConstraint("province_code", "kind", "year", "unit_code"),)

    kind: Mapped[FormKind] = mapped_column(enum_column(FormKind))
    year: Mapped[int]
    unit_code: Mapped[str] = mapped_column(String(40))
    next_number: Mapped[int] = mapped_column(default=1)


class Form(Identified, InProvince, Base):
    """One form as it was made; `content` is what paper and JSON are both written from."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("province_code", "kind", "year", "unit_code", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_form_dossier_ids", "dossier_ids", postgresql_using="gin"),
    )

    kind: Mapped[FormKind] = mapped_column(enum_column(FormKind))
    year: Mapped[int]
    """Of the local date on which the act happened."""
    unit_code: Mapped[str] = mapped_column(String(40))
    """Code of the post office that answers for it."""
    number: Mapped[int]
    dossier_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    content: Mapped[JsonObject]
    signatures: Mapped[JsonObject]
    """{"signed": [{"role", "sha256"}]}: blobs that the custody event names as well."""
    acted_at: Mapped[Instant]
    issued_at: Mapped[Instant]
    redacted_at: Mapped[Instant | None]

    @property
    def printed_number(self) -> str:
        """Such as 00041/2026/BBGN-BC-001."""
        return f"{self.number:05d}/{self.year}/{MARKS[self.kind]}-{self.unit_code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that has everything but its number."""

    kind: FormKind
    province_code: str
    unit_code: str
    dossier_ids: tuple[uuid.UUID, ...]
    content: dict[str, Any]
    acted_at: datetime
    signatures: tuple[tuple[str, str], ...] = ()
    """(role, SHA-256 in hexadecimal) of each signature."""
    id: uuid.UUID = field(default_factory=new_id)

    @property
    def year(self) -> int:
        return clock.local_date(self.acted_at).year

    @property
    def series(self) -> tuple[str, str, int, str]:
        return self.province_code, self.kind.value, self.year, self.unit_code


def issue_forms(session: Session, drafts: Iterable[Draft]) -> list[Form]:
    """Numbers and writes forms, in the order of their series and then as given.

    Holds each series until the transaction ends, always in the same order: a rolled-back
    transaction gives its numbers back, so that no number is ever missing. Call it once, late.
    Minutes name the numbers of the slips (DOMAIN §5.6), which come before them in that order.
    """
    issued: list[Form] = []
    for _, of_series in groupby(sorted(drafts, key=_series), key=_series):
        same = list(of_series)
        first = _take_numbers(session, same[0], len(same))
        forms = [_form(session, each, number) for number, each in enumerate(same, start=first)]
        session.add_all(forms)
        session.flush()
        issued += forms
    return issued


def _series(draft: Draft) -> tuple[str, str, int, str]:
    return draft.series


def _form(session: Session, draft: Draft, number: int) -> Form:
    return Form(
        id=draft.id,
        province_code=draft.province_code,
        kind=draft.kind,
        year=draft.year,
        unit_code=draft.unit_code,
        number=number,
        dossier_ids=list(draft.dossier_ids),
        content=_complete_content(session, draft),
        signatures={
            "signed": [{"role": role, "sha256": sha256} for role, sha256 in draft.signatures]
        },
        acted_at=draft.acted_at,
        issued_at=clock.now(),
    )


def _complete_content(session: Session, draft: Draft) -> JsonObject:
    if draft.kind is not FormKind.HAND_OVER_MINUTES:
        return draft.content
    slips = session.scalars(
        select(Form)
        .where(
            Form.kind == FormKind.DISPATCH_SLIP, Form.dossier_ids.overlap(list(draft.dossier_ids))
        )
        .order_by(Form.acted_at, Form.id)
    )
    numbers = {each: slip.printed_number for slip in slips for each in slip.dossier_ids}
    lines = [
        line | {"slip_no": numbers.get(dossier_id)}
        for dossier_id, line in zip(draft.dossier_ids, draft.content["dossiers"], strict=True)
    ]
    return draft.content | {"dossiers": lines}


def get_form(session: Session, form_id: uuid.UUID) -> Form:
    """The form with this id; raises FormNotFound."""
    if found := session.get(Form, form_id):
        return found
    raise FormNotFound(form=form_id)


def list_forms(session: Session, dossier_id: uuid.UUID) -> list[Form]:
    """Every form that names a dossier, the oldest first."""
    return list(
        session.scalars(
            select(Form)
            .where(Form.dossier_ids.contains([dossier_id]))
            .order_by(Form.acted_at, Form.id)
        )
    )


def _take_numbers(session: Session, draft: Draft, count: int) -> int:
    """The first of `count` numbers of the draft's series, which is held from now on."""
    province_code, _, year, unit_code = draft.series
    following = session.scalars(
        insert(FormSeries)
        .values(
            id=new_id(),
            province_code=province_code,
            kind=draft.kind,
            year=year,
            unit_code=unit_code,
            next_number=1 + count,
        )
        .on_conflict_do_update(
            index_elements=["province_code", "kind", "year", "unit_code"],
            set_={"next_number": FormSeries.next_number + count},
        )
        .returning(FormSeries.next_number)
    ).one()
    return following - count
