"""What a route sheet says, as plain values: filled from rows, printed by `route_sheet`."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVisit:
    """One act at a stop; `act` is the Vietnamese word, such as "Thu gom"."""

    act: str
    procedure: str
    item_code: str
    portal_code: str | None = None
    cash_vnd: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStop:
    """One halt in the order of the route; `label` is None at start, break and end."""

    label: int | None
    title: str
    address: str
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    window: str = ""
    visits: tuple[SheetVisit, ...] = ()
    signer: str = ""
    """Who signs at this stop, in Vietnamese; empty where nothing changes hands."""

    data_note: str = ""
    """Such as "dữ liệu mẫu" where a row of the stop was not verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """Everything printed for one courier and service date."""

    courier_code: str
    courier_name: str
    post_office: str
    service_date: date
    plan_number: int
    revision: int | None
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    travel_note: str
    stops: tuple[SheetStop, ...]
