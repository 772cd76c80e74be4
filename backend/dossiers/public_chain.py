"""What a receipt's QR code opens: one dossier's custody chain, for anybody to recompute.

Events hold ids and no personal data, so that they may be shown as they are. The link holds a
secret of its own: an item code can be guessed, a token cannot.
"""

import base64
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Instant, JsonObject
from backend.dossiers.chain import event_json
from backend.dossiers.models import CustodyEvent, Dossier
from backend.dossiers.verify import verify_custody
from backend.errors import NotFound, Text
from backend.places.operations import find_place_name

_TOKEN_BYTES = 15
"""120 bits: 24 letters and digits, nobody's to guess."""

RULE = "hash = SHA-256(0x00 || prev || JCS(event)), prev of event 1 = 32 zero bytes, JCS = RFC 8785"


class ChainNotFound(NotFound):
    code = "chain_not_found"
    detail = Text(
        vi="Đường dẫn kiểm chứng này không đúng.", en="This verification link is not valid."
    )
    action = Text(
        vi="Quét lại mã QR trên biên nhận, hoặc hỏi bưu cục.",
        en="Scan the QR code of the receipt again, or ask the post office.",
    )


class ChainToken(Base):
    """The secret part of a dossier's verification link."""

    __tablename__ = "chain_token"

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(24), unique=True)
    made_at: Mapped[Instant]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One event: what the hash covers, the hash, and where it happened in plain words."""

    event: JsonObject
    hash: str
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicChain:
    """A dossier's whole chain. `whole` is our own answer; a reader computes another."""

    item_code: str
    links: tuple[ChainLink, ...]
    head: str | None
    whole: bool
    read_at: datetime
    rule: str = RULE


def get_token(session: Session, dossier_id: uuid.UUID) -> str:
    """The token of a dossier's link, for its receipt; made when first asked for."""
    token = base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().lower()
    session.execute(
        insert(ChainToken)
        .values(dossier_id=dossier_id, token=token, made_at=clock.now())
        .on_conflict_do_nothing(index_elements=[ChainToken.dossier_id])
    )
    return session.scalars(
        select(ChainToken.token).where(ChainToken.dossier_id == dossier_id)
    ).one()


def get_chain(session: Session, token: str) -> PublicChain:
    """The chain behind a link. Raises ChainNotFound, alike for a wrong and an unknown token."""
    dossier = session.scalars(
        select(Dossier)
        .join(ChainToken, ChainToken.dossier_id == Dossier.id)
        .where(ChainToken.token == token.lower())
    ).first()
    if dossier is None:
        raise ChainNotFound
    events = session.scalars(
        select(CustodyEvent)
        .where(CustodyEvent.dossier_id == dossier.id)
        .order_by(CustodyEvent.n)
        .execution_options(populate_existing=True)
    ).all()
    return PublicChain(
        item_code=dossier.item_code,
        links=tuple(
            ChainLink(
                event=event_json(event),
                hash=event.hash.hex(),
                place=find_place_name(session, event.place_kind, event.place_id),
            )
            for event in events
        ),
        head=dossier.head_hash.hex() if dossier.head_hash else None,
        whole=verify_custody(session, dossier.id).bad_row is None,
        read_at=clock.now(),
    )
