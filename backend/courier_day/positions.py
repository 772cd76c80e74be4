"""Positions: where a phone was, in batches that may be late, doubled or cut, and are never missed.

A lossy class of its own (SYNC §3): no number, no outcome, nothing waits for it. A courier is
followed on shift only.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, TypedDict

import msgspec
from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Device
from backend.courier_day import clocks
from backend.courier_day.clocks import PhoneClock
from backend.courier_day.envelope import Clock
from backend.courier_day.position_days import open_day
from backend.courier_day.position_models import LastPosition, Position
from backend.fleet.models import Courier, Shift
from backend.places.models import PostOffice

MOST_FIXES = 600
"""In one batch: ten hours at one a minute."""

OLDEST = timedelta(days=7)
"""A place a week ago helps nobody, and need not be known."""

AROUND_SHIFT = timedelta(minutes=30)
LATE_AFTER_SHIFT = timedelta(hours=3)
"""Fixes this long before and after a shift belong to it: getting ready, and a late return."""

_MOST_LAT_E7, _MOST_LON_E7 = 900_000_000, 1_800_000_000
_MOST_ACC_M = 32_767


class MalformedPositions(ValueError):
    """The batch as a whole cannot be read; nothing of it was kept."""


class Fix(msgspec.Struct, frozen=True):
    """One fix as sent: 1e-7 degree, metres, and what the phone's clocks showed."""

    wall: datetime
    uptime_ms: int
    boot: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    lat: int
    lon: int
    acc_m: int | None = None


class Batch(msgspec.Struct, frozen=True):
    """The body of `POST /v1/courier/positions`."""

    device_id: uuid.UUID
    clock: Clock
    fixes: Annotated[tuple[Fix, ...], msgspec.Meta(max_length=MOST_FIXES)]


@dataclass(slots=True, kw_only=True)
class Kept:
    """What became of a batch; `dropped` counts fixes by reason."""

    accepted: int = 0
    repeated: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierPosition:
    """The newest fix of a courier, for a map: degrees, metres, and when."""

    courier_id: uuid.UUID
    courier_code: str
    courier_name: str
    at: datetime
    received_at: datetime
    age_s: int
    lat: float
    lon: float
    accuracy_m: int | None
    coarse: bool


class _Row(TypedDict):
    day: date
    device_id: uuid.UUID
    wall_ms: int
    courier_id: uuid.UUID
    at: datetime
    lat: int
    lon: int
    acc_m: int | None
    coarse: bool


def read_positions(body: bytes) -> Batch:
    """The batch in an unpacked body. Raises MalformedPositions."""
    try:
        batch = msgspec.json.decode(body, type=Batch)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedPositions(str(error)) from error
    if batch.clock.wall.tzinfo is None:
        raise MalformedPositions("clock.wall has no time zone")
    return batch


def keep_positions(session: Session, device: Device, courier: Courier, batch: Batch) -> Kept:
    """Keeps what is new of a batch; what is senseless, too old or off shift is counted and gone."""
    received_at = clock.now()
    kept = Kept()
    rows: list[_Row] = []
    for fix in batch.fixes:
        at = _moment(fix, batch.clock.reading(), device, received_at)
        if at is None:
            kept.dropped["no_time_zone"] += 1
        elif not _is_somewhere(fix):
            kept.dropped["no_place"] += 1
        elif received_at - at > OLDEST:
            kept.dropped["too_old"] += 1
        else:
            rows.append(_row(fix, at, device, courier))
    unique = list({(row["day"], row["wall_ms"]): row for row in rows}.values())
    on_shift = _on_shift(session, courier, unique)
    kept.dropped["off_shift"] += len(unique) - len(on_shift)
    kept.dropped = +kept.dropped
    if not on_shift:
        return kept
    for day in sorted({row["day"] for row in on_shift}):
        open_day(session, day)
    new = session.execute(
        insert(Position).values(on_shift).on_conflict_do_nothing().returning(Position.wall_ms)
    ).all()
    kept.accepted = len(new)
    kept.repeated = len(rows) - len(unique) + len(on_shift) - len(new)
    _keep_last(session, max(on_shift, key=lambda row: row["at"]), received_at)
    return kept


def list_last_positions(
    session: Session, province_code: str, *, seen: Collection[uuid.UUID] | None = None
) -> list[CourierPosition]:
    """Where the couriers of a province were last, the newest first.

    seen: the planning areas that the caller sees; None = all.
    """
    now = clock.now()
    of_seen = true() if seen is None else PostOffice.planning_area_id.in_(seen)
    rows = session.execute(
        select(LastPosition, Courier)
        .join(Courier, Courier.id == LastPosition.courier_id)
        .join(PostOffice, PostOffice.id == Courier.post_office_id)
        .where(Courier.province_code == province_code, Courier.active.is_(True), of_seen)
        .order_by(LastPosition.at.desc(), Courier.id)
    )
    return [
        CourierPosition(
            courier_id=courier.id,
            courier_code=courier.code,
            courier_name=courier.person.full_name,
            at=last.at,
            received_at=last.received_at,
            age_s=max(0, int((now - last.at).total_seconds())),
            lat=last.lat / 1e7,
            lon=last.lon / 1e7,
            accuracy_m=last.acc_m,
            coarse=last.coarse,
        )
        for last, courier in rows
    ]


def _moment(fix: Fix, sync: PhoneClock, device: Device, received_at: datetime) -> datetime | None:
    if fix.wall.tzinfo is None:
        return None
    reading = PhoneClock(wall=fix.wall, uptime_ms=fix.uptime_ms, boot=fix.boot)
    return clocks.moment_of(
        reading,
        sync,
        received_at=received_at,
        offsets=device.clock_offsets,
        previous_at=None,
    ).at


def _is_somewhere(fix: Fix) -> bool:
    on_earth = abs(fix.lat) <= _MOST_LAT_E7 and abs(fix.lon) <= _MOST_LON_E7
    return on_earth and (fix.lat, fix.lon) != (0, 0) and (fix.acc_m or 0) >= 0


def _row(fix: Fix, at: datetime, device: Device, courier: Courier) -> _Row:
    return {
        "day": clock.local_date(at),
        "device_id": device.id,
        "wall_ms": int(fix.wall.timestamp() * 1000),
        "courier_id": courier.id,
        "at": at,
        "lat": fix.lat,
        "lon": fix.lon,
        "acc_m": None if fix.acc_m is None else min(fix.acc_m, _MOST_ACC_M),
        "coarse": False,
    }


def _on_shift(session: Session, courier: Courier, rows: Sequence[_Row]) -> list[_Row]:
    """The fixes made on a shift of the courier."""
    days = {row["day"] for row in rows}
    shifts = session.execute(
        select(Shift.service_date, Shift.starts, Shift.ends).where(
            Shift.courier_id == courier.id, Shift.service_date.in_(days)
        )
    ).all()
    times = [
        (
            clock.local_instant(shift.service_date, shift.starts) - AROUND_SHIFT,
            clock.local_instant(shift.service_date, shift.ends) + LATE_AFTER_SHIFT,
        )
        for shift in shifts
    ]
    return [row for row in rows if any(a <= row["at"] <= b for a, b in times)]


def _keep_last(session: Session, newest: _Row, received_at: datetime) -> None:
    statement = insert(LastPosition).values(
        courier_id=newest["courier_id"],
        device_id=newest["device_id"],
        at=newest["at"],
        received_at=received_at,
        lat=newest["lat"],
        lon=newest["lon"],
        acc_m=newest["acc_m"],
        coarse=False,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[LastPosition.courier_id],
            set_={
                name: statement.excluded[name]
                for name in ("device_id", "at", "received_at", "lat", "lon", "acc_m", "coarse")
            },
            where=statement.excluded.at >= LastPosition.at,
        )
    )
