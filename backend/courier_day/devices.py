"""Phones: a new install registers, gets a token, and hears what it should be holding.

Until accounts exist a courier is named by code alone; that is why the server listens on
loopback only (docs/sync.md).
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Device
from backend.courier_day.errors import CourierNotFound, DeviceNotFound
from backend.dossiers.models import Dossier, DossierState, KeeperKind
from backend.fleet.models import Courier

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDossier:
    """A dossier that the log gives to the courier."""

    dossier_id: uuid.UUID
    item_code: str
    state: DossierState
    seal_no: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a new install is told. The token is shown once and stored as its hash."""

    device_id: uuid.UUID
    access_token: str
    open_custody: tuple[HeldDossier, ...]
    previous_last_seq: int | None


def register_device(
    session: Session,
    *,
    province_code: str,
    courier_code: str,
    public_key: str,
    model: str,
    app_version: str,
    claims_previous: uuid.UUID | None = None,
) -> Registration:
    """A new device of a courier. Raises CourierNotFound, DeviceNotFound (not this courier's)."""
    courier = session.scalars(
        select(Courier).where(
            Courier.province_code == province_code,
            Courier.code == courier_code,
            Courier.active.is_(True),
        )
    ).first()
    if courier is None:
        raise CourierNotFound(courier=courier_code)
    previous = _previous(session, courier, claims_previous) if claims_previous else None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    device = Device(
        person_id=courier.person_id,
        public_key=public_key,
        model=model,
        app_version=app_version,
        token_hash=_hash(token),
        claims_previous_id=previous.id if previous else None,
        registered_at=clock.now(),
    )
    session.add(device)
    session.flush()
    return Registration(
        device_id=device.id,
        access_token=token,
        open_custody=list_held(session, courier.id),
        previous_last_seq=previous.last_seq if previous else None,
    )


def find_device_by_token(session: Session, token: str) -> Device | None:
    """The device that a bearer token belongs to."""
    return session.scalars(select(Device).where(Device.token_hash == _hash(token))).first()


def get_courier(session: Session, courier_id: uuid.UUID) -> Courier:
    """One courier. Raises CourierNotFound."""
    courier = session.get(Courier, courier_id)
    if courier is None:
        raise CourierNotFound(courier=courier_id)
    return courier


def get_courier_of(session: Session, device: Device) -> Courier:
    """The courier whose phone it is. Raises CourierNotFound."""
    courier = session.scalars(
        select(Courier).where(Courier.person_id == device.person_id).order_by(Courier.id).limit(1)
    ).first()
    if courier is None:
        raise CourierNotFound(courier=device.person_id)
    return courier


def list_held(session: Session, courier_id: uuid.UUID) -> tuple[HeldDossier, ...]:
    """What the log says the courier holds, by item code."""
    rows = session.execute(
        select(Dossier.id, Dossier.item_code, Dossier.state, Dossier.seal_no)
        .where(Dossier.keeper_kind == KeeperKind.COURIER, Dossier.keeper_id == courier_id)
        .order_by(Dossier.item_code)
    )
    return tuple(
        HeldDossier(
            dossier_id=row.id, item_code=row.item_code, state=row.state, seal_no=row.seal_no
        )
        for row in rows
    )


def _previous(session: Session, courier: Courier, device_id: uuid.UUID) -> Device:
    device = session.get(Device, device_id)
    if device is None or device.person_id != courier.person_id:
        raise DeviceNotFound(device=device_id)
    return device


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
