"""Numba's knowledge of a list of tables, and of the tables in it.

A table in a kernel is its address and sizes: it is read and written item by item, or handed on row
by row; an index below 0 does not count from the end. Nothing writes the list while kernels run, so
that what was read from it once need not be read again after each write to a table.
"""

import operator
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, from_dtype
from numba import types as numba_types
from numba.core import cgutils
from numba.core.typing import templates

from routing.engines.ruin_recreate.tables import WORDS, TableList, sizes_in

_extend: Any = extending  # these have no types for ours to be held against
_types: Any = numba_types
_build: Any = cgutils
_typing: Any = templates

_WORD = ir.IntType(64)


class _Table(numba_types.Type):
    """An array of some item, each axis of a known size or None."""

    def __init__(self, item: Any, sizes: tuple[int | None, ...]) -> None:
        self.item = item
        self.sizes = sizes
        super().__init__(name=f"table({item}, {sizes})")

    def at(self, index: Any) -> Any:
        """What an index names: an item, a table of fewer axes, or None if it is no index."""
        kinds = index.types if isinstance(index, _types.BaseTuple) else (index,)
        if len(kinds) > len(self.sizes):
            return None
        if not all(isinstance(kind, _types.Integer) for kind in kinds):
            return None
        left = self.sizes[len(kinds) :]
        return _Table(self.item, left) if left else self.item


class _Tables(numba_types.Type):
    """A list of tables, by their names."""

    def __init__(self, name: str, tables: dict[str, _Table]) -> None:
        self.tables = tables
        self.numbers = {each: number for number, each in enumerate(tables)}
        super().__init__(name=f"tables({name}, {[*tables.values()]})")


@cache
def _type_of(tuple_class: Any, kinds: tuple[tuple[str, int], ...]) -> _Tables:
    names, sizes = sizes_in(tuple_class)
    tables = {
        name: _Table(from_dtype(np.dtype(dtype)), known or (None,) * axes)
        for name, known, (dtype, axes) in zip(names, sizes, kinds, strict=True)
    }
    return _Tables(tuple_class.__name__, tables)


class _TableModel(extending.models.StructModel):
    def __init__(self, manager: Any, kind: _Table) -> None:
        axes = _types.UniTuple(_types.intp, len(kind.sizes))
        members = [("data", _types.CPointer(kind.item)), ("sizes", axes)]
        _extend.models.StructModel.__init__(self, manager, kind, members)


class _TablesAttributes(templates.AttributeTemplate):
    key = _Tables
    generic_resolve: Any = lambda _, kind, name: kind.tables.get(name)


class _TableAttributes(templates.AttributeTemplate):
    key = _Table

    def resolve_shape(self, table: _Table) -> Any:
        return _types.UniTuple(_types.intp, len(table.sizes))


class _GetItem(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table, index = args
        found = table.at(index) if isinstance(table, _Table) else None
        return None if found is None else _typing.signature(found, table, index)


class _SetItem(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table, index, _ = args
        if not isinstance(table, _Table) or table.at(index) is not table.item:
            return None
        return _typing.signature(_types.none, table, index, table.item)


def _unboxed(kind: _Tables, value: Any, c: Any) -> Any:
    number = c.pyapi.object_getattr_string(value, "address")
    address = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return _extend.NativeValue(address)


def _table_of_list(context: Any, builder: Any, kind: _Tables, value: Any, name: str) -> Any:
    words = builder.bitcast(value, _WORD.as_pointer())
    known = builder.module.add_metadata([])

    def word(at: int) -> Any:
        loaded = builder.load(builder.gep(words, [_WORD(WORDS * kind.numbers[name] + at)]))
        loaded.set_metadata("invariant.load", known)
        return loaded

    sizes = kind.tables[name].sizes
    made = _build.create_struct_proxy(kind.tables[name])(context, builder)
    made.data = builder.inttoptr(word(0), made.data.type)
    made.sizes = _build.pack_array(
        builder,
        [word(axis) if size is None else _WORD(size) for axis, size in enumerate(sizes, 1)],
    )
    return made._getvalue()


def _shape(context: Any, builder: Any, kind: _Table, value: Any) -> Any:
    return _build.create_struct_proxy(kind)(context, builder, value).sizes


def _found(context: Any, builder: Any, kinds: Any, values: Any) -> tuple[Any, list[Any]]:
    """Where an index into a table points to, and the sizes of what lies there."""
    table = _build.create_struct_proxy(kinds[0])(context, builder, values[0])
    sizes: list[Any] = _build.unpack_tuple(builder, table.sizes)
    index, index_kinds = [values[1]], [kinds[1]]
    if isinstance(kinds[1], _types.BaseTuple):
        index, index_kinds = _build.unpack_tuple(builder, values[1]), kinds[1].types
    offset = _WORD(0)
    for axis, size in enumerate(sizes):
        offset = builder.mul(offset, size, flags=["nsw"]) if axis else offset
        if axis < len(index):
            number = context.cast(builder, index[axis], index_kinds[axis], _types.intp)
            offset = builder.add(offset, number, flags=["nsw"])
    return builder.gep(table.data, [offset], inbounds=True), sizes[len(index) :]


def _get(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    place, sizes = _found(context, builder, signature.args, values)
    if not sizes:
        return context.unpack_value(builder, signature.return_type, place)
    rows = _build.create_struct_proxy(signature.return_type)(context, builder)
    rows.data, rows.sizes = place, _build.pack_array(builder, sizes)
    return rows._getvalue()


def _set(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    place, _ = _found(context, builder, signature.args, values)
    context.pack_value(builder, signature.args[2], values[2], place)
    return context.get_dummy_value()


def move_rows(table: Any, origin: int, target: int, count: int) -> None:
    """Copies rows of a table to where others lie, those that overlap as well."""
    table[target : target + count] = table[origin : origin + count].copy()


class _MoveRows(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if not isinstance(args[0], _Table):
            return None
        return _typing.signature(_types.none, args[0], *(_types.intp for _ in args[1:]))


def _moved(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    table = _build.create_struct_proxy(signature.args[0])(context, builder, values[0])
    row = _WORD(1)
    for size in _build.unpack_tuple(builder, table.sizes)[1:]:
        row = builder.mul(row, size, flags=["nsw"])
    old, new, items = (builder.mul(value, row, flags=["nsw"]) for value in values[1:])
    size = context.get_abi_sizeof(table.data.type.pointee)
    places = [builder.gep(table.data, [at], inbounds=True) for at in (new, old)]
    _build.raw_memmove(builder, *places, items, size)
    return context.get_dummy_value()


def teach_numba() -> None:
    """To be called once, before a kernel is compiled or loaded."""
    _extend.typeof_impl.register(TableList)(lambda value, _: _type_of(*value.kind))
    _extend.register_model(_Tables)(_extend.models.OpaqueModel)
    _extend.register_model(_Table)(_TableModel)
    _extend.unbox(_Tables)(_unboxed)
    _extend.lower_getattr_generic(_Tables)(_table_of_list)
    _extend.lower_getattr(_Table, "shape")(_shape)
    _extend.lower_builtin(operator.getitem, _Table, _types.Any)(_get)
    _extend.lower_builtin(operator.setitem, _Table, _types.Any, _types.Any)(_set)
    _typing.infer_getattr(_TablesAttributes)
    _typing.infer_getattr(_TableAttributes)
    _typing.infer_global(operator.getitem)(_GetItem)
    _typing.infer_global(operator.setitem)(_SetItem)
    _extend.lower_builtin(move_rows, _Table, _types.Any, _types.Any, _types.Any)(_moved)
    _typing.infer_global(move_rows)(_MoveRows)
