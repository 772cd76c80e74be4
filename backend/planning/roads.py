"""Which travel times a province plans with: its roads, else the estimate that knows its rivers."""

from functools import lru_cache
from pathlib import Path

from geodata.barriers import Barrier
from geodata.packs import list_packs, open_pack
from geodata.travel_tables import TravelTimes
from geodata.travel_times import open_travel_times


def open_roads(roads_dir: Path | None, province_code: str) -> TravelTimes:
    """Road data of `roads_dir`, or the labelled estimate; never fails for want of data."""
    return open_travel_times(roads_dir, barriers=list_barriers(province_code))


def open_live_roads(roads_dir: Path, province_code: str) -> TravelTimes:
    """The same for questions all day long: kept open until the road data change, and without
    tables on disk, for no two questions are alike."""
    manifest = roads_dir / "manifest.json"
    changed = manifest.stat().st_mtime_ns if manifest.exists() else 0
    return _opened(roads_dir, province_code, changed)


@lru_cache(maxsize=2)
def _opened(roads_dir: Path, province_code: str, _changed: int) -> TravelTimes:
    barriers = list_barriers(province_code)
    return open_travel_times(roads_dir, barriers=barriers, use_cache=False)


def list_barriers(province_code: str) -> tuple[Barrier, ...]:
    """Rivers, shores and airfields that estimates go around, of the province's pack."""
    packs = [open_pack(name) for name in list_packs()]
    found = (pack.barriers for pack in packs if pack.province_code == province_code)
    return next(found, ())
