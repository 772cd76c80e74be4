"""The paper list of a dossier (danh mục tài liệu): what was given, as original or copy."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base, enum_column
from backend.dossiers.models import Dossier


class PaperForm(StrEnum):
    """How a paper was given; originals come back with the result (DOMAIN §5.5)."""

    ORIGINAL = "ORIGINAL"
    CERTIFIED_COPY = "CERTIFIED_COPY"
    PHOTOCOPY = "PHOTOCOPY"
    ELECTRONIC = "ELECTRONIC"


class PaperList(StrEnum):
    """What a list is about."""

    SENT = "SENT"
    RESULT = "RESULT"


class Paper(Base):
    """One line of a paper list."""

    __tablename__ = "paper"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    list: Mapped[PaperList] = mapped_column(enum_column(PaperList), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[PaperForm | None] = mapped_column(enum_column(PaperForm))
    """None where an old phone did not say."""
    quantity: Mapped[int]
    note: Mapped[str | None] = mapped_column(String(200))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPaper:
    """One kind of paper as counted by the courier."""

    name: str
    quantity: int
    form: PaperForm | None = None
    note: str | None = None


def list_papers(session: Session, dossier: Dossier, which: PaperList) -> list[Paper]:
    """The newest list, in its order."""
    return list(
        session.scalars(
            select(Paper)
            .where(Paper.dossier_id == dossier.id, Paper.list == which)
            .order_by(Paper.ordinal)
        )
    )


def write_papers(
    session: Session, dossier: Dossier, which: PaperList, papers: Sequence[ListedPaper]
) -> None:
    """Replaces a list by a newer count; an empty one leaves what was listed before."""
    if not papers:
        return
    before = {row.ordinal: row for row in list_papers(session, dossier, which)}
    for ordinal, paper in enumerate(papers, start=1):
        row = before.pop(ordinal, None)
        if row is None:
            row = Paper(dossier_id=dossier.id, list=which, ordinal=ordinal)
            session.add(row)
        row.name, row.form = paper.name, paper.form
        row.quantity, row.note = paper.quantity, paper.note
    for surplus in before.values():
        session.delete(surplus)
