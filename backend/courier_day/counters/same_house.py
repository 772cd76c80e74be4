"""Office and post office in one house, or a seconded clerk: papers change hands without a trip."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day import form_contents, visits
from backend.courier_day.booking_ends import note_end
from backend.courier_day.counters.acts import ActKind
from backend.courier_day.counters.items import BatchDone, ItemOutcome, Sealed, as_json, go_through
from backend.courier_day.counters.receiving import Received
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.hand_overs import (
    DeskSignature,
    file_papers,
    find_desk_of,
    to_the_minute,
    write_minutes,
)
from backend.courier_day.notices import tell_citizen
from backend.dossiers import custody, legs
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import (
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
)
from backend.dossiers.papers import PaperList
from backend.errors import Conflict, NotAllowed, Text
from backend.places.models import Office, PostOffice
from backend.places.operations import get_office


class SecondedCannotFile(NotAllowed):
    code = "seconded_cannot_file"
    detail = Text(
        vi="Tại {place}, chữ ký của nhân viên bưu điện biệt phái không phải là nộp hồ sơ.",
        en="At {place} the signature of a seconded postal clerk files nothing.",
    )
    action = Text(
        vi="Để công chức một cửa ký nhận.", en="Let the office's own receiver sign for it."
    )


class NotSameHouse(Conflict):
    code = "not_same_house"
    detail = Text(
        vi="{office} và {post_office} không ở cùng một nhà.",
        en="{office} and {post_office} are not in one house.",
    )
    action = Text(
        vi="Để bưu tá nhận kết quả tại cơ quan, hoặc sửa cột post_office_code của cơ quan.",
        en="Let a courier fetch it, or correct the office's post_office_code.",
    )


def file_without_trip(
    session: Session,
    seat: Seat,
    *,
    items: Sequence[Sealed],
    signature: DeskSignature = DeskSignature.SIGNED,
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> Received:
    """Post office to office under one signature, which is the legal filing; nothing was ridden.

    For papers that lie in the post office of the same house, or that a seconded clerk keeps at
    this desk; others stay NOT_HERE. Raises what `sit_down` raises, SecondedCannotFile.
    """
    scene = sit_down(session, seat, signatures=signatures)
    office = scene.place
    if not isinstance(office, Office):
        raise TypeError("only a one-stop office files")
    if scene.clerk.is_seconded and not office.seconded_filing:
        raise SecondedCannotFile(place=office.name)
    filed: list[Dossier] = []

    def file(dossier: Dossier, item: Sealed) -> ItemOutcome:
        if Keeper.of(dossier) == Keeper.office(office.id):
            return ItemOutcome.ALREADY
        if not _lies_here(scene, dossier, office):
            return ItemOutcome.NOT_HERE
        _file(scene, dossier, office, signature, seal=item.seal)
        filed.append(dossier)
        return ItemOutcome.DONE

    lines = go_through(scene, items, file)
    if filed:
        write_minutes(scene, office, filed, signature)
    act, forms = scene.finish(ActKind.FILING, asked=asked, outcome={"items": as_json(lines)})
    signed = bool(filed) and signature is not DeskSignature.NONE
    return Received(
        act=act,
        items=tuple(lines),
        filed_at=to_the_minute(scene.origin.at) if signed else None,
        minutes=next(iter(forms), None),
    )


def take_results(
    session: Session,
    seat: Seat,
    *,
    office_code: str,
    items: Sequence[Sealed],
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> BatchDone:
    """Office to post office in the same house: results wait here, or go on from here.

    What is not ready at that office stays NOT_HERE. Raises what `sit_down` raises, OfficeNotFound,
    NotSameHouse.
    """
    scene = sit_down(session, seat, signatures=signatures)
    post_office = scene.place
    if not isinstance(post_office, PostOffice):
        raise TypeError("only a post office takes results to keep them")
    office = get_office(session, seat.province_code, office_code)
    if office.post_office_id != post_office.id:
        raise NotSameHouse(office=office.name, post_office=post_office.name)

    def take(dossier: Dossier, item: Sealed) -> ItemOutcome:
        if Keeper.of(dossier) == Keeper.post_office(post_office.id):
            return ItemOutcome.ALREADY
        if (dossier.state, dossier.keeper_id) != (DossierState.RESULT_READY, office.id):
            return ItemOutcome.NOT_HERE
        _take(scene, dossier, post_office, seal=item.seal)
        return ItemOutcome.DONE

    lines = go_through(scene, items, take)
    outcome_json = {"items": as_json(lines)}
    act, _ = scene.finish(ActKind.RESULT_TO_COUNTER, asked=asked, outcome=outcome_json)
    return BatchDone(act=act, items=tuple(lines))


def _lies_here(scene: CounterScene, dossier: Dossier, office: Office) -> bool:
    """In the post office of this house, or with a seconded clerk at this desk."""
    if dossier.state is not DossierState.AT_POST_OFFICE:
        return False
    if desk := find_desk_of(scene.session, dossier):
        return desk == office.id
    return dossier.keeper_id == office.post_office_id


def _file(
    scene: CounterScene,
    dossier: Dossier,
    office: Office,
    signature: DeskSignature,
    *,
    seal: str | None,
) -> None:
    scene.answers = scene.session.get_one(PostOffice, dossier.keeper_id)
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None:
        scene.changed_couriers |= visits.cancel_open_visits(scene.session, leg)
        legs.cancel(leg)
    custody.record_event(
        scene.session,
        dossier,
        CustodyEventType.HANDED_OVER,
        giver=Keeper(KeeperKind.POST_OFFICE, dossier.keeper_id),
        receiver=Keeper.office(office.id),
        origin=scene.origin,
        evidence=scene.here(seal=seal, reason=signature.reason),
    )
    dossier.filing_office_id = office.id
    file_papers(scene, dossier, signature)
    note_end(scene.session, scene.booking_of(dossier))


def _take(
    scene: CounterScene, dossier: Dossier, post_office: PostOffice, *, seal: str | None
) -> None:
    custody.record_event(
        scene.session,
        dossier,
        CustodyEventType.DEPOSITED,
        receiver=Keeper.post_office(post_office.id),
        origin=scene.origin,
        evidence=scene.here(seal=seal),
    )
    leg = legs.find_active_leg(scene.session, dossier)
    onward = None
    if leg is not None:
        scene.changed_couriers |= visits.cancel_open_visits(scene.session, leg)
        today = clock.local_date(scene.origin.at)
        onward = legs.end_at_post_office(scene.session, dossier, leg, post_office, today)
    slip = form_contents.slip(scene, dossier, PaperList.RESULT, onward.due_on if onward else None)
    scene.draft(FormKind.RESULT_SLIP, slip | {"originals": 0}, dossier)
    booking = scene.booking_of(dossier)
    if booking is not None and booking.pick_up_at_post_office_id == post_office.id:
        name = post_office.name
        tell_citizen(scene.session, dossier, "result_at_counter", post_office=name)
