"""Papers given in at an office: counted and signed, or not taken; told by phone or at the desk."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.courier_day import form_contents, visits
from backend.courier_day.acting import Acting, CourierActing
from backend.courier_day.booking_ends import note_end
from backend.courier_day.moves import confirm_move, report_move, report_note
from backend.courier_day.notices import tell_citizen
from backend.dossiers import legs
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import file_case, move_case
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import (
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    Leg,
    LegStatus,
)
from backend.places.clerks import Clerk
from backend.places.models import Office, PlaceKind, PostOffice
from backend.places.operations import office_useful_intervals
from backend.planning.models import VisitKind


class DeskSignature(StrEnum):
    """How the office confirmed that it counted (DOMAIN §11: someone refuses to sign)."""

    SIGNED = "SIGNED"
    STAMP = "STAMP"
    WITNESS = "WITNESS"
    """A second person signed instead."""
    NONE = "NONE"

    @property
    def reason(self) -> str | None:
        """What the custody event says of it."""
        return None if self is DeskSignature.SIGNED else f"SIGNATURE_{self}"


class DeskForm(StrEnum):
    """The written form that the office gives (TT 03/2025/TT-VPCP)."""

    SUPPLEMENT = "SUPPLEMENT"
    """Form 02: what has to be added."""
    REFUSAL = "REFUSAL"
    """Form 03: it is not taken, and why."""


def hand_over(
    act: CourierActing,
    dossier: Dossier,
    office: Office,
    signature: DeskSignature,
    *,
    seal: str | None = None,
) -> bool:
    """Courier to office; True if the papers changed hands by this report."""
    if _told_by_seconded(act, dossier, office):
        return False
    leg = legs.find_active_leg(act.session, dossier)
    moved = report_move(
        act,
        dossier,
        CustodyEventType.HANDED_OVER,
        giver=act.me,
        receiver=Keeper.office(office.id),
        evidence=act.evidence(PlaceKind.OFFICE, office.id, seal=seal, reason=signature.reason),
    )
    if not moved:
        return False
    file_papers(act, dossier, signature)
    if office.id != dossier.filing_office_id and not _is_planned_at(act, leg, office.id):
        act.flag("unexpected_office", dossier=dossier, detail={"office": str(office.id)})
    dossier.filing_office_id = office.id
    if leg is not None:
        leg.to_kind, leg.to_id = PlaceKind.OFFICE, office.id
        legs.end(leg)
        visits.mark_dropped(act, leg, VisitKind.HAND_OVER)
    note_end(act.session, act.booking_of(dossier))
    return True


def find_waiting_place(session: Session, office: Office) -> PostOffice | None:
    """The post office whose seconded clerk keeps papers at this desk until they are filed.

    None where that clerk's signature is the filing, or where nobody is seconded.
    """
    if office.seconded_filing:
        return None
    return session.scalars(
        select(PostOffice)
        .join(Clerk, Clerk.post_office_id == PostOffice.id)
        .where(Clerk.office_id == office.id, Clerk.active.is_(True))
        .order_by(Clerk.code)
        .limit(1)
    ).first()


def keep_for_office(
    act: CourierActing, dossier: Dossier, office: Office, post_office: PostOffice
) -> bool:
    """Courier to a seconded postal clerk whose signature files nothing.

    The post keeps the papers, at the office's desk, until the office's own receiver signs; they
    need no further trip. True if they changed hands by this report.
    """
    leg = legs.find_active_leg(act.session, dossier)
    moved = report_move(
        act,
        dossier,
        CustodyEventType.DEPOSITED,
        giver=act.me,
        receiver=Keeper.post_office(post_office.id),
        evidence=act.evidence(PlaceKind.OFFICE, office.id, reason="SECONDED_CLERK"),
    )
    if not moved:
        return False
    dossier.filing_office_id = office.id
    if leg is not None:
        leg.to_kind, leg.to_id = PlaceKind.OFFICE, office.id
        legs.end(leg)
        visits.mark_dropped(act, leg, VisitKind.HAND_OVER)
    return True


def file_papers(act: Acting, dossier: Dossier, signature: DeskSignature) -> None:
    """The minutes are the legal filing; without any signature nobody can say that it is filed."""
    if signature is DeskSignature.NONE:
        act.flag("unsigned", dossier=dossier)
        return
    dossier.filed_at = to_the_minute(act.origin.at)
    file_case(dossier)
    office = act.session.get(Office, dossier.keeper_id) or dossier.filing_office
    tell_citizen(act.session, dossier, "dossier_filed", office=office.name, at=dossier.filed_at)
    if dossier.supplements_id is None:
        return
    original = act.dossier(dossier.supplements_id)  # locked with this one: see locks.py
    original.filed_at = dossier.filed_at
    complete = CaseEvent.SUPPLEMENT_COMPLETE
    if find_next_status(original.case_status, complete):
        move_case(act.session, original, complete, origin=act.origin)


def write_minutes(
    act: Acting, office: Office, dossiers: list[Dossier], signature: DeskSignature
) -> None:
    """One set of minutes for everything that was given in under one signature."""
    content = form_contents.minutes(act, office, dossiers, signature.value)
    act.draft(FormKind.HAND_OVER_MINUTES, content, *dossiers)


def refuse(
    act: CourierActing, dossier: Dossier, office: Office, form: DeskForm, form_no: str | None
) -> bool:
    """The papers go home with the office's form; what follows is on the dispatcher's list."""
    evidence = act.evidence(PlaceKind.OFFICE, office.id, reason=form.value)
    if not report_note(act, dossier, CustodyEventType.REFUSED_AT_DESK, evidence=evidence):
        return False
    event = CaseEvent.REFUSE if form is DeskForm.REFUSAL else CaseEvent.ASK_SUPPLEMENT
    if find_next_status(dossier.case_status, event):
        move_case(act.session, dossier, event, origin=act.origin)
    take_home(act, dossier, form.value)
    kind = "refused_at_desk" if form is DeskForm.REFUSAL else "supplement_asked"
    act.ask_person(kind, dossier=dossier, detail={"office": office.code, "form_no": form_no})
    if form is DeskForm.REFUSAL:
        tell_citizen(act.session, dossier, "dossier_refused", office=office.name)
    else:
        number = form_no or "—"
        tell_citizen(act.session, dossier, "supplement_at_desk", office=office.name, form_no=number)
    return True


def send_to_right_office(
    act: CourierActing, dossier: Dossier, office: Office, right: Office | None
) -> bool:
    """On to the right office, today if its hours allow. The promise's clock runs."""
    evidence = act.evidence(PlaceKind.OFFICE, office.id, reason="WRONG_OFFICE/POST")
    if not report_note(act, dossier, CustodyEventType.WRONG_OFFICE, evidence=evidence):
        return False
    leg = legs.find_active_leg(act.session, dossier)
    if leg is not None:
        visits.drop([v for v in visits.list_visits(act, leg) if v.kind in visits.DROPS], act)
        legs.note_failure(leg, "WRONG_OFFICE", by_post=True)
    if right is not None:
        dossier.filing_office_id = right.id
        if leg is not None:
            leg.to_kind, leg.to_id = PlaceKind.OFFICE, right.id
    detail = {
        "wrong_office": office.code,
        "right_office": right.code if right else None,
        "same_day": right is not None and _still_takes_today(act, right),
    }
    act.ask_person("reroute", dossier=dossier, detail=detail)
    return True


def take_home(act: CourierActing, dossier: Dossier, reason: str) -> Leg | None:
    """The rest of the planned way is void; a leg back to the sender is ridden."""
    leg = legs.find_active_leg(act.session, dossier)
    home = legs.find_home(act.session, dossier)
    if leg is not None:
        visits.drop(visits.list_visits(act, leg), act)
    if home is None:
        act.ask_person("home_unknown", dossier=dossier)
        return None
    return legs.turn_back(act.session, dossier, leg, target=home, reason=reason)


def to_the_minute(instant: datetime) -> datetime:
    """The legal filing time is recorded to the minute (DOMAIN §5.6)."""
    return instant.replace(second=0, microsecond=0)


def find_desk_of(session: Session, dossier: Dossier) -> uuid.UUID | None:
    """The office at whose desk a seconded clerk keeps these papers for the post, if one does."""
    if dossier.state is not DossierState.AT_POST_OFFICE:
        return None
    hands = session.scalars(
        select(CustodyEvent)
        .where(CustodyEvent.dossier_id == dossier.id, CustodyEvent.from_id != CustodyEvent.to_id)
        .order_by(CustodyEvent.n.desc())
        .limit(1)
    ).first()
    if hands is None or hands.place_kind is not PlaceKind.OFFICE:
        return None
    return hands.place_id


def _told_by_seconded(act: CourierActing, dossier: Dossier, office: Office) -> bool:
    """The office's seconded clerk has told it first: the courier's report confirms that one."""
    if find_desk_of(act.session, dossier) != office.id:
        return False
    return confirm_move(
        act,
        dossier,
        CustodyEventType.DEPOSITED,
        giver=act.me,
        receiver=Keeper.of(dossier),
        evidence=act.evidence(PlaceKind.OFFICE, office.id),
    )


def _is_planned_at(act: CourierActing, leg: Leg | None, office_id: uuid.UUID) -> bool:
    """A plan may choose another office that accepts the procedure."""
    if leg is None or leg.status is LegStatus.DONE:
        return False
    return any(
        visit.kind is VisitKind.HAND_OVER and visit.stop.place_id == office_id
        for visit in visits.list_visits(act, leg)
    )


def _still_takes_today(act: Acting, office: Office) -> bool:
    """Whether an arrival from now on would still count today."""
    at = act.origin.at
    calendar = load_calendar(act.session, office.province_code)
    useful = office_useful_intervals(office, clock.local_date(at), calendar)
    return any(interval.closes > at for interval in useful)
