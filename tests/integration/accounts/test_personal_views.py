"""Whoever sees a citizen's name, phone or door is written down, in the transaction that reads."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.accounts.views_log import PersonalDataView, Whose
from backend.settings import Settings
from backend.storage import ContentFolder
from tests.builders.scopes import Territory, a_territory
from tests.proofs.api_calls import Description, Operation

PERSONAL = {
    "phone",
    "applicant",
    "applicant_name",
    "full_name",
    "address",
    "recipient",
    "contact",
    "contacts",
    "agent_name",
    "receiver_name",
    "receiver",
    "special_needs",
    "text",
    "identity",
    "citizen",
}
"""Members of an answer that can tell who a citizen is, or where."""

OPEN_OBJECTS = {"content", "day", "features"}
"""Members whose inside the description does not show, and which hold such things."""

OWN_OR_STAFF = {
    "GET /v1/session": "the caller's own name",
    "GET /v1/citizen/address-book": "the caller's own book",
    "POST /v1/citizen/address-book": "the caller's own book",
    "GET /v1/citizen/address-book/{door_id}": "the caller's own book",
    "PUT /v1/citizen/address-book/{door_id}": "the caller's own book",
    "GET /v1/citizen/bookings": "the caller's own bookings",
    "GET /v1/citizen/bookings/{reference}/followed": "the caller's own booking",
    "POST /v1/citizen/bookings/{reference}/complaints": "gives back what its writer wrote",
    "POST /v1/citizen/bookings/{reference}/ratings": "gives back what its writer wrote",
    "GET /v1/citizen/bookings/{reference}": "the caller's own booking",
    "GET /v1/citizen/follow/{token}": "the booking of whoever holds the link",
    "POST /v1/citizen/follow/{token}/complaints": "gives back what its writer wrote",
    "POST /v1/citizen/follow/{token}/ratings": "gives back what its writer wrote",
    "POST /v1/dispatcher/bookings/{reference}/complaints": "gives back what was just written",
    "GET /v1/dispatcher/ratings": "free text without a name, and not by whom",
}
"""Operations that show such members of nobody but the caller, with the reason."""

PLACES_ALONE = "/map-layers/"
"""Features of roads, units and offices."""


def members(description: Description, schema: dict[str, Any], seen: frozenset[int]) -> set[str]:
    """Names of all members that an answer of this form can have."""
    schema = description.resolve(schema)
    if not schema or id(schema) in seen:
        return set()
    inside = seen | {id(schema)}
    found = {
        name
        for name, part in schema.get("properties", {}).items()
        if name not in OPEN_OBJECTS or _is_open(description, part)
    }
    parts = [*schema.get("properties", {}).values(), schema.get("items", {})]
    parts += [part for several in ("allOf", "anyOf", "oneOf") for part in schema.get(several, [])]
    for part in parts:
        if isinstance(part, dict):
            found |= members(description, part, inside)
    return found


def _is_open(description: Description, part: dict[str, Any]) -> bool:
    """Whether the description says no more than that it is an object, or a list of such."""
    part = description.resolve(part)
    part = description.resolve(part.get("items", part))
    kind = part.get("type", "object")
    return "object" in kind and "properties" not in part


def shown(description: Description, operation: Operation) -> set[str]:
    """What of a person an operation's good answers can show."""
    found: set[str] = set()
    for status, response in operation.spec["responses"].items():
        if not status.startswith("2"):
            continue
        for media, content in description.resolve(response).get("content", {}).items():
            if media == "application/pdf":
                found.add("pdf")
            names = members(description, content.get("schema", {}), frozenset())
            found |= names & (PERSONAL | OPEN_OBJECTS)
    return found


@pytest.fixture
def description(anonymous: FlaskClient) -> Description:
    return Description(anonymous.get("/openapi.json").get_json())


def test_every_operation_that_can_show_a_person_writes_down_that_it_did(
    description: Description,
) -> None:
    silent, watched = [], 0
    for operation in description.operations():
        found = shown(description, operation)
        if "x-personal-data" in operation.spec:
            watched += 1
        elif found and str(operation) not in OWN_OR_STAFF and not _of_places_alone(operation):
            silent.append(f"{operation} shows {sorted(found)}")
    assert not silent, "\n".join(silent)
    assert watched >= 11
    known = {str(operation) for operation in description.operations()}
    assert known >= OWN_OR_STAFF.keys()


def _of_places_alone(operation: Operation) -> bool:
    """Offices have addresses too; finding and asking shows no person."""
    asked = ("/v1/citizen/procedures", "/v1/citizen/quotes")
    return operation.path.startswith(asked) or PLACES_ALONE in operation.path


@pytest.fixture
def territory(session: Session, settings: Settings, now: clock.FrozenClock) -> Territory:
    made = a_territory(session, "KHU-A", files=ContentFolder(settings.blob_dir))
    session.commit()
    return made


def views(session: Session) -> list[PersonalDataView]:
    return list(session.scalars(select(PersonalDataView).order_by(PersonalDataView.id)))


def test_a_look_at_a_route_names_whose_papers_it_carries(
    client_as: Callable[..., FlaskClient], session: Session, territory: Territory
) -> None:
    dispatcher = client_as(Role.DISPATCHER)
    path = f"/v1/dispatcher/plans/{territory.named['plan_id']}/routes"
    assert dispatcher.get(path).status_code == 200
    (view,) = views(session)
    assert (view.role, view.subject_kind) == (Role.DISPATCHER, Whose.DOSSIER)
    assert view.operation == "GET /v1/dispatcher/plans/<uuid:plan_id>/routes"
    assert view.fields == ["address", "applicant"]
    assert uuid.UUID(territory.named["dossier_id"]) in view.subject_ids
    assert view.at == clock.now()


def test_a_refused_look_writes_nothing(
    client_as: Callable[..., FlaskClient], session: Session, territory: Territory
) -> None:
    dispatcher = client_as(Role.DISPATCHER)
    assert dispatcher.get(f"/v1/dispatcher/forms/{uuid.uuid4()}").status_code == 404
    assert views(session) == []


def test_managers_and_auditors_read_the_log_and_find_the_looks_at_one_person(
    client_as: Callable[..., FlaskClient], session: Session, territory: Territory
) -> None:
    dispatcher, auditor = client_as(Role.DISPATCHER), client_as(Role.AUDITOR)
    named = territory.named
    dispatcher.get(f"/v1/dispatcher/dossiers/{named['dossier_id']}/forms")
    dispatcher.get(f"/v1/dispatcher/forms/{named['form_id']}")
    log = "/v1/dispatcher/personal-views"
    told = auditor.get(log).get_json()["views"]
    assert [each["subject_kind"] for each in told] == ["FORM", "DOSSIER"]
    told = auditor.get(f"{log}?subject_id={named['dossier_id']}").get_json()["views"]
    assert [each["subject_ids"] for each in told] == [[named["dossier_id"]]]
    assert dispatcher.get(log).status_code == 403


def test_the_application_can_add_to_the_log_and_change_nothing(
    client_as: Callable[..., FlaskClient], session: Session, territory: Territory
) -> None:
    client_as(Role.DISPATCHER).get(f"/v1/dispatcher/forms/{territory.named['form_id']}")
    for change in ("DELETE FROM personal_data_view", "UPDATE personal_data_view SET role = role"):
        with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
            session.execute(text(change))
    assert len(views(session)) == 1
