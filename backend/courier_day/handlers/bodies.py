"""Parts that the bodies of several commands share. Unknown members of a body are ignored."""

import uuid
from typing import Annotated

import msgspec

from backend.dossiers.papers import ListedPaper, PaperForm

Seal = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Latitude = Annotated[int, msgspec.Meta(ge=-900_000_000, le=900_000_000)]
"""1e-7 degree."""
Longitude = Annotated[int, msgspec.Meta(ge=-1_800_000_000, le=1_800_000_000)]
Metres = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Papers(msgspec.Struct, frozen=True):
    """How many of one kind of paper, and whether they are originals or copies."""

    kind: Annotated[str, msgspec.Meta(max_length=80)]
    n: Count
    form: PaperForm | None = None
    note: Annotated[str, msgspec.Meta(max_length=200)] | None = None


def listed(papers: tuple[Papers, ...]) -> tuple[ListedPaper, ...]:
    """The same as the paper list keeps it."""
    return tuple(
        ListedPaper(name=paper.kind, quantity=paper.n, form=paper.form, note=paper.note)
        for paper in papers
    )


class AtPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the phone was, if it knew. Stays in the command and never enters the custody log."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    acc_m: Metres | None = None


class WithDossier(AtPlace, frozen=True, kw_only=True):
    """A body about one dossier."""

    dossier: uuid.UUID
