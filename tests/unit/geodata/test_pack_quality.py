"""The check of a pack finds what is wrong, names it, and writes a page a person can open."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.cli import main
from geodata.packs import PACKS_DIR, Pack, open_pack
from geodata.quality import Finding, PackReport, check_pack
from geodata.quality_page import page_of, write_report
from geodata.quality_words import finding_vi
from geodata.unit_outlines import read_unit_outlines

Spoil = Callable[[str, str, str], None]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pack in a folder where a test may spoil it."""
    folder = tmp_path / "copy"
    shutil.copytree(PACKS_DIR / "da_nang", folder)
    return folder


@pytest.fixture
def spoil(copy: Path) -> Spoil:
    def change(file: str, old: str, new: str) -> None:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def finding(report: PackReport, name: str) -> Finding:
    (found,) = (each for each in report.findings if each.name == name)
    return found


def test_the_pack_that_ships_has_no_defect_and_hides_no_gap() -> None:
    report = check_pack(open_pack("da_nang"))
    assert report.defects == ()
    assert report.eras == {"2018-01-01": 56, "2025-01-01": 47, "2025-07-01": 94}
    assert finding(report, "units: split").count == 2
    assert finding(report, "procedures: no decision number").count > 25
    assert all("verified" not in counts for counts in report.statuses.values())


def test_with_outlines_no_office_of_today_lies_outside_its_unit(test_data: Path) -> None:
    layer = test_data / "admin" / "danang_2025_units_simplified.geojson"
    report = check_pack(open_pack("da_nang"), read_unit_outlines(layer))
    for kind in ("offices", "post-offices"):
        found = finding(report, f"{kind}: outside their unit")
        assert found.of >= 15
        assert found.count == 0, found.rows


def test_an_office_in_a_far_ward_is_named(copy: Path, spoil: Spoil) -> None:
    rows = (copy / "offices.csv").read_text(encoding="utf-8").splitlines()
    son_tra = next(row for row in rows if row.startswith("TT-20263"))
    spoil("offices.csv", son_tra, son_tra.replace("16.10117,108.2494", "16.01782,108.20404"))
    found = finding(check_pack(Pack(copy)), "offices: outside their unit")
    assert found.count == 1
    assert found.rows[0].startswith("TT-20263")


def test_a_code_given_twice_is_a_defect(copy: Path) -> None:
    path = copy / "post_offices.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    report = check_pack(Pack(copy))
    assert [each.name for each in report.defects] == ["post-offices: duplicate codes"]
    assert report.defects[0].rows == (lines[1].split(",")[0],)


def test_a_road_that_hangs_on_nothing_is_a_defect(copy: Path, spoil: Spoil) -> None:
    island = (
        '<node id="900001" version="1" lat="16.06" lon="108.30"/>'
        '<node id="900002" version="1" lat="16.07" lon="108.30"/>'
    )
    way = (
        '<way id="900001" version="1"><nd ref="900001"/><nd ref="900002"/>'
        '<tag k="highway" v="primary"/></way></osm>'
    )
    spoil("roads.osm", " <way ", f"{island}\n <way ")
    spoil("roads.osm", "</osm>", way)
    found = finding(check_pack(Pack(copy)), "roads: disconnected parts")
    assert found.count == 1
    assert found.is_defect


def test_a_ward_without_successor_is_a_defect(copy: Path, spoil: Spoil) -> None:
    spoil("units.csv", "20224;20305;20306", "20224;20305")
    (lost,) = check_pack(Pack(copy)).defects
    assert lost.name == "units: no successor"
    assert lost.rows[0].startswith("20306")


def test_the_page_and_the_json_say_the_same_and_ask_nothing_from_outside(tmp_path: Path) -> None:
    report = check_pack(open_pack("da_nang"))
    written = write_report(report, tmp_path / "new" / "folder")
    content = json.loads(written[0].read_text(encoding="utf-8"))
    page = written[1].read_text(encoding="utf-8")
    assert page == page_of(report)
    for each in content["findings"]:
        assert each["name"] in page
    assert "<script" not in page
    assert "http" not in page


def test_the_page_speaks_vietnamese_of_every_finding_and_shows_first_what_to_look_at() -> None:
    report = check_pack(open_pack("da_nang"))
    page = page_of(report)
    look, well = page.index("Cần xem"), page.index("Đã kiểm tra, không có gì")
    assert look < well
    for each in report.findings:
        said = finding_vi(each.name)
        assert said, each.name
        assert (look < page.index(f"<small>{each.name}: ") < well) == bool(each.count)


def test_units_without_a_desk_are_counted_in_each_era() -> None:
    report = check_pack(open_pack("da_nang"))
    (bare,) = finding(report, "units: no desk on 2025-01-01").rows
    assert "Xã Hòa Ninh" in bare
    assert finding(report, "units: no desk on 2025-07-01").count == 94 - 15


def test_bare_check_writes_the_report_where_the_program_puts_files_for_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    assert (tmp_path / "var" / "out" / "pack-check.html").is_file()
    assert (tmp_path / "var" / "out" / "pack-check.json").is_file()
    assert "pack-check.html" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["check", "pack", "--output", str(tmp_path / "file")]) == 1
    assert "--output DIR" in capsys.readouterr().err


def test_the_command_prints_the_counts_and_writes_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "pack", "da_nang", "--output", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "rows       offices: 76 unverified" in printed
    assert "Xã Hòa Liên" in (tmp_path / "pack-check.html").read_text(encoding="utf-8")


def test_an_unknown_pack_ends_the_command_with_the_known_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "pack", "sai_gon"]) == 1
    assert "da_nang" in capsys.readouterr().err
