"""The printed route list, read back from the PDF as a courier would read it."""

import hashlib
import io
import re
from datetime import date, datetime, timedelta

import pypdf
import pypdfium2
import segno
from reportlab.lib.pagesizes import A4

from backend.reports.route_sheet import MARGIN, render_route_sheet
from backend.reports.sheet_content import RouteSheet, SheetStop, SheetVisit
from backend.reports.sheet_marks import QR_SIDE
from backend.reports.sheet_type import FONTS, LOCAL, vietnamese_number

START = datetime(2026, 11, 23, 7, 30, tzinfo=LOCAL)


def a_visit(**changes: object) -> SheetVisit:
    values = {"act": "Thu gom", "procedure": "Cấp hộ chiếu phổ thông", "item_code": "RN473124829VN"}
    return SheetVisit(**{**values, **changes})  # type: ignore[arg-type]


def a_stop(
    label: int | None, *visits: SheetVisit, address: str = "phường Mỹ An", signer: str = ""
) -> SheetStop:
    starts = START + timedelta(minutes=10 * (label or 0))
    return SheetStop(
        label=label,
        title=f"K12/{label} Nguyễn Văn Thoại",
        address=address,
        arrives_at=starts,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=8),
        distance_m=1250,
        visits=visits,
        signer=signer,
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


def test_the_dossiers_of_one_counter_stand_together_by_act() -> None:
    acts = ["Nhận kết quả", "Bàn giao", "Nhận kết quả", "Bàn giao", "Nhận kết quả"]
    visits = [a_visit(act=act, item_code=f"RN{n:09d}VN") for n, act in enumerate(acts)]
    stop = a_stop(1, *visits, signer="Cán bộ một cửa ký")
    text = text_of(render_route_sheet(a_sheet(stop)))
    fetched, handed_over = text.index("Nhận kết quả · 3 hồ sơ"), text.index("Bàn giao · 2 hồ sơ")
    for n, act in enumerate(acts):
        assert (text.index(f"RN{n:09d}VN") > handed_over) == (act == "Bàn giao")
        assert text.index(f"RN{n:09d}VN") > fetched
    assert text.count("Cán bộ một cửa ký") == 1


def test_every_page_says_how_many_there_are() -> None:
    stops = [a_stop(n, a_visit()) for n in range(1, 31)]
    document = pypdfium2.PdfDocument(render_route_sheet(a_sheet(*stops)))
    assert len(document) > 1
    for number, page in enumerate(document, start=1):
        words = page.get_textpage().get_text_range()
        assert f"Trang {number}/{len(document)}" in words


def test_a_long_address_wraps_and_stays_on_the_paper() -> None:
    address = "Số 1234/56/78 hẻm nội bộ Khu dân cư Hòa Hiệp Nam mở rộng " * 4
    page = pypdfium2.PdfDocument(
        render_route_sheet(a_sheet(a_stop(1, a_visit(), address=address)))
    )[0]
    words = page.get_textpage()
    boxes = [words.get_charbox(n) for n in range(words.count_chars())]
    assert max(right for _, _, right, _ in boxes) <= page.get_width() - 12 * 72 / 25.4 + 1
    assert words.get_text_range().count("1234/56/78") == 4


def test_a_counter_with_more_dossiers_than_a_page_holds_repeats_its_place_on_the_next() -> None:
    visits = [a_visit(item_code=f"RN{n:09d}VN") for n in range(60)]
    pages = pypdf.PdfReader(io.BytesIO(render_route_sheet(a_sheet(a_stop(1, *visits))))).pages
    assert len(pages) > 1
    assert all("K12/1" in page.extract_text() for page in pages[:2])
    text = "".join(page.extract_text() for page in pages)
    assert all(text.count(visit.item_code) == 1 for visit in visits)


def test_the_drawn_squares_are_the_qr_code_of_the_item() -> None:
    page = pypdfium2.PdfDocument(render_route_sheet(a_sheet(a_stop(1, a_visit()))))[0]
    scale = 8
    image = page.render(scale=scale).to_pil().convert("L")
    edge, module = QR_SIDE * scale, QR_SIDE * scale / 25  # 21 modules and 2 on each side
    right = (A4[0] - MARGIN) * scale
    band = image.crop((int(right - edge), 0, int(right), image.height)).point(
        lambda shade: 255 * (shade < 80)
    )
    _, top, _, _ = band.crop((0, int(image.height * 0.14), int(edge), image.height)).getbbox()
    first = int(image.height * 0.14) + top
    drawn = [
        [
            band.getpixel((int((x + 2.5) * module), int(first + (y + 0.5) * module))) > 0
            for x in range(21)
        ]
        for y in range(21)
    ]
    expected = segno.make("RN473124829VN", error="m", micro=False).matrix
    assert drawn == [[bool(dark) for dark in row] for row in expected]


def test_numbers_are_grouped_the_vietnamese_way() -> None:
    assert vietnamese_number(1234567.5, 1) == "1.234.567,5"


def test_the_vendored_fonts_are_the_files_that_their_readme_lists() -> None:
    listed = dict(
        re.findall(r"\| (\S+\.ttf) \| `([0-9a-f]{64})` \|", (FONTS / "README.md").read_text())
    )
    present = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in FONTS.glob("*.ttf")}
    assert present == listed
