"""The bench's fixed sample of the public sets, and the best that is known of each instance.

Instance 3 of every class, in two sizes: none was chosen for its result. Files are found through
TANNOI_TEST_DATA and judged in their own terms (double precision, vehicles first).
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

from routing.formats.lilim import lilim_from_text
from routing.formats.public_sets import PublicInstance
from routing.formats.sartori import sartori_from_text
from tests.bench.runs import Case

LI_LIM = tuple(
    f"{kind}{horizon}_{size}_3"
    for size in (2, 4)
    for kind in ("lc", "lr", "lrc")
    for horizon in (1, 2)
)
SARTORI_BURIOL = (
    "bar-n200-3",
    "nyc-n200-3",
    "bar-n400-3",
    "ber-n400-3",
    "nyc-n400-3",
    "poa-n400-3",
)
QUICK = ("lrc1_2_3", "bar-n200-3")


@dataclass(frozen=True, slots=True)
class BestKnown:
    """Vehicles and distance of the best plan that anybody has published."""

    vehicles: int
    distance: float


def read_instance(test_data: Path, name: str) -> PublicInstance:
    """An instance by its name, such as lrc1_2_3 or bar-n400-3."""
    folder = test_data / "pdptw"
    if "-n" in name:
        return sartori_from_text(_text(folder / "sartori_buriol", name), name)
    return lilim_from_text(_text(folder / "li_lim", name), name)


def _text(folder: Path, name: str) -> str:
    with gzip.open(folder / f"{name}.txt.gz", "rt", encoding="utf-8") as lines:
        return lines.read()


def best_known(test_data: Path) -> dict[str, BestKnown]:
    """By instance name."""
    with (test_data / "pdptw" / "best_known.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["instance"]: BestKnown(int(row["vehicles"]), float(row["distance"]))
            for row in csv.DictReader(lines)
        }


def family_of(name: str) -> str:
    """What a table sums up: the set and its size in tasks."""
    if "-n" in name:
        return f"Sartori–Buriol {name.split('-')[1].removeprefix('n')}"
    digits = name.split("_")
    return f"Li–Lim {100 * int(digits[1]) if len(digits) > 1 else 100}"


def a_case(test_data: Path, name: str, seed: int = 1) -> Case:
    """An instance as a case of the bench."""
    problem = read_instance(test_data, name).problem
    return Case(name=name, group=family_of(name), seed=seed, problem=problem)
