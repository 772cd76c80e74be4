"""At the counter, before the papers are the post's: checked, listed, sealed, or sent home."""

from dataclasses import dataclass

from backend import clock
from backend.courier_day import form_contents
from backend.courier_day.counters.checklists import BroughtPaper
from backend.courier_day.counters.scene import CounterScene
from backend.courier_day.payments import Payment
from backend.dossiers import custody
from backend.dossiers.custody import Keeper
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType, Dossier, DossierState
from backend.dossiers.papers import ListedPaper, PaperList, write_papers
from backend.dossiers.seals import find_sealed_with, parse_seal
from backend.errors import Invalid, Text


class SealMissing(Invalid):
    code = "seal_missing"
    detail = Text(vi="Hồ sơ đủ giấy tờ cần số niêm phong.", en="Complete papers need a seal.")
    action = Text(
        vi="Niêm phong trước mặt người gửi rồi ghi số niêm phong.",
        en="Seal them before the sender's eyes and enter the number.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One dossier as it lies on the counter."""

    papers: tuple[BroughtPaper, ...]
    missing: tuple[str, ...] = ()
    """What the clerk finds missing besides the comparison with the checklist."""
    insists: bool = False
    """The citizen wants it sent all the same: the dispatcher decides."""
    seal: str | None = None
    portal_code: str | None = None
    payments: tuple[Payment, ...] = ()


def guide(
    scene: CounterScene, dossier: Dossier, missing: tuple[str, ...], *, insists: bool
) -> None:
    """In writing what is missing; nothing is sealed."""
    note = CustodyEventType.PAPERS_INCOMPLETE
    if dossier.state in {DossierState.LISTED, DossierState.SEALED}:
        custody.record_event(
            scene.session,
            dossier,
            CustodyEventType.ATTEMPT_FAILED,
            origin=scene.origin,
            evidence=scene.here(reason="INCOMPLETE/CITIZEN"),
        )
    if dossier.state is not DossierState.INCOMPLETE:
        evidence = scene.here(reason="INCOMPLETE/CITIZEN")
        custody.record_event(scene.session, dossier, note, origin=scene.origin, evidence=evidence)
    content = form_contents.about(scene, dossier, missing=list(missing))
    scene.draft(FormKind.GUIDANCE, content, dossier)
    if insists:
        detail = {"missing": len(missing)}
        scene.flag("citizen_insists", dossier=dossier, detail=detail)


def check_and_seal(scene: CounterScene, dossier: Dossier, brought: Brought) -> None:
    """Checked, listed, sealed, and then the post's: each step a line of the log."""
    if not brought.seal or not parse_seal(brought.seal):
        raise SealMissing(fields={"seal": SealMissing.detail})
    if dossier.state in {DossierState.LISTED, DossierState.SEALED}:
        _start_anew(scene, dossier)
    steps: list[tuple[CustodyEventType, str | None]] = [
        (CustodyEventType.PAPERS_LISTED, None),
        (CustodyEventType.PAPERS_SEALED, brought.seal),
    ]
    if dossier.state is not DossierState.CHECKED:
        steps.insert(0, (CustodyEventType.PAPERS_CHECKED, None))
    for event, seal in steps:
        custody.record_event(
            scene.session, dossier, event, origin=scene.origin, evidence=scene.here(seal=seal)
        )
    listed = tuple(
        ListedPaper(name=paper.name, quantity=paper.quantity, form=paper.form, note=paper.note)
        for paper in brought.papers
    )
    write_papers(scene.session, dossier, PaperList.SENT, listed)
    custody.record_event(
        scene.session,
        dossier,
        CustodyEventType.DEPOSITED,
        giver=scene.citizen_of(dossier),
        receiver=Keeper.post_office(scene.place.id),
        origin=scene.origin,
        evidence=scene.here(seal=brought.seal),
    )
    dossier.accepted_on = clock.local_date(scene.origin.at)
    other = find_sealed_with(scene.session, parse_seal(brought.seal), besides=dossier)
    if other is not None:
        scene.flag("seal_reused", dossier=dossier, detail={"other": other.item_code})


def _start_anew(scene: CounterScene, dossier: Dossier) -> None:
    """A courier's visit had begun and never ended: the counter counts from the start."""
    custody.record_event(
        scene.session,
        dossier,
        CustodyEventType.ATTEMPT_FAILED,
        origin=scene.origin,
        evidence=scene.here(reason="BROUGHT_TO_COUNTER/CITIZEN"),
    )
