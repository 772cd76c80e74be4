"""What the measurements on demo days share: a sample day in the database, and how figures print."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.database import unit_of_work
from backend.demo.demand import make_demand
from backend.demo.operations import book_sample_day, import_pack
from backend.demo.profiles import get_profile
from backend.places.models import PlanningArea
from backend.settings import Settings
from geodata.packs import Pack, open_pack
from geodata.roads_build import build_roads

DAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class DemoDay:
    """Booked, not yet planned."""

    pack: Pack
    area_id: uuid.UUID


def a_demo_day(settings: Settings, profile: str, *, day: date = DAY, seed: int = 1) -> DemoDay:
    """Đà Nẵng's sample demand of a day on its own roads. Commits; the pack is imported once."""
    pack = open_pack("da_nang")
    roads = pack.find_file("roads")
    assert roads is not None
    build_roads(roads.path, settings.roads_dir)
    with unit_of_work() as session:
        import_pack(session, pack, pack.province_code)
        demand = make_demand(pack, day, get_profile(profile), seed=seed)
        book_sample_day(session, pack, demand, pack.province_code)
        area_id = session.scalars(select(PlanningArea.id)).first()
    assert area_id is not None
    return DemoDay(pack, area_id)


def print_spent(title: str, spent: Mapping[str, Sequence[float]]) -> None:
    """Median and 95th percentile of what each kind of question took; seconds in, ms out."""
    for name, found in spent.items():
        ordered = sorted(found)
        told = [f"{1000 * ordered[int(len(ordered) * q)]:.1f} ms" for q in (0.5, 0.95)]
        print(f"{title}: {name}: p50 {told[0]}, p95 {told[1]} of {len(ordered)}")
