"""Read a Vietnamese address into its parts, however it is abbreviated.

Two ways to write one door must give one Address: "K12/5 Lê Duẩn, P. Hải Châu" and
"Số 5 kiệt 12 đường Lê Duẩn, phường Hải Châu".
"""

import re
from dataclasses import dataclass, field

from geodata.vietnamese_text import fold, normalise_text, search_key

_NUMBER = r"\d+[a-z]?(?:\s?-\s?\d+[a-z]?)?(?![^\W\d_])"
_PATH = rf"(?:[kh]\.?\s?)?{_NUMBER}(?:\s?/\s?[kh]?\.?\s?{_NUMBER})*"

_HOUSE_WORD = re.compile(r"(?:so nha|nha so|so|sn|nha)\b[.:]?\s*")
_HOUSE = re.compile(rf"(?P<path>{_PATH})(?=[\s,]|$)")
_VILLA = re.compile(r"(?P<path>[a-z]{1,2}\d+[a-z]?(?:[-.]\d+)?)(?=[\s,]|$)")
_LOT = re.compile(r"lo\s+(?P<path>[a-z]{0,2}\d+(?:[-.][a-z]?\d+|[a-z]\d*)*)(?=[\s,]|$)")
_LANE = re.compile(
    rf"(?:kiet|hem|ngo|ngach|duong kiet)\.?\s*(?:so\s+)?(?P<path>{_PATH})(?=[\s,]|$)"
)
_DATE_STREET = re.compile(r"(?P<day>\d{1,2})\s*(?:thang|/|-)\s*(?P<month>\d{1,2})$")

# Words before a street's own name. Without marks "duong" may be Dương and "pho" may be Phó, so
# these count only when spelled with their marks, as an abbreviation, or before a digit.
_STREET_WORD = re.compile(r"(?:đường|phố|đ\.|đg\.|đại lộ|(?:duong|pho)(?=\s+\d))\s*", re.IGNORECASE)

# Words before the name of a unit. Spelled with their marks, or abbreviated; a part without any
# marks is read as a unit only after the street, because "Quan Nam" and "To Huu" are streets.
_AREA_WORDS: tuple[tuple[str, str, str], ...] = (
    ("ward", r"(?:phường|xã|thị trấn|đặc khu)\s+|(?:p|x|tt)\.\s*|p\s?(?=\d)", "phuong|xa|thi tran"),
    (
        "district",
        r"(?:quận|huyện|thị xã)\s+|(?:q|tx)\.\s*|h\.\s*(?=[^\W\d])|q\s?(?=\d)",
        "quan|huyen|thi xa",
    ),
    ("city", r"(?:thành phố|tỉnh)\s+|(?:tp|t)\.\s*|tp\s+", "thanh pho|tinh"),
    (
        "hamlet",
        r"(?:thôn|tổ dân phố|tổ|khối phố|khối|khu phố|ấp|bản|xóm|làng)\s+|kp\.?\s*(?=\d)",
        "thon|to dan pho|khoi pho|khu pho",
    ),
)
_MARKED_WORDS = {kind: re.compile(marked, re.IGNORECASE) for kind, marked, _ in _AREA_WORDS}
_BARE_WORDS = {kind: re.compile(rf"(?:{bare})\s+", re.IGNORECASE) for kind, _, bare in _AREA_WORDS}
_AREA_NAMES = {
    "phuong": "Phường", "p": "Phường", "xa": "Xã", "x": "Xã", "thi tran": "Thị trấn",
    "tt": "Thị trấn", "dac khu": "Đặc khu", "quan": "Quận", "q": "Quận", "huyen": "Huyện",
    "h": "Huyện", "thi xa": "Thị xã", "tx": "Thị xã", "thanh pho": "Thành phố", "tp": "Thành phố",
    "tinh": "Tỉnh", "t": "Tỉnh",
}  # fmt: skip
_INSIDE = re.compile(r"(?:tang|lau|phong|can ho|toa nha|toa|chung cu|block|khu do thi|kdt|kdc)\b")
_COUNTRY = frozenset({"viet nam", "vietnam", "vn"})
_LONE_WORDS = frozenset({"tp", "t", "q", "p"})

# Where a new part begins although no comma says so ("Bà Huyện Thanh Quan" is a street).
_HIDDEN_BREAK = re.compile(
    r"\s+-\s+(?=[^\W\d])"
    r"|\s+(?=(?:p|q|tp|tx|tt)\.\s?\S|(?:phường|quận|thành phố|thị xã|thị trấn)\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address. `lanes` run from the street inwards: K12/H3/5 is lanes 12, 3.

    `areas` are the names after the street that carry no word saying what they are. `text` is the
    input in one spelling; nothing of it is lost.
    """

    text: str
    house: str = ""
    lanes: tuple[str, ...] = ()
    street: str = ""
    hamlet: str = ""
    ward: str = ""
    district: str = ""
    city: str = ""
    areas: tuple[str, ...] = ()
    inside: str = ""
    key: str = field(default="", compare=False)

    @property
    def house_number(self) -> str:
        """The number as people write it: "K12/H3/5", "45A", "K12" for a lane without a number."""
        if not self.lanes:
            return self.house
        marks = ("K", "H", "H", "H", "H")
        path = [f"{mark}{lane}" for mark, lane in zip(marks, self.lanes, strict=False)]
        return "/".join([*path, self.house] if self.house else path)

    @property
    def line(self) -> str:
        """House number and street, as on a route sheet."""
        return " ".join(part for part in (self.house_number, self.street) if part)


def normalise_address(text: str) -> Address:
    """Read an address. Never fails: what is not understood stays in `areas` and `text`."""
    clean = normalise_text(text)
    reading = _Reading()
    for part in _parts(clean):
        reading.take(part)
    return reading.address(clean)


def street_key(street: str) -> str:
    """What two spellings of a street's name have in common; "2 Tháng 9" and "2/9" are one."""
    name = normalise_text(street)
    word = _STREET_WORD.match(name)
    bare = fold(name[word.end() :] if word else name)
    written = _DATE_STREET.match(bare.replace("hai thang chin", "2/9"))
    return f"{int(written['day'])}/{int(written['month'])}" if written else search_key(bare)


def house_key(house: str) -> str:
    """A house number for comparing: "08" and "8", "45 - 47" and "45-47" are one."""
    plain = re.sub(r"\s", "", fold(house))
    return re.sub(r"\d+", lambda digits: digits[0].lstrip("0") or "0", plain)


def _parts(text: str) -> list[str]:
    commas = re.split(r"\s*[,;\n]\s*", text)
    parts = (part.strip(" .-") for each in commas for part in _HIDDEN_BREAK.split(each))
    return [part for part in parts if part]


class _Reading:
    """The address as far as it has been read."""

    def __init__(self) -> None:
        self.house = ""
        self.lanes: list[str] = []
        self.street = ""
        self.inside: list[str] = []
        self.areas: list[str] = []
        self.named: dict[str, str] = {}

    def take(self, part: str) -> None:
        folded = fold(part)
        if folded in _COUNTRY or folded in _LONE_WORDS or self._take_area(part):
            return
        if self._names_only_a_house() and _HOUSE.match(folded):
            # "Coopmart, 478 Điện Biên Phủ": what came first was the name of a building.
            self.inside.append(self.street)
            self.street = ""
        if _INSIDE.match(folded):
            self.inside.append(part)
        elif self.street or self.named:
            self.areas.append(part)
        else:
            self._take_door(part)

    def _names_only_a_house(self) -> bool:
        return bool(self.street) and not (self.house or self.lanes or self.named)

    def _take_area(self, part: str) -> bool:
        bare = part.isascii() and bool(self.street)
        for kind, marked_word in _MARKED_WORDS.items():
            word = marked_word.match(part) or (_BARE_WORDS[kind].match(part) if bare else None)
            if not word or word.end() >= len(part) or kind in self.named:
                continue
            unit = _AREA_NAMES.get(fold(word[0]).strip(" ."))
            self.named[kind] = part if unit is None else f"{unit} {part[word.end() :].strip()}"
            return True
        return False

    def _take_door(self, part: str) -> None:
        """House, lanes and street, each of which may also stand in a part of its own."""
        rest = part
        if not self.house and not _STREET_WORD.match(rest):
            rest = self._take_house(rest)
        rest = self._take_lanes(rest)
        word = _STREET_WORD.match(rest)
        self.street = (rest[word.end() :] if word else rest).strip()

    def _take_house(self, rest: str) -> str:
        word = _HOUSE_WORD.match(fold(rest))
        bare = rest[word.end() :] if word else rest
        folded = fold(bare)
        if _is_date_street(folded):
            return bare
        for pattern in (_HOUSE, _VILLA, _LOT):
            found = pattern.match(folded)
            if found:
                self._take_path(bare[found.start("path") : found.end("path")])
                return bare[found.end() :].strip()
        return rest

    def _take_lanes(self, rest: str) -> str:
        while found := _LANE.match(fold(rest)):
            steps = _steps(rest[found.start("path") : found.end("path")])
            if not self.house and len(steps) > 1:
                self.house = steps.pop()
            self.lanes[:0] = steps
            rest = rest[found.end() :].strip()
        return rest

    def _take_path(self, path: str) -> None:
        steps = _steps(path)
        is_lane = fold(path)[0] in "kh" and len(steps) == 1 and fold(path)[1:2] != ""
        if is_lane:
            self.lanes = steps
        else:
            self.house, self.lanes = steps[-1], steps[:-1]

    def address(self, text: str) -> Address:
        return Address(
            text=text,
            house=self.house,
            lanes=tuple(self.lanes),
            street=self.street,
            hamlet=self.named.get("hamlet", ""),
            ward=self.named.get("ward", ""),
            district=self.named.get("district", ""),
            city=self.named.get("city", ""),
            areas=tuple(self.areas),
            inside=", ".join(self.inside),
            key=search_key(text),
        )


def _is_date_street(folded: str) -> bool:
    return re.match(r"\d{1,2}\s*thang\s*\d{1,2}$", folded) is not None


def _steps(path: str) -> list[str]:
    """The numbers of a path from the street inwards, without the letters that say lane."""
    steps = []
    for step in path.split("/"):
        bare = re.sub(r"^[kKhH]\.?\s?(?=\d)", "", step.strip())
        steps.append(house_key(bare).upper())
    return steps
