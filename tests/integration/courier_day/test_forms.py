"""Numbers of forms without gaps: one after the other, at once, after rollbacks, across years."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from backend import database
from backend.dossiers.forms import (
    Form,
    FormKind,
    FormNotFound,
    get_form,
    issue_forms,
    list_forms,
)
from backend.dossiers.models import CustodyEvent
from backend.settings import Settings
from mobile_api import create_app
from tests.builders.forms import ACTED_AT, a_draft
from tests.fixtures.signing import signing_client
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected
from tests.phone import Phone


def numbers(kind: FormKind, unit_code: str = "BC-001", year: int = 2026) -> list[int]:
    with database.snapshot() as session:
        rows = select(Form.number).where(
            Form.kind == kind, Form.unit_code == unit_code, Form.year == year
        )
        return sorted(session.scalars(rows))


def test_each_kind_year_and_unit_counts_for_itself(committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        issue_forms(
            session,
            [
                a_draft(FormKind.RECEIPT),
                a_draft(FormKind.DISPATCH_SLIP),
                a_draft(FormKind.RECEIPT),
                a_draft(FormKind.RECEIPT, unit_code="BC-002"),
                a_draft(FormKind.RECEIPT, acted_at=ACTED_AT + timedelta(days=60)),
            ],
        )
    assert numbers(FormKind.RECEIPT) == [1, 2]
    assert numbers(FormKind.DISPATCH_SLIP) == [1]
    assert numbers(FormKind.RECEIPT, "BC-002") == [1]
    assert numbers(FormKind.RECEIPT, year=2027) == [1]


def test_the_year_is_that_of_the_local_date(committed_database: Engine) -> None:
    late = ACTED_AT.replace(month=12, day=31, hour=18)  # 1 January, 01:00 in Vietnam
    with database.unit_of_work() as session:
        (form,) = issue_forms(session, [a_draft(FormKind.RECEIPT, acted_at=late)])
        assert form.printed_number == "00001/2027/BL-BC-001"


def test_a_rolled_back_transaction_gives_its_numbers_back(committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        issue_forms(session, [a_draft(FormKind.RECEIPT)])
    with pytest.raises(RuntimeError), database.unit_of_work() as session:
        issue_forms(session, [a_draft(FormKind.RECEIPT) for _ in range(5)])
        raise RuntimeError("the server stops here")
    with database.unit_of_work() as session:
        issue_forms(session, [a_draft(FormKind.RECEIPT)])
    assert numbers(FormKind.RECEIPT) == [1, 2]


def test_many_at_once_leave_no_gap_and_no_double(committed_database: Engine) -> None:
    """Four threads, half of their transactions fail, kinds in opposite orders."""
    failures: list[Exception] = []

    def work(thread: int) -> None:
        kinds = [FormKind.RECEIPT, FormKind.DISPATCH_SLIP]
        for turn in range(10):
            drafts = [a_draft(kind) for kind in (kinds if thread % 2 else reversed(kinds))]
            try:
                with database.unit_of_work() as session:
                    issue_forms(session, drafts)
                    if turn % 2:
                        raise RuntimeError("rolled back")
            except RuntimeError:
                pass
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for kind in (FormKind.RECEIPT, FormKind.DISPATCH_SLIP):
        assert numbers(kind) == list(range(1, 21))


def test_a_form_that_does_not_exist_is_said_so(committed_database: Engine) -> None:
    draft = a_draft(FormKind.RECEIPT)
    with database.unit_of_work() as session:
        with pytest.raises(FormNotFound):
            get_form(session, draft.id)
        issue_forms(session, [draft])
        assert get_form(session, draft.id).number == 1
        assert [form.id for form in list_forms(session, draft.dossier_ids[0])] == [draft.id]


def act(phone: Phone, kind: str, body: dict[str, Any], **more: Any) -> None:
    command = phone.act(kind, body, **more)
    phone.drain()
    assert phone.store.results()[command]["status"] == "applied"


def test_a_dossiers_forms_are_read_as_json_and_pdf(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient
) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    act(phone, *collected(dossier))
    for number in range(2):
        body = {"purse": "CHARGE" if number else "FEE", "amount_vnd": 50_000}
        act(phone, "cash.collected", {"dossier": str(dossier.id)} | body)
    told = door.get(f"/v1/dispatcher/dossiers/{dossier.id}/forms").get_json()["forms"]
    assert [form["kind"] for form in told] == ["DISPATCH_SLIP", "RECEIPT", "RECEIPT"]
    assert [form["number"][:5] for form in told] == ["00001", "00001", "00002"]
    one = door.get(f"/v1/dispatcher/forms/{told[0]['id']}").get_json()
    assert one == told[0]
    assert one["content"]["citizen"]["name"].startswith("Nguyễn Văn Mẫu")
    pdf = door.get(f"/v1/dispatcher/forms/{told[0]['id']}/pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    for path in (f"forms/{dossier.id}", f"forms/{dossier.id}/pdf"):
        answer = door.get(f"/v1/dispatcher/{path}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "form_not_found")


def test_the_receipt_leads_to_the_chain_of_its_dossier(
    morning: Morning, phone_of: PhoneOf, settings: Settings
) -> None:
    """What a phone's camera reads from the PDF opens the page, and its code the chain."""
    client = signing_client(create_app(replace(settings, public_url="https://tannoi.example.vn/")))
    phone, dossier = phone_of(morning.a), morning.sends[0]
    act(phone, "cash.collected", {"dossier": str(dossier.id), "purse": "FEE", "amount_vnd": 1})
    (form,) = client.get(f"/v1/dispatcher/dossiers/{dossier.id}/forms").get_json()["forms"]
    prints = [client.get(f"/v1/dispatcher/forms/{form['id']}/pdf").data for _ in range(2)]
    links = [
        found.text
        for pdf in prints
        for found in zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil())
        if found.text.startswith("https://tannoi.example.vn/kiem-chung/")
    ]
    assert len(links) == 2
    assert links[0] == links[1]
    path = urlsplit(links[0]).path
    assert client.get(path).status_code == 200
    chain = client.get(f"/v1/citizen/chains/{path.rpartition('/')[2]}").get_json()
    assert (chain["item_code"], chain["whole"]) == (dossier.item_code, True)


def test_the_second_payment_of_one_fee_is_kept_and_flagged(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    body = {"dossier": str(dossier.id), "purse": "FEE", "amount_vnd": 50_000}
    act(phone, "cash.collected", body)
    again = phone.act("cash.collected", body)
    phone.drain()
    entry = phone.store.results()[again]
    assert (entry["status"], entry["code"]) == ("flagged", "double_payment")
    with database.snapshot() as session:
        assert len(list_forms(session, dossier.id)) == 2


def test_signatures_on_one_screen_are_blobs_named_in_form_and_event(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    hashes = {role: f"{number:064x}" for number, role in enumerate(("courier", "citizen"), 1)}
    blobs = [
        {"sha256": sha256, "bytes": 900, "mime": "image/png", "slot": f"signature_{role}"}
        for role, sha256 in hashes.items()
    ]
    act(phone, *collected(dossier), blobs=blobs)
    with database.snapshot() as session:
        (form,) = list_forms(session, dossier.id)
        assert {each["role"]: each["sha256"] for each in form.signatures["signed"]} == {
            role.upper(): sha256 for role, sha256 in hashes.items()
        }
        event = session.get_one(CustodyEvent, (dossier.id, 2))
        assert event.blob_hashes == list(hashes.values())


def test_the_slip_shows_who_signed_the_list(morning: Morning, phone_of: PhoneOf) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    hashes = {role: f"{number:064x}" for number, role in enumerate(("citizen", "courier"), 1)}

    def signed(**by: str) -> list[dict[str, Any]]:
        picture = {"bytes": 900, "mime": "image/png"}
        return [
            picture | {"sha256": each, "slot": f"signature_{role}"} for role, each in by.items()
        ]

    about = {"dossier": str(dossier.id)}
    act(phone, "dossier.checked", about)
    act(
        phone,
        "dossier.listed",
        about | {"items": [{"kind": "Đơn đề nghị", "n": 1}]},
        blobs=signed(**hashes),
    )
    act(phone, "dossier.sealed", about | {"seal": "NP-1"})
    late = phone_of(morning.b)
    items = {"items": [{"kind": "Đơn đề nghị", "n": 1}]}
    late.act("dossier.listed", about | items, blobs=signed(courier=f"{8:064x}"))
    late.drain()
    again = f"{9:064x}"
    act(phone, *collected(dossier), blobs=signed(courier=again))
    with database.snapshot() as session:
        (form,) = list_forms(session, dossier.id)
        assert [(each["role"], each["sha256"]) for each in form.signatures["signed"]] == [
            ("CITIZEN", hashes["citizen"]),
            ("COURIER", again),
        ]


def test_a_quarantined_command_takes_no_number(morning: Morning, phone_of: PhoneOf) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    phone.act("cash.collected", {"dossier": str(dossier.id), "purse": "FEE", "amount_vnd": 0})
    phone.drain()
    act(phone, "cash.collected", {"dossier": str(dossier.id), "purse": "FEE", "amount_vnd": 1})
    with database.snapshot() as session:
        assert [form.number for form in list_forms(session, dossier.id)] == [1]
