"""Compiling kernels with types kept, and with their machine code kept between runs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import numba

from routing.engines.ruin_recreate.code_folder import code_folder
from routing.engines.ruin_recreate.kernel_tables import teach_numba
from routing.engines.ruin_recreate.tables import TableList
from routing.engines.ruin_recreate.whole_program import EntryCompiler, PartCompiler

teach_numba()
_settings: Any = numba.config  # its stubs name none of the settings
_folder = code_folder()
if _folder is not None:
    _settings.CACHE_DIR = str(_folder)


def compiled[**Args, Answer](kernel: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """A kernel that only kernels call, as machine code.

    Kernels allocate nothing, so that they need no counting of references (`_nrt`): it took more
    than half of their time, and much of the compiler's.
    """
    return _machine_code(kernel, no_cpython_wrapper=True)


def compiled_entry[**Args, Answer](kernel: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """A kernel that Python calls: without the interpreter's lock, cached on disk. It takes tuples
    of tables as lists of them."""
    machine = _machine_code(kernel, no_cpython_wrapper=False)
    if machine is kernel:  # compiling is switched off
        return kernel

    @wraps(kernel)
    def call(*args: Args.args, **kwargs: Args.kwargs) -> Answer:
        with_lists: Any = [TableList(a) if isinstance(a, tuple) else a for a in args]
        return machine(*with_lists, **kwargs)

    return call


def _machine_code[**Args, Answer](
    kernel: Callable[Args, Answer], *, no_cpython_wrapper: bool
) -> Callable[Args, Answer]:
    njit: Any = numba.njit  # nor the last three of these options
    made = njit(
        cache=_folder is not None and not no_cpython_wrapper,
        pipeline_class=PartCompiler if no_cpython_wrapper else EntryCompiler,
        nogil=True,
        error_model="numpy",
        no_cfunc_wrapper=True,
        no_cpython_wrapper=no_cpython_wrapper,
        _nrt=False,
    )
    return cast(Callable[Args, Answer], _once_for_any_number(made(kernel)))


def _once_for_any_number(dispatcher: Any) -> Any:
    """A kernel called with the number 1 here and with a variable there is compiled once, not
    twice: Numba gives every literal a type of its own, and all that it calls with it."""
    resolve = getattr(dispatcher, "get_call_template", None)
    if resolve is None:  # compiling is switched off, or another Numba
        return dispatcher
    plain: Any = numba.types.unliteral

    def with_plain_types(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        return resolve(tuple(plain(kind) for kind in args), kws)

    dispatcher.get_call_template = with_plain_types
    return dispatcher
