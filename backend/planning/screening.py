"""Sorts out, before any search, the carriages that no courier could do, each with its reason."""

from collections.abc import Iterable

from backend.places.models import PlaceKind
from backend.planning.carriages import Carriage
from backend.planning.day_rows import DayRows, OfficeRow, PlaceKey
from backend.planning.models import VisitKind
from backend.planning.reasons import SetAside, SetAsideCode
from backend.planning.service_times import OFFICE_PER_DOSSIER_S
from backend.planning.windows import DAY_S, fetch_windows, hand_over_windows


def find_obstacle(day: DayRows, carriage: Carriage) -> SetAside | None:
    """The reason why a carriage cannot be ridden on this day by anyone, or None."""
    if carriage.first.ready_s >= DAY_S:
        return SetAside(leg_ids=carriage.leg_ids, code=SetAsideCode.RESULT_NOT_READY)
    for place in (carriage.origin, carriage.destination):
        obstacle = _at(day, carriage, place)
        if obstacle is not None:
            return obstacle
    return None


def split(
    day: DayRows, carriages: Iterable[Carriage]
) -> tuple[tuple[Carriage, ...], tuple[SetAside, ...]]:
    """(what the search may try, what is set aside)."""
    possible: list[Carriage] = []
    aside: list[SetAside] = []
    for carriage in carriages:
        obstacle = find_obstacle(day, carriage)
        if obstacle is None:
            possible.append(carriage)
        else:
            aside.append(obstacle)
    return tuple(possible), tuple(aside)


def off_road(day: DayRows, carriage: Carriage, far: dict[PlaceKey, int]) -> SetAside | None:
    """The reason when an end lies too far from every road; `far`: place → metres to the road."""
    for place in (carriage.origin, carriage.destination):
        if place in far:
            values = {"distance_m": far[place]}
            if place[0] is PlaceKind.HOME:
                code = SetAsideCode.DOOR_OFF_ROAD
                return SetAside(leg_ids=carriage.leg_ids, code=code, values=values)
            code = (
                SetAsideCode.OFFICE_OFF_ROAD
                if place[0] is PlaceKind.OFFICE
                else SetAsideCode.POST_OFFICE_OFF_ROAD
            )
            named = {"place": name_of(day, place), **values}
            return SetAside(leg_ids=carriage.leg_ids, code=code, values=named)
    return None


def name_of(day: DayRows, place: PlaceKey) -> str:
    """The public name of an office or post office; a home has none."""
    kind, place_id = place
    if kind is PlaceKind.OFFICE:
        return day.offices[place_id].name
    if kind is PlaceKind.POST_OFFICE:
        return day.post_offices[place_id].name
    return ""


def _at(day: DayRows, carriage: Carriage, place: PlaceKey) -> SetAside | None:
    kind, place_id = place
    if kind is PlaceKind.HOME:
        return _at_home(day, carriage, place)
    if kind is PlaceKind.OFFICE:
        return _at_office(carriage, day.offices[place_id], day)
    post_office = day.post_offices[place_id]
    if post_office.point is None:
        return _aside(carriage, SetAsideCode.POST_OFFICE_NOT_PLACED, place=post_office.name)
    if place == carriage.origin and post_office.open_spans == ():
        return _aside(carriage, SetAsideCode.POST_OFFICE_CLOSED, place=post_office.name)
    return None


def _at_home(day: DayRows, carriage: Carriage, place: PlaceKey) -> SetAside | None:
    home = day.homes[place[1]]
    if home.point is None:
        return _aside(carriage, SetAsideCode.DOOR_NOT_PLACED)
    if not home.inside_area:
        return _aside(carriage, SetAsideCode.DOOR_OUTSIDE_AREA, area=day.area_name)
    if home.zone_code and home.zone_code in day.closed_zones:
        return _aside(carriage, SetAsideCode.ZONE_CLOSED, zone=home.zone_code)
    return None


def _at_office(carriage: Carriage, office: OfficeRow, day: DayRows) -> SetAside | None:
    if not office.is_valid:
        return _aside(carriage, SetAsideCode.OFFICE_NOT_VALID, place=office.name)
    if office.service_start is not None and office.service_start > day.service_date:
        start = f"{office.service_start:%d/%m/%Y}"
        return _aside(carriage, SetAsideCode.OFFICE_NOT_STARTED, place=office.name, day=start)
    if office.point is None:
        return _aside(carriage, SetAsideCode.OFFICE_NOT_PLACED, place=office.name)
    if carriage.pickup_kind is VisitKind.COLLECTION:
        return None  # its papers can rest at a post office
    service = carriage.dossiers * OFFICE_PER_DOSSIER_S
    windows = (
        fetch_windows(office, service)
        if carriage.pickup_kind is VisitKind.FETCH
        else hand_over_windows(office, service)
    )
    return None if windows else _aside(carriage, SetAsideCode.OFFICE_CLOSED, place=office.name)


def _aside(carriage: Carriage, code: SetAsideCode, **values: object) -> SetAside:
    return SetAside(leg_ids=carriage.leg_ids, code=code, values=values)
