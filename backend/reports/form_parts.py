"""What the layouts of forms are made of: tables, words, and lines that many forms share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geodata.offices import WeeklyHours

type Content = dict[str, Any]

_DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: heads, the share of the width of each column, rows of words."""

    title: str
    heads: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One form in words. `signers` are (role of the signature blob, words under the line)."""

    title: str
    facts: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...] = ()
    statement: str = ""
    signers: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    """Item codes to print as QR codes."""


PAPER_FORM_WORDS = {
    "ORIGINAL": "Bản chính",
    "CERTIFIED_COPY": "Bản chứng thực",
    "PHOTOCOPY": "Bản photo",
    "ELECTRONIC": "Bản điện tử",
}
SIGNATURE_WORDS = {
    "SIGNED": "Cán bộ một cửa đã ký",
    "STAMP": "Cơ quan đóng dấu thay chữ ký",
    "WITNESS": "Người làm chứng ký thay",
    "NONE": "Bên nhận không ký",
}
IRREGULARITY_WORDS = {
    "SEAL_BROKEN": "Niêm phong không còn nguyên vẹn",
    "WET": "Bưu gửi bị ướt",
    "TORN": "Bưu gửi bị rách",
    "LOST": "Bưu gửi bị mất",
}
CONDITION_WORDS = {
    "INTACT": "nguyên vẹn",
    "SEAL_BROKEN": "niêm phong hỏng",
    "DAMAGED": "hư hỏng",
    "LOST": "mất",
}
PURSE_WORDS = {
    "FEE": "Phí",
    "CHARGE": "Lệ phí",
    "POSTAGE": "Cước bưu chính",
    "REPEAT_TRIP": "Cước đi lại",
}
SIGNER_WORDS = {
    "CITIZEN": "Người dân",
    "COURIER": "Bưu tá",
    "CLERK": "Giao dịch viên",
    "OFFICE": "Cán bộ một cửa",
    "AGENT": "Người được ủy quyền",
    "WITNESS": "Người chứng kiến",
}
"""Of whoever signed although the form has no line for them."""

PAID_BY_WORDS = {"CASH": "tiền mặt", "TRANSFER": "chuyển khoản", "WALLET": "ví điện tử"}


def papers_grid(title: str, papers: Sequence[Content]) -> Grid:
    """A paper list, originals and copies apart."""
    rows = tuple(
        (
            str(n),
            paper["name"],
            PAPER_FORM_WORDS.get(paper["form"] or "", "—"),
            str(paper["quantity"]),
            paper["note"] or "",
        )
        for n, paper in enumerate(papers, start=1)
    )
    return Grid(
        title=title,
        heads=("TT", "Tên giấy tờ", "Loại", "Số bản", "Ghi chú"),
        shares=(1, 8, 4, 2, 5),
        rows=rows,
    )


def about(content: Content, person: str) -> tuple[tuple[str, str], ...]:
    dossier, citizen = content["dossier"], content["citizen"]
    who = " · ".join(part for part in (citizen["name"], citizen["phone"]) if part)
    return (
        (person, who or "—"),
        ("Địa chỉ", citizen["address"] or "—"),
        ("Thủ tục", f"{dossier['procedure']['code']} · {dossier['procedure']['name']}"),
        ("Số hiệu bưu gửi", dossier["item_code"]),
        ("Mã hồ sơ", dossier["portal_code"] or "—"),
        ("Số niêm phong", dossier["seal_no"] or "—"),
        acted_by(content),
        ("Thời điểm", moment(content["acted_at"])),
    )


def courier(courier: Content) -> str:
    return f"{courier['name']} ({courier['code']})"


def place(place: Content) -> str:
    return " · ".join(part for part in (place["name"], place["address"]) if part)


def opening_hours(hours: Content) -> str:
    """Of a week; days that follow each other with the same hours stand together."""
    week = WeeklyHours.from_json(hours).days
    told: list[str] = []
    first = 0
    for day in range(1, len(week) + 1):
        if day < len(week) and week[day] == week[first]:
            continue
        if week[first]:
            days = dict.fromkeys((_DAYS[first], _DAYS[day - 1]))
            spans = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in week[first])
            told.append(f"{'–'.join(days)} {spans}")
        first = day
    return "; ".join(told)


def moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%H giờ %M phút, ngày %d/%m/%Y}"


def day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else "—"


def post_signer(content: Content, words: str | None = None) -> tuple[str, str]:
    """Whose signature stands for the post: the courier's, or the clerk's of a counter."""
    role = "COURIER" if "courier" in content else "CLERK"
    return role, words or SIGNER_WORDS[role]


def acted_by(content: Content) -> tuple[str, str]:
    """Who took or gave it for the post: a courier, or the clerk of a counter."""
    if "courier" in content:
        return "Bưu tá", courier(content["courier"])
    return "Giao dịch viên", courier(content["clerk"])
