"""Who comes to the counter in the owner's place is compared with whom the owner named."""

from datetime import timedelta

from backend import database
from backend.booking.of_dossiers import load_bookings
from backend.booking.receivers import IdentityPaper, ReceiverNamed, name_receiver
from backend.dossiers.forms import FormKind
from backend.dossiers.models import Dossier, DossierState
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import Morning
from tests.integration.courier_day.counters.conftest import Counters, outcomes
from tests.integration.courier_day.counters.test_results import PICK_UP, day, to_counter
from tests.integration.courier_day.edge_cases import forms_of, now_of
from tests.phone import Phone


def test_only_the_person_named_at_booking_takes_it_in_the_owners_place(
    filed: list[Dossier], morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = filed[0]
    to_counter(dossier, counters, same_house=True)
    counters.at_desk("results", {"item": dossier.item_code})
    over = {"office": counters.desk, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_counter("results-taken", over)) == ["DONE"]
    with database.unit_of_work() as session:
        booking = load_bookings(session, [dossier.id])[dossier.id]
        assert booking is not None
        named = ReceiverNamed(
            full_name="Trần Thị Mẫu",
            identity_paper=IdentityPaper.CITIZEN_CARD,
            last_digits="1234",
            letter_no="UQ-01",
            letter_valid_to=WORKING_DAY - timedelta(days=1),
        )
        name_receiver(session, booking, named)
    letter = {"number": "UQ-01", "valid_to": day(30)}
    body = PICK_UP | {"item": dossier.item_code, "receiver": "AUTHORISED"}
    stranger = body | {"identity": {"paper": "PASSPORT", "last_digits": "1234"}}
    refused = [
        counters.at_counter("pick-ups", stranger | {"authorisation": letter}),
        counters.at_counter("pick-ups", body | {"authorisation": letter}),
        counters.at_counter("pick-ups", body),
    ]
    assert [(each.status_code, each.get_json()["code"]) for each in refused] == [
        (409, "other_receiver"),
        (409, "authorisation_expired"),  # of the letter that was told at booking
        (422, "authorisation_missing"),
    ]
    assert "Trần Thị Mẫu" not in refused[0].get_data(as_text=True)
    assert now_of(dossier).state is DossierState.RESULT_AT_POST_OFFICE
    wanted = {"item": dossier.item_code, "agent_name": "Lê Văn Mẫu 8", "valid_to": day(9)}
    assert counters.at_counter("authorisations", wanted).status_code == 201
    (form,) = forms_of(FormKind.AUTHORISATION)
    newer = {"number": form.printed_number, "valid_to": day(9)}
    given = counters.at_counter("pick-ups", stranger | {"authorisation": newer})
    assert given.status_code == 201, "the owner has named somebody else since"
