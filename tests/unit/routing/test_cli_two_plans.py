"""compare, explain, convert and plot, as a person at a terminal meets them."""

import gzip
import json
import re
import xml.etree.ElementTree as ET

import pytest

from routing import schedule
from routing.cli import main
from routing.cli.judging import explained_lines
from routing.formats.own import problem_from_json, problem_to_json, solution_to_json
from routing.solution import Repair, RepairKind, Unassigned
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle
from tests.unit.routing.formats.public_texts import LILIM, SARTORI
from tests.unit.routing.formats.test_vroom import EXAMPLE

PROBLEM = a_problem(
    vehicles=(a_vehicle("v1"), a_vehicle("<v2>")),
    shipments=(
        a_shipment("s1", 1, 2),
        a_shipment("s2", 3, 4),
        a_shipment("far", 1, 4, skills=frozenset({"crane"})),
    ),
)
BEFORE = schedule(PROBLEM, {"v1": ("s1.p", "s1.d")})
AFTER = schedule(PROBLEM, {"v1": ("s2.p", "s2.d"), "<v2>": ("s1.p", "s1.d")})


@pytest.fixture
def files(tmp_path):
    """The problem and two solutions of it."""
    documents = {
        "day.json": problem_to_json(PROBLEM),
        "before.json": solution_to_json(BEFORE),
        "after.json": solution_to_json(AFTER),
    }
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def _run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    return status, capsys.readouterr()


def test_compare_tells_what_moved_and_when(files, capsys):
    plans = (files / "day.json", files / "before.json", files / "after.json")
    status, told = _run(capsys, "compare", *plans)
    assert status == 0
    assert "  s1: v1 → <v2>" in told.out.splitlines()
    assert "  s2: undone → v1" in told.out.splitlines()
    assert re.search(r"^vehicles +1 +2 +\+1$", told.out, re.MULTILINE)
    assert "  <v2>: at home → 2 visits, 00:00:00 to 00:07:00" in told.out
    status, told = _run(capsys, "compare", *plans, "--json")
    document = json.loads(told.out)
    assert document["before"]["unassigned"] == 2
    assert document["moved"][0] == {"work_id": "s1", "before": "v1", "after": "<v2>"}
    assert [courier["vehicle_id"] for courier in document["couriers"]] == ["v1", "<v2>"]


def test_explain_tells_why_each_work_is_undone(files, capsys):
    status, told = _run(capsys, "explain", files / "day.json", files / "after.json")
    assert status == 0
    assert told.out.startswith("far is undone (leaving it costs ")
    assert "because of NO_SKILL" in told.out
    status, told = _run(capsys, "explain", files / "day.json", files / "after.json", "--json")
    (left,) = json.loads(told.out)["unassigned"]
    assert (left["id"], left["reasons"][0]["code"]) == ("far", "NO_SKILL")


def test_explain_says_when_nothing_is_undone(tmp_path, capsys):
    day, plan = tmp_path / "day.json", tmp_path / "plan.json"
    day.write_text(json.dumps(problem_to_json(a_problem())))
    plan.write_text(json.dumps({"v1": ["s1.p", "s1.d"]}))
    assert _run(capsys, "explain", day, plan)[1].out == "every work is done\n"


def test_convert_keeps_ids_as_descriptions_and_names_what_is_lost(files, capsys):
    status, told = _run(capsys, "convert", files / "day.json", "--to", "vroom")
    assert status == 0
    document = json.loads(told.out)
    pickups = [shipment["pickup"] for shipment in document["shipments"]]
    assert [(pickup["id"], pickup["description"]) for pickup in pickups] == [
        (1, "s1.p"),
        (2, "s2.p"),
        (3, "far.p"),
    ]
    assert "note: not carried: names of skills" in told.err
    status, told = _run(
        capsys, "convert", files / "day.json", files / "after.json", "--to", "vroom"
    )
    routes = json.loads(told.out)["routes"]
    assert [step.get("id") for step in routes[0]["steps"]] == [None, 2, 2, None]


def test_convert_refuses_what_the_target_has_no_word_for(tmp_path, capsys):
    day = tmp_path / "day.json"
    vehicles = (a_vehicle("v1", max_stops=3, unfamiliar_setup_s=60),)
    day.write_text(json.dumps(problem_to_json(a_problem(vehicles=vehicles))))
    status, told = _run(capsys, "convert", day, "--to", "vroom")
    assert (status, told.out) == (2, "")
    assert told.err.splitlines() == [
        "error: vehicles[0].max_stops: VROOM has no word for it",
        "error: vehicles[0].unfamiliar_setup_s: VROOM has no word for it",
    ]
    assert _run(capsys, "convert", day, "--to", "lilim")[0] == 2


def test_public_sets_are_solved_checked_and_converted(tmp_path, capsys):
    packed, plan = tmp_path / "tiny.txt.gz", tmp_path / "tiny.sol"
    packed.write_bytes(gzip.compress(SARTORI.encode()))
    assert main(["solve", str(packed), "--iterations", "20", "--output", str(plan)]) == 0
    lines = plan.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Instance name : tiny-n4-1"
    assert lines[4:] == ["Solution", lines[5]]  # one vehicle does it all: vehicles count first
    assert lines[5].startswith("Route 1 : ")
    status, told = _run(capsys, "check", packed, plan)
    assert (status, json.loads(told.out)["vehicles"]) == (0, 1)
    status, told = _run(capsys, "convert", packed, "--to", "own")
    assert problem_from_json(json.loads(told.out)).validate() == ()
    assert _run(capsys, "convert", packed, "--to", "sartori")[1].out == SARTORI
    broken = tmp_path / "broken.sol"
    broken.write_text("Route 1 : 3 1\n")
    status, told = _run(capsys, "check", packed, broken)
    assert status == 1
    assert "route 1: node 3 comes without 1 before it" in told.out


def test_a_plot_is_whole_and_asks_the_network_for_nothing(files, capsys):
    page, picture = files / "plan.html", files / "plan.SVG"
    command = ("plot", files / "day.json", files / "after.json")
    for output in (page, picture):
        assert _run(capsys, *command, "--output", output)[0] == 0
    html = page.read_text(encoding="utf-8")
    assert "&lt;v2&gt;" in html
    assert "<v2>" not in html
    assert "no coordinates" in html
    assert "far" in html
    svg = picture.read_text(encoding="utf-8")
    assert len(ET.fromstring(svg).findall(".//{*}polyline")) == 2
    for text in (html, svg):
        addresses = set(re.findall(r"(?:https?:)?//[\w./]+", text))
        assert addresses == {"http://www.w3.org/2000/svg"}  # a name, which nobody fetches
        assert not re.search(r"<(?:script|link|img|iframe|use|image)|@import|url\(", text)
    assert _run(capsys, *command, "--output", files / "plan.pdf")[0] == 2


def test_a_plot_shows_the_places_of_the_file_and_its_own_units(tmp_path, capsys):
    day, plan = tmp_path / "tiny.txt", tmp_path / "tiny.sol"
    day.write_text(LILIM)
    plan.write_text("Route 1 : 1 2 3 4\n")
    status, told = _run(capsys, "plot", day, plan)
    assert status == 0
    assert "coordinates of the file" in told.out
    assert "riding 24.44" in told.out
    document = json.loads(json.dumps(EXAMPLE))
    for number, job in enumerate(document["jobs"]):
        job["location"] = [108.2 + number / 100, 16.0]
    day.write_text(json.dumps(document))
    plan.write_text(json.dumps({"2": ["job:2", "job:3"]}))
    assert "no coordinates" in _run(capsys, "plot", day, plan)[1].out  # those of the start lack
    document["vehicles"][1]["start"] = [108.2, 16.1]
    day.write_text(json.dumps(document))
    assert "coordinates of the file" in _run(capsys, "plot", day, plan)[1].out


@pytest.mark.parametrize("kind", RepairKind)
def test_explain_tells_every_kind_of_repair_in_words(kind):
    task = a_task("s1.d2", 4)
    repair = Repair(
        kind=kind,
        work_id="s1",
        vehicle_id="v1",
        price=1200,
        task_ids=("s1.p", "s1.d2"),
        subject="v2",
        amount=15,
        unit="min",
        task=task,
    )
    *_, told = explained_lines(Unassigned(id="s1", penalty=5, repairs=(repair,)))
    assert told.startswith("  would be done if ")
    assert told.endswith("; the routes then cost +1,200")
    assert "{" not in told
