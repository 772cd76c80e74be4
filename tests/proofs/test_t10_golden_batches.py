"""T10: what phones of released versions sent has the same outcome today.

A new type or version needs a file: write its `batch` by hand, then record the missing outcome with
`RECORD_GOLDEN=1` in the environment of this test, and read what was recorded. A release freezes
the files: `python -m tests.proofs.golden_batches VERSION`.
"""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend import database
from backend.courier_day.handlers import list_handlers
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import WorkItem
from backend.dossiers.forms import Form
from backend.dossiers.models import CustodyEvent
from tests.builders.booking import WORKING_DAY
from tests.phone import Phone, Store
from tests.proofs.conftest import Morning, copied
from tests.proofs.golden_batches import (
    FOLDER,
    RELEASED,
    Golden,
    filled,
    find_changed,
    is_released,
    read_all,
    release,
)

RECORDING = "RECORD_GOLDEN"


def names_of(morning: Morning, phone: Phone) -> dict[str, str]:
    """What the `$names` stand for on this morning."""
    first, second, result = morning.dossiers[:3]
    stops = {
        visit["dossier"]: (stop["id"], visit["contact"])
        for stop, visit in reversed(phone.view().open_visits())
    }
    return {
        "first": first,
        "second": second,
        "result": result,
        "office": phone.store.day()[2]["offices"][0]["id"],
        "post_office": morning.world.post_office_id,
        "me": str(morning.world.couriers[0]),
        "other": str(morning.world.couriers[1]),
        "stop": stops[first][0],
        "contact": stops[first][1],
        "date": WORKING_DAY.isoformat(),
    }


def outcome_of(morning: Morning, golden: Golden) -> dict[str, Any]:
    """What the batch does to a fresh morning, without ids."""
    morning.world.restore()
    kept = morning.world.phones[0]
    path = copied(kept, morning.phone.store.path.parent)
    phone = Phone(Store(path), morning.door, morning.phone.clock)
    names = names_of(morning, phone)
    acts = [
        phone.act(each["type"], filled(each["body"], names), base=each.get("base"), v=each["v"])
        for each in golden.batch
    ]
    phone.drain()
    results = phone.store.results()
    dossiers = {names[name]: name for name in ("first", "second", "result")}
    with database.snapshot() as session:
        assert find_breaches(session) == []
        events: dict[str, list[str]] = {}
        rows = select(CustodyEvent).where(CustodyEvent.dossier_id.in_(map(UUID, dossiers)))
        for row in session.scalars(rows.order_by(CustodyEvent.dossier_id, CustodyEvent.n)):
            line = f"{row.type} {row.state} {row.from_kind}>{row.to_kind} {row.reason or ''}"
            events.setdefault(dossiers[str(row.dossier_id)], []).append(line.strip())
        outcome = {
            "results": [[results[act]["status"], results[act]["code"]] for act in acts],
            "touched": [[each["kind"] for each in results[act]["entities"]] for act in acts],
            "events": events,
            "forms": sorted(session.scalars(select(Form.kind))),
            "work_items": sorted(session.scalars(select(WorkItem.kind))),
        }
    phone.store.close()
    return outcome


def test_t10_every_command_of_this_server_has_a_golden_batch() -> None:
    wanted = {(handler.kind, handler.v) for handler in list_handlers()}
    assert {golden.about for golden in read_all()} == wanted


def test_t10_every_golden_batch_is_understood() -> None:
    for golden in read_all():
        assert golden.outcome is not None, f"{golden}: its outcome is not recorded"
        assert golden.outcome["results"][-1][0] != "quarantined", str(golden)


def test_t10_golden_batches_have_the_outcomes_that_were_recorded(morning: Morning) -> None:
    different = {}
    morning.phone.store.close()
    recording = bool(os.environ.get(RECORDING))
    for golden in read_all():
        if recording and golden.outcome is not None:
            continue
        found = outcome_of(morning, golden)
        if recording and not is_released(golden.path.name):
            golden.record(found)
        elif found != golden.outcome:
            different[str(golden)] = (golden.outcome, found)
    assert different == {}


def test_t10_released_batches_are_as_they_were() -> None:
    assert find_changed() == []


def test_t10_a_release_freezes_what_is_new_and_a_later_change_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "golden"
    shutil.copytree(FOLDER, folder)
    (folder / RELEASED).write_text("{}")
    names = release("0.1.0", folder)
    assert names == [golden.path.name for golden in read_all()]
    assert release("0.2.0", folder) == []
    assert find_changed(folder) == []
    path = folder / names[0]
    path.write_text(path.read_text().replace('"applied"', '"refused"', 1) + " ")
    assert find_changed(folder) == [names[0]]
    (folder / names[1]).unlink()
    assert find_changed(folder) == names[:2]
