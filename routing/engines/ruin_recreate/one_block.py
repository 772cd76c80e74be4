"""Tables of a search side by side in one block of memory.

A round reads a little of every table, so it waits for the processor to find out where pages lie.
numpy asks Linux for large pages (2 MB) for what takes 4 MB or more; small tables get them together.
In the same rounds at 600 visits (`tests.bench.days`, seed 2) that saved 4 % of the time.
"""

import numpy as np

from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState

LARGE = 1 << 22
"""Bytes from which numpy asks for large pages itself."""

PAGE, LINE = 1 << 21, 64
"""Bytes of a large page, and of a line of the processor's cache: tables begin with one, so that
rows of 64 and 128 bytes never lie in one line more than they need."""


def in_one_block[Tables: (Instance, PlanState)](tables: Tables) -> Tables:
    """The same tables; the small ones are copied into the block."""
    small = {name: table for name, table in tables._asdict().items() if table.nbytes < LARGE}
    lengths = [-(-table.nbytes // LINE) * LINE for table in small.values()]
    block = np.empty(max(LARGE, PAGE + sum(lengths)), dtype=np.uint8)
    at = -block.ctypes.data % PAGE
    for (name, table), length in zip(small.items(), lengths, strict=True):
        placed = block[at : at + table.nbytes].view(table.dtype).reshape(table.shape)
        placed[...] = table
        small[name] = placed
        at += length
    return tables._replace(**small)
