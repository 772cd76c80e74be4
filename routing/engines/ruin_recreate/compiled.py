"""Compiling kernels with types kept, and where machine code is kept between runs."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba


def _cache_folder() -> Path:
    """One folder per version of these sources: Numba itself notices a change in a kernel's own
    file, but not in the kernels that it calls."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    base = Path(given) if given else Path.home() / ".cache" / "routing"
    return base / f"ruin_recreate-{digest.hexdigest()[:16]}"


_settings: Any = numba.config  # its stubs name none of the settings
_settings.CACHE_DIR = str(_cache_folder())


def compiled[**Args, Answer](kernel: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """A kernel that only kernels call, as machine code.

    Kernels allocate nothing, so that they need no counting of references (`_nrt`): it took more
    than half of their time, and much of the compiler's.
    """
    return _machine_code(kernel, no_cpython_wrapper=True)


def compiled_entry[**Args, Answer](kernel: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """A kernel that Python calls: without the interpreter's lock, cached on disk."""
    return _machine_code(kernel, no_cpython_wrapper=False)


def _machine_code[**Args, Answer](
    kernel: Callable[Args, Answer], *, no_cpython_wrapper: bool
) -> Callable[Args, Answer]:
    njit: Any = numba.njit  # nor the last three of these options
    made = njit(
        cache=True,
        nogil=True,
        error_model="numpy",
        no_cfunc_wrapper=True,
        no_cpython_wrapper=no_cpython_wrapper,
        _nrt=False,
    )
    return cast(Callable[Args, Answer], made(kernel))
