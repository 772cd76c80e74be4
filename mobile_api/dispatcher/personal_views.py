"""Who looked at whose personal data: for managers and auditors."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.accounts.roles import Role as RoleName
from backend.accounts.views_log import MOST_LINES, PersonalDataView, Whose, list_views
from mobile_api.access import Role, Scope, access, current_province
from mobile_api.days import Moment
from mobile_api.dispatcher.door import blueprint
from mobile_api.unit import current_session
from mobile_api.wording import about


class PersonalViewFilterSchema(ma.Schema):
    """Which looks; the newest first."""

    subject_id = ma.fields.UUID(metadata=about("Looks at this contact, dossier, booking, …"))
    account_id = ma.fields.UUID(metadata=about("Looks by this account."))
    since = Moment()
    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(1, MOST_LINES))


class PersonalViewSchema(ma.Schema):
    """One look."""

    at = ma.fields.AwareDateTime(required=True)
    account_id = ma.fields.UUID(required=True)
    role = ma.fields.Enum(RoleName, by_value=True, required=True)
    session_id = ma.fields.UUID(required=True, allow_none=True)
    operation = ma.fields.String(required=True, metadata=about("The purpose: method and path."))
    fields_shown = ma.fields.List(ma.fields.String(), required=True, attribute="fields")
    subject_kind = ma.fields.Enum(Whose, by_value=True, required=True)
    subject_ids = ma.fields.List(ma.fields.UUID(), required=True)


class PersonalViewsSchema(ma.Schema):
    """The log; nobody can change it."""

    views = ma.fields.List(ma.fields.Nested(PersonalViewSchema), required=True)


@blueprint.get("/personal-views")
@access(Role.MANAGER, Role.AUDITOR, scope=Scope.PROVINCE)
@blueprint.arguments(PersonalViewFilterSchema, location="query")
@blueprint.response(200, PersonalViewsSchema)
def personal_views(query: Mapping[str, Any]) -> dict[str, list[PersonalDataView]]:
    """Who looked at whose phone number, name or address, why and when."""
    return {"views": list_views(current_session(), current_province(), **query)}
