"""The HTTP doors of Tận Nơi: `create_app` wires them, the domain does the work."""

from flask import Flask, Response, jsonify

from backend.settings import Settings
from mobile_api import api_docs, citizen, courier, dispatcher, health, office, session
from mobile_api.access.declared import demand_declarations
from mobile_api.clean_text import register_clean_text
from mobile_api.compressed_files import register_compression
from mobile_api.openapi import Api
from mobile_api.pages import pages
from mobile_api.problems import register_error_handlers
from mobile_api.request_context import register_request_context
from mobile_api.unit import TanNoiFlask

API_VERSION = "1.0.0"

MAX_BODY_BYTES = 1_048_576
"""SYNC.md's limit for an unpacked sync; larger uploads name their own limit."""

DOORS = (
    health.blueprint,
    courier.blueprint,
    dispatcher.blueprint,
    citizen.blueprint,
    office.blueprint,
    session.blueprint,
)
"""What /openapi.json describes."""


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app. The caller opens database and queue (mobile_api.wsgi, or a test)."""
    app = TanNoiFlask(__name__, static_folder="pages/vendor", static_url_path="/vendor")
    current = settings or Settings.from_environment()
    app.extensions["tannoi_settings"] = current
    app.config.update(
        API_TITLE="Tận Nơi",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.trust_proxies(current.trusted_proxies)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    register_request_context(app)
    register_clean_text(app)
    register_compression(app)
    api = Api(app)
    for door in DOORS:
        api.add(door)
    demand_declarations(app, tuple(door.name for door in DOORS))
    app.register_blueprint(api_docs.blueprint)
    app.register_blueprint(pages)
    register_error_handlers(app)

    @app.get("/openapi.json")
    def openapi_document() -> Response:
        return jsonify(api.document())

    return app
