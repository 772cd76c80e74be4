"""Rows that random calls may hit: without them nearly every answer would be 404."""

import uuid
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.courier_day.feedback.complaints import complain
from backend.courier_day.feedback.models import ComplaintKind
from backend.dossiers.forms import FormKind, issue_forms
from backend.dossiers.public_chain import get_token
from backend.fleet.models import Courier
from backend.places.models import Office, PostOffice
from backend.storage import ContentFolder
from tests.builders.accounts import a_clerk_account, a_courier_account, a_token, an_account
from tests.builders.booking import a_booking, a_return
from tests.builders.clerks import a_clerk
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier, a_shift
from tests.builders.forms import a_draft
from tests.builders.places import a_post_office
from tests.builders.scopes import a_complaint_file, a_kept_door

type Known = dict[str, tuple[str, ...]]
"""Name of a path parameter → values that exist."""


def a_scene(session: Session, files: ContentFolder) -> Known:
    """A published day, a booking whose link and complaint are there, a form, and a place to
    work."""
    post_office = a_post_office(session)
    courier, other = (a_courier(session, post_office=post_office) for _ in range(2))
    sends = [a_booking(session) for _ in range(3)]
    returned = a_return(session)
    plan = a_published_plan(session)
    route = a_route(session, courier, schedule(*sends, returned), plan=plan)
    a_shift(session, courier=other, service_date=plan.service_date + timedelta(days=1))
    waiting = a_booking(session, slot_start=time(14, 0), slot_end=time(16, 0))
    complaint = complain(session, sends[0], kind=ComplaintKind.OTHER, text="…")
    dossier = sends[0].dossiers[0]
    (form,) = issue_forms(
        session,
        [a_draft(FormKind.DISPATCH_SLIP, unit_code=post_office.code, dossier_ids=(dossier.id,))],
    )
    office = dossier.filing_office
    links = (make_token(session, sends[0].id), make_token(session, returned.id))
    session.flush()
    return {
        "token": (*links, get_token(session, dossier.id)),
        "code": (sends[0].procedure.code,),
        "reference": (sends[0].reference, waiting.reference),
        "complaint_id": (str(complaint.id),),
        "attachment_id": (str(a_complaint_file(session, complaint, files).id),),
        "door_id": (str(a_kept_door(session).id),),
        "courier_id": (str(courier.id), str(other.id)),
        "dossier_id": tuple(str(each.dossiers[0].id) for each in (*sends, returned)),
        "form_id": (str(form.id),),
        "plan_id": (str(plan.id),),
        "route_id": (str(route.id),),
        "office": (office.code,),
        "post_office": (post_office.code,),
    }


def tokens(session: Session, known: Known) -> dict[Role, str]:
    """One caller of each role, each in front of the rows of the scene; a courier has no phone
    yet."""
    office, post_office = known["office"], known["post_office"]
    clerks = {
        Role.OFFICE_CLERK: a_clerk(session, office=one(session, Office, office[0])),
        Role.POST_OFFICE_CLERK: a_clerk(
            session, post_office=one(session, PostOffice, post_office[0])
        ),
    }
    accounts = {role: a_clerk_account(session, clerk.code) for role, clerk in clerks.items()}
    accounts |= {
        role: an_account(session, role, office_codes=office, post_office_codes=post_office)
        for role in (Role.SECONDED_CLERK, Role.CASHIER)
    }
    others = (Role.CITIZEN, Role.FIRM, Role.DISPATCHER, Role.MANAGER, Role.AUDITOR, Role.AUTHORITY)
    accounts |= {role: an_account(session, role) for role in others}
    courier = session.get_one(Courier, uuid.UUID(known["courier_id"][0]))
    account = a_courier_account(session, courier.code)
    assert account is not None
    accounts[Role.COURIER] = account
    return {role: a_token(session, account) for role, account in accounts.items()}


def one[Place: (Office, PostOffice)](session: Session, kind: type[Place], code: str) -> Place:
    return session.scalars(select(kind).where(kind.code == code)).one()
