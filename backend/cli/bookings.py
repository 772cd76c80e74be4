"""`tannoi bookings`: the to-place list, and the door that a person found."""

import uuid

import click

from backend import database
from backend.booking.errors import BookingIncomplete, BookingNotFound
from backend.booking.operations import (
    find_booking_by_reference,
    list_to_place,
    place_address,
)
from backend.cli.installation import open_database, read_settings
from backend.cli.language import language
from backend.cli.teaching import TeachingGroup
from backend.errors import Text
from geodata.errors import InvalidGeodata
from geodata.point import Point

_COUNT = Text(vi="{} phiếu chờ định vị", en="{} to place")


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi bookings to-place
  tannoi bookings place PYC-0007 16.0678 108.2208
""",
)
def bookings() -> None:
    """Look after bookings whose address no list knows."""


@bookings.command("to-place")
@click.option("--province", metavar="CODE", help="Default: TANNOI_PROVINCE_CODE.")
def to_place(*, province: str | None) -> None:
    """List bookings that wait until somebody finds the door, with the reason."""
    settings = read_settings()
    open_database(settings)
    with database.unit_of_work() as session:
        waiting = list_to_place(session, province or settings.province_code)
        for booking in waiting:
            note = booking.address.placement_note or ""
            click.echo(
                f"{booking.reference}  {booking.service_date}  {booking.address.text}  ({note})"
            )
    click.echo(_COUNT.in_language(language()).format(len(waiting)))


@bookings.command("place")
@click.argument("booking")
@click.argument("lat", type=float)
@click.argument("lon", type=float)
@click.option("--province", metavar="CODE", help="Default: TANNOI_PROVINCE_CODE.")
def place(*, booking: str, lat: float, lon: float, province: str | None) -> None:
    """Give BOOKING (reference or id) its door at LAT LON; then it can be planned."""
    settings = read_settings()
    try:
        point = Point(lat, lon)
    except InvalidGeodata as error:
        raise BookingIncomplete(
            reason=error.reason,
            reason_vi=f"toạ độ ({lat}, {lon}) không đúng",
            fields={"lat": Text(vi="toạ độ không đúng", en=error.next_step)},
        ) from None
    open_database(settings)
    with database.unit_of_work() as session:
        known = find_booking_by_reference(session, province or settings.province_code, booking)
        placed = place_address(session, known.id if known else _booking_id(booking), point)
        where = placed.planning_area.name if placed.planning_area else "—"
        click.echo(f"{placed.reference}: {placed.status}, {where}")


def _booking_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BookingNotFound(booking=text) from None
