"""From an OSM file to road data: checked, extracted and contracted for motorbikes by OSRM.

All work happens in a folder of its own; the manifest, replaced in one step at the end, makes the
new network the valid one. Whatever stops a build, the old network stays as it was.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata, util
from pathlib import Path

from geodata.errors import RoadBuildFailed, RoadDataMissing
from geodata.roads_attribution import attribution_of
from geodata.roads_manifest import (
    FORMAT_VERSION,
    MANIFEST_NAME,
    MAP_NAME,
    NETWORK_FILE,
    RoadsManifest,
    read_manifest,
)
from geodata.roads_map import RoadSurvey, survey_roads, write_roads_map

PROFILE = Path(__file__).parent / "profiles" / "motorbike.lua"
OSM_SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf")
BUILDING = ".building-"
NETWORK = "network-"

SMALL_COMPONENT_SHARE = 20
"""A part of the network counts as cut off when it has fewer nodes than a twentieth of the ways …"""

SMALL_COMPONENT_NODES = 1000
"""… or than OSRM's own default, whichever is less: a small extract has no part of 1000 nodes."""


def build_roads(
    osm_file: Path,
    roads_dir: Path,
    progress: Callable[[str], None] = lambda stage: None,
    *,
    attribution: str | None = None,
) -> RoadsManifest:
    """Build the road data of `osm_file` (.osm, .osm.gz, .osm.bz2, .osm.pbf) in `roads_dir`.

    `progress` hears one line a stage. `attribution` is drawn on the map; None = what the file says
    of itself. Nothing is done when the folder already holds this network.
    Raises RoadBuildFailed with a one-line reason; `roads_dir` is then as it was before.
    """
    _check_file(osm_file)
    if ".osm" in str(roads_dir.resolve()):
        raise RoadBuildFailed(
            f'OSRM cannot keep road data under {roads_dir}: the path contains ".osm".',
            "Choose another folder.",
            reason_vi=f'OSRM không giữ được dữ liệu trong {roads_dir}: đường dẫn có ".osm".',
            next_step_vi="Chọn thư mục khác.",
        )
    source_sha256 = _sha256(osm_file)
    profile_sha256 = _sha256(PROFILE)
    engine_version = metadata.version("osrm-bindings")
    attribution = attribution or attribution_of(osm_file)
    fingerprint = _fingerprint(source_sha256, profile_sha256, engine_version, attribution)
    with contextlib.suppress(RoadDataMissing):
        existing = read_manifest(roads_dir)
        if existing.fingerprint == fingerprint and (roads_dir / MAP_NAME).is_file():
            progress("The road data are up to date")
            return existing
    survey = survey_roads(osm_file, progress)
    with _building_folder(roads_dir) as building:
        network = building / "network"
        network.mkdir()
        _run_osrm(osm_file, network, survey, progress)
        write_roads_map(survey, building / MAP_NAME, attribution)
        manifest = RoadsManifest(
            fingerprint=fingerprint,
            folder=f"{NETWORK}{fingerprint}-{building.name.rsplit('-', 1)[-1]}",
            source_name=osm_file.name,
            source_sha256=source_sha256,
            source_bytes=osm_file.stat().st_size,
            profile_name=PROFILE.stem,
            profile_sha256=profile_sha256,
            engine_version=engine_version,
            attribution=attribution,
            bbox=survey.bbox,
            ways_by_class=dict(sorted(survey.ways_by_class.items())),
            road_km=round(survey.road_m / 1000),
            turn_restrictions=survey.turn_restrictions,
            files={file.name: file.stat().st_size for file in sorted(network.iterdir())},
        )
        (building / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
        _publish(building, network, roads_dir, manifest)
    progress(f"{manifest.way_count} ways, {manifest.road_km} km of road are ready")
    return manifest


def _check_file(osm_file: Path) -> None:
    if not osm_file.is_file():
        raise RoadBuildFailed(
            f"{osm_file} does not exist.",
            "Check the path of the OSM file.",
            reason_vi=f"Không có tệp {osm_file}.",
            next_step_vi="Kiểm tra đường dẫn tới tệp OSM.",
        )
    if not osm_file.name.endswith(OSM_SUFFIXES):
        raise RoadBuildFailed(
            f"{osm_file.name} is not an OSM file by its name.",
            f"Give a file that ends in {', '.join(OSM_SUFFIXES)}.",
            reason_vi=f"{osm_file.name} không phải tệp OSM theo tên.",
            next_step_vi=f"Đưa tệp có đuôi {', '.join(OSM_SUFFIXES)}.",
        )
    if not os.access(osm_file, os.R_OK):
        raise RoadBuildFailed(
            f"{osm_file} may not be read.",
            "Give this user the right to read it.",
            reason_vi=f"Không có quyền đọc {osm_file}.",
            next_step_vi="Cấp quyền đọc cho người dùng này.",
        )
    if osm_file.stat().st_size == 0:
        raise RoadBuildFailed(
            f"{osm_file.name} is empty.",
            "Download or export it again.",
            reason_vi=f"{osm_file.name} trống.",
            next_step_vi="Tải hoặc xuất lại tệp.",
        )


def _run_osrm(
    osm_file: Path, network: Path, survey: RoadSurvey, progress: Callable[[str], None]
) -> None:
    ways = sum(survey.ways_by_class.values())
    small = max(2, min(SMALL_COMPONENT_NODES, ways // SMALL_COMPONENT_SHARE))
    progress(f"Extracting {ways} ways with the motorbike profile")
    _osrm(
        network,
        "extract",
        f"--profile={PROFILE}",
        f"--output={NETWORK_FILE}",
        f"--small-component-size={small}",
        str(osm_file.resolve()),
    )
    progress("Contracting the network")
    _osrm(network, "contract", NETWORK_FILE)


def _osrm(folder: Path, command: str, *arguments: str) -> None:
    spec = util.find_spec("osrm")
    if spec is None or spec.origin is None:
        raise RoadBuildFailed(
            "The osrm package is not installed.",
            "Install the requirements.",
            reason_vi="Chưa cài gói osrm.",
            next_step_vi="Cài các gói trong requirements.lock.",
        )
    library = Path(spec.origin).parent / "share" / "profiles" / "?.lua"
    environment = {**os.environ, "LUA_PATH": f"{library};;"}
    call = [sys.executable, "-m", "osrm", command, "--verbosity=WARNING", *arguments]
    # The child stands in our process group, so that Ctrl-C reaches it too.
    ended = subprocess.run(
        call,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode != 0:
        reason = _reason(ended.stdout + "\n" + ended.stderr) or f"exit code {ended.returncode}"
        raise RoadBuildFailed(
            f"OSRM could not {command} the roads: {reason}.",
            "Check the file; building also needs memory, about ten times the size of a .osm.pbf.",
            reason_vi=f"OSRM không chạy được bước {command}: {reason}.",
            next_step_vi="Kiểm tra tệp; bộ nhớ cần khoảng mười lần cỡ tệp .osm.pbf.",
        )


def _reason(output: str) -> str:
    lines = [line.partition("[error]")[2].strip() for line in output.splitlines()]
    said = [line for line in lines if line]
    return said[0].rstrip(".") if said else ""


@contextlib.contextmanager
def _building_folder(roads_dir: Path) -> Iterator[Path]:
    """A new folder inside `roads_dir`; removed at the end, with what dead builds left behind."""
    try:
        roads_dir.mkdir(parents=True, exist_ok=True)
        _sweep(roads_dir)
        building = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{os.getpid()}-", dir=roads_dir))
    except OSError as error:
        raise RoadBuildFailed(
            f"Cannot write to {roads_dir} ({error.strerror}).",
            "Choose a folder you may write to.",
            reason_vi=f"Không ghi được vào {roads_dir} ({error.strerror}).",
            next_step_vi="Chọn thư mục có quyền ghi.",
        ) from None
    try:
        yield building
    except OSError as error:
        raise RoadBuildFailed(
            f"Writing the road data failed ({error.strerror}).",
            "Check the free disk space.",
            reason_vi=f"Ghi dữ liệu đường bị lỗi ({error.strerror}).",
            next_step_vi="Kiểm tra dung lượng đĩa còn trống.",
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
        with contextlib.suppress(OSError):
            roads_dir.rmdir()  # goes only when empty: a failed first build leaves nothing


def _publish(building: Path, network: Path, roads_dir: Path, manifest: RoadsManifest) -> None:
    """Make the new network the valid one; the replaced manifest is the moment it happens."""
    network.rename(roads_dir / manifest.folder)
    (building / MAP_NAME).replace(roads_dir / MAP_NAME)
    (building / MANIFEST_NAME).replace(roads_dir / MANIFEST_NAME)
    for folder in roads_dir.glob(f"{NETWORK}*"):
        if folder.name != manifest.folder:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(roads_dir: Path) -> None:
    """Remove what builds left that were killed; a build whose process lives is left alone."""
    for folder in roads_dir.glob(f"{BUILDING}*"):
        owner = folder.name.removeprefix(BUILDING).partition("-")[0]
        if not owner.isdecimal() or not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _fingerprint(*parts: str) -> str:
    text = "\n".join((str(FORMAT_VERSION), *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
