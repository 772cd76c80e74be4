"""Forms that a counter makes: booking confirmation, authorisation, settlement of cash."""

from backend.reports.amount_words import dong_in_words
from backend.reports.form_parts import (
    PAID_BY_WORDS,
    PURSE_WORDS,
    Content,
    Grid,
    Layout,
    acted_by,
    courier,
    day,
    moment,
    place,
)
from backend.reports.sheet_type import vietnamese_number

MODE_WORDS = {
    "SEND": "Gửi hồ sơ",
    "RETURN": "Nhận kết quả",
    "BOTH": "Gửi hồ sơ và nhận kết quả",
}


def booking_confirmation(content: Content) -> Layout:
    """What was agreed with the citizen."""
    booking = content["booking"]
    slot = " – ".join(part for part in (booking["slot_start"], booking["slot_end"]) if part)
    rows = tuple(
        (str(n), paper["name"], paper["asked"], "bắt buộc" if paper["mandatory"] else "nếu có")
        for n, paper in enumerate(content["checklist"], start=1)
    )
    return Layout(
        title="XÁC NHẬN YÊU CẦU",
        facts=(
            ("Người yêu cầu", _person(content["citizen"])),
            ("Địa chỉ", content["citizen"]["address"] or "—"),
            ("Mã phiếu yêu cầu", booking["reference"]),
            ("Dịch vụ", MODE_WORDS[booking["mode"]]),
            ("Thủ tục", f"{content['procedure']['code']} · {content['procedure']['name']}"),
            ("Cơ quan", place(content["office"]) if content["office"] else "—"),
            (
                "Ngày phục vụ",
                " ".join(part for part in (day(booking["service_date"]), slot) if part),
            ),
            ("Số hồ sơ", str(booking["dossiers"])),
            ("Phí, lệ phí dự kiến", f"{vietnamese_number(booking['expected_fee_vnd'])} đồng"),
            acted_by(content),
        ),
        grids=(
            Grid(
                title="Giấy tờ cần chuẩn bị",
                heads=("TT", "Tên giấy tờ", "Số bản", "Yêu cầu"),
                shares=(1, 9, 5, 3),
                rows=rows,
            ),
        ),
        statement=(
            "Bưu điện không yêu cầu giấy tờ ngoài danh mục trên. Yêu cầu có thể đổi hoặc hủy trước "
            "khi bưu tá đến."
        ),
        signers=(("CLERK", "Giao dịch viên"),),
        codes=tuple(content["item_codes"][:1]),
    )


def authorisation(content: Content) -> Layout:
    """Giấy ủy quyền: filled in, for the citizen to sign; identity numbers are written by hand."""
    agent = content["agent"]
    return Layout(
        title="GIẤY ỦY QUYỀN",
        facts=(
            ("Người ủy quyền", _person(content["citizen"])),
            ("Địa chỉ", content["citizen"]["address"] or "—"),
            ("Giấy tờ tùy thân", "Số: ………………………  Ngày cấp: …………………"),
            ("Người được ủy quyền", " · ".join(p for p in (agent["name"], agent["phone"]) if p)),
            ("Giấy tờ tùy thân", "Số: ………………………  Ngày cấp: …………………"),
            (
                "Hồ sơ",
                f"{content['dossier']['item_code']} · {content['dossier']['procedure']['name']}",
            ),
            ("Mã hồ sơ", content["dossier"]["portal_code"] or "—"),
            ("Có giá trị đến", day(content["valid_to"])),
        ),
        statement=(
            "Tôi ủy quyền cho người có tên trên nhận kết quả giải quyết thủ tục hành chính, nộp "
            "lại giấy tờ phải thu hồi và ký sổ nhận kết quả thay tôi."
        ),
        signers=(("CITIZEN", "Người ủy quyền"), ("AGENT", "Người được ủy quyền")),
        codes=(content["dossier"]["item_code"],),
    )


def cash_settlement(content: Content) -> Layout:
    """Bảng kê nộp tiền: every payment of one taker, purses apart, and what was counted."""
    rows = tuple(
        (
            str(n),
            moment(entry["taken_at"]),
            entry["item_code"],
            PURSE_WORDS[entry["purse"]],
            PAID_BY_WORDS[entry["paid_by"]],
            vietnamese_number(entry["amount_vnd"]),
        )
        for n, entry in enumerate(content["entries"], start=1)
    )
    sums = tuple(
        (PURSE_WORDS[purse], f"{vietnamese_number(amount)} đồng")
        for purse, amount in content["by_purse"].items()
    )
    offices = tuple(
        (line["office"], vietnamese_number(line["amount_vnd"])) for line in content["by_office"]
    )
    return Layout(
        title="BẢNG KÊ NỘP TIỀN",
        facts=(
            ("Người nộp", courier(content["taker"])),
            ("Bưu cục", place(content["post_office"])),
            ("Thời điểm", moment(content["acted_at"])),
            *sums,
            ("Tiền mặt phải nộp", f"{vietnamese_number(content['due_vnd'])} đồng"),
            ("Tiền mặt đã đếm", f"{vietnamese_number(content['counted_vnd'])} đồng"),
            ("Bằng chữ", dong_in_words(content["counted_vnd"])),
            ("Chênh lệch", f"{vietnamese_number(content['difference_vnd'])} đồng"),
        ),
        grids=(
            Grid(
                title=f"Các khoản đã thu: {len(rows)}",
                heads=("TT", "Thời điểm", "Số hiệu", "Khoản", "Hình thức", "Số tiền (đồng)"),
                shares=(7, 26, 23, 15, 14, 16),
                rows=rows,
            ),
            Grid(
                title="Phí, lệ phí thu hộ theo cơ quan",
                heads=("Cơ quan", "Số tiền (đồng)"),
                shares=(8, 3),
                rows=offices,
            ),
        ),
        statement="Phí, lệ phí, cước và tiền đi lại được nộp riêng, không bù trừ cho nhau.",
        signers=(("TAKER", "Người nộp tiền"), ("CLERK", "Thủ quỹ")),
    )


def _person(citizen: Content) -> str:
    return " · ".join(part for part in (citizen["name"], citizen["phone"]) if part) or "—"
