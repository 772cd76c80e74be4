"""Every form as a person reads it in the PDF, and as a program reads it in the JSON."""

import io

import pypdf
import pypdfium2
import pytest
import zxingcpp

from backend.dossiers.forms import MARKS, FormKind
from backend.reports.form_layouts import layout_of
from backend.reports.form_pdf import form_json, render_form
from backend.reports.verification import Verification
from tests.builders.forms import SIGNATURE, a_form, form_content

TITLES = {
    FormKind.DISPATCH_SLIP: "PHIẾU GỬI HỒ SƠ",
    FormKind.RESULT_SLIP: "PHIẾU GỬI KẾT QUẢ",
    FormKind.GUIDANCE: "PHIẾU HƯỚNG DẪN BỔ SUNG HỒ SƠ",
    FormKind.HAND_OVER_MINUTES: "BIÊN BẢN GIAO NHẬN HỒ SƠ",
    FormKind.INVITATION_1: "GIẤY MỜI NHẬN KẾT QUẢ (LẦN 1)",
    FormKind.INVITATION_2: "GIẤY MỜI NHẬN KẾT QUẢ (LẦN 2)",
    FormKind.IRREGULARITY: "BIÊN BẢN BẤT THƯỜNG",
    FormKind.EXCHANGE_MINUTES: "BIÊN BẢN BÀN GIAO GIỮA BƯU TÁ",
    FormKind.RECEIPT: "BIÊN LAI THU TIỀN",
    FormKind.BOOKING_CONFIRMATION: "XÁC NHẬN YÊU CẦU",
    FormKind.AUTHORISATION: "GIẤY ỦY QUYỀN",
    FormKind.CASH_SETTLEMENT: "BẢNG KÊ NỘP TIỀN",
}


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("kind", FormKind)
def test_a_form_prints_its_title_number_and_everything_that_it_says(kind: FormKind) -> None:
    form = a_form(kind)
    printed = text_of(render_form(form))
    unspaced = printed.replace(" ", "")  # a long code may break inside its cell
    layout = layout_of(kind, form.content)
    assert TITLES[kind] in printed
    assert f"00041/2026/{MARKS[kind]}-BC-001" in printed
    for words in (
        *(value for _, value in layout.facts),
        *(cell for grid in layout.grids for row in grid.rows for cell in row),
        layout.statement,
        *(words for _, words in layout.signers),
    ):
        assert "".join(words.split()) in unspaced, words


@pytest.mark.parametrize("kind", FormKind)
def test_paper_and_json_come_from_the_same_content(kind: FormKind) -> None:
    form = a_form(kind)
    told = form_json(form)
    assert told["number"] == form.printed_number
    assert told["content"] is form.content
    assert told["signatures"] == [{"role": "COURIER", "sha256": SIGNATURE}]
    form.content = form.content | {"acted_at": "2026-11-24T16:05+07:00"}
    if any("Thời điểm" in name for name, _ in layout_of(kind, form.content).facts):
        assert "16 giờ 05 phút, ngày 24/11/2026" in text_of(render_form(form))


def test_the_minutes_name_the_legal_filing_time_to_the_minute_and_break_over_pages() -> None:
    form = a_form(FormKind.HAND_OVER_MINUTES, dossiers=60)
    pdf = render_form(form)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 1
    for number, page in enumerate(document, start=1):
        assert f"Trang {number}/{len(document)}" in page.get_textpage().get_text_range()
    printed = text_of(pdf)
    assert "Thời điểm ký biên bản (09 giờ 41 phút, ngày 23/11/2026) là thời điểm nộp" in printed
    assert all(line["item_code"] in printed for line in form.content["dossiers"])


@pytest.mark.parametrize("kind", [FormKind.HAND_OVER_MINUTES, FormKind.EXCHANGE_MINUTES])
def test_a_seal_is_read_in_one_piece(kind: FormKind) -> None:
    """Who compares it with the satchel's must not put its digits together from three lines."""
    form = a_form(kind)
    seal = "NP-BT-009-2026-11-25-001"
    for line in form.content["dossiers"]:
        line["seal_no"] = seal
    assert text_of(render_form(form)).count(seal) == len(form.content["dossiers"])


def test_originals_and_copies_stand_apart_on_the_slip() -> None:
    (grid,) = layout_of(FormKind.DISPATCH_SLIP, form_content(FormKind.DISPATCH_SLIP)).grids
    assert [row[2] for row in grid.rows] == ["Bản chính", "Bản photo", "—"]


def test_an_office_that_did_not_sign_is_said_so() -> None:
    content = form_content(FormKind.HAND_OVER_MINUTES) | {"signature": "NONE"}
    facts = dict(layout_of(FormKind.HAND_OVER_MINUTES, content).facts)
    assert facts["Xác nhận của bên nhận"] == "Bên nhận không ký"


def test_a_signature_given_on_the_phone_is_named_by_its_hash() -> None:
    assert f"Đã ký trên máy: {SIGNATURE[:12]}" in text_of(render_form(a_form(FormKind.RECEIPT)))


@pytest.mark.parametrize(
    "kind", [FormKind.DISPATCH_SLIP, FormKind.GUIDANCE, FormKind.RECEIPT, FormKind.IRREGULARITY]
)
def test_at_a_counter_the_clerk_signs_and_nobody_is_promised_a_courier(kind: FormKind) -> None:
    form = a_form(kind)
    del form.content["courier"]
    form.signatures = {"signed": [{"role": "CLERK", "sha256": SIGNATURE}]}
    layout = layout_of(kind, form.content)
    assert [role for role, _ in layout.signers if role in {"COURIER", "CLERK"}] == ["CLERK"]
    printed = text_of(render_form(form))
    assert printed.count(f"Đã ký trên máy: {SIGNATURE[:12]}") == 1
    assert "Bưu tá" not in printed.replace("Bưu tá Mẫu", "")


def test_whoever_signed_without_a_line_gets_one() -> None:
    form = a_form(FormKind.HAND_OVER_MINUTES)
    form.signatures["signed"].append({"role": "WITNESS", "sha256": "cd" * 32})
    printed = text_of(render_form(form))
    assert "Người chứng kiến (ký, ghi rõ họ tên)" in printed
    assert f"Đã ký trên máy: {'cd' * 6}" in printed


def test_markup_in_a_name_is_printed_and_not_obeyed() -> None:
    form = a_form(FormKind.RECEIPT)
    form.content["citizen"]["name"] = "Nguyễn <b>Văn</b> & Mẫu"
    assert "Nguyễn <b>Văn</b> & Mẫu" in text_of(render_form(form))


def test_money_is_whole_dong_as_vietnamese_print_it() -> None:
    facts = dict(layout_of(FormKind.RECEIPT, form_content(FormKind.RECEIPT)).facts)
    assert (facts["Số tiền"], facts["Khoản thu"]) == ("135.000 đồng", "Lệ phí")


TOKEN = "abcdefghijklmnopqrstuvwx"


def codes_on(pdf: bytes) -> set[str]:
    """What a phone reads from the printed page, at 150 dots an inch."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    return {found.text for found in zxingcpp.read_barcodes(page)}


@pytest.mark.parametrize(
    "kind", [FormKind.DISPATCH_SLIP, FormKind.RESULT_SLIP, FormKind.RECEIPT], ids=str
)
def test_a_phone_reads_the_link_to_the_chain_from_the_paper(kind: FormKind) -> None:
    url = f"https://tannoi.example.vn/kiem-chung/{TOKEN}"
    form = a_form(kind)
    pdf = render_form(form, Verification(token=TOKEN, url=url))
    assert codes_on(pdf) == {url, form.content["dossier"]["item_code"]}
    assert url in text_of(pdf).replace(" ", "")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_without_a_public_address_the_paper_tells_the_code_and_where_to_ask() -> None:
    form = a_form(FormKind.RECEIPT)
    pdf = render_form(form, Verification(token=TOKEN, url=None))
    assert codes_on(pdf) == {form.content["dossier"]["item_code"]}
    assert f"Mã kiểm chứng: {TOKEN}" in text_of(pdf)
    assert "tại bưu cục" in text_of(pdf)
    assert "http" not in text_of(pdf)
