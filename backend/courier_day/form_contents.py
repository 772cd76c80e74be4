"""What each form says, gathered from the rows at the moment of the act and then frozen.

Paper and JSON are both written from these values, so that they cannot disagree.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.courier_day.acting import Acting
from backend.dossiers.custody import took_effect
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier
from backend.dossiers.papers import PaperList, list_papers
from backend.fleet.models import Courier
from backend.places.models import Office, PostOffice

type Content = dict[str, Any]


def of_scene(scene: Acting) -> Content:
    """What every form carries: who acted, where from, and when (local, to the minute)."""
    acted_at = clock.to_local(scene.origin.at).replace(second=0, microsecond=0)
    return {"acted_at": acted_at.isoformat(timespec="minutes")} | scene.acted_by


def of_courier(courier: Courier) -> Content:
    return {"code": courier.code, "name": courier.person.full_name}


def of_place(place: Office | PostOffice) -> Content:
    return {"code": place.code, "name": place.name, "address": place.address}


def of_counter(post_office: PostOffice) -> Content:
    """Where somebody shall come, and when it is open."""
    return of_place(post_office) | {"hours": post_office.weekly_hours}


def of_dossier(dossier: Dossier) -> Content:
    """One line about a dossier."""
    return {
        "item_code": dossier.item_code,
        "portal_code": dossier.portal_code,
        "procedure": {"code": dossier.procedure.code, "name": dossier.procedure.name},
        "seal_no": dossier.seal_no,
    }


def of_citizen(scene: Acting, dossier: Dossier) -> Content:
    """The person and door of a dossier's booking."""
    booking = scene.booking_of(dossier)
    if booking is None:
        return {"name": None, "phone": None, "address": None}
    contact = booking.contact
    return {
        "name": contact.full_name,
        "phone": contact.phone,
        "address": booking.address.text,
    }


def papers_of(scene: Acting, dossier: Dossier, which: PaperList) -> list[Content]:
    """The paper list, originals and copies apart."""
    return [
        {
            "name": paper.name,
            "form": paper.form.value if paper.form else None,
            "quantity": paper.quantity,
            "note": paper.note,
        }
        for paper in list_papers(scene.session, dossier, which)
    ]


def slip(scene: Acting, dossier: Dossier, which: PaperList, due_on: date | None) -> Content:
    """The dispatch slip (phiếu gửi hồ sơ), or that of the result."""
    return of_scene(scene) | {
        "dossier": of_dossier(dossier),
        "citizen": of_citizen(scene, dossier),
        "office": of_place(dossier.filing_office),
        "papers": papers_of(scene, dossier, which),
        "due_on": due_on.isoformat() if due_on else None,
    }


def minutes(scene: Acting, office: Office, dossiers: Sequence[Dossier], signature: str) -> Content:
    """The hand-over minutes of one visit; `acted_at` is the legal filing time."""
    return of_scene(scene) | {
        "office": of_place(office),
        "signature": signature,
        "dossiers": [
            of_dossier(dossier)
            | {
                "papers": sum(
                    paper["quantity"] for paper in papers_of(scene, dossier, PaperList.SENT)
                ),
                "complete": _is_complete(scene, dossier),
            }
            for dossier in dossiers
        ],
    }


def _is_complete(scene: Acting, dossier: Dossier) -> bool:
    """False if the last look at the papers found something missing, and they went all the same."""
    looks = (CustodyEventType.PAPERS_CHECKED, CustodyEventType.PAPERS_INCOMPLETE)
    newest = scene.session.scalars(
        select(CustodyEvent.type)
        .where(CustodyEvent.dossier_id == dossier.id, CustodyEvent.type.in_(looks), took_effect())
        .order_by(CustodyEvent.n.desc())
        .limit(1)
    ).first()
    return newest is not CustodyEventType.PAPERS_INCOMPLETE


def about(scene: Acting, dossier: Dossier, **facts: Any) -> Content:
    """A form about one dossier and its citizen, with what is special to its kind."""
    return (
        of_scene(scene)
        | {
            "dossier": of_dossier(dossier),
            "citizen": of_citizen(scene, dossier),
            "office": of_place(dossier.filing_office),
        }
        | facts
    )
