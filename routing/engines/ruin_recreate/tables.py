"""What kernels are handed of a tuple of tables: one address, of a list that tells where they lie.

Numba by itself passes an array as its address, sizes and strides, at every call and for each array
of a tuple anew: some 400 numbers for the two tuples of a search. `kernel_tables` reads the list.
"""

from functools import cache
from typing import Any, get_type_hints

import numpy as np

WORDS = 4
"""In the list, for each table: its address and up to three sizes."""


class Sizes:
    """The sizes of a table's axes, as its annotation in the tuple. None: only the data tell; what
    is known makes the compiler's arithmetic."""

    def __init__(self, *sizes: int | None) -> None:
        self.sizes = sizes


class TableList:
    """The list of a tuple's tables, and what keeps them where they are."""

    def __init__(self, tables: tuple[Any, ...]) -> None:
        """Raises ValueError for a table that is not what its annotation says, or of which the rows
        do not lie one behind the other."""
        names, sizes = sizes_in(type(tables))
        self.kind = type(tables), tuple((table.dtype.str, table.ndim) for table in tables)
        self._tables = tables
        self._words = np.zeros((len(tables), WORDS), dtype=np.int64)
        self.address = int(self._words.ctypes.data)
        """Of the list, which nothing writes from now on."""
        for name, wanted, table, words in zip(names, sizes, tables, self._words, strict=True):
            is_wanted = wanted is None or (
                len(wanted) == table.ndim
                and all(a in (None, b) for a, b in zip(wanted, table.shape, strict=True))
            )
            if not is_wanted or not table.flags.c_contiguous:
                raise ValueError(f"kernels cannot read {name} of shape {table.shape}")
            words[0] = table.__array_interface__["data"][0]
            words[1 : 1 + table.ndim] = table.shape


@cache
def sizes_in(
    tuple_class: type[Any],
) -> tuple[tuple[str, ...], tuple[tuple[int | None, ...] | None, ...]]:
    """The names of a tuple's tables, and the sizes that their annotations tell or None."""
    hints = get_type_hints(tuple_class, include_extras=True)
    told = [_told(getattr(hint, "__metadata__", ())) for hint in hints.values()]
    return tuple(hints), tuple(told)


def _told(metadata: tuple[Any, ...]) -> tuple[int | None, ...] | None:
    return next((each.sizes for each in metadata if isinstance(each, Sizes)), None)
