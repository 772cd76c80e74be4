"""What an office's desk tells after the filing."""

from collections.abc import Mapping
from typing import Any

from flask import request

from backend.courier_day.counters.appointments import Appointment, set_appointments
from backend.courier_day.counters.informing import inform_office, list_delivered
from backend.courier_day.counters.items import BatchDone
from backend.courier_day.counters.missing_papers import ask_for_papers
from backend.courier_day.counters.result_files import announce_results
from backend.courier_day.counters.results import ResultReady, announce_result
from backend.dossiers.models import Dossier
from mobile_api.access import Scope, access, current_caller
from mobile_api.idempotent import idempotent
from mobile_api.office.desk_schemas import (
    AppointmentsRequestSchema,
    InformedRequestSchema,
    MissingPapersSchema,
    ResultFileQuerySchema,
    ResultFileSchema,
    ResultReadyRequestSchema,
    ResultReadySchema,
)
from mobile_api.office.door import DESK, blueprint
from mobile_api.office.item_schemas import BatchSchema, HeldItemListSchema
from mobile_api.office.seats import asked, desk, own_office
from mobile_api.problems import language
from mobile_api.supplements import SupplementSchema, shown, when_asked
from mobile_api.unit import current_session

_WHO = "office_not_found, clerk_not_found"

_FILE_BODY = {
    "required": True,
    "description": "A CSV (UTF-8) or XLSX file with item_code or portal_code, and ready_at.",
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
            "schema": {"type": "string", "format": "binary"}
        },
    },
}


@blueprint.post("/desks/<office>/appointments")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(AppointmentsRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description=_WHO)
@blueprint.alt_response(409, description="appointment_set, portal_code_taken")
@blueprint.alt_response(422, description="appointment_in_the_past")
def name_days(body: Mapping[str, Any], office: str) -> BatchDone:
    """Name the day of the result, item by item; the citizens are told."""
    return set_appointments(
        current_session(),
        desk(office),
        items=[Appointment(**each) for each in body["items"]],
        asked=asked(),
    )


@blueprint.post("/desks/<office>/results")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(ResultReadyRequestSchema)
@blueprint.response(201, ResultReadySchema)
@blueprint.alt_response(404, description=f"{_WHO}, item_not_found")
@blueprint.alt_response(409, description="not_held_here, home_unknown, portal_code_ambiguous")
def tell_result(body: Mapping[str, Any], office: str) -> ResultReady:
    """Announce one result: the way to the citizen is open, the citizen is told."""
    return announce_result(
        current_session(),
        desk(office),
        item=body["item"],
        ready_at=body["ready_at"],
        asked=asked(),
    )


@blueprint.post("/desks/<office>/supplements")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(MissingPapersSchema)
@blueprint.response(201, SupplementSchema)
@blueprint.alt_response(404, description=f"{_WHO}, item_not_found")
@blueprint.alt_response(
    409, description="not_held_here, case_cannot_move, home_unknown, portal_code_ambiguous"
)
@blueprint.alt_response(422, description="no_such_window, and what a booking refuses")
def ask_for_missing(body: Mapping[str, Any], office: str) -> tuple[dict[str, Any], int]:
    """Ask for more papers by form 02: a courier collects them, the citizen is told."""
    done = ask_for_papers(
        current_session(),
        desk(office),
        item=body["item"],
        form_no=body["form_no"],
        when=when_asked(body, current_caller().province_code),
        asked=asked(),
    )
    return shown(done.supplement), 201


@blueprint.post("/desks/<office>/result-files")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.doc(requestBody=_FILE_BODY)
@blueprint.arguments(ResultFileQuerySchema, location="query")
@blueprint.response(201, ResultFileSchema)
@blueprint.alt_response(404, description=_WHO)
@blueprint.alt_response(422, description="file_unreadable, wrong_columns")
def tell_results(query: Mapping[str, Any], office: str) -> dict[str, Any]:
    """Announce every result of a CSV or XLSX file; bad rows come back with line and reason."""
    done = announce_results(
        current_session(),
        desk(office),
        content=request.get_data(),
        dry_run=query["dry_run"],
        asked={"bytes": len(request.get_data())},
    )
    tongue = language()
    return {
        "act": done.act and done.act.id,
        "dry_run": query["dry_run"],
        "rows": done.rows,
        "ready": done.ready,
        "already": done.already,
        "rejected": len(done.report.rejected),
        "errors": [
            {
                "line": error.line,
                "column": error.column,
                "reason": error.reason.in_language(tongue),
            }
            for error in done.report.errors
        ],
        "rejected_rows": [list(row.cells) for row in done.report.rejected],
    }


@blueprint.get("/desks/<office>/delivered")
@access(*DESK, scope=Scope.OFFICE)
@blueprint.response(200, HeldItemListSchema)
@blueprint.alt_response(404, description="office_not_found")
def show_delivered(office: str) -> dict[str, list[Dossier]]:
    """Results that were delivered and that this office has not taken note of."""
    return {"items": list_delivered(current_session(), own_office(office))}


@blueprint.post("/desks/<office>/informed")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(InformedRequestSchema)
@blueprint.response(201, BatchSchema)
@blueprint.alt_response(404, description=_WHO)
def take_note(body: Mapping[str, Any], office: str) -> BatchDone:
    """Take note of deliveries; each case is closed by it."""
    return inform_office(current_session(), desk(office), items=body["items"], asked=asked())
