"""The printed route list, read back from the PDF as a courier would read it."""

import hashlib
import io
import re
from datetime import date, datetime, timedelta

import pypdf
import pypdfium2

from backend.reports.route_sheet import FONTS, LOCAL, render_route_sheet, vietnamese_number
from backend.reports.sheet_content import RouteSheet, SheetStop, SheetVisit

START = datetime(2026, 11, 23, 7, 30, tzinfo=LOCAL)


def a_visit(**changes: object) -> SheetVisit:
    values = {"act": "Thu gom", "procedure": "Cấp hộ chiếu phổ thông", "item_code": "RN473124829VN"}
    return SheetVisit(**{**values, **changes})  # type: ignore[arg-type]


def a_stop(label: int | None, *visits: SheetVisit) -> SheetStop:
    starts = START + timedelta(minutes=10 * (label or 0))
    return SheetStop(
        label=label,
        title=f"K12/{label} Nguyễn Văn Thoại",
        address="phường Mỹ An",
        arrives_at=starts,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=8),
        distance_m=1250,
        visits=visits,
    )


def a_sheet(*stops: SheetStop) -> RouteSheet:
    return RouteSheet(
        courier_code="BT-07",
        courier_name="Nguyễn Văn Mẫu 7",
        post_office="Bưu cục Đống Đa",
        service_date=date(2026, 11, 23),
        plan_number=2,
        revision=5,
        starts_at=START,
        ends_at=START + timedelta(hours=8),
        distance_m=43210,
        travel_note="Thời gian đi ước lượng theo đường chim bay.",
        stops=stops,
    )


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_sheet_names_every_stop_visit_and_item_code_in_order() -> None:
    pdf = render_route_sheet(a_sheet(a_stop(1, a_visit()), a_stop(2, a_visit(act="Phát kết quả"))))
    text = text_of(pdf)
    assert text.index("K12/1") < text.index("Thu gom") < text.index("K12/2")
    assert text.index("K12/2") < text.index("Phát kết quả")
    assert text.count("RN473124829VN") == 2


def test_vietnamese_comes_out_of_the_pdf_letter_for_letter() -> None:
    text = text_of(render_route_sheet(a_sheet(a_stop(1, a_visit(cash_vnd=135_000)))))
    expected = ("BẢN KÊ TUYẾN", "Quãng đường", "43,2 km", "Cấp hộ chiếu phổ thông", "135.000 đồng")
    for words in expected:
        assert words in text


def test_a_long_route_runs_over_several_numbered_pages() -> None:
    stops = [a_stop(n, *[a_visit()] * (12 if n == 3 else 1)) for n in range(1, 31)]
    pages = pypdf.PdfReader(io.BytesIO(render_route_sheet(a_sheet(*stops)))).pages
    assert len(pages) > 2
    assert f"Trang {len(pages)}" in pages[-1].extract_text()


def test_markup_in_a_title_is_printed_and_not_obeyed() -> None:
    stop = a_stop(1, a_visit(procedure="<b>Đất & nhà</b>"))
    assert "<b>Đất & nhà</b>" in text_of(render_route_sheet(a_sheet(stop)))


def test_the_page_carries_ink_where_the_qr_code_stands() -> None:
    page = pypdfium2.PdfDocument(render_route_sheet(a_sheet(a_stop(1, a_visit()))))[0]
    image = page.render(scale=2).to_pil().convert("L")
    width, height = image.size
    right_edge = image.crop((int(width * 0.85), int(height * 0.12), width, int(height * 0.4)))
    dark = sum(1 for value in right_edge.tobytes() if value < 80)
    assert dark > 1000


def test_numbers_are_grouped_the_vietnamese_way() -> None:
    assert vietnamese_number(1234567.5, 1) == "1.234.567,5"


def test_the_vendored_fonts_are_the_files_that_their_readme_lists() -> None:
    listed = dict(
        re.findall(r"\| (\S+\.ttf) \| `([0-9a-f]{64})` \|", (FONTS / "README.md").read_text())
    )
    present = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in FONTS.glob("*.ttf")}
    assert present == listed
