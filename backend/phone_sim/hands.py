"""What a courier does with the phone: every act is a command with the edits that it shows."""

import random
from dataclasses import dataclass, field
from typing import Any

from backend.phone import Phone, View
from backend.phone_sim.rates import Rates
from backend.phone_sim.road import LonLat
from backend.phone_sim.signatures import draw_signature

type Stop = dict[str, Any]
type Visit = dict[str, Any]

ACCURACY_M = 12
"""Of a phone's fix in a street (estimate)."""


@dataclass(slots=True)
class Hands:
    """The phone in the courier's hands, and what the courier has on paper."""

    phone: Phone
    courier_code: str
    service_date: str
    rates: Rates
    chance: random.Random
    place: LonLat = (0.0, 0.0)
    seals: int = 0
    confirmed: dict[str, str] = field(default_factory=dict)
    """Command id → type, of every act that the screen has confirmed. Survives the phone."""
    payments: dict[str, int] = field(default_factory=dict)
    """Dossier → how often money was taken for it."""

    def view(self) -> View:
        return self.phone.view()

    def happens(self, share: float) -> bool:
        """Whether something with this share of all cases happens now."""
        return self.chance.random() < share

    def act(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        edits: dict[str, str] | None = None,
        at: Stop | None = None,
        signed_by: tuple[str, ...] = (),
        v: int = 1,
    ) -> None:
        """One act at this place; `signed_by` names the roles that sign on the screen."""
        blobs = [
            self.phone.take_picture(draw_signature(self.chance), "image/png", f"signature_{role}")
            for role in signed_by
        ]
        lon, lat = self.place
        where = {"lat": round(lat * 1e7), "lon": round(lon * 1e7), "acc_m": ACCURACY_M}
        base = {"stop": at["id"], "version": at["version"]} if at else None
        command_id = self.phone.act(kind, body | where, edits=edits, base=base, blobs=blobs, v=v)
        self.confirmed[command_id] = kind

    def day_step(self, kind: str, **more: Any) -> None:
        """One step of the courier's own day."""
        self.act(kind, {"service_date": self.service_date} | more)

    def take_cash(self, visit: Visit) -> None:
        """The fee that is due at this door, with a receipt."""
        if visit["cash_vnd"] <= 0:
            return
        body = {"dossier": visit["dossier"], "purse": "FEE", "amount_vnd": visit["cash_vnd"]}
        self.act("cash.collected", body)
        self.payments[visit["dossier"]] = self.payments.get(visit["dossier"], 0) + 1

    def new_seal(self) -> str:
        """A number that is used once."""
        self.seals += 1
        return f"NP-{self.courier_code}-{self.service_date}-{self.seals:03d}"


def done(visit: Visit, custody: str) -> dict[str, str]:
    """What the screen shows when a visit is made: HELD or GIVEN papers."""
    return {f"visit:{visit['id']}": "DONE", f"custody:{visit['dossier']}": custody}


def failed(*visits: Visit) -> dict[str, str]:
    """What the screen shows when visits could not be made."""
    return {f"visit:{visit['id']}": "FAILED" for visit in visits}


def given_up(view: View, dossier: str) -> dict[str, str]:
    """The planned drops of papers that go another way now."""
    return {
        f"visit:{visit['id']}": "CANCELLED"
        for _, visit in view.open_visits()
        if visit["dossier"] == dossier and visit["kind"] not in PICK_UPS
    }


PICK_UPS = frozenset({"COLLECTION", "FETCH", "TAKE_FROM_POST_OFFICE"})
