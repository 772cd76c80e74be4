"""Phones: a new install registers, gets tokens, and hears what it should be holding."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.models import Device, EndReason, SignIn, SignInWay
from backend.accounts.tokens import begin_sign_in, end_sign_in
from backend.courier_day.errors import CourierNotFound, DeviceNotFound
from backend.dossiers.models import Dossier, DossierState, KeeperKind
from backend.fleet.models import Courier
from backend.places.clerks import Clerk

_OF_PERSON = (
    select(Courier).where(Courier.person_id == bindparam("person_id")).order_by(Courier.id).limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDossier:
    """A dossier that the log gives to the courier."""

    dossier_id: uuid.UUID
    item_code: str
    state: DossierState
    seal_no: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a new install is told. The tokens are shown once and stored as hashes."""

    device_id: uuid.UUID
    access_token: str
    access_until: datetime
    refresh_token: str
    refresh_until: datetime
    open_custody: tuple[HeldDossier, ...]
    previous_last_seq: int | None


def register_device(
    session: Session,
    caller: Caller,
    *,
    public_key: str,
    model: str,
    app_version: str,
    courier_code: str | None = None,
    claims_previous: uuid.UUID | None = None,
) -> Registration:
    """A new device of the courier who calls, with a sign-in of its own.

    Raises CourierNotFound (also for another courier's code), DeviceNotFound (not this courier's).
    """
    courier = find_courier_of_person(session, caller.person_id)
    if courier is None or not courier.active or courier_code not in {None, courier.code}:
        raise CourierNotFound(courier=courier_code or "")
    previous = _previous(session, courier, claims_previous) if claims_previous else None
    device = Device(
        person_id=courier.person_id,
        public_key=public_key,
        model=model,
        app_version=app_version,
        claims_previous_id=previous.id if previous else None,
        registered_at=clock.now(),
    )
    session.add(device)
    session.flush()
    grant = session.get_one(SignIn, caller.session_id).grant
    tokens = begin_sign_in(session, grant, SignInWay.DEVICE, device_id=device.id)
    return Registration(
        device_id=device.id,
        access_token=tokens.access_token,
        access_until=tokens.access_until,
        refresh_token=tokens.refresh_token,
        refresh_until=tokens.refresh_until,
        open_custody=list_held(session, courier.id),
        previous_last_seq=previous.last_seq if previous else None,
    )


def get_courier(session: Session, courier_id: uuid.UUID) -> Courier:
    """One courier. Raises CourierNotFound."""
    courier = session.get(Courier, courier_id)
    if courier is None:
        raise CourierNotFound(courier=courier_id)
    return courier


def get_courier_of(session: Session, device: Device) -> Courier:
    """The courier whose phone it is. Raises CourierNotFound."""
    return get_courier_of_person(session, device.person_id)


def get_courier_of_person(session: Session, person_id: uuid.UUID) -> Courier:
    """The courier who this person is. Raises CourierNotFound."""
    courier = find_courier_of_person(session, person_id)
    if courier is None:
        raise CourierNotFound(courier=person_id)
    return courier


def find_courier_of_person(session: Session, person_id: uuid.UUID | None) -> Courier | None:
    """The courier who this person is, if one."""
    return session.scalars(_OF_PERSON, {"person_id": person_id}).first()


def list_devices(session: Session, courier: Courier) -> list[Device]:
    """A courier's installs, the newest first."""
    return list(
        session.scalars(
            select(Device)
            .where(Device.person_id == courier.person_id)
            .order_by(Device.registered_at.desc(), Device.id.desc())
        )
    )


def revoke_device(session: Session, device_id: uuid.UUID) -> Device:
    """The phone is lost: from now on it can only send, and is told to wipe itself (SYNC §12).

    A second call changes nothing. Raises DeviceNotFound.
    """
    device = session.get(Device, device_id, with_for_update=True)
    if device is None:
        raise DeviceNotFound(device=device_id)
    if device.revoked_at is None:
        device.revoked_at = clock.now()
    for family in session.scalars(select(SignIn).where(SignIn.device_id == device.id)):
        end_sign_in(family, EndReason.DEVICE_REVOKED)
    session.flush()
    return device


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


def find_person_of_code(session: Session, province_code: str, code: str) -> uuid.UUID | None:
    """Who is behind the code of a courier or a clerk; an account of that code is theirs."""
    for kind in (Courier, Clerk):
        found = session.scalar(
            select(kind.person_id).where(kind.province_code == province_code, kind.code == code)
        )
        if found is not None:
            return found
    return None
