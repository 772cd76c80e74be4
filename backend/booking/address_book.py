"""A firm's address book: doors and contacts that it books for again and again.

A convenience of its owner and no record of the service: what is deleted is gone for good, and what
nobody used for long is deleted too (DOMAIN §10: least data).
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from geoalchemy2 import WKBElement
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.models import Account
from backend.booking.errors import AddressBookFull, KeptDoorNameTaken, KeptDoorNotFound
from backend.booking.models import Booking
from backend.database import Base, Identified, InProvince, Instant
from backend.places.models import Address, point_column
from backend.places.points import find_point, to_geometry
from geodata.point import Point

MOST_DOORS = 500
"""Of one firm [G]: branches, building sites, the people of a human-resources office."""

UNUSED_KEPT = timedelta(days=730)
"""Two years without a change and without a booking at that address [G]."""


class KeptDoor(Identified, InProvince, Base):
    """One entry. Personal data of whoever opens the door: erased, never redacted."""

    __tablename__ = "kept_door"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(80))
    """How the firm calls it, once in its book."""
    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(400))
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    special_needs: Mapped[str | None] = mapped_column(String(400))
    changed_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change; whoever changes holds the lock of the book."""

    @property
    def place(self) -> Point | None:
        """The door on the map, if the firm put it there."""
        return find_point(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorToKeep:
    """What an entry says."""

    name: str
    full_name: str
    phone: str
    address: str
    place: Point | None = None
    special_needs: str | None = None


def list_doors(session: Session, caller: Caller) -> list[KeptDoor]:
    """The caller's book by name; at most `MOST_DOORS`."""
    mine = select(KeptDoor).where(KeptDoor.account_id == caller.account_id)
    return list(session.scalars(mine.order_by(func.lower(KeptDoor.name), KeptDoor.id)))


def get_door(
    session: Session, caller: Caller, door_id: uuid.UUID, *, lock: bool = False
) -> KeptDoor:
    """One of the caller's. Raises KeptDoorNotFound, also for somebody else's."""
    if lock:
        _lock_book(session, caller)
    found = session.scalars(
        select(KeptDoor)
        .where(KeptDoor.id == door_id, KeptDoor.account_id == caller.account_id)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise KeptDoorNotFound(door=door_id)
    return found


def keep_door(session: Session, caller: Caller, door: DoorToKeep) -> KeptDoor:
    """A new entry. Raises KeptDoorNameTaken, AddressBookFull."""
    _lock_book(session, caller)
    kept = session.scalar(
        select(func.count()).select_from(KeptDoor).where(KeptDoor.account_id == caller.account_id)
    )
    if (kept or 0) >= MOST_DOORS:
        raise AddressBookFull(most=MOST_DOORS)
    made = KeptDoor(province_code=caller.province_code, account_id=caller.account_id)
    _write(session, made, door)
    session.add(made)
    session.flush()
    return made


def change_door(session: Session, kept: KeptDoor, door: DoorToKeep) -> None:
    """The entry says this from now on; it was read with `lock`. Raises KeptDoorNameTaken."""
    _write(session, kept, door)
    kept.version += 1
    session.flush()


def delete_door(session: Session, kept: KeptDoor) -> None:
    """The entry is gone for good; it was read with `lock`. Bookings made with it stay."""
    session.delete(kept)
    session.flush()


def forget_unused(session: Session) -> int:
    """Deletes what nobody changed or booked for in `UNUSED_KEPT`, and the books of accounts that
    were closed; how many entries."""
    since = clock.now() - UNUSED_KEPT
    booked = exists().where(
        Booking.owner_account_id == KeptDoor.account_id,
        Booking.created_at >= since,
        Booking.address_id == Address.id,
        Address.text == KeptDoor.address,
    )
    closed = select(Account.id).where(Account.disabled_at.is_not(None))
    unused = (KeptDoor.changed_at < since) & ~booked
    gone = session.scalars(
        delete(KeptDoor)
        .where(or_(unused, KeptDoor.account_id.in_(closed)))
        .returning(KeptDoor.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _write(session: Session, kept: KeptDoor, door: DoorToKeep) -> None:
    same_name = select(KeptDoor.id).where(
        KeptDoor.account_id == kept.account_id, KeptDoor.name == door.name
    )
    with session.no_autoflush:
        other = session.scalars(same_name).first()
    if other is not None and other != kept.id:
        raise KeptDoorNameTaken(name=door.name)
    kept.name, kept.full_name, kept.phone = door.name, door.full_name, door.phone
    kept.address, kept.special_needs = door.address, door.special_needs
    kept.point = None if door.place is None else to_geometry(door.place)
    kept.changed_at = clock.now()


def _lock_book(session: Session, caller: Caller) -> None:
    """Two people of one firm change its book one after the other."""
    session.execute(select(Account.id).where(Account.id == caller.account_id).with_for_update())
