"""Forms with obviously invented content, one of each kind."""

from datetime import UTC, datetime
from typing import Any

from backend.database import new_id
from backend.dossiers.forms import Draft, Form, FormKind

ACTED_AT = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)
"""09:41 in Vietnam."""

SIGNATURE = "ab" * 32


def form_content(kind: FormKind, *, dossiers: int = 2, papers: int = 3) -> dict[str, Any]:
    """What a form of this kind says."""
    office = {
        "code": "MC-01",
        "name": "Trung tâm phục vụ hành chính công Mẫu",
        "address": "1 Đường Mẫu",
    }
    courier = {"code": "BT-07", "name": "Bưu tá Mẫu 7"}
    lines = [
        {
            "item_code": f"RH480000{n:02d}4VN",
            "portal_code": "H17.12-261122-0041" if n % 2 else None,
            "procedure": {"code": "1.004194", "name": "Cấp lại giấy phép lái xe (mẫu)"},
            "seal_no": f"NP-{n:04d}",
            "papers": papers,
            "condition": "INTACT",
            "slip_no": f"{n:05d}/2026/PG-BC-001",
            "complete": n != 3,
        }
        for n in range(1, dossiers + 1)
    ]
    listed = [
        {"name": "Đơn đề nghị cấp lại", "form": "ORIGINAL", "quantity": 1, "note": None},
        {"name": "Giấy khai sinh", "form": "PHOTOCOPY", "quantity": 2, "note": "chữ mờ"},
        {"name": "Ảnh chân dung 4x6", "form": None, "quantity": 4, "note": None},
    ]
    return {
        "acted_at": "2026-11-23T09:41+07:00",
        "courier": courier,
        "post_office": {
            "code": "BC-001",
            "name": "Bưu cục Mẫu 1",
            "address": "1 Phố Mẫu",
            "hours": {"mon": [["07:00", "18:30"]], "tue": [["07:00", "18:30"]]},
        },
        "dossier": lines[0],
        "dossiers": lines,
        "citizen": {
            "name": "Nguyễn Văn Mẫu 12",
            "phone": "0900 000 012",
            "address": "12 Đường Mẫu, Phường Mẫu, Đà Nẵng",
        },
        "office": office,
        "papers": (listed * papers)[:papers],
        "due_on": "2026-11-24",
        "originals": 1,
        "missing": ["Bản sao căn cước", "Ảnh 4x6"],
        "signature": "SIGNED",
        "invitation": 2 if kind is FormKind.INVITATION_2 else 1,
        "comes_again": kind is not FormKind.INVITATION_2,
        "working_days_to_next": 2,
        "working_days_held": 10,
        "irregularity": "WET",
        "old_seal": "NP-0001",
        "new_seal": "NP-0099",
        "inventory": listed,
        "circumstances": "Mưa lớn trên đường Mẫu.",
        "giver": courier,
        "receiver": {"code": "BT-08", "name": "Bưu tá Mẫu 8"},
        "purse": "CHARGE",
        "amount_vnd": 135_000,
        "paid_by": "CASH",
        "clerk": {"code": "GDV-01", "name": "Giao dịch viên Mẫu 1"},
        "procedure": lines[0]["procedure"],
        "booking": {
            "reference": "PYC-00012",
            "mode": "BOTH",
            "service_date": "2026-11-24",
            "slot_start": "08:00",
            "slot_end": "10:00",
            "dossiers": 2,
            "expected_fee_vnd": 135_000,
        },
        "checklist": [{"name": "Đơn đề nghị", "asked": "1 bản chính", "mandatory": True}],
        "item_codes": [line["item_code"] for line in lines],
        "agent": {"name": "Trần Thị Mẫu 3", "phone": None},
        "valid_to": "2026-12-31",
        "taker": courier,
        "entries": [
            {
                "taken_at": "2026-11-23T09:41+07:00",
                "item_code": lines[0]["item_code"],
                "purse": "CHARGE",
                "paid_by": "CASH",
                "amount_vnd": 135_000,
            }
        ],
        "by_purse": {"CHARGE": 135_000},
        "by_office": [{"office": office["name"], "amount_vnd": 135_000}],
        "due_vnd": 135_000,
        "counted_vnd": 130_000,
        "difference_vnd": -5_000,
    }


def a_form(kind: FormKind, **sizes: int) -> Form:
    """A form as it would come from the database."""
    return Form(
        id=new_id(),
        province_code="48",
        kind=kind,
        year=2026,
        unit_code="BC-001",
        number=41,
        dossier_ids=[new_id()],
        content=form_content(kind, **sizes),
        signatures={"signed": [{"role": "COURIER", "sha256": SIGNATURE}]},
        acted_at=ACTED_AT,
        issued_at=ACTED_AT,
    )


def a_draft(kind: FormKind, *, unit_code: str = "BC-001", **fields: Any) -> Draft:
    """A form that waits for its number."""
    values: dict[str, Any] = {
        "kind": kind,
        "province_code": "48",
        "unit_code": unit_code,
        "dossier_ids": (new_id(),),
        "content": form_content(kind),
        "acted_at": ACTED_AT,
    }
    return Draft(**values | fields)
