"""The registry of commands: known bodies, and the promise that old ones stay readable."""

import msgspec
import pytest

from backend.courier_day.handlers import find_handler, list_handlers
from backend.courier_day.handlers.failure import USUAL_FAULT, FailureReason, StopFailed
from backend.courier_day.handlers.registry import handles
from backend.courier_day.handlers.shift import COMMANDS as DAY_COMMANDS

RELEASED = {
    ("contact.correct_phone", 1, True),
    ("dossier.collected", 1, False),
    ("dossier.deposited", 1, False),
    ("dossier.handed_over", 1, False),
    ("dossier.returned", 1, False),
    ("dossier.taken", 1, False),
    ("result.delivered", 1, False),
    ("result.delivered", 2, False),
    ("result.fetched", 1, False),
    ("stop.arrived", 1, False),
    ("stop.failed", 1, False),
    ("stop.failed", 2, False),
    ("stop.correct_door", 1, True),
    ("stop.request_reassign", 1, True),
    ("stop.set_out", 1, False),
    *((kind, 1, False) for kind in DAY_COMMANDS),
    ("cash.collected", 1, False),
    ("custody.accepted", 1, False),
    ("custody.accepted", 2, False),
    ("custody.offered", 1, False),
    ("custody.offered", 2, False),
    ("custody.restated", 1, False),
    ("day.closed", 2, False),
    ("dossier.checked", 1, False),
    ("dossier.found", 1, False),
    ("dossier.incomplete", 1, False),
    ("dossier.listed", 1, False),
    ("dossier.lost", 1, False),
    ("dossier.presented", 1, False),
    ("dossier.refused", 1, False),
    ("dossier.sealed", 1, False),
    ("dossier.withdrawn", 1, False),
    ("dossier.wrong_office", 1, False),
    ("dossiers.handed_over", 1, False),
    ("result.refused", 1, False),
    ("result.returned_to_office", 1, False),
    ("result.set_out", 1, False),
    ("seal.broken", 1, False),
}
"""Type, version, is it an intent. Nothing may leave this set for 180 days after its release."""


def test_every_released_command_is_understood() -> None:
    assert {(each.kind, each.v, each.is_intent) for each in list_handlers()} == RELEASED
    assert find_handler("dossier.collected", 2) is None


def test_a_type_and_version_belongs_to_one_handler() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        handles("stop.failed", v=1, body=StopFailed)(lambda scene, body: None)


def test_every_reason_of_failure_names_whose_fault_it_usually_is() -> None:
    assert USUAL_FAULT.keys() == set(FailureReason)
    longest = max(
        len(f"{reason}/{fault}") for reason in FailureReason for fault in USUAL_FAULT.values()
    )
    assert longest <= 40  # the event's column


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("dossier.collected", {"dossier": "0199aa00-0000-7000-8000-000000000004", "seal": ""}),
        ("dossier.collected", {"dossier": 5, "seal": "NP"}),
        ("dossier.collected", {"seal": "NP"}),
        ("result.delivered", {"dossier": "0199aa00-0000-7000-8000-000000000004"}),
        ("stop.failed", {"stop": "0199aa00-0000-7000-8000-000000000004", "reason": "BORED"}),
        (
            "contact.correct_phone",
            {"contact": "0199aa00-0000-7000-8000-000000000004", "phone": "call me"},
        ),
    ],
)
def test_a_body_of_wrong_form_is_not_read(kind: str, body: dict[str, object]) -> None:
    handler = find_handler(kind, 1)
    assert handler is not None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, type=handler.body)
