"""The collector of cyclic garbage kept from long looks while somebody may want to stop.

A full collection walks every object of the process, the compiler's half million included: some
100 to 200 ms in which no wish is heard. Young garbage is still collected meanwhile.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 2**31 - 1
"""Of the collector's third threshold: so many collections of the middle generation come first."""


@contextmanager
def no_full_collections() -> Iterator[None]:
    """No full collection begins by itself inside; the setting before is put back."""
    before = gc.get_threshold()
    if before[2] == NEVER:  # another thread of ours, or a caller, has seen to it
        yield
        return
    gc.set_threshold(before[0], before[1], NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
