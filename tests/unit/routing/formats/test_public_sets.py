"""Li–Lim and Sartori–Buriol: read to the last digit, rounded safely, judged in doubles."""

import math

import pytest

from routing import schedule
from routing.formats.errors import FormatErrors
from routing.formats.files import read_problem
from routing.formats.lilim import FINEST_SCALE, lilim_from_text
from routing.formats.sartori import sartori_from_text
from tests.unit.routing.formats.public_texts import LILIM, SARTORI


def _told(text, read):
    with pytest.raises(FormatErrors) as refused:
        read(text)
    return [str(error) for error in refused.value.errors]


def test_a_lilim_file_becomes_pairs_on_a_euclidean_plane():
    instance = lilim_from_text(LILIM, "tiny")
    problem = instance.problem
    assert problem.validate() == ()
    assert [shipment.id for shipment in problem.shipments] == ["1-2", "3-4"]
    assert len(problem.vehicles) == 2
    assert instance.scale == FINEST_SCALE
    assert problem.matrices["default"].duration_s[0, 1] == 5 * FINEST_SCALE  # 3-4-5 is exact
    assert problem.matrices["default"].duration_s[0, 3] == math.ceil(math.sqrt(2) * FINEST_SCALE)


def test_a_ready_plan_is_judged_in_double_precision():
    instance = lilim_from_text(LILIM)
    solution = schedule(instance.problem, {"1": ("1", "2", "3", "4")})
    figures = instance.figures(solution)
    assert figures.faults == ()
    assert figures.vehicles == 1
    expected = 5 + 5 + math.hypot(5, 7) + math.hypot(1, 2) + math.hypot(2, 3)
    assert figures.distance == pytest.approx(expected, abs=1e-12)
    assert 0 <= solution.cost / instance.scale - expected < 5 / instance.scale


def test_the_judge_names_what_a_plan_breaks():
    instance = lilim_from_text(LILIM)
    assert "route 1: node 2 comes without 1 before it" in instance.judge([[2, 1, 3, 4]]).faults
    assert "route 1: 12 on board after node 3, capacity 10" in instance.judge([[1, 3, 2, 4]]).faults
    assert "node 4 is visited 0 times" in instance.judge([[1, 2, 3]]).faults
    assert "there is no node 9 to visit" in instance.judge([[1, 2, 3, 4, 9]]).faults
    assert "3 routes for 2 vehicles" in instance.judge([[1, 2], [3], [4]]).faults
    late = lilim_from_text(LILIM.replace("\t60\t", "\t10\t")).judge([[1, 2], [3, 4]])
    assert late.faults == ("route 1: node 2 is begun at 11.000000, due 10",)
    tight = lilim_from_text(LILIM.replace("\t100\t", "\t20\t")).judge([[1, 2], [3, 4]])
    assert tight.faults == ("route 1: is back at 22.000000, due 20",)


def test_a_sartori_file_keeps_its_minutes():
    instance = sartori_from_text(SARTORI)
    assert instance.name == "tiny-n4-1"
    assert instance.problem.validate() == ()
    solution = schedule(instance.problem, {"1": ("1", "3", "2", "4")})
    assert solution.violations == ()
    assert solution.cost == instance.figures(solution).distance == 10 + 6 + 8 + 9 + 14
    assert solution.routes[0].visits[1].service_s == 300
    assert instance.figures(solution).faults == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2\t10\t1\n", "0\t10\t1\n", "line 1: the number of vehicles must be a whole number"),
        ("2\t10\t1\n", "2\t10\t3\n", "line 1: a speed of 3 cannot be honoured"),
        ("3\t1\t1", "5\t1\t1", "line 5: is node 5, not 3"),
        ("7\t0\t80", "7\t90\t80", "line 5: its window 90 to 80 is no window"),
        ("7\t0\t80\t1", "7\t0\t80\t-1", "line 5: its service takes -1"),
        ("7\t0\t80", "x\t0\t80", "line 5: must hold 9 numbers"),
        ("-7\t0\t90", "-6\t0\t90", "line 5: brings 7 on board, its partner 4 -6"),
        ("\t3\t0\n", "\t1\t0\n", "line 5: node 4 does not name node 3 as its partner"),
        ("\t3\t0\n", "\t0\t0\n", "line 6: node 4 needs one partner"),
        ("\t0\t100\t0\t0\t0", "\t0\t100\t0\t0\t1", "line 2: the depot has no demand"),
    ],
)
def test_every_wrong_line_of_a_lilim_file_is_named(old, new, told):
    assert old in LILIM
    assert any(line.startswith(told) for line in _told(LILIM.replace(old, new, 1), lilim_from_text))


def test_two_wrong_lines_are_told_at_once():
    text = LILIM.replace("3\t1\t1", "5\t1\t1").replace("-7\t0\t90", "-7\tx\t90")
    assert {line.split(":")[0] for line in _told(text, lilim_from_text)} == {"line 5", "line 6"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("CAPACITY: 10\n", "", "line 1: CAPACITY must be given"),
        ("SIZE: 5", "SIZE: five", "line 5: SIZE must be given as a whole number"),
        ("SIZE: 5", "SIZE: 4", "line 16: EDGES must follow 4 nodes"),
        ("TYPE: PDPTW", "TYPE: CVRP", "line 4: cannot be honoured: only TYPE: PDPTW"),
        ("TIME-WINDOW", "FLEET", "line 9: 'FLEET' cannot be honoured: unknown field"),
        ("NODES\n", "", "NODES is missing"),
        ("12 5 0 8 9", "12 5 0 8", "line 20: must hold 5 whole minutes from node 2"),
        ("12 5 0 8 9", "12 5 0 8.5 9", "line 20: must hold 5 whole minutes"),
        ("12 5 0 8 9", "12 5 2 8 9", "line 20: the way from node 2 to itself must be 0"),
        ("12 5 0 8 9", "12 5 0 8 999999", "line 20: the longest legal way takes 166666 minutes"),
        ("EOF", "9 9 9", "line 23: EOF must follow 5 lines of minutes"),
    ],
)
def test_every_wrong_line_of_a_sartori_file_is_named(old, new, told):
    assert old in SARTORI
    lines = _told(SARTORI.replace(old, new, 1), sartori_from_text)
    assert any(told in line for line in lines), lines


def test_the_public_files_are_read_whole(test_data):
    known = (test_data / "pdptw" / "best_known.csv").read_text(encoding="utf-8")
    for name in ("lc101", "lr2_4_10", "lrc1_2_8", "bar-n100-1", "nyc-n400-5", "poa-n200-2"):
        kind = "lilim" if name.startswith("l") else "sartori"
        family = {"lilim": "li_lim", "sartori": "sartori_buriol"}[kind]
        given = read_problem(test_data / "pdptw" / family / f"{name}.txt.gz")
        assert f",{name}," in known
        instance = given.instance
        assert (given.kind, instance.name) == (kind, name)
        assert instance.problem.validate() == ()
        assert len(instance.problem.shipments) == (len(instance.nodes) - 1) // 2
        # Each pair alone: every one can be done in time, so the rounding refuses none of them.
        pickups = [(i, node) for i, node in enumerate(instance.nodes) if node.is_pickup]
        alone = [(str(i), str(node.partner)) for i, node in pickups]
        vehicles = [vehicle.id for vehicle in instance.problem.vehicles]
        timed = schedule(instance.problem, dict(zip(vehicles, alone, strict=False)))
        assert timed.violations == ()
