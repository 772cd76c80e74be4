"""At a citizen's door: papers checked, listed, sealed and taken; results given and paid."""

from collections.abc import Iterator
from datetime import timedelta

from backend.phone_sim.hands import Hands, Stop, Visit, done, failed, given_up

_PAPERS = ({"kind": "Tờ khai", "n": 1}, {"kind": "Bản chính kèm theo", "n": 2, "form": "ORIGINAL"})
_RESULTS = frozenset({"RESULT_WITH_COURIER", "OUT_FOR_DELIVERY", "RESULT_READY", "HANDED_OVER"})

CALLS = 2
WAITED = timedelta(minutes=5), timedelta(minutes=10)
"""DOMAIN §11: call twice and wait 5 to 10 minutes before somebody counts as absent."""

type Acts = Iterator[timedelta | None]
"""Each `yield` is the time of the visit after it, as long as planned; or it waits for so long."""


def visit_door(hands: Hands, stop: Stop, visits: list[Visit]) -> Acts:
    """Everything that is to do at one door."""
    collections = [visit for visit in visits if visit["kind"] == "COLLECTION"]
    deliveries = [visit for visit in visits if visit["kind"] == "DELIVERY"]
    rates = hands.rates
    absent = rates.absent_at_delivery if deliveries else rates.absent_at_collection
    if hands.happens(absent):
        waited = WAITED[0] + (WAITED[1] - WAITED[0]) * hands.chance.random()
        yield waited
        body = {
            "stop": stop["id"],
            "reason": "CITIZEN_ABSENT",
            "dossiers": [visit["dossier"] for visit in visits],
            "calls": CALLS,
            "waited_s": int(waited.total_seconds()),
        }
        dropped = {
            name: state
            for visit in collections
            for name, state in given_up(hands.view(), visit["dossier"]).items()
        }
        edits = dropped | failed(*visits)
        hands.act("stop.failed", body, edits=edits, at=stop, v=2)
        return
    for visit in deliveries:
        yield None
        _deliver(hands, stop, visit)
    for visit in collections:
        yield None
        _collect(hands, stop, visit)


def set_out(hands: Hands, stop: Stop, visits: list[Visit]) -> None:
    """On the way to a stop: who waits there hears of it."""
    hands.act("stop.set_out", {"stop": stop["id"]})
    states = _states(hands)
    for visit in visits:
        if visit["kind"] == "DELIVERY" and states.get(visit["dossier"]) in _RESULTS:
            hands.act("result.set_out", {"dossier": visit["dossier"]})


def _collect(hands: Hands, stop: Stop, visit: Visit) -> None:
    dossier = visit["dossier"]
    if hands.happens(hands.rates.incomplete):
        edits = given_up(hands.view(), dossier) | failed(visit)
        body = {"dossier": dossier, "missing": ["Bản sao có chứng thực"]}
        hands.act("dossier.incomplete", body, edits=edits, at=stop)
        return
    seal = hands.new_seal()
    hands.act("dossier.checked", {"dossier": dossier})
    signs = ("citizen", "courier")
    hands.act("dossier.listed", {"dossier": dossier, "items": _PAPERS}, signed_by=signs)
    hands.act("dossier.sealed", {"dossier": dossier, "seal": seal})
    body = {"dossier": dossier, "seal": seal, "items": _PAPERS}
    hands.act("dossier.collected", body, edits=done(visit, "HELD"), at=stop)
    hands.take_cash(visit)


def _deliver(hands: Hands, stop: Stop, visit: Visit) -> None:
    dossier = visit["dossier"]
    if _states(hands).get(dossier) not in _RESULTS:  # papers that go back to their sender
        edits = done(visit, "GIVEN")
        hands.act("dossier.returned", {"dossier": dossier}, edits=edits, at=stop)
        return
    if hands.happens(hands.rates.result_refused):
        body = {"dossier": dossier, "reason": "MISTAKES", "proof": "SIGNED"}
        signs = ("citizen",)
        hands.act("result.refused", body, edits=failed(visit), at=stop, signed_by=signs)
        return
    hands.take_cash(visit)
    identity = {"paper": "CITIZEN_CARD", "last_digits": f"{hands.chance.randint(0, 9999):04d}"}
    body = {"dossier": dossier, "receiver": "OWNER", "identity": identity}
    both = ("citizen", "courier")
    hands.act("result.delivered", body, edits=done(visit, "GIVEN"), at=stop, signed_by=both)


def _states(hands: Hands) -> dict[str, str]:
    """Of dossiers, as the day held tells; fetched since then is newer than that."""
    view = hands.view()
    states = {each["id"]: each["state"] for each in view.day.get("dossiers", [])}
    fetched = [visit for _, visit in _all_visits(view.day) if visit["kind"] == "FETCH"]
    return states | {
        visit["dossier"]: "RESULT_WITH_COURIER" for visit in fetched if view.status(visit) == "DONE"
    }


def _all_visits(day: dict[str, list[dict[str, list[Stop]]]]) -> Iterator[tuple[Stop, Visit]]:
    for route in day.get("routes", []):
        for stop in route["stops"]:
            for visit in stop["visits"]:
                yield stop, visit
