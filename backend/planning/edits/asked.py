"""What a dispatcher can ask of a plan, as plain values."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from routing.editing.moves import Place


class EditKind(StrEnum):
    """MOVE to another place or courier, SWAP two, LOCK and UNLOCK, ADD what is left, DROP."""

    MOVE = "MOVE"
    SWAP = "SWAP"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"
    ADD = "ADD"
    DROP = "DROP"


class LockKind(StrEnum):
    """STOP: the route up to this stop stays as it is. ORDER: what the route has keeps its order,
    others may come between. COURIER: these visits stay with their courier. ROUTE: the whole route
    stays as it is, others may only follow."""

    STOP = "STOP"
    ORDER = "ORDER"
    COURIER = "COURIER"
    ROUTE = "ROUTE"


class PartnerRule(StrEnum):
    """AUTO: the other end of a carriage comes along to another courier, and is put right where
    the order would be wrong. STAY: it is left where it is."""

    AUTO = "AUTO"
    STAY = "STAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change; ids are those of the version that was opened."""

    kind: EditKind
    visits: tuple[uuid.UUID, ...] = ()
    leg: uuid.UUID | None = None
    courier: str | None = None
    after: uuid.UUID | Place = Place.CHEAPEST
    """The visit that comes directly before."""
    partner: PartnerRule = PartnerRule.AUTO
    lock: LockKind | None = None
    stop: uuid.UUID | None = None
