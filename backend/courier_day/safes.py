"""The safe of a post office: what a courier puts in overnight, and what one takes out again."""

from backend import clock
from backend.booking.next_visit import note_next_visits
from backend.courier_day import visits
from backend.courier_day.acting import CourierActing
from backend.courier_day.moves import report_move
from backend.courier_day.notices import tell_citizen
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType, Dossier, LegStatus
from backend.dossiers.transitions import is_result
from backend.places.models import PlaceKind, PostOffice
from backend.planning.models import VisitKind


def put_in(
    act: CourierActing, dossier: Dossier, post_office: PostOffice, *, seal: str | None
) -> bool:
    """The papers rest; the leg that goes on from here is open for the next working day."""
    leg = legs.find_active_leg(act.session, dossier)
    moved = report_move(
        act,
        dossier,
        CustodyEventType.DEPOSITED,
        giver=act.me,
        receiver=Keeper.post_office(post_office.id),
        evidence=act.evidence(PlaceKind.POST_OFFICE, post_office.id, seal=seal),
    )
    if not moved:
        return False
    if leg is not None:
        visits.mark_dropped(act, leg, VisitKind.DEPOSIT)
    legs.end_at_post_office(act.session, dossier, leg, post_office, clock.local_date(act.origin.at))
    if is_result(dossier.state):
        _note_result(act, dossier, post_office)
    return True


def _note_result(act: CourierActing, dossier: Dossier, post_office: PostOffice) -> None:
    """The booking tells when it is brought again. A citizen who wants to come for it hears that it
    is there (DOMAIN §5.9)."""
    booking = act.booking_of(dossier)
    if booking is None:
        return
    note_next_visits(act.session, [booking])
    if booking.pick_up_at_post_office_id == post_office.id:
        tell_citizen(act.session, dossier, "result_at_counter", post_office=post_office.name)


def take_out(
    act: CourierActing, dossier: Dossier, post_office: PostOffice, *, seal: str | None
) -> bool:
    """A held item goes on with this courier."""
    leg = legs.find_active_leg(act.session, dossier)
    moved = report_move(
        act,
        dossier,
        CustodyEventType.TAKEN_FROM_POST_OFFICE,
        giver=Keeper.post_office(post_office.id),
        receiver=act.me,
        evidence=act.evidence(PlaceKind.POST_OFFICE, post_office.id, seal=seal),
    )
    if not moved:
        return False
    if leg is None or leg.status is LegStatus.CANCELLED:
        act.flag("not_assignee", dossier=dossier)
        return True
    legs.begin(leg)
    visits.mark_picked_up(act, leg)
    return True
