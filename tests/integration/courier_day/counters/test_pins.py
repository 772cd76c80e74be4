"""The PIN that was told for a delivery, and the letter, asked at the counter before giving."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.models import WorkItem
from backend.dossiers.forms import FormKind
from backend.dossiers.models import Dossier, DossierState
from backend.dossiers.pins import ITERATIONS, MOST_TRIES, DeliveryPin, draw_pin
from tests.integration.courier_day.conftest import Morning
from tests.integration.courier_day.counters.conftest import Counters, at_once, outcomes
from tests.integration.courier_day.counters.test_results import PICK_UP, day, to_counter
from tests.integration.courier_day.edge_cases import forms_of, now_of, open_kinds
from tests.phone import Phone


def a_pin_for(dossier: Dossier) -> str:
    """A PIN as the worker makes it for a delivery; the citizen was told it."""
    pin, salt, digest = draw_pin()
    with database.unit_of_work() as session:
        session.add(
            DeliveryPin(
                dossier_id=dossier.id,
                salt=salt,
                iterations=ITERATIONS,
                digest=digest,
                made_at=clock.now(),
            )
        )
    return pin


def test_a_pin_that_was_told_and_a_letter_that_we_printed_are_asked_before_giving(
    filed: list[Dossier], morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier, other = filed[0], morning.sends[1]
    to_counter(dossier, counters, same_house=True)
    counters.at_desk("results", {"item": dossier.item_code})
    over = {"office": counters.desk, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_counter("results-taken", over)) == ["DONE"]
    pin = a_pin_for(dossier)
    for item in (dossier.item_code, other.item_code):
        letter = {"item": item, "agent_name": "Lê Văn Mẫu 8", "valid_to": "2026-12-31"}
        assert counters.at_counter("authorisations", letter).status_code == 201
    numbers = {
        form.content["dossier"]["item_code"]: form.printed_number
        for form in forms_of(FormKind.AUTHORISATION)
    }
    body = PICK_UP | {"item": dossier.item_code, "receiver": "AUTHORISED"}
    good = {"authorisation": {"number": numbers[dossier.item_code], "valid_to": "2027-12-31"}}
    wrong = {"authorisation": {"number": numbers[other.item_code], "valid_to": "2027-12-31"}}
    turned = str((int(pin) + 1) % 10**6).zfill(6)
    refused = [
        counters.at_counter("pick-ups", body | wrong | {"pin": pin}),
        counters.at_counter("pick-ups", body | good),
        counters.at_counter("pick-ups", body | good | {"pin": turned}),
        counters.at_counter("pick-ups", body | good | {"pin": "12"}),
    ]
    assert [(each.status_code, each.get_json()["code"]) for each in refused] == [
        (409, "authorisation_unknown"),
        (422, "pin_missing"),
        (409, "pin_wrong"),
        (422, "invalid"),
    ]
    assert now_of(dossier).state is DossierState.RESULT_AT_POST_OFFICE
    given = counters.at_counter("pick-ups", body | good | {"pin": pin})
    assert (given.status_code, given.get_json()["flags"]) == (201, [])
    with database.snapshot() as session:
        asked = session.scalars(
            select(CounterAct.asked).where(CounterAct.kind == ActKind.PICK_UP)
        ).one()
    assert "pin" not in asked


def test_wrong_pins_are_counted_whatever_comes_between_and_five_are_looked_at(
    filed: list[Dossier], counters: Counters
) -> None:
    dossier = filed[0]
    to_counter(dossier, counters, same_house=True)
    counters.at_desk("results", {"item": dossier.item_code})
    over = {"office": counters.desk, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_counter("results-taken", over)) == ["DONE"]
    pin = a_pin_for(dossier)
    body = PICK_UP | {"item": dossier.item_code}
    turned = str((int(pin) + 1) % 10**6).zfill(6)

    def ask(**more: Any) -> tuple[int, str]:
        answer = counters.at_counter("pick-ups", body | more)
        return answer.status_code, answer.get_json().get("code")

    expired = {"receiver": "AUTHORISED", "authorisation": {"valid_to": day(-1)}}
    assert ask(pin=turned) == (409, "pin_wrong")
    assert ask() == (422, "pin_missing")
    assert ask(pin=pin, **expired) == (409, "authorisation_expired")  # it was not looked at
    assert ask(pin=turned) == (409, "pin_wrong")
    same_key = [counters.at_counter("pick-ups", body | {"pin": turned}, "key-0001")] * 2
    assert {each.get_json()["code"] for each in same_key} == {"pin_wrong"}
    at_the_same_time = at_once(
        *[lambda: counters.at_counter("pick-ups", body | {"pin": turned})] * 6
    )
    codes = sorted(each.get_json()["code"] for each in at_the_same_time)
    assert codes == ["pin_spent"] * 4 + ["pin_wrong"] * 2
    assert ask(pin=pin) == (409, "pin_spent")
    assert now_of(dossier).state is DossierState.RESULT_AT_POST_OFFICE
    given = counters.at_counter("pick-ups", body | {"without_pin": True})
    assert (given.status_code, given.get_json()["flags"]) == (201, ["pin_waived"])
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "pin_waived"))
        assert item.detail["wrong_pins"] == MOST_TRIES


def test_a_lost_pin_is_waived_aloud_and_our_letters_own_day_counts(
    filed: list[Dossier], morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = filed[0]
    to_counter(dossier, counters, same_house=True)
    counters.at_desk("results", {"item": dossier.item_code})
    over = {"office": counters.desk, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_counter("results-taken", over)) == ["DONE"]
    a_pin_for(dossier)
    letter = {"item": dossier.item_code, "agent_name": "Lê Văn Mẫu 8", "valid_to": day(0)}
    assert counters.at_counter("authorisations", letter).status_code == 201
    (form,) = forms_of(FormKind.AUTHORISATION)
    body = PICK_UP | {"item": dossier.item_code, "without_pin": True}
    claimed = {"number": form.printed_number, "valid_to": "2030-01-01"}
    with clock.frozen(clock.now() + timedelta(days=2)):
        late = counters.at_counter(
            "pick-ups", body | {"receiver": "AUTHORISED", "authorisation": claimed}
        )
    assert (late.status_code, late.get_json()["code"]) == (409, "authorisation_expired")
    given = counters.at_counter("pick-ups", body)
    assert (given.status_code, given.get_json()["flags"]) == (201, ["pin_waived"])
    assert "pin_waived" in open_kinds()
