"""A phone tells its first place while its own sync is written: neither waits for the other."""

import threading
from typing import Any

import pytest

from backend.courier_day import batch
from tests.integration.courier_day.conftest import Morning, collected
from tests.integration.courier_day.test_positions import Sender, kept, sender
from tests.phone import Answer

__all__ = ["sender"]

PATIENCE_S = 2.0
"""How long the sync stands still with its device locked; a deadlock is found after one second."""


def test_a_first_place_and_a_sync_of_one_phone_at_once_are_both_taken(
    sender: Sender, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.phone.drain()
    sender.phone.act(*collected(morning.sends[0], "NP-00000001"))
    asked, token = sender.phone.request(), sender.phone.store.get_meta("token")
    locked, told = threading.Event(), threading.Event()
    number_day, tries = batch._number_day, []

    def number_late(taken: Any) -> None:
        tries.append(taken)
        locked.set()
        told.wait(PATIENCE_S)
        number_day(taken)

    monkeypatch.setattr(batch, "_number_day", number_late)
    answers: list[Answer] = []
    thread = threading.Thread(
        target=lambda: answers.append(sender.phone.transport.post("/v1/courier/sync", asked, token))
    )
    thread.start()
    assert locked.wait(10)
    place = sender.client.post(
        "/v1/courier/positions",
        json={"device_id": sender.device_id, "clock": sender.clock(), "fixes": [sender.fix()]},
        headers={"Authorization": f"Bearer {token}"},
    )
    told.set()
    thread.join(20)

    assert place.status_code == 200, place.json
    assert [answer.status for answer in answers] == [200]
    assert len(tries) == 1, "the sync met a deadlock and was done anew"
    assert len(kept()) == 1
