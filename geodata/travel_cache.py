"""Keep travel tables on disk: a plan asked for again, or replayed, gets the same table at once.

Safe for several processes: files appear whole or not at all, and a damaged one is made anew.
"""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from geodata.point import Point
from geodata.travel_tables import (
    SNAP_LIMIT_M,
    PlaceRides,
    RouteGeometry,
    SnappedPoint,
    TravelTable,
    TravelTimes,
    UnreachablePoint,
)

logger = logging.getLogger(__name__)

CACHE_BYTES = 256 * 1024 * 1024
"""Room for about thirty tables of 1000 places (9 bytes a cell)."""

FORMAT = b"travel-table-1\n"


class CachedTravelTimes:
    """Travel times whose tables are kept in a folder, by network, profile and places."""

    def __init__(self, inner: TravelTimes, folder: Path, limit_bytes: int = CACHE_BYTES) -> None:
        self.inner = inner
        self._folder = folder
        self._limit_bytes = limit_bytes

    @property
    def source(self) -> str:
        return self.inner.source

    @property
    def fingerprint(self) -> str:
        return self.inner.fingerprint

    @property
    def notice(self) -> str:
        return self.inner.notice

    @property
    def attribution(self) -> str:
        return self.inner.attribution

    def snap(
        self, points: Sequence[Point], limit_m: float = SNAP_LIMIT_M
    ) -> list[SnappedPoint | UnreachablePoint]:
        return self.inner.snap(points, limit_m)

    def route(self, points: Sequence[Point]) -> RouteGeometry:
        return self.inner.route(points)

    def rides(self, place: Point, others: Sequence[Point]) -> PlaceRides:
        return self.inner.rides(place, others)

    def matrix(self, points: Sequence[Point]) -> TravelTable:
        file = self._folder / f"{self._key(points)}.npz"
        table = _read(file, points)
        if table is None:
            table = self.inner.matrix(points)
            self._write(file, table)
        return table

    def _key(self, points: Sequence[Point]) -> str:
        places = np.array([point.lon_lat for point in points], dtype=np.float64)
        digest = hashlib.sha256(FORMAT + self.fingerprint.encode() + b"\n" + places.tobytes())
        return digest.hexdigest()[:32]

    def _write(self, file: Path, table: TravelTable) -> None:
        """Keep a table; a full or closed disk costs time later, never the answer now."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            part = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    np.savez(
                        stream,
                        allow_pickle=False,
                        duration_s=table.duration_s,
                        distance_m=table.distance_m,
                        estimated=table.estimated,
                        notes=np.frombuffer(_notes(table).encode(), dtype=np.uint8),
                    )
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)
            self._prune(keep=file)
        except OSError as error:
            logger.warning("travel table not kept: %s", error.strerror)

    def _prune(self, keep: Path) -> None:
        """Remove the tables that were not asked for longest, until the folder is small enough."""
        files: list[tuple[float, int, Path]] = []
        for file in self._folder.glob("*.npz"):
            with contextlib.suppress(FileNotFoundError):  # another process was quicker
                facts = file.stat()
                files.append((facts.st_mtime, facts.st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._limit_bytes:
                return
            if file != keep:
                file.unlink(missing_ok=True)
                total -= size


def _read(file: Path, points: Sequence[Point]) -> TravelTable | None:
    """The table of a file, or None when it is absent or damaged (then it is removed)."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            notes = json.loads(kept["notes"].tobytes())
            table = TravelTable(
                duration_s=kept["duration_s"],
                distance_m=kept["distance_m"],
                source=notes["source"],
                estimated=kept["estimated"],
                unreachable=[_place(each, points) for each in notes["unreachable"]],
                estimated_points=[_place(each, points) for each in notes["estimated_points"]],
            )
        file.touch()
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        return None
    return table if table.duration_s.shape == (len(points), len(points)) else None


def _notes(table: TravelTable) -> str:
    places = {
        "unreachable": [asdict(place) for place in table.unreachable],
        "estimated_points": [asdict(place) for place in table.estimated_points],
    }
    return json.dumps({"source": table.source, **places})


def _place(kept: dict[str, object], points: Sequence[Point]) -> UnreachablePoint:
    index = int(str(kept["index"]))
    return UnreachablePoint(
        index, points[index], int(str(kept["distance_to_road_m"])), str(kept["reason"])
    )
