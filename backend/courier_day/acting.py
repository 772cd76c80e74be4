"""What a phone's command and an act at a counter have in common while they are being applied.

The same code moves papers for both, so that the two sides of one hand-over cannot disagree.
"""

import uuid
from typing import Any, Protocol

from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.database import JsonObject
from backend.dossiers.custody import Evidence, Keeper, Origin
from backend.dossiers.forms import Draft, FormKind
from backend.dossiers.models import Dossier
from backend.fleet.models import Courier
from backend.places.models import PlaceKind
from backend.planning.models import Stop


class Acting(Protocol):
    """Somebody reports what happened: a courier by phone, or a clerk at a counter."""

    session: Session
    origin: Origin
    changed_couriers: set[uuid.UUID]
    forms: list[Draft]

    @property
    def acted_by(self) -> dict[str, Any]:
        """Who acted and which post office answers for it, as every form says it."""

    def evidence(
        self,
        place_kind: PlaceKind | None,
        place_id: uuid.UUID | None,
        *,
        seal: str | None = None,
        reason: str | None = None,
    ) -> Evidence:
        """What proves this at a place, with the pictures that are named."""

    def draft(self, kind: FormKind, content: dict[str, Any], *dossiers: Dossier) -> None:
        """A form about dossiers, numbered at the end."""

    def dossier(self, dossier_id: uuid.UUID) -> Dossier:
        """A dossier that is about to change; the day of a courier who keeps it changes too."""

    def booking_of(self, dossier: Dossier) -> Booking | None:
        """The booking that announced a dossier."""

    def citizen_of(self, dossier: Dossier) -> Keeper:
        """The citizen who sends or receives a dossier."""

    def flag(
        self,
        code: str,
        *,
        dossier: Dossier | None = None,
        stop: Stop | None = None,
        detail: JsonObject | None = None,
    ) -> None:
        """Keep the fact, and put the reason on the dispatcher's list."""

    def ask_person(
        self,
        kind: str,
        *,
        dossier: Dossier | None = None,
        stop: Stop | None = None,
        detail: JsonObject | None = None,
    ) -> None:
        """An entry on the dispatcher's list."""


class CourierActing(Acting, Protocol):
    """The same with a courier on one side, whose planned visits the report ends."""

    courier: Courier

    @property
    def me(self) -> Keeper:
        """The courier as a keeper."""

    def touch_stop(self, stop: Stop) -> None:
        """A stop has changed: its courier gets a new day."""
