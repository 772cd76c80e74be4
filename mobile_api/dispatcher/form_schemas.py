"""JSON of the numbered forms."""

import marshmallow as ma

from backend.dossiers.forms import FormKind


class SignatureSchema(ma.Schema):
    """A signature given on a phone, by its content."""

    role = ma.fields.String(required=True, metadata={"description": "COURIER, CITIZEN, OFFICE …"})
    sha256 = ma.fields.String(required=True)


class FormSchema(ma.Schema):
    """One numbered form."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(
        required=True, validate=ma.validate.OneOf([each.value for each in FormKind])
    )
    number = ma.fields.String(
        required=True, metadata={"description": "Without gaps per kind, year and unit."}
    )
    issued_at = ma.fields.String(required=True)
    dossiers = ma.fields.List(ma.fields.UUID(), required=True)
    content = ma.fields.Dict(
        required=True, metadata={"description": "Frozen when the form was made."}
    )
    signatures = ma.fields.List(ma.fields.Nested(SignatureSchema), required=True)


class FormListSchema(ma.Schema):
    """The forms of a dossier."""

    forms = ma.fields.List(ma.fields.Nested(FormSchema), required=True)
