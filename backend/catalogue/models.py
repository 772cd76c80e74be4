"""Procedures, their checklists and fees, tariffs and the working calendar, with validity."""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Identified, InProvince, Sourced, enum_column


class CompetentTier(StrEnum):
    """Which tier of office resolves a procedure; ANY since 1 July 2025 for most."""

    PROVINCE = "PROVINCE"
    DEPARTMENT = "DEPARTMENT"
    DISTRICT = "DISTRICT"
    COMMUNE = "COMMUNE"
    ANY = "ANY"


class Procedure(Identified, InProvince, Sourced, Base):
    """An administrative procedure (thủ tục hành chính) in one version."""

    __tablename__ = "procedure"
    __table_args__ = (
        UniqueConstraint("province_code", "code", "valid_from", postgresql_nulls_not_distinct=True),
    )

    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(400))
    field: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(40), default="")
    office_tier: Mapped[CompetentTier] = mapped_column(enum_column(CompetentTier))
    processing_days: Mapped[int | None]
    eligible_by_post: Mapped[bool]
    presence_needed: Mapped[bool] = mapped_column(default=False)
    same_day_result: Mapped[bool] = mapped_column(default=False)
    decision_no: Mapped[str] = mapped_column(String(120), default="")
    """Decision of the province that lists the procedure as eligible."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    checklist: Mapped[list["ChecklistItem"]] = relationship(
        back_populates="procedure",
        cascade="all, delete-orphan",
        order_by="ChecklistItem.ordinal",
    )
    fees: Mapped[list["FeeItem"]] = relationship(
        back_populates="procedure", cascade="all, delete-orphan", order_by="FeeItem.ordinal"
    )


class ChecklistItem(Identified, Base):
    """One paper that a procedure asks for."""

    __tablename__ = "checklist_item"
    __table_args__ = (UniqueConstraint("procedure_id", "ordinal"),)

    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(400))
    originals: Mapped[int] = mapped_column(default=0)
    certified_copies: Mapped[int] = mapped_column(default=0)
    photocopies: Mapped[int] = mapped_column(default=0)
    mandatory: Mapped[bool] = mapped_column(default=True)
    condition: Mapped[str] = mapped_column(String(400), default="")
    procedure: Mapped[Procedure] = relationship(back_populates="checklist")


class FeeItem(Identified, Base):
    """A public fee (phí) or charge (lệ phí), whole đồng."""

    __tablename__ = "fee_item"
    __table_args__ = (
        UniqueConstraint("procedure_id", "ordinal"),
        CheckConstraint("amount_vnd >= 0", name="amount_not_negative"),
    )

    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    amount_vnd: Mapped[int]
    procedure: Mapped[Procedure] = relationship(back_populates="fees")


class TariffService(StrEnum):
    """What the postage pays for."""

    SEND = "SEND"
    RETURN = "RETURN"
    BOTH = "BOTH"


class TariffScope(StrEnum):
    """How far the item travels, as in DOMAIN §5.8."""

    SAME_ZONE = "SAME_ZONE"
    SAME_PROVINCE = "SAME_PROVINCE"
    INTER_PROVINCE = "INTER_PROVINCE"


class Tariff(Identified, InProvince, Sourced, Base):
    """Postage for one service, scope and weight step."""

    __tablename__ = "tariff"
    __table_args__ = (
        UniqueConstraint(
            "province_code",
            "code",
            "service",
            "scope",
            "weight_from_g",
            "valid_from",
            postgresql_nulls_not_distinct=True,
        ),
    )

    code: Mapped[str] = mapped_column(String(40))
    service: Mapped[TariffService] = mapped_column(enum_column(TariffService))
    scope: Mapped[TariffScope] = mapped_column(enum_column(TariffScope))
    weight_from_g: Mapped[int]
    weight_to_g: Mapped[int]
    amount_vnd: Mapped[int]
    vat_pct: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class CalendarDayKind(StrEnum):
    """How a date differs from the plain week."""

    HOLIDAY = "HOLIDAY"
    SUBSTITUTE_DAY_OFF = "SUBSTITUTE_DAY_OFF"
    WORKING_DAY = "WORKING_DAY"


class CalendarDay(Identified, InProvince, Sourced, Base):
    """A date that differs from the plain week: holiday, substitute day off, swapped workday."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("province_code", "day"),)

    day: Mapped[date]
    kind: Mapped[CalendarDayKind] = mapped_column(enum_column(CalendarDayKind))
    name: Mapped[str] = mapped_column(String(200))
