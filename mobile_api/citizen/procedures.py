"""Find a procedure, and see what it asks for."""

from collections.abc import Mapping
from typing import Any

from backend import clock
from backend.catalogue.models import Procedure
from backend.catalogue.operations import get_procedure
from backend.catalogue.procedure_search import ProcedureSearch
from mobile_api.access import public
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.procedure_schemas import (
    ProcedureDaySchema,
    ProcedureSchema,
    ProcedureSearchSchema,
    ProceduresSchema,
)
from mobile_api.unit import current_session, current_settings

_SEARCH = ProcedureSearch()


@blueprint.get("/procedures")
@public()
@blueprint.arguments(ProcedureSearchSchema, location="query")
@blueprint.response(200, ProceduresSchema)
def find_procedures(query: Mapping[str, Any]) -> dict[str, list[Procedure]]:
    """Find procedures by everyday words, with slips of the finger and without marks."""
    found = _SEARCH.search(
        current_session(),
        query.get("province_code", current_settings().province_code),
        query["q"],
        day=query.get("on") or clock.today_local(),
        limit=query["limit"],
    )
    return {"procedures": found}


@blueprint.get("/procedures/<code>")
@public()
@blueprint.arguments(ProcedureDaySchema, location="query")
@blueprint.response(200, ProcedureSchema)
@blueprint.alt_response(404, description="procedure_not_found")
def show_procedure(query: Mapping[str, Any], code: str) -> Procedure:
    """One procedure on a date: checklist with numbers of copies, fees, days, who resolves it."""
    province = query.get("province_code", current_settings().province_code)
    return get_procedure(current_session(), province, code, query.get("on") or clock.today_local())
