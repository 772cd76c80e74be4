"""At an office or a post office: one batch handed over, results fetched, held items moved."""

from collections.abc import Iterator
from datetime import timedelta

from backend.phone_sim.hands import Hands, Stop, Visit, done, failed, given_up

_RESULT = ({"kind": "Kết quả giải quyết", "n": 1, "form": "ORIGINAL"},)


def visit_office(hands: Hands, stop: Stop, visits: list[Visit]) -> Iterator[timedelta | None]:
    """Papers are presented, counted and signed as one batch; then results are taken along."""
    office = stop["place"]["id"]
    taken = []
    refused_results = _results(hands)
    for visit in [each for each in visits if each["kind"] == "HAND_OVER"]:
        yield None
        dossier = visit["dossier"]
        if dossier in refused_results:
            body = {"dossier": dossier, "office": office}
            edits = done(visit, "GIVEN")
            hands.act("result.returned_to_office", body, edits=edits, at=stop)
            continue
        hands.act("dossier.presented", {"dossier": dossier, "office": office})
        draw = hands.chance.random()
        if draw < hands.rates.refused_at_desk + hands.rates.supplement:
            form = "REFUSAL" if draw < hands.rates.refused_at_desk else "SUPPLEMENT"
            number = f"MAU-{hands.chance.randint(1, 9999):04d}"
            body = {"dossier": dossier, "office": office, "form": form, "form_no": number}
            edits = given_up(hands.view(), dossier)
            hands.act("dossier.refused", body, edits=edits, at=stop)
        else:
            taken.append(visit)
    if taken:
        body = {"office": office, "dossiers": [visit["dossier"] for visit in taken]}
        edits = {name: state for visit in taken for name, state in done(visit, "GIVEN").items()}
        signs = ("office", "courier")
        hands.act("dossiers.handed_over", body, edits=edits, at=stop, signed_by=signs)
    for visit in [each for each in visits if each["kind"] == "FETCH"]:
        yield None
        _fetch(hands, stop, visit, office)


def _results(hands: Hands) -> set[str]:
    """Dossiers of the day that are results: an office gets them back only if nobody took them."""
    dossiers = hands.view().day.get("dossiers", [])
    return {each["id"] for each in dossiers if each["state"].startswith(("RESULT", "OUT_FOR"))}


def visit_post_office(hands: Hands, stop: Stop, visits: list[Visit]) -> Iterator[timedelta | None]:
    """Held items come out of the safe, others go into it."""
    place = {"post_office": stop["place"]["id"]}
    for visit in visits:
        yield None
        taking = visit["kind"] == "TAKE_FROM_POST_OFFICE"
        kind, custody = ("dossier.taken", "HELD") if taking else ("dossier.deposited", "GIVEN")
        body = {"dossier": visit["dossier"]} | place
        hands.act(kind, body, edits=done(visit, custody), at=stop)


def empty_bag(hands: Hands, post_office: str) -> Iterator[timedelta | None]:
    """What could not be brought anywhere rests in the safe over night."""
    for dossier in sorted(hands.view().held()):
        edits = given_up(hands.view(), dossier) | {f"custody:{dossier}": "GIVEN"}
        hands.act(
            "dossier.deposited", {"dossier": dossier, "post_office": post_office}, edits=edits
        )
        yield None


def _fetch(hands: Hands, stop: Stop, visit: Visit, office: str) -> None:
    dossier = visit["dossier"]
    if hands.happens(hands.rates.result_not_ready):
        body = {"stop": stop["id"], "reason": "RESULT_NOT_READY", "dossiers": [dossier]}
        edits = given_up(hands.view(), dossier) | failed(visit)
        hands.act("stop.failed", body, edits=edits, at=stop)
        return
    body = {"dossier": dossier, "office": office, "seal": hands.new_seal(), "originals": 1}
    edits = done(visit, "HELD")
    hands.act("result.fetched", body | {"items": _RESULT}, edits=edits, at=stop)
