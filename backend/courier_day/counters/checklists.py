"""Papers on a counter against the procedure's published checklist."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.catalogue.models import ChecklistItem, Procedure
from backend.dossiers.papers import PaperForm


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtPaper:
    """One kind of paper as counted. `checklist`: number of the line that it answers."""

    name: str
    quantity: int
    form: PaperForm | None = None
    note: str | None = None
    checklist: int | None = None


def compare(procedure: Procedure, papers: Sequence[BroughtPaper]) -> tuple[str, ...]:
    """What the list demands of everybody and is not there, in words for the citizen.

    Lines with a condition are the clerk's to judge: no program knows whether they apply.
    """
    return tuple(
        f"{item.name}: thiếu {lacking}"
        for item in procedure.checklist
        if item.mandatory and not item.condition and (lacking := _lacking(item, papers))
    )


def words_of(item: ChecklistItem) -> str:
    """How many of each form a line asks for, in Vietnamese."""
    counts = (
        (item.originals, "bản chính"),
        (item.certified_copies, "bản chứng thực"),
        (item.photocopies, "bản photo"),
    )
    asked = [f"{count} {words}" for count, words in counts if count]
    return ", ".join(asked) or "1 bản"


def _lacking(item: ChecklistItem, papers: Sequence[BroughtPaper]) -> str:
    """Words for what is short of one line; a better form stands for a weaker one."""
    given = [paper for paper in papers if paper.checklist == item.ordinal]
    originals = sum(paper.quantity for paper in given if paper.form is PaperForm.ORIGINAL)
    certified = sum(paper.quantity for paper in given if paper.form is PaperForm.CERTIFIED_COPY)
    all_ = sum(paper.quantity for paper in given)
    short = []
    if originals < item.originals:
        short.append(f"{item.originals - originals} bản chính")
    spare = max(originals - item.originals, 0)
    if certified + spare < item.certified_copies:
        short.append(f"{item.certified_copies - certified - spare} bản chứng thực")
    wanted = item.originals + item.certified_copies + item.photocopies or 1
    if not short and all_ < wanted:
        short.append(f"{wanted - all_} bản")
    return ", ".join(short)
