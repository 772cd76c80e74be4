"""What the session door takes and gives."""

import marshmallow as ma

from backend.accounts.codes import BETWEEN, LIFE
from backend.accounts.models import SignInWay
from backend.accounts.roles import Role
from backend.errors import LANGUAGES
from mobile_api.wording import about


class WaySchema(ma.Schema):
    """How the tokens shall come."""

    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("GSO code.", "48")
    )
    cookies = ma.fields.Boolean(
        load_default=False,
        metadata=about("For browsers: HttpOnly cookies instead of tokens in the answer."),
    )


class StaffWaySchema(WaySchema):
    """Also as what, for an account with several roles."""

    role = ma.fields.Enum(Role, by_value=True, load_default=None, allow_none=True)


class PasswordSchema(StaffWaySchema):
    """Account code and password."""

    code = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata=about("Staff code.", "DP-01")
    )
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 1024))


class PhoneSchema(ma.Schema):
    """Where the six digits shall come."""

    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("GSO code.", "48")
    )
    phone = ma.fields.String(
        required=True,
        validate=ma.validate.Length(8, 20),
        metadata=about("As people write it.", "0900 000 001"),
    )


class CodeAskedSchema(ma.Schema):
    """A code is on its way, if the number is right."""

    lives_s = ma.fields.Constant(
        int(LIFE.total_seconds()), metadata=about("Seconds until it is over.")
    )
    again_after_s = ma.fields.Constant(
        int(BETWEEN.total_seconds()), metadata=about("Seconds until another can be sent.")
    )


class CodeAnswerSchema(WaySchema):
    """The six digits."""

    phone = ma.fields.String(required=True, validate=ma.validate.Length(8, 20))
    code = ma.fields.String(
        required=True,
        load_only=True,
        validate=ma.validate.Length(1, 12),
        metadata=about("As they came.", "123456"),
    )
    role = ma.fields.Enum(
        Role,
        by_value=True,
        load_default=Role.CITIZEN,
        validate=ma.validate.OneOf((Role.CITIZEN, Role.FIRM)),
    )
    full_name = ma.fields.String(
        load_default=None, allow_none=True, validate=ma.validate.Length(1, 200)
    )


class LinkSchema(StaffWaySchema):
    """What stands behind the # of a one-time link."""

    token = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))


class PasswordLinkSchema(ma.Schema):
    """The link, and the password that was chosen."""

    token = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 1024))


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
    language = ma.fields.String(
        required=True, allow_none=True, metadata=about("Of notices; null: nobody has said.", "vi")
    )
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


class LanguageSchema(ma.Schema):
    """A language that we write."""

    language = ma.fields.String(
        required=True, validate=ma.validate.OneOf(LANGUAGES), metadata=about("vi or en.", "vi")
    )


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
