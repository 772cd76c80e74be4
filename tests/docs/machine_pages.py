"""Writes docs/state-machines.md from the tables of transitions themselves."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from backend.courier_day.shift_states import DAY_MOVES
from backend.dossiers.case_status import CASE_MOVES, FOLLOW_UPS, PORTAL_NUMBER
from backend.dossiers.models import CustodyEventType, DossierState
from backend.dossiers.transitions import (
    CONDITIONS,
    FINAL_STATES,
    FIRST_STATES,
    HOLDER_OF,
    MOVES,
    NOTES,
)

type Rows = Iterable[tuple[str, ...]]

_INTRODUCTION = """# State machines

{written}
Tables say what may follow what. They are data: no code path changes a state beside them, and
every row and every forbidden pair is a test. A dossier moves only by a line in its custody log
that names both sides; `backend/dossiers/custody.py` is the only writer, and a trigger of the
database (`dossier_follows_its_log`) refuses a commit that leaves a dossier where no line put it.

A fact that a phone reports is never refused. What the table does not expect is bridged by a `GAP`
line and flagged, or kept as a witness that moves nothing ([sync.md](sync.md)).
"""
_MISHAPS = (
    "Mishaps happen only to papers in the hands of the post. What is lost does nothing before it "
    "is found; its newest keeper answers for it.\n"
)
_CASES = "Mirrors the portal's ten statuses. Each move is a `CASE_MOVED` line in the custody log.\n"
_DAYS = (
    "A step that the table does not expect is taken and flagged when it lies ahead (`day_gap`), "
    "and kept without effect when it lies behind (`already_done`).\n"
)


def machines_page(written: str) -> str:
    """The whole page; `written` is the line that says how it was made."""
    return "\n".join(
        [
            _INTRODUCTION.format(written=written),
            "## A dossier: who may hold it\n",
            _table(("state", "keeper", ""), _holders()),
            "## A dossier: moves, from keeper to keeper\n",
            _table(("from", "event", "to", "giver → receiver"), _moves()),
            "`GAP` bridges from any state to the usual start of the fact that follows.\n",
            "## A dossier: notes, which leave the keeper\n",
            _table(("event", "in state", "state after"), _notes()),
            "## A dossier: its condition\n",
            _MISHAPS,
            _table(("condition", "event", "condition after"), _rows(CONDITIONS)),
            "## The office's case\n",
            _CASES,
            _table(("no.", "status", "asks of the couriers"), _statuses()),
            _table(("status", "event", "status after"), _rows(CASE_MOVES)),
            "## A courier's day\n",
            _DAYS,
            _table(("state", "event", "state after"), _rows(DAY_MOVES)),
        ]
    )


def _holders() -> Rows:
    for state, holder in HOLDER_OF.items():
        marks = ["a journey may start here"] if state in FIRST_STATES else []
        marks += ["a journey ends here"] if state in FINAL_STATES else []
        yield f"`{state}`", holder.value.lower().replace("_", " "), ", ".join(marks)


def _moves() -> Rows:
    for (before, event), after in MOVES.items():
        sides = f"{HOLDER_OF[before]} → {HOLDER_OF[after]}".lower().replace("_", " ")
        yield f"`{before}`", f"`{event}`", f"`{after}`", sides


def _notes() -> Rows:
    """One row an event and state after; where nothing changes, all states share a row."""
    for event in CustodyEventType:
        changing: dict[DossierState, list[str]] = {}
        staying = []
        for (before, noted), after in NOTES.items():
            if noted is event and after is before:
                staying.append(f"`{before}`")
            elif noted is event:
                changing.setdefault(after, []).append(f"`{before}`")
        for after, befores in changing.items():
            yield f"`{event}`", ", ".join(befores), f"`{after}`"
        if staying:
            yield f"`{event}`", ", ".join(staying), "the same"


def _rows[State: StrEnum | None, Event: StrEnum, After: StrEnum](
    table: Mapping[tuple[State, Event], After],
) -> Rows:
    for (before, event), after in table.items():
        yield f"`{before}`" if before else "not filed", f"`{event}`", f"`{after}`"


def _statuses() -> Rows:
    for status, number in PORTAL_NUMBER.items():
        task = FOLLOW_UPS.get(status)
        yield str(number), f"`{status}`", f"`{task}`" if task else ""


def _table(heads: tuple[str, ...], rows: Rows) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
