"""One dossier's custody chain, by the link on its receipt."""

import marshmallow as ma
from flask import after_this_request
from flask.wrappers import Response

from backend.dossiers.public_chain import PublicChain, get_chain
from mobile_api.access import Scope, public
from mobile_api.citizen.door import blueprint
from mobile_api.unit import current_session


class ChainLinkSchema(ma.Schema):
    """One event of the log."""

    event = ma.fields.Dict(
        required=True, metadata={"description": "Exactly what the hash covers: ids, no names."}
    )
    hash = ma.fields.String(required=True, metadata={"description": "SHA-256, hexadecimal."})
    place = ma.fields.String(
        allow_none=True, metadata={"description": "Name of the office or post office, if at one."}
    )


class PublicChainSchema(ma.Schema):
    """A dossier's whole chain."""

    item_code = ma.fields.String(required=True)
    rule = ma.fields.String(required=True, metadata={"description": "How to recompute a hash."})
    links = ma.fields.List(ma.fields.Nested(ChainLinkSchema), required=True)
    head = ma.fields.String(
        allow_none=True, metadata={"description": "What the hash of the newest event must be."}
    )
    whole = ma.fields.Boolean(required=True, metadata={"description": "The server's own answer."})
    read_at = ma.fields.AwareDateTime(required=True)


@blueprint.get("/chains/<token>")
@public(scope=Scope.TOKEN)
@blueprint.response(200, PublicChainSchema)
@blueprint.alt_response(404, description="chain_not_found")
def chain(token: str) -> PublicChain:
    """Everything needed to recompute the chain, and nothing personal."""

    @after_this_request
    def keep_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    return get_chain(current_session(), token)
