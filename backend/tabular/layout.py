"""The columns of one kind of file: names, other names people use, and a sample value."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.tabular.errors import UnknownColumn
from geodata.vietnamese_text import search_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `required` = a file without it (and without --set) is refused whole."""

    name: str
    sample: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All columns of a kind of file, in the order of its template."""

    kind: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def find_column(self, header: str) -> str | None:
        """Our name of a column that a file calls `header`, in any spelling or by an alias."""
        wanted = header_key(header)
        for column in self.columns:
            if wanted in {header_key(name) for name in (column.name, *column.aliases)}:
                return column.name
        return None

    def check_name(self, name: str, where: str) -> None:
        """Raises UnknownColumn, with the closest names, if this is none of ours."""
        if name not in self.names:
            close = difflib.get_close_matches(name, self.names, n=3)
            raise UnknownColumn(column=name, where=where, known=", ".join(close or self.names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a foreign file is to be read.

    `columns`: their header → our column. `preset`: our column → one value for every row.
    `where`: their header → the only value of rows that are read (the rest is left alone).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    preset: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    def check(self, layout: Layout) -> None:
        """Raises UnknownColumn when it names a column that the kind does not have."""
        for ours in self.columns.values():
            layout.check_name(ours, "--column")
        for ours in self.preset:
            layout.check_name(ours, "--set")


def header_key(header: str) -> str:
    """What spellings of one header have in common: "Vĩ độ", "vi_do" and "VI-DO"."""
    return search_key(header.replace("_", " ").replace("-", " "))


def sourced(*columns: Column, source: str = "", status: str = "sample") -> tuple[Column, ...]:
    """The columns of a kind, closed by where each row comes from and how far it is trusted."""
    return (
        *columns,
        Column(name="source", required=True, sample=source, aliases=("nguồn",)),
        Column(name="status", required=True, sample=status, aliases=("source_status",)),
    )


CODE = ("mã",)
NAME = ("tên",)
ADDRESS = ("địa chỉ",)
LAT = ("latitude", "vĩ độ")
LON = ("lng", "long", "longitude", "kinh độ")
