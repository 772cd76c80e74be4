"""What a folder of road data holds. The manifest is written last: without it nothing is there."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.errors import RoadDataMissing

FORMAT_VERSION = 1
MANIFEST_NAME = "manifest.json"
MAP_NAME = "roads_map.geojson.gz"
NETWORK_FILE = "roads.osrm"
REBUILD = "Run: tannoi roads build FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadsManifest:
    """The network in a folder: where it came from, what it holds, how to cite it.

    `fingerprint` follows from the source file, the profile and the engine: equal fingerprints,
    equal figures. `bbox` is (west, south, east, north) in degrees. `files` maps each file of the
    network to its size in bytes.
    """

    fingerprint: str
    folder: str
    source_name: str
    source_sha256: str
    source_bytes: int
    profile_name: str
    profile_sha256: str
    engine_version: str
    attribution: str
    bbox: tuple[float, float, float, float]
    ways_by_class: dict[str, int]
    road_km: int
    turn_restrictions: int
    files: dict[str, int]
    format_version: int = FORMAT_VERSION

    @property
    def way_count(self) -> int:
        """Ways of all classes."""
        return sum(self.ways_by_class.values())

    def network_base(self, roads_dir: Path) -> Path:
        """The path that the engine opens."""
        return roads_dir / self.folder / NETWORK_FILE

    def to_json(self) -> str:
        """The manifest as text, keys sorted."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_manifest(roads_dir: Path) -> RoadsManifest:
    """The manifest of a folder whose files are all there. Raises RoadDataMissing."""
    file = roads_dir / MANIFEST_NAME
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RoadDataMissing(f"No road data in {roads_dir.name}.", REBUILD) from None
    except (OSError, ValueError) as error:
        raise RoadDataMissing(
            f"The road data in {roads_dir.name} cannot be read ({_first_line(error)}).", REBUILD
        ) from None
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != FORMAT_VERSION:
        raise RoadDataMissing(
            f"The road data in {roads_dir.name} have format {version}, not {FORMAT_VERSION}.",
            REBUILD,
        )
    try:
        manifest = RoadsManifest(**{**content, "bbox": tuple(content["bbox"])})
    except (KeyError, TypeError):
        raise RoadDataMissing(f"The manifest in {roads_dir.name} is incomplete.", REBUILD) from None
    damaged = find_damaged_file(roads_dir, manifest)
    if damaged:
        raise RoadDataMissing(f"The road data are damaged: {damaged}.", REBUILD)
    return manifest


def find_damaged_file(roads_dir: Path, manifest: RoadsManifest) -> str | None:
    """The first file of the network that is missing or has another size, or None."""
    for name, size in sorted(manifest.files.items()):
        file = roads_dir / manifest.folder / name
        if not file.is_file():
            return f"{name} is missing"
        if file.stat().st_size != size:
            return f"{name} has {file.stat().st_size} bytes instead of {size}"
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
