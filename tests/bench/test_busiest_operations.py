"""What the busiest operations of a day cost: processor time of this process, and questions to the
database, for each call.

`python -m pytest --long tests/bench/test_busiest_operations.py -s` prints both as one table, on the
city's demo day, planned and published. The database's own time is not in it.
"""

import gc
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time as wall_time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import Engine, select

from backend import clock, database
from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingDossier
from backend.courier_day.arrivals import look
from backend.demo.accounts import make_sample_accounts
from backend.dossiers.models import Dossier, Leg, LegPurpose
from backend.fleet.models import Courier
from backend.logs import configure_logs
from backend.places.clerks import Clerk
from backend.planning.jobs import execute_plan
from backend.planning.models import Plan, Route, Stop, Visit, VisitKind
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.packs import Pack
from mobile_api import create_app
from tests.bench.demo_day import DAY, a_demo_day
from tests.builders.accounts import a_clerk_account, a_token
from tests.builders.planning import ask_for_plan
from tests.fixtures.signing import client_of, signing_client
from tests.integration.imports.test_bookings_batches import statements
from tests.phone import ClientTransport, Clock, Phone, Store

CALLS = 25
COURIERS = 5
EVENING = clock.local_instant(DAY - timedelta(days=1), wall_time(18))
MORNING = clock.local_instant(DAY, wall_time(8, 30))
WORDS = ("khai sinh", "giay phep lai xe", "đăng ký kết hôn", "ho chieu", "lý lịch tư pháp", "đất")


@dataclass
class Spent:
    """Seconds and questions of each call, by operation."""

    seconds: dict[str, list[float]] = field(default_factory=partial(defaultdict, list))
    asked: dict[str, list[int]] = field(default_factory=partial(defaultdict, list))

    def on[**How, Answer](
        self, name: str, call: Callable[How, Answer], *how: How.args, **more: How.kwargs
    ) -> Answer:
        with statements(database.engine()) as seen:
            begun = time.process_time()
            answer = call(*how, **more)
            self.seconds[name].append(time.process_time() - begun)
        self.asked[name].append(len(seen))
        return answer

    def tell(self) -> None:
        print(
            f"\n{'operation':34} {'calls':>5} {'CPU ms p50':>10} {'p95':>7} "
            f"{'queries':>7} {'most':>5}"
        )
        for name, seconds in self.seconds.items():
            ms = [1000 * each for each in sorted(seconds)]
            asked = sorted(self.asked[name])
            print(
                f"{name:34} {len(ms):5} {ms[len(ms) // 2]:10.1f} {ms[int(len(ms) * 0.95)]:7.1f}"
                f" {asked[len(asked) // 2]:7} {asked[-1]:5}"
            )


@dataclass
class Town:
    """A published day, and who calls."""

    app: Flask
    settings: Settings
    pack: Pack
    plan_id: uuid.UUID
    folder: Path
    spent: Spent = field(default_factory=Spent)
    drawn: random.Random = field(default_factory=partial(random.Random, 1))

    def phone(self, courier: Courier) -> Phone:
        transport = ClientTransport(signing_client(self.app))
        store = Store(self.folder / f"{courier.code}.sqlite")
        phone = Phone(store, transport, Clock(clock.to_local(MORNING)))
        phone.register(courier.code)
        phone.drain()
        return phone


@pytest.fixture
def town(
    committed_database: Engine, redis_connection: Redis, settings: Settings, tmp_path: Path
) -> Town:
    with clock.frozen(EVENING):
        day = a_demo_day(settings, "city")
        with database.unit_of_work() as session:
            make_sample_accounts(session, day.pack.province_code)
        plan_id = ask_for_plan(day.area_id, seconds=10, day=DAY)
        execute_plan(plan_id, settings)
        with database.unit_of_work() as session:
            version = session.get_one(Plan, plan_id).version
            blobs = BlobStore(settings.blob_dir)
            publish_plan(session, plan_id, expected_version=version, blobs=blobs)
    app = create_app(settings)
    configure_logs(level="ERROR", as_json=False)
    return Town(app, settings, day.pack, plan_id, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_what_the_busiest_operations_cost(town: Town) -> None:
    gc.collect()
    gc.freeze()  # what making the day has left behind is in no server
    try:
        with clock.frozen(EVENING):
            _book_for_tomorrow(town)
        with clock.frozen(MORNING):
            _couriers_and_desks(town)
            _follow(town)
            _dispatchers(town)
    finally:
        gc.unfreeze()
        town.spent.tell()
    assert town.spent.seconds["confirm a booking"]


def _couriers_and_desks(town: Town) -> None:
    """Phones ask and tell; each collected dossier is received by the clerk of its office."""
    for courier, dossiers in _longest_rides(town):
        phone = town.phone(courier)
        clock_now = phone.request()["clock"]
        fixes = [
            clock_now | {"lat": 160_600_000, "lon": 1_082_000_000 + 100 * n, "acc_m": 9}
            for n in range(5)
        ]
        for number, fix in enumerate(fixes):
            fix |= {"wall": f"2026-11-23T08:2{number}:00.000+07:00"}
            body = {"device_id": phone.device_id, "clock": clock_now, "fixes": [fix]}
            sent = town.spent.on("positions, one fix", _post, phone, "positions", body)
            assert sent.status == 200
            idle = town.spent.on("sync, nothing to tell", _post, phone, "sync", phone.request())
            assert idle.status == 200
        for dossier in dossiers:
            phone.act(
                "dossier.collected", {"dossier": str(dossier.id), "seal": f"NP-{dossier.item_code}"}
            )
            request = phone.request()
            told = town.spent.on("sync, one collection", _post, phone, "sync", request)
            assert told.body["results"][0]["status"] == "applied", told.body["results"]
            phone.drain()
            _receive(town, courier, dossier)


def _receive(town: Town, courier: Courier, dossier: Dossier) -> None:
    with database.unit_of_work() as session:
        office = session.get_one(Dossier, dossier.id).filing_office
        where = select(Clerk.code).where(Clerk.office_id == office.id).limit(1)
        clerk = session.scalars(where).one()
        headers = {"Authorization": f"Bearer {a_token(session, a_clerk_account(session, clerk))}"}
        path = f"/v1/office/desks/{office.code}/receipts"
    headers |= {"Idempotency-Key": str(uuid.uuid4())}
    body = {"courier": courier.code, "items": [{"item": dossier.item_code}]}
    client = town.app.test_client()
    answer = town.spent.on("office scan", client.post, path, json=body, headers=headers)
    assert answer.get_json()["items"][0]["outcome"] == "DONE", answer.get_json()


def _book_for_tomorrow(town: Town) -> None:
    """Find, quote, see windows, hold, book."""
    client = town.app.test_client()
    homes = town.pack.rows("populated-points")
    for number in range(CALLS):
        words = {"q": town.drawn.choice(WORDS)}
        found = town.spent.on(
            "find procedure", client.get, "/v1/citizen/procedures", query_string=words
        )
        assert found.get_json()["procedures"]
        home = town.drawn.choice(homes)
        visit = {
            "procedure_code": "1.002809",
            "mode": "SEND",
            "lat": float(home["lat"]),
            "lon": float(home["lon"]),
        }
        quoted = town.spent.on("quote", client.post, "/v1/citizen/quotes", json=visit)
        assert quoted.status_code == 200, quoted.get_json()
        days = visit | {"on": DAY.isoformat(), "days": 1}
        slots = town.spent.on("slots of a planned day", client.post, "/v1/citizen/slots", json=days)
        windows = slots.get_json()["days"][0]["windows"]
        if windows:
            _book(town, client, visit, town.drawn.choice(windows), number)


def _follow(town: Town) -> None:
    """Links of the day's bookings, once arrivals were looked at as the worker does."""
    province = town.pack.province_code
    with database.unit_of_work() as session:
        roads = partial(open_live_roads, town.settings.roads_dir, province)
        look.look_at_routes(session, province, roads)
    client = town.app.test_client()
    with database.unit_of_work() as session:
        booked = session.scalars(select(Booking.id).order_by(Booking.id).limit(CALLS)).all()
        tokens = [make_token(session, each) for each in booked]
    for token in tokens:
        shown = town.spent.on("follow", client.get, f"/v1/citizen/follow/{token}")
        assert shown.status_code == 200, shown.get_json()


def _book(
    town: Town, client: Any, visit: dict[str, Any], window: dict[str, Any], number: int
) -> None:
    asked = visit | {"day": DAY.isoformat(), "start": window["start"], "end": window["end"]}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    held = town.spent.on("hold", client.post, "/v1/citizen/holds", json=asked, headers=key)
    assert held.status_code == 201, held.get_json()
    person = {
        "full_name": f"Nguyễn Văn Mẫu {number}",
        "phone": f"0900 777 {number:03d}",
        "address": "1 Đường Mẫu",
    }
    where = f"/v1/citizen/holds/{held.get_json()['id']}/confirm"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    booked = town.spent.on("confirm a booking", client.post, where, json=person, headers=key)
    assert booked.status_code == 201, booked.get_json()


def _dispatchers(town: Town) -> None:
    """The board of the day, and who could take a visit instead."""
    client, base = client_of(town.app, Role.DISPATCHER), f"/v1/dispatcher/plans/{town.plan_id}"
    with database.unit_of_work() as session:
        of_plan = select(Visit.id).join(Stop).join(Route).where(Route.plan_id == town.plan_id)
        open_ones = of_plan.where(Visit.kind == VisitKind.DELIVERY).order_by(Visit.id)
        visits = session.scalars(open_ones).all()
    for _ in range(CALLS):
        for name, path in (
            ("board: routes of the day", f"{base}/routes"),
            ("board: arrivals of the day", f"/v1/dispatcher/arrivals?service_date={DAY}"),
            ("board: places of couriers", "/v1/dispatcher/couriers/positions"),
            ("who can take", f"{base}/who-can-take?visit={town.drawn.choice(visits)}"),
        ):
            shown = town.spent.on(name, client.get, path)
            assert shown.status_code == 200, shown.get_json()


def _longest_rides(town: Town) -> list[tuple[Courier, list[Dossier]]]:
    """Couriers with collections that nobody has made yet, and some dossiers of each."""
    with database.unit_of_work() as session:
        rows = session.execute(
            select(Route.courier_id, Dossier)
            .join(Stop, Stop.route_id == Route.id)
            .join(Visit, Visit.stop_id == Stop.id)
            .join(Leg, Leg.id == Visit.leg_id)
            .join(Dossier, Dossier.id == Leg.dossier_id)
            .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
            .where(
                Route.plan_id == town.plan_id,
                Visit.kind == VisitKind.COLLECTION,
                Leg.purpose == LegPurpose.COLLECTION,
            )
            .order_by(Dossier.id)
        ).all()
        rides: dict[uuid.UUID, list[Dossier]] = defaultdict(list)
        for courier_id, dossier in rows:
            rides[courier_id].append(dossier)
        longest = sorted(rides.items(), key=lambda ride: -len(ride[1]))[:COURIERS]
        found = [
            (session.get_one(Courier, key), each[: CALLS // COURIERS]) for key, each in longest
        ]
        session.expunge_all()
    return found


def _post(phone: Phone, door: str, body: dict[str, Any]) -> Any:
    return phone.transport.post(f"/v1/courier/{door}", body, phone.store.get_meta("token"))
