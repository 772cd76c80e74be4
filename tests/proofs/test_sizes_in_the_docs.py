"""The table of proofs in docs/sync.md says what is really run."""

import re
from pathlib import Path

import pytest

from tests.fixtures.presence import ROOT
from tests.proofs.sizes import FULL, SHORT, Sizes

PAGE = ROOT / "docs" / "sync.md"


def rows() -> dict[str, list[str]]:
    lines = re.findall(r"^\| (T\d+) \|(.+)\|$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in lines}


def told(sizes: Sizes) -> dict[str, str]:
    return {
        "T1": f"{sizes.runs:,} × {sizes.steps}",
        "T2": f"{sizes.fault_runs} runs a fault",
        "T3": f"{sizes.kills} kills + {sizes.stops} stops",
        "T5": f"{sizes.writes:,} writes",
        "T6": f"all + {sizes.soak_s // 60} min" if sizes.soak_s else "all",
        "T9": f"{sizes.poisons:,}",
        "T11": f"{sizes.restores}",
        "T13": f"{sizes.tampers:,}",
    }


@pytest.mark.parametrize(("column", "sizes"), [(1, SHORT), (2, FULL)], ids=["short", "full"])
def test_the_page_tells_the_sizes_that_run(column: int, sizes: Sizes) -> None:
    assert {name: rows()[name][column] for name in told(sizes)} == told(sizes)


def test_every_proof_has_its_file_and_every_file_its_line() -> None:
    folder = Path(__file__).parent
    named = {cells[0].strip("`") for cells in rows().values()}
    assert all((folder / name).resolve().is_file() for name in named)
    there = {path.name for path in folder.glob("test_t[0-9]*.py")}
    assert there == {name for name in named if "/" not in name}
