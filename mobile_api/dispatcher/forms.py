"""The numbered forms of dossiers: as paper and as JSON."""

import uuid
from typing import Any

from flask import Response

from backend.accounts.views_log import Whose
from backend.courier_day.interventions.counter import get_dossier
from backend.dossiers.forms import get_form, list_forms
from backend.reports.form_pdf import form_json, render_form
from backend.reports.verification import verification_of
from mobile_api.access import Scope, access
from mobile_api.access.viewing import note_viewed, shows_personal
from mobile_api.dispatcher.door import COUNTERS, READERS, blueprint
from mobile_api.dispatcher.form_schemas import FormListSchema, FormSchema
from mobile_api.unit import current_session, current_settings


@blueprint.get("/dossiers/<uuid:dossier_id>/forms")
@access(*READERS, scope=Scope.AREA)
@shows_personal("content")
@blueprint.response(200, FormListSchema)
@blueprint.alt_response(404, description="dossier_not_found")
def show_forms(dossier_id: uuid.UUID) -> dict[str, list[dict[str, Any]]]:
    """Every numbered form that names a dossier, the oldest first."""
    dossier = get_dossier(current_session(), dossier_id)
    note_viewed(Whose.DOSSIER, [dossier.id])
    return {"forms": [form_json(form) for form in list_forms(current_session(), dossier.id)]}


@blueprint.get("/forms/<uuid:form_id>")
@access(*READERS, *COUNTERS, scope=Scope.AREA)
@shows_personal("content")
@blueprint.response(200, FormSchema)
@blueprint.alt_response(404, description="form_not_found")
def show_form(form_id: uuid.UUID) -> dict[str, Any]:
    """One form for programs: the content that its paper is printed from."""
    note_viewed(Whose.FORM, [form_id])
    return form_json(get_form(current_session(), form_id))


@blueprint.get("/forms/<uuid:form_id>/pdf")
@access(*READERS, *COUNTERS, scope=Scope.AREA)
@shows_personal("content")
@blueprint.response(200, content_type="application/pdf")
@blueprint.alt_response(404, description="form_not_found")
def show_form_pdf(form_id: uuid.UUID) -> Response:
    """The same form for people, A4, Vietnamese.

    What a citizen keeps carries the link with which anybody recomputes the dossier's chain.
    """
    session = current_session()
    form = get_form(session, form_id)
    note_viewed(Whose.FORM, [form_id])
    verification = verification_of(session, form, current_settings().public_url)
    name = form.printed_number.replace("/", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(render_form(form, verification), mimetype="application/pdf", headers=headers)
