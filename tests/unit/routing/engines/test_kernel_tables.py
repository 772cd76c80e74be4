"""Kernels read and write the caller's own tables, by one address, and refuse what they cannot."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from routing.engines.ruin_recreate import whole_program
from routing.engines.ruin_recreate.compiled import compiled, compiled_entry
from routing.engines.ruin_recreate.kernel_tables import move_rows
from routing.engines.ruin_recreate.tables import Sizes, TableList


class Tables(NamedTuple):
    """As many sorts of tables as kernels have."""

    pairs: Annotated[Any, Sizes(None, 2)]
    cube: Any
    flags: Any
    small: Any
    shares: Any


def some_tables() -> Tables:
    return Tables(
        pairs=np.arange(6, dtype=np.int64).reshape(3, 2),
        cube=np.arange(24, dtype=np.int32).reshape(2, 3, 4),
        flags=np.array([True, False, True]),
        small=np.array([7], dtype=np.uint64),
        shares=np.array([0.5, 0.25]),
    )


@compiled
def _double(row: Any) -> int:
    total = 0
    for i in range(row.shape[0]):
        row[i] *= 2
        total += row[i]
    return total


@compiled_entry
def _use(tables: Tables, at: int) -> Any:
    tables.flags[1] = tables.cube[1, 2, 3] > 22
    tables.small[0] += np.uint64(1)
    tables.shares[1] += 0.5
    sizes = (tables.pairs.shape[0], tables.pairs.shape[1], tables.cube.shape[2])
    return _double(tables.pairs[at]), _double(tables.cube[0, 1]), sizes


@compiled_entry
def _move(tables: Tables, origin: int, target: int, count: int) -> None:
    move_rows(tables.pairs, origin, target, count)
    move_rows(tables.cube, 1, 0, count - 1)


def test_a_kernel_changes_the_tables_it_was_handed_and_tells_their_sizes():
    tables = some_tables()
    assert _use(tables, 2) == (2 * (4 + 5), 2 * (4 + 5 + 6 + 7), (3, 2, 4))
    assert tables.pairs.tolist() == [[0, 1], [2, 3], [8, 10]]
    assert tables.cube[0].tolist() == [[0, 1, 2, 3], [8, 10, 12, 14], [8, 9, 10, 11]]
    assert tables.flags.tolist() == [True, True, True]
    assert (tables.small.tolist(), tables.shares.tolist()) == ([8], [0.5, 0.75])


@pytest.mark.parametrize(("origin", "target"), [(0, 1), (1, 0), (1, 1)])
def test_rows_are_moved_to_where_others_lie_also_where_they_overlap(origin, target):
    tables, by_numpy = some_tables(), some_tables()
    _move(tables, origin, target, 2)
    move_rows(by_numpy.pairs, origin, target, 2)
    move_rows(by_numpy.cube, 1, 0, 1)
    expected = [[0, 1], [2, 3], [4, 5]]
    expected[target : target + 2] = expected[origin : origin + 2]
    assert tables.pairs.tolist() == by_numpy.pairs.tolist() == expected
    assert tables.cube.tolist() == by_numpy.cube.tolist()
    assert tables.cube[0].tolist() == tables.cube[1].tolist() != some_tables().cube[0].tolist()


@pytest.mark.parametrize(
    "pairs",
    [
        np.zeros((3, 3), dtype=np.int64),
        np.zeros(2, dtype=np.int64),
        np.zeros((3, 4), dtype=np.int64)[:, ::2],
    ],
    ids=["other columns", "other axes", "rows apart"],
)
def test_a_table_that_kernels_would_misread_is_refused(pairs):
    with pytest.raises(ValueError, match="cannot read pairs"):
        TableList(some_tables()._replace(pairs=pairs))


def test_one_file_of_machine_code_serves_the_whole_search():
    kernels = Path(whole_program.__file__).parent
    entries = [
        path.name for path in kernels.glob("*.py") if "\n@compiled_entry" in path.read_text()
    ]
    assert entries == ["round.py"], "each entry more is optimised as a whole program"
