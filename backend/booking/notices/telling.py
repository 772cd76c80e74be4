"""The one way to tell somebody something: a row of the outbox in the caller's transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy.orm import Session

from backend import outbox
from backend.accounts.phones import plain_number
from backend.booking.following.tokens import draw_token, keep_token
from backend.booking.models import Booking
from backend.booking.notices.opt_outs import wants_notices
from backend.booking.notices.rendering import Fact, render, words
from backend.booking.notices.templates import LINK, Audience
from backend.booking.notices.texts import TEMPLATES
from backend.errors import Language, Text
from backend.fleet.models import Courier
from backend.places.models import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who can be told. `address` is a phone number, or an office's code."""

    province_code: str
    audience: Audience
    channel: outbox.Channel
    address: str
    language: Language = "vi"


def contact_of(booking: Booking) -> Recipient | None:
    """Who booked; None without a phone."""
    return _by_phone(booking, Audience.CONTACT, booking.contact.phone)


def courier_of(courier: Courier) -> Recipient | None:
    """A courier's own phone, for what cannot wait for the next sync; None without a number."""
    return _by_phone(courier, Audience.COURIER, courier.person.phone)


def office_of(office: Office) -> Recipient:
    """An office, over the interface that it or its portal listens on."""
    return Recipient(
        province_code=office.province_code,
        audience=Audience.OFFICE,
        channel=outbox.Channel.WEBHOOK,
        address=office.code,
    )


def tell(
    session: Session,
    to: Recipient | None,
    template: str,
    *,
    cause: str,
    booking_id: uuid.UUID | None = None,
    secrets: Mapping[str, str] | None = None,
    facts: Mapping[str, Fact],
) -> bool:
    """Writes one notice; it leaves after the commit, at night only if urgent. Whether it was new.

    cause: what happened, such as an id and a version; the same cause tells the same person once.
    booking_id: the matter it belongs to; needed for a text that links to the follow page.
    secrets: parts that only the receiver may read; they are forgotten once it was sent.
    Nobody is told twice, nor without a phone, nor optional things that they do not want.
    """
    known = TEMPLATES[template]
    if to is None or (known.optional and not wants_notices(session, to.address)):
        return False
    text = render(known, facts, to.language)
    hidden = dict(secrets or {})
    if LINK in known.secrets:
        if booking_id is None:
            raise ValueError(f"{template} links to a booking, and none is named")
        hidden[LINK] = draw_token()
    if hidden.keys() != known.secrets:
        raise ValueError(f"{template} needs {sorted(known.secrets)} as secrets")
    written = outbox.post(
        session,
        province_code=to.province_code,
        channel=to.channel,
        template=template,
        recipient=to.address,
        content=_content(to, text, facts, hidden),
        dedupe_key=f"{template}:{cause}:{to.audience.value}",
        about_id=booking_id,
        at_night=known.urgent,
    )
    if written and booking_id is not None and LINK in hidden:
        keep_token(session, booking_id, hidden[LINK])
    return written


def tell_booking(
    session: Session, booking: Booking, template: str, *, cause: str = "", **facts: Fact
) -> bool:
    """Tells a booking's contact something about it; `{reference}` and `{when}` are known here.

    cause: what makes this telling another one than the last, such as the new day; the booking's id
    stands in front of it.
    """
    when = when_in_words(booking.service_date, booking.slot_start, booking.slot_end)
    known: dict[str, Fact] = {"reference": booking.reference, "when": when}
    wanted = TEMPLATES[template].facts
    return tell(
        session,
        contact_of(booking),
        template,
        cause=f"{booking.id}:{cause}",
        booking_id=booking.id,
        facts={name: value for name, value in known.items() if name in wanted} | facts,
    )


def when_in_words(day: date, start: time | None, end: time | None) -> Text:
    """Day and window of a visit as people say it."""
    name = f"{day:%d/%m/%Y}"
    if start is None or end is None:
        return Text(vi=f"ngày {name}", en=name)
    hours = f"{start:%H:%M}–{end:%H:%M}"
    return Text(vi=f"{hours} ngày {name}", en=f"{name}, {hours}")


def _by_phone(row: Booking | Courier, audience: Audience, phone: str | None) -> Recipient | None:
    if not phone:
        return None
    language: Language = "vi"
    if isinstance(row, Booking) and row.contact.language == "en":
        language = "en"
    return Recipient(
        province_code=row.province_code,
        audience=audience,
        channel=outbox.Channel.SMS,
        address=plain_number(phone),
        language=language,
    )


def _content(
    to: Recipient, text: str, facts: Mapping[str, Fact], hidden: Mapping[str, str]
) -> dict[str, str]:
    shown = {name: words(value, to.language) for name, value in facts.items()}
    secret = {f"{outbox.SECRET}{name}": value for name, value in hidden.items()}
    return shown | secret | {"text": text, "language": to.language, "audience": to.audience.value}
