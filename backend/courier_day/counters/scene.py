"""One act at a counter while it is being done: who sits where, when, and what it changes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.booking.of_dossiers import load_bookings
from backend.courier_day import form_contents
from backend.courier_day.counters.acts import ActKind, CounterAct, name_signatures
from backend.courier_day.counters.scans import ItemNotFound
from backend.courier_day.errors import CourierNotFound
from backend.courier_day.revisions import raise_revisions
from backend.courier_day.work_items import open_work_item
from backend.database import JsonObject, new_id
from backend.dossiers.custody import Evidence, Keeper, Origin
from backend.dossiers.forms import Draft, Form, FormKind, issue_forms
from backend.dossiers.models import Dossier, KeeperKind
from backend.dossiers.seals import parse_seal
from backend.errors import Conflict, Text
from backend.fleet.models import Courier
from backend.places.clerks import Clerk, get_clerk
from backend.places.models import Office, PlaceKind, PostOffice
from backend.places.operations import get_office, get_post_office
from backend.planning.models import Stop


class NoPostOfficeAnswers(Conflict):
    code = "no_post_office_answers"
    detail = Text(
        vi="Không xác định được bưu cục chịu trách nhiệm về biểu mẫu tại {place}.",
        en="No post office answers for forms that are made at {place}.",
    )
    action = Text(
        vi="Ghi rõ bưu tá giao, hoặc nạp bưu cục cùng nhà của cơ quan (cột post_office_code).",
        en="Name the courier, or import the office's post_office_code.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits where; the door has seen that this person may act at this place."""

    province_code: str
    place_kind: PlaceKind
    place_code: str
    person_id: uuid.UUID | None


@dataclass(slots=True, kw_only=True)
class CounterScene:
    """What an act works with. Its changes count only if the transaction commits."""

    session: Session
    place: Office | PostOffice
    clerk: Clerk
    origin: Origin
    signatures: tuple[tuple[str, str], ...] = ()
    """(role, SHA-256 in hexadecimal) of each signature taken on the counter's screen."""
    bookings: dict[uuid.UUID, Booking | None] = field(default_factory=dict)
    """By dossier, as far as somebody asked."""
    flags: list[str] = field(default_factory=list)
    changed_couriers: set[uuid.UUID] = field(default_factory=set)
    forms: list[Draft] = field(default_factory=list)
    answers: PostOffice | None = None
    """The post office whose papers these are, where the place does not say it."""

    @property
    def place_kind(self) -> PlaceKind:
        return PlaceKind.OFFICE if isinstance(self.place, Office) else PlaceKind.POST_OFFICE

    @property
    def province_code(self) -> str:
        return self.place.province_code

    @property
    def unit(self) -> PostOffice:
        """The post office that answers for the forms. Raises NoPostOfficeAnswers."""
        if isinstance(self.place, PostOffice):
            return self.place
        housed = self.place.post_office_id
        found = (
            self.answers
            or self.clerk.post_office
            or (housed and self.session.get(PostOffice, housed))
        )
        if not found:
            raise NoPostOfficeAnswers(place=self.place.code)
        return found

    @property
    def acted_by(self) -> dict[str, Any]:
        """The clerk, and the post office that answers."""
        return {
            "clerk": {"code": self.clerk.code, "name": self.clerk.person.full_name},
            "post_office": form_contents.of_place(self.unit),
        }

    def evidence(
        self,
        place_kind: PlaceKind | None,
        place_id: uuid.UUID | None,
        *,
        seal: str | None = None,
        reason: str | None = None,
    ) -> Evidence:
        """What proves it at a place, with the signatures taken here."""
        return Evidence(
            place_kind=place_kind,
            place_id=place_id,
            seal=parse_seal(seal) if seal else None,
            reason=reason,
            blob_hashes=tuple(sha256 for _, sha256 in self.signatures),
        )

    def here(self, *, seal: str | None = None, reason: str | None = None) -> Evidence:
        """The same at this counter."""
        return self.evidence(self.place_kind, self.place.id, seal=seal, reason=reason)

    def draft(self, kind: FormKind, content: dict[str, Any], *dossiers: Dossier) -> None:
        """A form about dossiers, numbered at the end of the act."""
        self.forms.append(
            Draft(
                kind=kind,
                province_code=self.province_code,
                unit_code=self.unit.code,
                dossier_ids=tuple(dossier.id for dossier in dossiers),
                content=content,
                acted_at=self.origin.at,
                signatures=self.signatures,
            )
        )

    def dossier(self, dossier_id: uuid.UUID) -> Dossier:
        """A locked dossier; the day of a courier who keeps it is about to change."""
        found = self.session.get_one(Dossier, dossier_id)
        if found.keeper_kind is KeeperKind.COURIER:
            self.changed_couriers.add(found.keeper_id)
        return found

    def booking_of(self, dossier: Dossier) -> Booking | None:
        """The booking that announced a dossier."""
        if dossier.id not in self.bookings:
            self.bookings |= load_bookings(self.session, [dossier.id])
        return self.bookings[dossier.id]

    def citizen_of(self, dossier: Dossier) -> Keeper:
        """The citizen who sends or receives a dossier. Raises ItemNotFound without a booking."""
        booking = self.booking_of(dossier)
        if booking is None:
            raise ItemNotFound(item=dossier.item_code)
        return Keeper.citizen(booking.contact_id)

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
        """An entry on the dispatcher's list that says where it was noticed."""
        open_work_item(
            self.session,
            kind,
            province_code=self.province_code,
            courier_id=self.named_courier_id,
            dossier_id=dossier.id if dossier else None,
            stop_id=stop.id if stop else None,
            detail={"noticed_at": self.place.code} | (detail or {}),
        )

    @property
    def named_courier_id(self) -> uuid.UUID | None:
        """The courier on the other side, if there is one."""
        return None

    def take_flags(self) -> list[str]:
        """What was flagged since the last call: the flags of one item of a batch."""
        flags, self.flags = self.flags, []
        return flags

    def finish(
        self, kind: ActKind, *, asked: Mapping[str, Any], outcome: JsonObject
    ) -> tuple[CounterAct, list[Form]]:
        """Writes the act, numbers its forms, and raises the days it changed; the last step."""
        act = CounterAct(
            id=new_id(),
            province_code=self.province_code,
            kind=kind,
            place_kind=self.place_kind,
            place_id=self.place.id,
            clerk_id=self.clerk.id,
            courier_id=self.named_courier_id,
            asked=dict(asked),
            outcome=outcome,
            at=self.origin.at,
        )
        self.session.add(act)
        name_signatures(self.session, act, self.clerk.person_id, self.signatures)
        forms = issue_forms(self.session, self.forms)
        act.outcome = outcome | {"forms": [form.printed_number for form in forms]}
        raise_revisions(self.session, self.changed_couriers)
        return act, forms


@dataclass(slots=True, kw_only=True)
class CourierAtCounter(CounterScene):
    """An act between a clerk and a courier who stands there."""

    courier: Courier

    @property
    def me(self) -> Keeper:
        """The courier as a keeper."""
        return Keeper.courier(self.courier.id)

    @property
    def named_courier_id(self) -> uuid.UUID | None:
        return self.courier.id

    @property
    def unit(self) -> PostOffice:
        """A post office's own counter, else the courier's post office."""
        return self.place if isinstance(self.place, PostOffice) else self.courier.post_office

    @property
    def acted_by(self) -> dict[str, Any]:
        """The courier and the clerk."""
        return {
            "courier": form_contents.of_courier(self.courier),
            "clerk": {"code": self.clerk.code, "name": self.clerk.person.full_name},
            "post_office": form_contents.of_place(self.unit),
        }

    def dossier(self, dossier_id: uuid.UUID) -> Dossier:
        """A locked dossier; this courier's day is about to change too."""
        self.changed_couriers.add(self.courier.id)
        return CounterScene.dossier(self, dossier_id)

    def touch_stop(self, stop: Stop) -> None:
        """A stop has changed: its courier gets a new day."""
        self.changed_couriers.add(stop.route.courier_id)


def sit_down(
    session: Session, seat: Seat, *, signatures: tuple[tuple[str, str], ...] = ()
) -> CounterScene:
    """An act of a clerk alone or with a citizen.

    Raises OfficeNotFound or PostOfficeNotFound, ClerkNotFound.
    """
    place, clerk = _seated(session, seat)
    origin = Origin.now(actor_id=clerk.person_id)
    return CounterScene(
        session=session, place=place, clerk=clerk, origin=origin, signatures=signatures
    )


def meet_courier(
    session: Session,
    seat: Seat,
    courier_code: str,
    *,
    signatures: tuple[tuple[str, str], ...] = (),
) -> CourierAtCounter:
    """An act of a clerk with a courier. Raises as `sit_down`, and CourierNotFound."""
    place, clerk = _seated(session, seat)
    courier = session.scalars(
        select(Courier).where(
            Courier.province_code == seat.province_code, Courier.code == courier_code
        )
    ).first()
    if courier is None:
        raise CourierNotFound(courier=courier_code)
    return CourierAtCounter(
        session=session,
        place=place,
        clerk=clerk,
        courier=courier,
        origin=Origin.now(actor_id=clerk.person_id),
        signatures=signatures,
    )


def _seated(session: Session, seat: Seat) -> tuple[Office | PostOffice, Clerk]:
    find = get_office if seat.place_kind is PlaceKind.OFFICE else get_post_office
    place: Office | PostOffice = find(session, seat.province_code, seat.place_code)
    return place, get_clerk(session, place, seat.person_id)
