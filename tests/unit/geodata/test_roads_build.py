"""Building road data: what comes out, and that a bad file or a crash leaves the old network."""

import bz2
import gzip
import json
import os
from pathlib import Path

import pytest

from geodata.cli import main
from geodata.errors import RoadBuildFailed, RoadDataMissing
from geodata.packs import open_pack
from geodata.roads_attribution import OSM_ATTRIBUTION, attribution_of
from geodata.roads_build import BUILDING, build_roads
from geodata.roads_check import check_roads
from geodata.roads_manifest import MANIFEST_NAME, MAP_NAME, read_manifest
from geodata.travel_times import GREAT_CIRCLE, OSRM_MOTORBIKE, open_travel_times
from tests.builders.road_files import a_small_town, an_osm_file, grid


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_small_town(tmp_path_factory.mktemp("town") / "town.osm")


@pytest.fixture
def roads(town: Path, tmp_path: Path) -> Path:
    build_roads(town, tmp_path / "roads")
    return tmp_path / "roads"


def leftovers(roads_dir: Path) -> list[str]:
    """What lies in the folder besides one network, its manifest and its map."""
    known = {read_manifest(roads_dir).folder, MANIFEST_NAME, MAP_NAME}
    return [each.name for each in roads_dir.iterdir() if each.name not in known]


def test_the_manifest_says_what_was_built_from_what(town: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    manifest = build_roads(town, tmp_path / "roads", stages.append)
    assert manifest == read_manifest(tmp_path / "roads")
    assert manifest.source_name == "town.osm"
    assert manifest.ways_by_class == {"alley": 1, "primary": 1, "street": 4, "tertiary": 1}
    assert manifest.road_km == 2
    assert manifest.attribution == "© OpenStreetMap contributors (ODbL 1.0)"
    west, south, east, north = manifest.bbox
    assert (west, south) == pytest.approx(grid(0, 0).lon_lat, abs=1e-6)
    assert (east, north) == pytest.approx(grid(8, 6).lon_lat, abs=1e-6)
    assert [stage.split()[0] for stage in stages] == ["Reading", "Extracting", "Contracting", "7"]
    assert leftovers(tmp_path / "roads") == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('<osm version="0.6" copyright="Sở Xây dựng &amp; bạn">', "Sở Xây dựng & bạn"),
        ('<osm copyright="OpenStreetMap and contributors">', OSM_ATTRIBUTION),
        ('<osm version="0.6">', OSM_ATTRIBUTION),
        ('<osm version="0.6" copyright="">', OSM_ATTRIBUTION),
    ],
)
@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2"])
def test_a_file_says_itself_whose_roads_it_holds(
    town: Path, tmp_path: Path, head: str, said: str, suffix: str
) -> None:
    content = town.read_text(encoding="utf-8")
    old = '<osm version="0.6" generator="tests">'
    assert content.count(old) == 1
    packed = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[suffix]
    file = tmp_path / f"town{suffix}"
    file.write_bytes(packed(content.replace(old, head).encode()))
    assert attribution_of(file) == said


def test_roads_that_we_drew_are_not_passed_off_as_openstreetmap(tmp_path: Path) -> None:
    pack = open_pack("da_nang")
    drawn = pack.find_file("roads")
    assert drawn is not None
    assert attribution_of(drawn.path) == pack.roads_attribution
    assert attribution_of(drawn.path).startswith("Tận Nơi (đường chính, vẽ lại)")


def test_the_attribution_that_a_person_gives_wins(town: Path, tmp_path: Path) -> None:
    manifest = build_roads(town, tmp_path / "roads", attribution="Sở Xây dựng")
    layer = json.loads(gzip.decompress((tmp_path / "roads" / MAP_NAME).read_bytes()))
    assert manifest.attribution == layer["attribution"] == "Sở Xây dựng"


def test_the_same_file_is_not_built_twice(town: Path, roads: Path) -> None:
    before = (roads / MANIFEST_NAME).stat().st_mtime_ns
    stages: list[str] = []
    build_roads(town, roads, stages.append)
    assert stages == ["The road data are up to date"]
    assert (roads / MANIFEST_NAME).stat().st_mtime_ns == before


def test_the_map_layer_draws_every_way_by_class_and_name(roads: Path) -> None:
    layer = json.loads(gzip.decompress((roads / MAP_NAME).read_bytes()))
    drawn = {(f["properties"]["class"], f["properties"]["name"]) for f in layer["features"]}
    assert ("alley", "Kiệt 12 Lê Duẩn") in drawn
    assert ("primary", "Đường Lê Duẩn") in drawn
    assert layer["attribution"].startswith("© OpenStreetMap")
    assert layer["left_out"] == []
    assert layer["features"][0]["geometry"]["coordinates"][0][0] == [108.21, 16.06]


def test_a_gzipped_file_builds_the_same_roads(town: Path, roads: Path, tmp_path: Path) -> None:
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(town.read_bytes()))
    manifest = build_roads(packed, tmp_path / "other")
    assert manifest.ways_by_class == read_manifest(roads).ways_by_class
    assert manifest.fingerprint != read_manifest(roads).fingerprint


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.osm.pbf", b"<html>Not found</html>", "is damaged or is no OSM file"),
        ("cut.osm", b'<osm version="0.6"><node id="1" lat="16', "is damaged or is no OSM file"),
        ("cut.osm.gz", gzip.compress(b"<osm" * 999, mtime=0)[:40], "is damaged or is no OSM file"),
        ("bare.osm", b'<osm version="0.6"></osm>', "holds no road"),
        ("empty.osm", b"", "is empty"),
        ("roads.shp", b"shape", "is not an OSM file by its name"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_and_nothing_is_written(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(RoadBuildFailed, match=reason) as caught:
        build_roads(file, tmp_path / "roads")
    assert caught.value.next_step
    assert caught.value.reason_vi != caught.value.reason
    assert caught.value.next_step_vi != caught.value.next_step
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "roads").exists()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RoadBuildFailed, match="does not exist"):
        build_roads(tmp_path / "none.osm.pbf", tmp_path / "roads")


def test_roads_that_no_motorbike_may_ride_are_refused_by_name(tmp_path: Path) -> None:
    closed = an_osm_file(tmp_path / "way.osm", ([(0, 0), (9, 0)], {"highway": "motorway"}))
    with pytest.raises(RoadBuildFailed, match="OSRM could not extract the roads"):
        build_roads(closed, tmp_path / "roads")
    assert not (tmp_path / "roads").exists()


def test_a_bad_file_leaves_the_old_network_working(roads: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"\x00" * 500)
    before = read_manifest(roads)
    with pytest.raises(RoadBuildFailed):
        build_roads(bad, roads)
    assert read_manifest(roads) == before
    assert leftovers(roads) == []
    assert open_travel_times(roads, use_cache=False).source == OSRM_MOTORBIKE


def test_a_crash_between_the_last_writes_leaves_the_old_network_working(
    roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_manifest(roads)
    other = an_osm_file(
        tmp_path / "other.osm", ([(0, 0), (3, 0), (3, 3), (0, 0)], {"highway": "residential"})
    )
    replace = Path.replace

    def full_disk(self: Path, target: Path) -> Path:
        if Path(target).name == MANIFEST_NAME:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(RoadBuildFailed, match="No space left on device"):
        build_roads(other, roads)
    monkeypatch.undo()
    assert read_manifest(roads) == before
    assert open_travel_times(roads, use_cache=False).source == OSRM_MOTORBIKE
    # The next build takes over and sweeps what the crash left.
    newer = build_roads(other, roads)
    assert newer.fingerprint != before.fingerprint
    assert leftovers(roads) == []


def test_the_remains_of_a_killed_build_are_swept_and_a_living_one_is_not(
    town: Path, tmp_path: Path
) -> None:
    roads = tmp_path / "roads"
    dead, alive = roads / f"{BUILDING}999999999-x", roads / f"{BUILDING}{os.getpid()}-y"
    dead.mkdir(parents=True)
    alive.mkdir()
    build_roads(town, roads)
    assert not dead.exists()
    assert alive.exists()


def test_a_folder_whose_path_the_engine_would_cut_is_refused(town: Path, tmp_path: Path) -> None:
    with pytest.raises(RoadBuildFailed, match='contains "\\.osm"'):
        build_roads(town, tmp_path / "danang.osm.d" / "roads")


class TestDamage:
    """Damaged road data are never used silently: estimates, labelled, with the reason."""

    def damaged(self, roads: Path) -> str:
        with pytest.raises(RoadDataMissing) as caught:
            read_manifest(roads)
        times = open_travel_times(roads)
        assert times.source == GREAT_CIRCLE
        assert caught.value.reason in times.notice
        assert "tannoi roads build" in times.notice
        return caught.value.reason

    def test_a_cut_file_is_named(self, roads: Path) -> None:
        file = next(roads.glob("network-*/roads.osrm.hsgr"))
        file.write_bytes(file.read_bytes()[:1000])
        assert "roads.osrm.hsgr has 1000 bytes instead of" in self.damaged(roads)

    def test_a_missing_file_is_named(self, roads: Path) -> None:
        next(roads.glob("network-*/roads.osrm.names")).unlink()
        assert "roads.osrm.names is missing" in self.damaged(roads)

    def test_a_broken_manifest_is_named(self, roads: Path) -> None:
        (roads / MANIFEST_NAME).write_text("{")
        assert "cannot be read" in self.damaged(roads)

    def test_another_format_is_named(self, roads: Path) -> None:
        content = json.loads((roads / MANIFEST_NAME).read_text())
        (roads / MANIFEST_NAME).write_text(json.dumps({**content, "format_version": 99}))
        assert "have format 99, not 1" in self.damaged(roads)

    def test_files_of_another_engine_are_reported(self, roads: Path) -> None:
        file = next(roads.glob("network-*/roads.osrm.properties"))
        file.write_bytes(b"x" * file.stat().st_size)
        times = open_travel_times(roads)
        assert times.source == GREAT_CIRCLE
        assert "cannot be opened" in times.notice

    def test_a_damaged_network_is_built_again(self, town: Path, roads: Path) -> None:
        next(roads.glob("network-*/roads.osrm.names")).unlink()
        build_roads(town, roads)
        assert leftovers(roads) == []
        assert open_travel_times(roads, use_cache=False).source == OSRM_MOTORBIKE


class TestCommandLine:
    """python -m geodata: three verbs, one-line errors, exit codes."""

    def test_build_show_and_check(
        self, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        roads = str(tmp_path / "roads")
        assert main(["build", "roads", str(town), "--output", roads]) == 0
        assert "road data" in capsys.readouterr().out
        assert main(["show", "roads", roads]) == 0
        assert "7 ways, 2 km" in capsys.readouterr().out
        assert main(["show", "roads", roads, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["source_name"] == "town.osm"

    def test_check_finds_the_part_that_is_cut_off(
        self, roads: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert check_roads(roads).cut_off_points == 1
        assert main(["check", "roads", str(roads)]) == 1
        assert "have no way to most others" in capsys.readouterr().out

    def test_errors_are_one_line_with_exit_code_1(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["show", "roads", str(tmp_path)]) == 1
        error = capsys.readouterr().err
        assert error.startswith("error: No road data")
        assert error.count("\n") == 1

    def test_wrong_usage_has_exit_code_2(self) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["build"])
        assert caught.value.code == 2
