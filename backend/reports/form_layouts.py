"""What each numbered form prints: title, facts, tables and signers, in Vietnamese.

Reads nothing but the frozen content of the form, the same that its JSON shows.
"""

from collections.abc import Callable, Iterator

from backend.dossiers.forms import FormKind
from backend.reports import counter_layouts
from backend.reports.amount_words import dong_in_words
from backend.reports.form_parts import (
    CONDITION_WORDS,
    IRREGULARITY_WORDS,
    PAID_BY_WORDS,
    PURSE_WORDS,
    SIGNATURE_WORDS,
    Content,
    Grid,
    Layout,
    about,
    acted_by,
    courier,
    day,
    moment,
    opening_hours,
    papers_grid,
    place,
    post_signer,
)
from backend.reports.sheet_type import vietnamese_number

_COURIER = ("COURIER", "Bưu tá")
_CITIZEN = ("CITIZEN", "Người gửi hồ sơ")
_OFFICE = ("OFFICE", "Cán bộ một cửa")


def layout_of(kind: FormKind, content: Content) -> Layout:
    """The words of a form."""
    return _LAYOUTS[kind](content)


def _dispatch_slip(content: Content) -> Layout:
    return _slip(content, "PHIẾU GỬI HỒ SƠ", "Người gửi", (_CITIZEN, post_signer(content)))


def _result_slip(content: Content) -> Layout:
    layout = _slip(content, "PHIẾU GỬI KẾT QUẢ", "Người nhận", (_OFFICE, post_signer(content)))
    originals = f"{content.get('originals', 0)} bản"
    return Layout(
        title=layout.title,
        facts=(*layout.facts, ("Bản chính trả lại", originals)),
        grids=layout.grids,
        statement=layout.statement,
        signers=layout.signers,
        codes=layout.codes,
    )


def _slip(
    content: Content, title: str, person: str, signers: tuple[tuple[str, str], ...]
) -> Layout:
    return Layout(
        title=title,
        facts=(
            *about(content, person),
            ("Cơ quan giải quyết", place(content["office"])),
            ("Hạn toàn trình", day(content["due_on"])),
        ),
        grids=(papers_grid("Danh mục tài liệu", content["papers"]),),
        statement=(
            "Hai bên đã kiểm đếm theo danh mục trên và niêm phong trước mặt nhau. "
            "Phiếu này có giá trị như hợp đồng cung ứng dịch vụ bưu chính."
        ),
        signers=signers,
        codes=(content["dossier"]["item_code"],),
    )


def _guidance(content: Content) -> Layout:
    again = (
        "Bưu tá sẽ đến lại theo lịch hẹn mới."
        if "courier" in content
        else "Mời quý vị mang hồ sơ đến lại khi đã có đủ giấy tờ."
    )
    missing = tuple((str(n), line) for n, line in enumerate(content["missing"], start=1))
    return Layout(
        title="PHIẾU HƯỚNG DẪN BỔ SUNG HỒ SƠ",
        facts=about(content, "Người gửi"),
        grids=(Grid(title="Còn thiếu", heads=("TT", "Giấy tờ"), shares=(1, 14), rows=missing),),
        statement=f"Hồ sơ chưa được nhận và chưa niêm phong. {again}",
        signers=(_CITIZEN, post_signer(content)),
        codes=(content["dossier"]["item_code"],),
    )


def _minutes(content: Content) -> Layout:
    filed = moment(content["acted_at"])
    rows = tuple(
        (
            str(n),
            " ".join(part for part in (line["item_code"], line["slip_no"]) if part),
            " · ".join(part for part in (line["portal_code"], line["procedure"]["name"]) if part),
            line["seal_no"] or "—",
            str(line["papers"] or "—"),
            "đủ" if line["complete"] else "thiếu",
        )
        for n, line in enumerate(content["dossiers"], start=1)
    )
    return Layout(
        title="BIÊN BẢN GIAO NHẬN HỒ SƠ",
        facts=(
            ("Bên giao", acted_by(content)[1]),
            ("Bên nhận", place(content["office"])),
            ("Thời điểm nộp hồ sơ", filed),
            ("Xác nhận của bên nhận", SIGNATURE_WORDS[content["signature"]]),
        ),
        grids=(
            Grid(
                title=f"Hồ sơ bàn giao: {len(rows)}",
                heads=(
                    "TT",
                    "Số hiệu, phiếu gửi",
                    "Mã hồ sơ, thủ tục",
                    "Niêm phong",
                    "Số tờ",
                    "Đủ",
                ),
                shares=(9, 45, 41, 52, 14, 13),
                rows=rows,
            ),
        ),
        statement=f"Thời điểm ký biên bản ({filed}) là thời điểm nộp hồ sơ theo quy định.",
        signers=(post_signer(content, "Bên giao"), _OFFICE),
    )


def _when_open(post_office: Content) -> Iterator[tuple[str, str]]:
    """Invitations of earlier days do not tell it."""
    if hours := opening_hours(post_office.get("hours", {})):
        yield "Giờ mở cửa", hours


def _invitation(content: Content) -> Layout:
    held = f"{content['working_days_held']} ngày làm việc"
    again = (
        f"Bưu tá sẽ đến phát lại sau {content['working_days_to_next']} ngày làm việc. "
        "Quý vị có thể đến bưu cục nhận sớm hơn."
    )
    last = (
        f"Kết quả được giữ tại bưu cục {held} kể từ lần phát này, sau đó chuyển hoàn cơ quan giải "
        "quyết."
    )
    return Layout(
        title=f"GIẤY MỜI NHẬN KẾT QUẢ (LẦN {content['invitation']})",
        facts=(
            *about(content, "Kính gửi"),
            ("Nhận tại", place(content["post_office"])),
            *_when_open(content["post_office"]),
            ("Mang theo", "Căn cước hoặc hộ chiếu; giấy ủy quyền nếu nhận thay"),
        ),
        statement=again if content["comes_again"] else last,
        signers=(_COURIER,),
        codes=(content["dossier"]["item_code"],),
    )


def _irregularity(content: Content) -> Layout:
    facts = (
        *about(content, "Người gửi"),
        ("Cơ quan", place(content["office"])),
        ("Sự việc", IRREGULARITY_WORDS[content["irregularity"]]),
        ("Niêm phong cũ", content["old_seal"] or "—"),
        ("Niêm phong mới", content["new_seal"] or "chưa niêm phong lại"),
    )
    told = content.get("circumstances")
    grids: tuple[Grid, ...] = ()
    if content["inventory"]:
        grids = (papers_grid("Kiểm kê khi phát hiện", content["inventory"]),)
    return Layout(
        title="BIÊN BẢN BẤT THƯỜNG",
        facts=(*facts, ("Diễn biến", told)) if told else facts,
        grids=grids,
        statement="Biên bản được lập ngay khi phát hiện và báo cho người gửi và cơ quan nhận.",
        signers=(post_signer(content), ("WITNESS", "Người chứng kiến")),
        codes=(content["dossier"]["item_code"],),
    )


def _exchange(content: Content) -> Layout:
    rows = tuple(
        (
            str(n),
            line["item_code"],
            line["procedure"]["name"],
            line["seal_no"] or "—",
            CONDITION_WORDS[line["condition"]],
        )
        for n, line in enumerate(content["dossiers"], start=1)
    )
    return Layout(
        title="BIÊN BẢN BÀN GIAO GIỮA BƯU TÁ",
        facts=(
            ("Người giao", courier(content["giver"])),
            ("Người nhận", courier(content["receiver"])),
            ("Thời điểm", moment(content["acted_at"])),
        ),
        grids=(
            Grid(
                title=f"Bưu gửi bàn giao: {len(rows)}",
                heads=("TT", "Số hiệu", "Thủ tục", "Niêm phong", "Tình trạng"),
                shares=(9, 32, 48, 52, 33),
                rows=rows,
            ),
        ),
        statement="Tiền thu hộ được quyết toán riêng, không bàn giao kèm hồ sơ.",
        signers=(("GIVER", "Bưu tá giao"), ("RECEIVER", "Bưu tá nhận")),
    )


def _receipt(content: Content) -> Layout:
    return Layout(
        title="BIÊN LAI THU TIỀN",
        facts=(
            *about(content, "Người nộp"),
            ("Khoản thu", PURSE_WORDS[content["purse"]]),
            ("Số tiền", f"{vietnamese_number(content['amount_vnd'])} đồng"),
            ("Bằng chữ", dong_in_words(content["amount_vnd"])),
            ("Hình thức", PAID_BY_WORDS[content["paid_by"]]),
            ("Cơ quan", place(content["office"])),
        ),
        statement="Mỗi khoản thu có một biên lai riêng; phí, lệ phí và cước không bù trừ cho nhau.",
        signers=(("CITIZEN", "Người nộp tiền"), post_signer(content, "Người thu tiền")),
        codes=(content["dossier"]["item_code"],),
    )


_LAYOUTS: dict[FormKind, Callable[[Content], Layout]] = {
    FormKind.DISPATCH_SLIP: _dispatch_slip,
    FormKind.RESULT_SLIP: _result_slip,
    FormKind.GUIDANCE: _guidance,
    FormKind.HAND_OVER_MINUTES: _minutes,
    FormKind.INVITATION_1: _invitation,
    FormKind.INVITATION_2: _invitation,
    FormKind.IRREGULARITY: _irregularity,
    FormKind.EXCHANGE_MINUTES: _exchange,
    FormKind.RECEIPT: _receipt,
    FormKind.BOOKING_CONFIRMATION: counter_layouts.booking_confirmation,
    FormKind.AUTHORISATION: counter_layouts.authorisation,
    FormKind.CASH_SETTLEMENT: counter_layouts.cash_settlement,
}
