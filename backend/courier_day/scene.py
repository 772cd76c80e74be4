"""One command while it is being applied: who acts, when, and what it has changed so far."""

import uuid
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy.orm import Session

from backend.accounts.models import Device
from backend.booking.models import Booking, Contact
from backend.booking.of_dossiers import load_bookings
from backend.courier_day import form_contents
from backend.courier_day.envelope import Content
from backend.courier_day.stops_in_force import find_stop_in_force
from backend.courier_day.work_items import open_work_item
from backend.database import JsonObject
from backend.dossiers.custody import Evidence, Keeper, Origin
from backend.dossiers.forms import Draft, FormKind
from backend.dossiers.models import Dossier, KeeperKind
from backend.dossiers.seals import parse_seal
from backend.fleet.models import Courier
from backend.places.models import Office, PlaceKind, PostOffice
from backend.planning.models import Stop

SIGNATURE = "signature_"
"""How the slot of a blob begins that is somebody's signature."""


class Refused(Exception):
    """An intent that cannot be granted; `code` says why. Facts never raise it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unusable(Exception):
    """The command names something that does not exist: a person must look at it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class Scene:
    """What a handler works with. Its changes count only if the handler returns."""

    session: Session
    courier: Courier
    device: Device
    command_id: uuid.UUID
    content: Content
    origin: Origin
    bookings: dict[uuid.UUID, Booking | None] = field(default_factory=dict)
    """By dossier, as far as somebody asked; commands of one batch share it."""
    flags: list[str] = field(default_factory=list)
    changed_couriers: set[uuid.UUID] = field(default_factory=set)
    forms: list[Draft] = field(default_factory=list)
    """Forms that this command makes; the batch numbers them at its end."""
    touched: dict[tuple[str, uuid.UUID], Dossier | Stop | Contact] = field(default_factory=dict)

    @property
    def me(self) -> Keeper:
        """The courier who acts, as a keeper."""
        return Keeper.courier(self.courier.id)

    @property
    def acted_by(self) -> dict[str, Any]:
        """The courier and the post office that answers for what the courier does."""
        return {
            "courier": form_contents.of_courier(self.courier),
            "post_office": form_contents.of_place(self.courier.post_office),
        }

    @property
    def blob_hashes(self) -> tuple[str, ...]:
        return tuple(blob.sha256 for blob in self.content.blobs)

    def evidence(
        self,
        place_kind: PlaceKind | None,
        place_id: uuid.UUID | None,
        *,
        seal: str | None = None,
        reason: str | None = None,
    ) -> Evidence:
        """What proves this command's fact at a place, with the photos that it names."""
        return Evidence(
            place_kind=place_kind,
            place_id=place_id,
            seal=parse_seal(seal) if seal else None,
            reason=reason,
            blob_hashes=self.blob_hashes,
        )

    @property
    def signatures(self) -> tuple[tuple[str, str], ...]:
        """(role, SHA-256) of the blobs that are signatures: their slot is signature_<role>."""
        return tuple(
            (blob.slot.removeprefix(SIGNATURE).upper(), blob.sha256)
            for blob in self.content.blobs
            if blob.slot.startswith(SIGNATURE)
        )

    def draft(
        self,
        kind: FormKind,
        content: dict[str, Any],
        *dossiers: Dossier,
        signed_before: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """A form about dossiers, of the courier's post office, with this command's signatures.

        signed_before: those of an earlier step, for whoever did not sign again.
        """
        roles = {role for role, _ in self.signatures}
        earlier = tuple(each for each in signed_before if each[0] not in roles)
        self.forms.append(
            Draft(
                kind=kind,
                province_code=self.courier.province_code,
                unit_code=self.courier.post_office.code,
                dossier_ids=tuple(dossier.id for dossier in dossiers),
                content=content | {"command_id": str(self.command_id)},
                acted_at=self.origin.at,
                signatures=earlier + self.signatures,
            )
        )

    def dossier(self, dossier_id: uuid.UUID) -> Dossier:
        """A dossier named in the body; its keeper's day is about to change."""
        found = self.session.get(Dossier, dossier_id)
        if found is None:
            raise Unusable("unknown_dossier")
        self.touched["dossier", found.id] = found
        self.changed_couriers.add(self.courier.id)
        if found.keeper_kind is KeeperKind.COURIER:
            self.changed_couriers.add(found.keeper_id)
        return found

    def stop(self, stop_id: uuid.UUID) -> Stop:
        """A stop named in the body, as the plan in force has it."""
        named = self.session.get(Stop, stop_id) or _unusable("unknown_stop")
        return find_stop_in_force(self.session, named)

    def office(self, office_id: uuid.UUID) -> Office:
        """An office named in the body."""
        return self.session.get(Office, office_id) or _unusable("unknown_office")

    def post_office(self, post_office_id: uuid.UUID) -> PostOffice:
        """A post office named in the body."""
        return self.session.get(PostOffice, post_office_id) or _unusable("unknown_post_office")

    def booking_of(self, dossier: Dossier) -> Booking | None:
        """The booking that announced a dossier."""
        if dossier.id not in self.bookings:
            self.bookings |= load_bookings(self.session, [dossier.id])
        return self.bookings[dossier.id]

    def citizen_of(self, dossier: Dossier) -> Keeper:
        """The citizen who sends or receives a dossier."""
        booking = self.booking_of(dossier)
        if booking is None:
            raise Unusable("dossier_without_booking")
        return Keeper.citizen(booking.contact_id)

    def touch_stop(self, stop: Stop) -> None:
        """A stop has changed: it is named in the outcome and its courier gets a new day."""
        self.touched["stop", stop.id] = stop
        self.changed_couriers.add(stop.route.courier_id)

    def flag(
        self,
        code: str,
        *,
        dossier: Dossier | None = None,
        stop: Stop | None = None,
        detail: JsonObject | None = None,
    ) -> None:
        """Keep the fact, and put the reason on the dispatcher's list."""
        if code not in self.flags:
            self.flags.append(code)
        self.ask_person(code, dossier=dossier, stop=stop, detail=detail)

    def ask_person(
        self,
        kind: str,
        *,
        dossier: Dossier | None = None,
        stop: Stop | None = None,
        detail: JsonObject | None = None,
    ) -> None:
        """An entry on the dispatcher's list that names this command."""
        open_work_item(
            self.session,
            kind,
            province_code=self.courier.province_code,
            courier_id=self.courier.id,
            command_id=self.command_id,
            dossier_id=dossier.id if dossier else None,
            stop_id=stop.id if stop else None,
            detail=detail,
        )

    def entities(self) -> list[JsonObject]:
        """What changed, with its new version, in a stable order."""
        return [
            {"kind": kind, "id": str(row_id), "version": row.version}
            for (kind, row_id), row in sorted(self.touched.items(), key=lambda item: item[0])
        ]


def _unusable(reason: str) -> NoReturn:
    raise Unusable(reason)
