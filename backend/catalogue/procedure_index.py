"""Find procedures as people ask: with and without marks, with slips of the finger, by daily names.

Names are short and a province has some two thousand, so all of them are compared at every question:
each syllable asked for against each syllable known, weighed by how rare it is.
"""

import re
import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from backend.catalogue.everyday_words import EVERYDAY_WORDS
from geodata.vietnamese_text import normalise_text, search_key

_SLIP = 0.74
"""One wrong, missing or swapped letter in four: shorter syllables must be right, or too many of
them would look alike (cấp, cáp, cập …)."""

_PREFIX = 0.85
"""Worth of a last syllable that is still being typed."""

_FIELD = 0.5
"""Worth of a word that stands in the field of the procedure and not in its name."""

_UNKNOWN = 0.3
"""Weight of a word that no procedure knows ("cho", "tôi", "ở đâu"), as a share of the rarest."""

_ENOUGH = 0.5
"""Weighed share of the question that an answer must cover."""

_IN_ORDER, _MARKS, _SHORT = 0.10, 0.06, 0.06
"""What breaks ties: words side by side as asked, the same marks, a name with little else."""

_LOOKED_AT = 100
"""Best covered names whose order of words is looked at: ties decide among those only."""

_COMPARED = 12
"""Syllables of a question that are compared with all names: of a longer one, such as an official
name copied whole, the rarest, which tell it from its neighbours."""

_LONGEST_QUESTION = 60
"""Syllables that are read at all; the longest official names have some fifty."""

_CODE = re.compile(r"[0-9a-z]{1,6}([.-][0-9a-z]*)+", re.IGNORECASE)
_WORD = re.compile(r"\w+")

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A procedure as far as it is searched."""

    id: uuid.UUID
    code: str
    name: str
    field: str = ""


class ProcedureIndex:
    """Procedures of one province on one date, ready for questions; never changes."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        self._listed = tuple(listed)
        self._words = [search_key(each.name).split() for each in listed]
        self._pairs = [set(pairwise(words)) for words in self._words]
        self._marked = [set(_marked_words(each.name)) for each in listed]
        rows = [self._searched(place) for place in range(len(listed))]
        self._vocabulary = sorted({word for row in rows for word in row})
        number = {word: position for position, word in enumerate(self._vocabulary)}
        self._flat = np.array([number[word] for row in rows for word in row], dtype=np.int32)
        self._worth = np.array([worth for row in rows for worth in row.values()], dtype=np.float32)
        lengths = [len(row) for row in rows]
        self._starts = np.cumsum([0, *lengths[:-1]]) if lengths else np.zeros(0, dtype=np.int64)
        known = Counter(word for row in rows for word in row)
        self._rarest = log(len(rows) + 1.5)
        self._rarity = np.array(
            [log((len(rows) + 1) / (known[word] + 0.5)) for word in self._vocabulary],
            dtype=np.float32,
        ).clip(min=0.05)

    def find(self, question: str, limit: int) -> list[uuid.UUID]:
        """Ids of what was probably meant, the likeliest first; empty when nothing comes near.

        A code, whole or its beginning, is looked up as such.
        """
        text = normalise_text(question).casefold()
        if _CODE.fullmatch(text):
            return [each.id for each in self._listed if each.code.lower().startswith(text)][:limit]
        asked = search_key(text).split()[:_LONGEST_QUESTION]
        if not asked or not self._listed:
            return []
        scores = self._scores(asked, marked=set(_marked_words(text)))
        for official in _official_words(asked):
            np.maximum(scores, self._scores(official, marked=set()), out=scores)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._listed[place].id for place in best if scores[place] >= _ENOUGH]

    def _searched(self, place: int) -> dict[str, float]:
        """Words under which a procedure is found, with their worth; also two written as one."""
        words = self._words[place]
        field = search_key(self._listed[place].field).split()
        glued = {one + other: 1.0 for one, other in self._pairs[place]}
        return dict.fromkeys(field, _FIELD) | glued | dict.fromkeys(words, 1.0) or {"": 0.0}

    def _scores(self, asked: Sequence[str], *, marked: set[str]) -> Numbers:
        """What each procedure covers of the question, above 1 where it also fits well."""
        compared = self._telling(asked)
        alike = self._alike(compared)
        nearest = alike.argmax(axis=1)
        found = alike[np.arange(len(compared)), nearest] > 0
        weights = np.where(found, self._rarity[nearest], _UNKNOWN * self._rarest)
        covered = np.zeros(len(self._listed), dtype=np.float32)
        for weight, row in zip(weights, alike, strict=True):
            if row.any():
                best = np.maximum.reduceat(row[self._flat] * self._worth, self._starts)
                covered += np.float32(weight) * best
        covered /= np.float32(weights.sum())
        best = np.argsort(-covered, kind="stable")[:_LOOKED_AT]
        for place in best[covered[best] >= _ENOUGH]:
            covered[place] += self._fit(int(place), asked, marked)
        return covered

    def _telling(self, asked: Sequence[str]) -> list[str]:
        """The rarest syllables in the order asked, and the last, which may be unfinished."""
        if len(asked) <= _COMPARED:
            return list(asked)

        def rarity(at: int) -> float:
            known = bisect_left(self._vocabulary, asked[at])
            if self._vocabulary[known : known + 1] == [asked[at]]:
                return float(self._rarity[known])
            return _UNKNOWN * self._rarest

        first_met = list({word: at for at, word in reversed(list(enumerate(asked[:-1])))}.values())
        kept = sorted(first_met, key=rarity, reverse=True)[: _COMPARED - 1]
        return [asked[at] for at in sorted(kept)] + [asked[-1]]

    def _alike(self, asked: Sequence[str]) -> Numbers:
        alike: Numbers = cdist(
            asked,
            self._vocabulary,
            scorer=OSA.normalized_similarity,
            score_cutoff=_SLIP,
            dtype=np.float32,
        )
        alike *= alike  # a slip is worth less than its share of letters
        last = asked[-1]
        if len(last) > 1:
            begun = bisect_right(self._vocabulary, last)
            over = bisect_right(self._vocabulary, last + "\uffff")
            np.maximum(alike[-1, begun:over], _PREFIX, out=alike[-1, begun:over])
        return alike

    def _fit(self, place: int, asked: Sequence[str], marked: set[str]) -> float:
        pairs = list(pairwise(asked))
        in_order = sum(pair in self._pairs[place] for pair in pairs) / max(1, len(pairs))
        same = len(marked & self._marked[place]) / max(1, len(marked))
        short = min(1.0, len(asked) / len(self._words[place])) if self._words[place] else 0.0
        return _IN_ORDER * in_order + _MARKS * same + _SHORT * short


def _marked_words(text: str) -> list[str]:
    """Words that carry a mark or đ: only those say more than their plain letters."""
    words = _WORD.findall(normalise_text(text).casefold())
    return [word for word in words if not word.isascii()]


def _official_words(asked: Sequence[str]) -> list[list[str]]:
    """The question with one daily name in it put officially, once for each such name."""
    text = f" {' '.join(asked)} "
    return [
        text.replace(f" {daily} ", f" {official} ").split()
        for daily, official in EVERYDAY_WORDS.items()
        if f" {daily} " in text
    ]
