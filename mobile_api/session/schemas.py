"""What the session door takes and gives."""

from typing import Any

import marshmallow as ma

from backend.accounts.models import SignInWay
from backend.accounts.roles import Role


def about(text: str, example: Any = None) -> dict[str, Any]:
    """Metadata of a field: what it means, and an example."""
    return {"description": text} | ({} if example is None else {"example": example})


class RefreshSchema(ma.Schema):
    """The refresh token, unless the browser's cookie brings it."""

    refresh_token = ma.fields.String(
        load_default=None, allow_none=True, validate=ma.validate.Length(1, 200)
    )


class TokensSchema(ma.Schema):
    """What a sign-in gives; with cookies the tokens themselves are left out."""

    session_id = ma.fields.UUID(required=True, attribute="sign_in_id")
    access_token = ma.fields.String(metadata=about("For Authorization: Bearer."))
    access_until = ma.fields.AwareDateTime(required=True)
    refresh_token = ma.fields.String(metadata=about("Once only; every use gives a new one."))
    refresh_until = ma.fields.AwareDateTime(required=True)


class CallerSchema(ma.Schema):
    """Who is signed in, and what the role reaches."""

    account_id = ma.fields.UUID(required=True)
    session_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    code = ma.fields.String(required=True, allow_none=True)
    role = ma.fields.Enum(Role, by_value=True, required=True)
    roles = ma.fields.List(
        ma.fields.Enum(Role, by_value=True), required=True, metadata=about("All of the account.")
    )
    province_code = ma.fields.String(required=True)
    planning_area_ids = ma.fields.List(
        ma.fields.UUID(), required=True, metadata=about("Empty may mean all, by role.")
    )
    office_codes = ma.fields.List(ma.fields.String(), required=True)
    post_office_codes = ma.fields.List(ma.fields.String(), required=True)
    unit_codes = ma.fields.List(ma.fields.String(), required=True)
    device_id = ma.fields.UUID(required=True, allow_none=True)


class OwnSignInSchema(ma.Schema):
    """One of the caller's own sign-ins."""

    id = ma.fields.UUID(required=True)
    way = ma.fields.Enum(SignInWay, by_value=True, required=True)
    role = ma.fields.Enum(Role, by_value=True, required=True, attribute="grant.role")
    device_id = ma.fields.UUID(required=True, allow_none=True)
    began_at = ma.fields.AwareDateTime(required=True)
    last_seen_at = ma.fields.AwareDateTime(required=True)
    current = ma.fields.Boolean(required=True, metadata=about("The one that asks."))


class OwnSignInsSchema(ma.Schema):
    """Those that go on, the newest first."""

    sessions = ma.fields.List(ma.fields.Nested(OwnSignInSchema), required=True)
