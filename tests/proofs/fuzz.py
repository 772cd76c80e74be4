"""Bodies that no phone of ours would send, made from the shapes that the handlers read."""

import random
import uuid
from datetime import date
from typing import Any

import msgspec
from msgspec import inspect as shapes

STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**62,
    10**30,
    1.5,
    "",
    "\x00",
    "\ud800",
    "ế" * 400,
    [],
    [[]],
    {},
    {"dossier": {}},
    "0199aa00-0000-7000-8000-000000000000",
    "not-an-id",
)
"""What stands where something else should."""


class Fuzz:
    """Seeded: the same number gives the same bodies."""

    def __init__(self, seed: int, known: dict[str, list[str]]) -> None:
        self.chance = random.Random(seed)
        self.known = known
        """Member of a body → ids that really exist."""

    def body(self, shape: type[msgspec.Struct]) -> dict[str, Any]:
        """A body of that shape, with zero to two members that are wrong."""
        body = {field.encode_name: self._value(field) for field in self._fields(shape)}
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            kind = self.chance.random()
            if kind < 0.6 and body:
                body[self.chance.choice(sorted(body))] = self.chance.choice(STRANGE)
            elif kind < 0.8 and body:
                del body[self.chance.choice(sorted(body))]
            else:
                body[self.chance.choice(("extra", "lat", "corrects"))] = self.chance.choice(STRANGE)
        return body

    def _fields(self, shape: type[msgspec.Struct]) -> tuple[shapes.Field, ...]:
        described = shapes.type_info(shape)
        assert isinstance(described, shapes.StructType)
        return described.fields

    def _value(self, field: shapes.Field) -> Any:
        return self._of(field.type, field.encode_name)

    def _of(self, kind: shapes.Type, name: str) -> Any:
        made: Any = None
        match kind:
            case shapes.UUIDType():
                made = self.chance.choice([*self.known.get(name, []), str(uuid.UUID(int=5))])
            case shapes.IntType():
                made = self.chance.randrange(kind.ge or 0, min(kind.le or 50, 10**6) + 1)
            case shapes.StrType():
                made = "0000" if kind.pattern else "NP-" + str(self.chance.randrange(9_999))
            case shapes.BoolType():
                made = self.chance.random() < 0.5
            case shapes.DateType():
                made = date(2026, 11, self.chance.randrange(1, 29)).isoformat()
            case shapes.EnumType():
                made = self.chance.choice([member.value for member in kind.cls])
            case shapes.UnionType():
                made = self._of(self.chance.choice(kind.types), name)
            case shapes.VarTupleType() | shapes.ListType():
                count = self.chance.randrange(max(kind.min_length or 0, 1), 3)
                made = [self._of(kind.item_type, name) for _ in range(count)]
            case shapes.StructType():
                made = {each.encode_name: self._value(each) for each in kind.fields}
        return made
