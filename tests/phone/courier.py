"""How a courier works a day with the reference phone: stop after stop, some things fail."""

import random
from dataclasses import dataclass, field
from typing import Any

from backend.phone import Phone, View

PICK_UPS = frozenset({"COLLECTION", "FETCH", "TAKE_FROM_POST_OFFICE"})


@dataclass
class Working:
    """A courier with a phone. `fails` is the chance that somebody is not at home.

    pace: how long everything takes, as a share of what it takes a person.
    """

    phone: Phone
    chance: random.Random
    fails: float = 0.0
    seals: int = 0
    pace: float = 1.0
    acts: list[str] = field(default_factory=list)

    def next_stop(self) -> bool:
        """Does everything at the next open stop; False when there is none left to do."""
        view = self.phone.view()
        todo = [(stop, visit) for stop, visit in view.open_visits() if self._can(view, visit)]
        if not todo:
            return False
        stop = todo[0][0]
        self._spend(minutes=7)
        if stop["place"]["kind"] == "HOME" and self.chance.random() < self.fails:
            self._fail(stop, [visit for at, visit in todo if at["id"] == stop["id"]])
            return True
        for at, visit in todo:
            if at["id"] == stop["id"]:
                self._do(stop, visit, view)
        return True

    def finish(self, post_office: str) -> None:
        """What is still in the bag goes into the safe."""
        view = self.phone.view()
        for dossier in sorted(view.held()):
            open_drops = [v["id"] for _, v in view.open_visits() if v["dossier"] == dossier]
            self._spend(minutes=1)
            self._act(
                "dossier.deposited",
                {"dossier": dossier, "post_office": post_office},
                {f"visit:{visit}": "CANCELLED" for visit in open_drops}
                | {f"custody:{dossier}": "GIVEN"},
            )

    def _can(self, view: View, visit: dict[str, Any]) -> bool:
        """Papers can only be dropped by who holds them."""
        return visit["kind"] in PICK_UPS or visit["dossier"] in view.held()

    def _do(self, stop: dict[str, Any], visit: dict[str, Any], view: View) -> None:
        dossier, place = visit["dossier"], stop["place"]["id"]
        self._spend(minutes=2)
        if visit["kind"] in PICK_UPS:
            self.seals += 1
        kind, body = {
            "COLLECTION": ("dossier.collected", {"seal": self._seal(), "items": []}),
            "HAND_OVER": ("dossier.handed_over", {"office": place}),
            "FETCH": ("result.fetched", {"office": place, "seal": self._seal()}),
            "DELIVERY": (
                "result.delivered",
                {
                    "receiver": "OWNER",
                    "identity": {"paper": "CITIZEN_CARD", "last_digits": "0000"},
                },
            ),
            "TAKE_FROM_POST_OFFICE": ("dossier.taken", {"post_office": place}),
            "DEPOSIT": ("dossier.deposited", {"post_office": place}),
        }[visit["kind"]]
        states = {each["id"]: each["state"] for each in view.day["dossiers"]}
        if visit["kind"] == "DELIVERY" and states.get(dossier) == "WITH_COURIER":
            kind, body = "dossier.returned", {}
        self._act(
            kind,
            body | {"dossier": dossier, "lat": 160678000, "lon": 1082208000, "acc_m": 12},
            {
                f"visit:{visit['id']}": "DONE",
                f"custody:{dossier}": "HELD" if visit["kind"] in PICK_UPS else "GIVEN",
            },
            {"stop": stop["id"], "version": stop["version"]},
        )

    def _fail(self, stop: dict[str, Any], visits: list[dict[str, Any]]) -> None:
        self._act(
            "stop.failed",
            {
                "stop": stop["id"],
                "reason": "CITIZEN_ABSENT",
                "fault": "CITIZEN",
                "dossiers": [visit["dossier"] for visit in visits],
            },
            {f"visit:{visit['id']}": "FAILED" for visit in visits},
            {"stop": stop["id"], "version": stop["version"]},
        )

    def _act(
        self,
        kind: str,
        body: dict[str, Any],
        edits: dict[str, str],
        base: dict[str, Any] | None = None,
    ) -> None:
        self.acts.append(self.phone.act(kind, body, edits=edits, base=base))

    def _spend(self, minutes: float) -> None:
        self.phone.clock.advance(minutes=minutes * self.pace)

    def _seal(self) -> str:
        code = self.phone.store.get_meta("courier_code") or ""
        return f"NP-{code}-{self.seals:04d}"
