"""A stored plan answers who can take one more visit, exactly as if it had just been made."""

import uuid

import numpy as np
import pytest
from sqlalchemy.orm import Session

from backend.places.models import PlaceKind
from backend.planning.errors import PlanHasNoRoutesYet, PlanNotFound
from backend.planning.prepared_plans import CollectionDraft, find_offers, open_plan
from backend.settings import Settings
from backend.storage import BlobStore
from routing import NewPlace, PlaceRides, check
from tests.builders.planning import a_day, ask_for_plan, make_plan


def _a_draft(plan, office_id: uuid.UUID) -> CollectionDraft:
    """A door five minutes from everywhere."""
    rides = {
        name: PlaceRides(
            to_s=np.full(matrix.size, 300),
            from_s=np.full(matrix.size, 300),
            to_m=np.full(matrix.size, 2000),
            from_m=np.full(matrix.size, 2000),
        )
        for name, matrix in plan.problem.matrices.items()
    }
    return CollectionDraft(
        office_id=office_id,
        slot=(8 * 3600, 11 * 3600),
        dossiers=2,
        zone_code="",
        home=NewPlace(rides=rides),
    )


def test_a_draft_is_offered_by_couriers_at_a_price_that_taking_it_confirms(
    session: Session, settings: Settings
) -> None:
    area = a_day(session, collections=4, returns=2)
    session.commit()
    plan_id = make_plan(area.id, settings)
    blobs = BlobStore(settings.blob_dir)
    plan = open_plan(session, blobs, plan_id).plan
    kind, place_id = next(
        shipment.deliveries[0].location.place.split(":")
        for shipment in plan.problem.shipments
        if shipment.deliveries[0].location.place.startswith(PlaceKind.OFFICE.value)
    )
    assert kind == PlaceKind.OFFICE.value
    draft = _a_draft(plan, uuid.UUID(place_id))
    offers = find_offers(session, blobs, plan_id, draft)
    assert offers is not None
    assert len(offers.offers) + len(offers.refusals) == 2
    assert offers.best is not None
    problem, solution = offers.best.apply()
    assert check(problem, solution) == []
    more = sum(r.cost for r in solution.routes) - sum(r.cost for r in plan.solution.routes)
    assert more == offers.best.price
    assert open_plan(session, blobs, plan_id).plan is plan, "made ready once"


def test_an_office_that_the_plan_never_visits_gets_no_offer_and_a_plan_without_routes_says_so(
    session: Session, settings: Settings
) -> None:
    area = a_day(session)
    session.commit()
    blobs = BlobStore(settings.blob_dir)
    with pytest.raises(PlanHasNoRoutesYet):
        open_plan(session, blobs, ask_for_plan(area.id))
    with pytest.raises(PlanNotFound):
        open_plan(session, blobs, uuid.uuid4())
    session.rollback()
