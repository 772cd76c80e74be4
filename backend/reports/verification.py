"""How a citizen's paper leads to its dossier's custody chain: a link, as QR code and as words."""

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle
from sqlalchemy.orm import Session

from backend.dossiers.forms import Form, FormKind
from backend.dossiers.public_chain import get_token
from backend.reports.sheet_marks import QrCode
from backend.reports.sheet_type import MUTED, text

VERIFIABLE = frozenset({FormKind.DISPATCH_SLIP, FormKind.RESULT_SLIP, FormKind.RECEIPT})
"""What stays in a citizen's hands and is about one dossier."""

PAGE = "/kiem-chung/"
"""Path of the page that recomputes a chain."""

QR_SIDE = 26 * mm
"""A link has some 37 modules a side: 0.6 mm each, which a cheap phone reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The secret code of a dossier's chain, and its whole address if the public has one."""

    token: str
    url: str | None


def verification_of(session: Session, form: Form, public_url: str) -> Verification | None:
    """What a form prints; None for forms that no citizen keeps. Makes the code when first asked.

    public_url: the setting of that name, empty where the public reaches no page.
    """
    if form.kind not in VERIFIABLE or len(form.dossier_ids) != 1:
        return None
    token = get_token(session, form.dossier_ids[0])
    url = public_url.rstrip("/") + PAGE + token if public_url else None
    return Verification(token=token, url=url)


def verification_block(found: Verification, width: float) -> Flowable:
    """QR code and words side by side, `width` in points; without an address the code and where to
    ask."""
    title = text("Kiểm chứng đường đi của hồ sơ", 9.4, bold=True)
    rule = text(
        "Trang kiểm chứng tính lại toàn bộ nhật ký giữ hồ sơ, không cần đăng nhập và không hiện "
        "thông tin cá nhân. Ai có mã này xem được nhật ký; hãy giữ như giữ biên nhận.",
        7.6,
        colour=MUTED,
    )
    if found.url is None:
        how = text(
            "Bưu cục chưa mở trang kiểm chứng cho công chúng. Đưa mã dưới đây cho giao dịch viên "
            "tại bưu cục để xem nhật ký.",
            8.6,
        )
        words = [title, how, text(f"Mã kiểm chứng: {found.token}", 9.4, bold=True), rule]
        return KeepTogether([Spacer(1, 4 * mm), *words])
    words = [title, text("Quét mã QR, hoặc mở địa chỉ:", 8.6), text(found.url, 9.0), rule]
    table = Table([[QrCode(found.url, QR_SIDE), words]], colWidths=[30 * mm, width - 30 * mm])
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )
    return KeepTogether([Spacer(1, 4 * mm), table])
