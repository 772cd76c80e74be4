"""Our own JSON: every field of a problem and a solution under its name, nothing lost either way.

Fields that hold their default are left out. An unknown field or a wrong type is a FormatError that
names its path, so that a typing mistake never passes as a default.
"""

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from routing.formats.errors import FormatError, FormatErrors
from routing.matrix import InvalidMatrix, TravelMatrix
from routing.problem import Problem
from routing.solution import Solution

type Json = Any
"""What `json.loads` gives."""

FORMAT = "tannoi-routing/1"


def problem_to_json(problem: Problem) -> dict[str, Json]:
    """A problem as JSON values. Times stay seconds after `epoch`, written as ISO 8601."""
    return {"format": FORMAT, "kind": "problem", **_object(problem)}


def problem_from_json(document: Json) -> Problem:
    """The problem of a document. Raises FormatErrors; defects are `Problem.validate`'s business."""
    return cast(Problem, _read(Problem, _without_head(document, "problem"), ""))


def solution_to_json(solution: Solution) -> dict[str, Json]:
    """A solution as JSON values, with all times, violations and reasons."""
    return {"format": FORMAT, "kind": "solution", **_object(solution)}


def solution_from_json(document: Json) -> Solution:
    """The solution of a document. Raises FormatErrors."""
    return cast(Solution, _read(Solution, _without_head(document, "solution"), ""))


def _without_head(document: Json, kind: str) -> Json:
    if not isinstance(document, Mapping):
        raise FormatError("", "must be a JSON object")
    if document.get("format") != FORMAT:
        raise FormatError("format", f"must be {FORMAT!r}, not {document.get('format')!r}")
    if document.get("kind") != kind:
        raise FormatError("kind", f"must be {kind!r}, not {document.get('kind')!r}")
    return {name: value for name, value in document.items() if name not in {"format", "kind"}}


# ---- writing ---------------------------------------------------------------------------------


_AS_THEY_ARE = frozenset((int, str, bool, type(None)))


def _write(value: Any) -> Json:
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: Any) -> Callable[[Any], Json]:
    """How values of a kind are written; asked once a kind, since a plan has thousands of values."""
    if is_dataclass(kind):
        return _object
    writers = (writer for parent, writer in _WRITERS if issubclass(kind, parent))
    return next(writers, _as_it_is)


def _as_it_is(value: Any) -> Json:
    return value


def _matrix(value: TravelMatrix) -> Json:
    return {"duration_s": value.duration_s.tolist(), "distance_m": value.distance_m.tolist()}


def _named(values: Mapping[Any, Any]) -> Json:
    return {str(name): _write(item) for name, item in values.items()}


def _items(values: Iterable[Any]) -> Json:
    return [item if type(item) in _AS_THEY_ARE else _write(item) for item in values]


def _sorted_items(values: frozenset[Any]) -> Json:
    return _items(sorted(values))


def _name_of(value: StrEnum) -> Json:
    return value.value


_WRITERS: tuple[tuple[type, Callable[[Any], Json]], ...] = (
    (TravelMatrix, _matrix),
    (tuple, _items),
    (StrEnum, _name_of),
    (frozenset, _sorted_items),
    (Mapping, _named),
    (datetime, datetime.isoformat),
)


def _object(value: Any) -> dict[str, Json]:
    kind: Any = type(value)
    written = {}
    for name, default, told_of in _defaults(kind):
        item = told_of(value)
        if item is default or item == default:
            continue
        written[name] = item if type(item) in _AS_THEY_ARE else _write(item)
    return written


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object, Callable[[Any], Any]], ...]:
    return tuple((each.name, _default(each), attrgetter(each.name)) for each in fields(kind))


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


# ---- reading ---------------------------------------------------------------------------------


def _read(wanted: Any, value: Json, path: str) -> Any:
    if isinstance(wanted, type) and (plain := _PLAIN.get(wanted)) is not None:
        return plain(value, path)
    if is_dataclass(wanted):
        return _read_object(wanted, value, path)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return _read_enum(wanted, value, path)
    return _read_generic(wanted, value, path)


def _read_generic(wanted: Any, value: Json, path: str) -> Any:
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in {tuple, frozenset}:
        items = [(f"{path}[{i}]", item) for i, item in enumerate(_list(value, path))]
        return origin(_read_all([(parts[0], item, where) for where, item in items]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        named = _mapping(value, path)
        read = _read_all([(parts[1], item, f"{path}.{name}") for name, item in named.items()])
        return dict(zip(named, read, strict=True))
    if origin in {Union, types.UnionType}:
        return _read_choice(parts, value, path)
    raise TypeError(f"{wanted} has no JSON form")  # a new kind of field: teach it here


def _read_choice(choices: tuple[Any, ...], value: Json, path: str) -> Any:
    if value is None and type(None) in choices:
        return None
    (only,) = (choice for choice in choices if choice is not type(None))
    return _read(only, value, path)


def _read_object(wanted: Any, value: Json, path: str) -> Any:
    document = _mapping(value, path)
    kinds, known = _kinds(wanted), {field.name: field for field in fields(wanted)}
    errors = [
        *(
            FormatError(_under(path, name), f"is no field of {wanted.__name__}")
            for name in document
            if name not in known
        ),
        *(
            FormatError(_under(path, name), "is missing")
            for name, field in known.items()
            if name not in document and _default(field) is MISSING
        ),
    ]
    present = [name for name in document if name in known]
    read = _read_all([(kinds[n], document[n], _under(path, n)) for n in present], errors)
    return wanted(**dict(zip(present, read, strict=True)))


def _read_all(
    parts: Iterable[tuple[Any, Json, str]], errors: Sequence[FormatError] = ()
) -> list[Any]:
    """Each value as its kind; what is wrong with any of them is told together."""
    read: list[Any] = []
    found = list(errors)
    for wanted, value, path in parts:
        try:
            read.append(_read(wanted, value, path))
        except FormatError as wrong:
            found += wrong.errors
    if found:
        raise FormatErrors(found)
    return read


def _read_matrix(value: Json, path: str) -> TravelMatrix:
    document = _mapping(value, path)
    for name in document:
        if name not in {"duration_s", "distance_m"}:
            raise FormatError(_under(path, name), "is no table of a matrix")
    if "duration_s" not in document:
        raise FormatError(_under(path, "duration_s"), "is missing")
    try:
        return TravelMatrix(document["duration_s"], document.get("distance_m"))
    except InvalidMatrix as wrong:
        raise FormatError(path, str(wrong)) from wrong


def _read_enum(wanted: type[StrEnum], value: Json, path: str) -> StrEnum:
    try:
        return wanted(value)
    except ValueError:
        allowed = ", ".join(member.value for member in wanted)
        raise FormatError(path, f"is {value!r}; use one of {allowed}") from None


def _read_instant(value: Json, path: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_read_text(value, path))
    except ValueError:
        raise FormatError(path, f"{value!r} is no ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise FormatError(path, "needs an offset from UTC, such as +07:00")
    return instant


def _read_integer(value: Json, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FormatError(path, f"must be a whole number, not {value!r}")
    return value


def _read_text(value: Json, path: str) -> str:
    if not isinstance(value, str):
        raise FormatError(path, f"must be a text, not {value!r}")
    return value


def _read_flag(value: Json, path: str) -> bool:
    if not isinstance(value, bool):
        raise FormatError(path, f"must be true or false, not {value!r}")
    return value


_PLAIN: Mapping[type, Callable[[Json, str], Any]] = {
    bool: _read_flag,
    int: _read_integer,
    str: _read_text,
    datetime: _read_instant,
    TravelMatrix: _read_matrix,
}


@cache
def _kinds(wanted: Any) -> dict[str, Any]:
    return get_type_hints(wanted)


def _mapping(value: Json, path: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise FormatError(path, "must be a JSON object")
    return value


def _list(value: Json, path: str) -> list[Json]:
    if not isinstance(value, list):
        raise FormatError(path, "must be a JSON list")
    return value


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
