"""What a courier of T1's machine confirms on the screen: work, money, wishes, and nonsense."""

import random
from typing import Any

from tests.phone import Phone
from tests.phone.courier import Working

POISON: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tea.drunk", {}),
    ("dossier.collected", {"dossier": 5}),
    ("dossier.collected", {"dossier": "0199aa00-0000-7000-8000-000000000000", "seal": "NUL\x00"}),
    ("result.delivered", {"weight": 1.5}),
    ("stop.failed", {"stop": "\ud800"}),
)

ACTS = ("stop", "stop", "stop", "stop", "cash", "cash", "absent", "bag", "wish", "poison")

PACE = 1 / 50
"""An act takes seconds: only a step that is about time lets tokens run out, else hardly a request
that was under way for a while would be taken."""


def act(phone: Phone, chance: random.Random, post_office: str, pick: int) -> None:
    """One act, or everything at the next stop; whoever has nothing left to do takes money.

    post_office: where a bag is emptied.
    """
    what, view = ACTS[pick % len(ACTS)], phone.view()
    working = Working(phone, chance, fails=1.0 if what == "absent" else 0.0, pace=PACE)
    working.seals = chance.randrange(10_000)
    shown = sorted(view.held()) or sorted(each["id"] for each in view.day.get("dossiers", ()))
    if what == "wish" and (stops := view.stops()):
        phone.act("stop.request_reassign", {"stop": stops[0]["id"], "reason": "X"})
    elif what == "bag" and view.held():
        working.finish(post_office)
    elif what in {"stop", "absent"} and working.next_stop():
        return
    elif what != "poison" and shown:
        phone.act("cash.collected", {"dossier": shown[0], "purse": "FEE", "amount_vnd": 50_000})
    else:
        phone.act(*POISON[pick % len(POISON)])
