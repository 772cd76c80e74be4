"""What the courier's door takes and gives, for reading bodies and for /openapi.json."""

import marshmallow as ma

from backend.courier_day.models import CommandStatus
from backend.dossiers.models import DossierState
from mobile_api.wording import about


class DeviceRequestSchema(ma.Schema):
    """A new install of the courier who is signed in."""

    courier_code = ma.fields.String(
        validate=ma.validate.Length(1, 40),
        metadata=about("Who the phone thinks is signed in; another's is not found.", "BT-001"),
    )
    province_code = ma.fields.String(
        validate=ma.validate.Regexp(r"^\d{2}$"), metadata=about("GSO code.", "48")
    )
    public_key = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 400),
        metadata=about("Of the key pair that never leaves the phone."),
    )
    model = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 120), metadata=about("Phone model.")
    )
    app_version = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata=about("Of the app.", "1.4.2")
    )
    claims_previous = ma.fields.UUID(
        load_default=None, allow_none=True, metadata=about("Device id of the install before.")
    )


class HeldDossierSchema(ma.Schema):
    """A dossier that the server thinks the courier holds."""

    dossier_id = ma.fields.UUID(required=True)
    item_code = ma.fields.String(required=True)
    state = ma.fields.Enum(DossierState, by_value=True, required=True)
    seal_no = ma.fields.String(allow_none=True)


class DeviceSchema(ma.Schema):
    """The new device; its tokens are shown this once."""

    device_id = ma.fields.UUID(required=True)
    access_token = ma.fields.String(required=True)
    access_until = ma.fields.AwareDateTime(required=True)
    refresh_token = ma.fields.String(
        required=True, metadata=about("For POST /v1/session/refresh; new at every use.")
    )
    refresh_until = ma.fields.AwareDateTime(required=True)
    open_custody = ma.fields.List(ma.fields.Nested(HeldDossierSchema), required=True)
    previous_last_seq = ma.fields.Integer(
        allow_none=True, metadata=about("Last number acknowledged to the device before.")
    )


class ClockSchema(ma.Schema):
    """The phone's clocks as it sends."""

    wall = ma.fields.AwareDateTime(required=True)
    uptime_ms = ma.fields.Integer(required=True)
    boot = ma.fields.String(required=True, metadata=about("Changes with every boot."))


class SentCommandSchema(ma.Schema):
    """One act of the courier; types and bodies: docs/sync.md."""

    id = ma.fields.UUID(required=True, metadata=about("UUIDv7 made by the phone."))
    seq = ma.fields.Integer(required=True, metadata=about("1, 2, 3 … per device, no gaps."))
    type = ma.fields.String(required=True, metadata=about("Kind.", "dossier.collected"))
    v = ma.fields.Integer(required=True, metadata=about("Version of the body.", 1))
    wall = ma.fields.AwareDateTime(required=True)
    uptime_ms = ma.fields.Integer(required=True)
    boot = ma.fields.String(required=True)
    base = ma.fields.Dict(allow_none=True, metadata=about("What the courier saw."))
    body = ma.fields.Dict(required=True, metadata=about("At most 16 KiB, no floats."))
    blobs = ma.fields.List(ma.fields.Dict(), metadata=about("At most 20."))
    corrects = ma.fields.UUID(allow_none=True)


class SyncRequestSchema(ma.Schema):
    """At most 50 commands, 256 KiB as sent, 1 MiB unpacked."""

    protocol = ma.fields.Integer(required=True, metadata=about("Always 1.", 1))
    device_id = ma.fields.UUID(required=True)
    app = ma.fields.String(required=True)
    schema = ma.fields.Integer(required=True)
    seen_epoch = ma.fields.String(allow_none=True)
    seen_revision = ma.fields.Integer()
    clock = ma.fields.Nested(ClockSchema, required=True)
    commands = ma.fields.List(ma.fields.Nested(SentCommandSchema), required=True)
    gap_lost = ma.fields.List(
        ma.fields.Integer(), allow_none=True, metadata=about("[from, to] that is lost for ever.")
    )


class FixSchema(ma.Schema):
    """One place of the phone, with what its clocks showed."""

    wall = ma.fields.AwareDateTime(required=True)
    uptime_ms = ma.fields.Integer(required=True)
    boot = ma.fields.String(required=True)
    lat = ma.fields.Integer(required=True, metadata=about("1e-7 degree.", 160544000))
    lon = ma.fields.Integer(required=True, metadata=about("1e-7 degree.", 1082022000))
    acc_m = ma.fields.Integer(allow_none=True, metadata=about("Accuracy in metres, if known."))


class PositionBatchSchema(ma.Schema):
    """Fixes since the last batch, in any order."""

    device_id = ma.fields.UUID(required=True)
    clock = ma.fields.Nested(ClockSchema, required=True)
    fixes = ma.fields.List(ma.fields.Nested(FixSchema), required=True)


class KeptPositionsSchema(ma.Schema):
    """What became of the batch."""

    accepted = ma.fields.Integer(required=True)
    repeated = ma.fields.Integer(required=True, metadata=about("Known already."))
    dropped = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        required=True,
        metadata=about("How many by reason: off_shift, too_old, no_place, no_time_zone."),
    )


class OutcomeSchema(ma.Schema):
    """What became of a command; final for the phone."""

    id = ma.fields.UUID(required=True)
    seq = ma.fields.Integer(required=True)
    status = ma.fields.String(
        required=True, validate=ma.validate.OneOf([each.value for each in CommandStatus])
    )
    code = ma.fields.String(allow_none=True, metadata=about("Why it was not plainly applied."))
    entities = ma.fields.List(ma.fields.Dict(), required=True)
    replayed = ma.fields.Boolean(metadata=about("A stored outcome, told again."))


class StopArrivalSchema(ma.Schema):
    """When the courier is expected at a stop; beside the day and never part of its revision."""

    stop = ma.fields.UUID(required=True)
    earliest_at = ma.fields.AwareDateTime(required=True)
    likely_at = ma.fields.AwareDateTime(required=True)
    latest_at = ma.fields.AwareDateTime(required=True)
    sure = ma.fields.Boolean(
        required=True,
        metadata=about("The range was learned, from a fresh place, and the order is known."),
    )


class SyncAnswerSchema(ma.Schema):
    """Outcomes, and the whole day unless the phone has it already."""

    server_now = ma.fields.AwareDateTime(required=True)
    results = ma.fields.List(ma.fields.Nested(OutcomeSchema), required=True)
    ack_seq = ma.fields.Integer(required=True)
    epoch = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    checkpoint = ma.fields.Integer(required=True)
    day = ma.fields.Dict(allow_none=True)
    arrivals = ma.fields.List(ma.fields.Nested(StopArrivalSchema), required=True)
    need_blobs = ma.fields.List(ma.fields.String(), required=True)
    directives = ma.fields.List(ma.fields.String(), required=True)
    next_poll_s = ma.fields.Integer(required=True)
