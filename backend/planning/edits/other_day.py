"""What an undone work would cost on another day, by the plan of that day; and its place in it."""

import uuid
from collections.abc import Collection
from datetime import date
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import effect_between
from backend.planning.edits.errors import LegCannotBeRidden, PlanCannotBeEdited
from backend.planning.edits.kept_room import find_places
from backend.planning.edits.rooms import SoldWindow, open_rooms
from backend.planning.edits.rooms_judged import Judged, judge, refuse_unread
from backend.planning.edits.saving import Saved, refuse_faulty
from backend.planning.edits.taking_up import digests_of_legs, take_up
from backend.planning.edits.version_rows import NewVersion, lock_day_plans, write_version
from backend.planning.edits.workbench import Workbench, open_workbench
from backend.planning.models import Plan, PlanOrigin
from backend.planning.slots.running_day import find_plan
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Offer


class OtherDay:
    """Some legs of a plan on a later day. Opened only when somebody asks what it costs."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        day: date,
        legs: Collection[uuid.UUID],
        *,
        travel: TravelTimes,
        folder: Path,
    ) -> None:
        self._session, self._travel, self._folder = session, travel, folder
        self._area_id = plan.planning_area_id
        self._legs = tuple(legs)
        self.day = day

    @cached_property
    def _plan(self) -> Plan | None:
        """The plan that runs, else the newest draft."""
        return find_plan(self._session, self._area_id, self.day)

    @cached_property
    def _bench(self) -> Workbench | None:
        """It open, with the legs as works that nobody does; None where they cannot be in it."""
        if self._plan is None:
            return None
        return self._opened(self._plan)

    @cached_property
    def offer(self) -> Offer | None:
        """The cheapest place; None where there is no plan, or no room in it."""
        return None if self._bench is None else self._place(self._bench)

    @property
    def courier_code(self) -> str:
        """Who would do it; empty where nobody is found."""
        if self._bench is None or self.offer is None:
            return ""
        return self._bench.shifts[self.offer.vehicle_id].courier_code

    @cached_property
    def rooms_lost(self) -> tuple[SoldWindow, ...]:
        """Windows sold on that day that would have no room then."""
        if self._plan is None or self._bench is None or self.offer is None:
            return ()
        first = Stage(self._bench, self._bench.orders)
        judged = self._judged(self._plan, first, self._with(self._bench, self.offer))
        return () if judged is None else judged.lost

    def written(self, key: str, blobs: BlobStore, confirmed: Collection[str]) -> Saved | None:
        """A new draft of that day with the legs in it, whose rows are of that day by now. Raises
        RoomSold with each window of that day that would lose its room, and is not `confirmed`."""
        plan = self._plan
        if plan is None or lock_day_plans(self._session, plan.id) is None:
            return None
        bench = self._opened(plan)
        offer = None if bench is None else self._place(bench)
        if bench is None or offer is None:
            return None
        first = Stage(bench, bench.orders)
        stage = self._with(bench, offer)
        refuse_faulty(first, stage)
        judged = self._judged(plan, first, stage)
        if judged is not None:
            refuse_unread(judged.lost, confirmed)
        rows = [bench.legs[leg] for leg in self._legs]
        told = {"repair": key, "leg_ids": [str(leg) for leg in self._legs]}
        new = NewVersion(
            origin=PlanOrigin.REPAIR,
            request=told | (judged.told if judged else {}),
            digests=digests_of_legs(self._session, plan, rows)[0],
            with_room=None if judged is None else judged.orders,
        )
        version = write_version(self._session, plan, stage, new, travel=self._travel, blobs=blobs)
        return Saved(plan=version, effect=effect_between(first, stage))

    def _opened(self, plan: Plan) -> Workbench | None:
        try:
            bench = open_workbench(self._session, plan, self._folder)
            return take_up(
                self._session, plan, bench, self._legs, self._travel, from_other_day=True
            )
        except (PlanCannotBeEdited, LegCannotBeRidden):
            return None

    def _with(self, bench: Workbench, offer: Offer) -> Stage:
        order = bench.open_plan.order_with(offer.vehicle_id, offer.task_ids)
        return Stage(bench, {**bench.orders, offer.vehicle_id: order})

    def _judged(self, plan: Plan, first: Stage, last: Stage) -> Judged | None:
        """What it does to the windows sold on that day; None where none is."""
        session, travel = self._session, self._travel
        places = find_places(session, plan, self._folder)
        rooms = open_rooms(session, plan, first.bench, travel, known=places, apart=self._legs)
        return None if rooms is None else judge(rooms, first, last)

    def _place(self, bench: Workbench) -> Offer | None:
        work_id = bench.legend.work_of.get(self._legs[0])
        work = None if work_id is None else bench.desk.lookup.works.get(work_id)
        return None if work is None else bench.open_plan.best(work)
