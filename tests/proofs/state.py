"""Everything that a sync changes, to compare what a crash left with what no crash left."""

from typing import Any

from sqlalchemy import select, text

from backend import database
from backend.courier_day.models import Command, DeviceSeq, QuarantinedCommand, WorkItem
from backend.dossiers.forms import Form
from backend.dossiers.models import CustodyEvent, Dossier, Leg
from backend.fleet.models import Courier
from backend.planning.models import Visit


def state() -> dict[str, Any]:
    """Everything that the batch changes, without ids that the server makes."""
    with database.unit_of_work() as session:
        return {
            "commands": sorted(
                (str(row.id), row.status.value, row.seq) for row in session.scalars(select(Command))
            ),
            "seqs": sorted(row.seq for row in session.scalars(select(DeviceSeq))),
            "events": sorted(
                (str(row.dossier_id), row.n, row.type.value, str(row.command_id))
                for row in session.scalars(select(CustodyEvent))
            ),
            "forms": sorted(
                (row.kind.value, row.number, str(row.content.get("command_id")))
                for row in session.scalars(select(Form))
            ),
            "dossiers": sorted(
                (str(row.id), row.state.value, row.version)
                for row in session.scalars(select(Dossier))
            ),
            "legs": sorted(
                (str(row.dossier_id), row.ordinal, row.status.value, row.version)
                for row in session.scalars(select(Leg))
            ),
            "visits": sorted(
                (str(row.id), row.status.value) for row in session.scalars(select(Visit))
            ),
            "work_items": sorted(row.kind for row in session.scalars(select(WorkItem))),
            "quarantined": sorted(
                row.reason for row in session.scalars(select(QuarantinedCommand))
            ),
            "revisions": sorted(row.revision for row in session.scalars(select(Courier))),
        }


def outline() -> tuple[int, ...]:
    """The same in one cheap query: any half of the batch would show in one of these numbers."""
    query = text(
        """
        SELECT (SELECT count(*) FROM command), (SELECT count(*) FROM device_seq),
            (SELECT count(*) FROM custody_event), (SELECT sum(version) FROM dossier),
            (SELECT sum(version) + count(*) FROM leg), (SELECT sum(version) FROM stop),
            (SELECT count(*) FROM visit WHERE status = 'OPEN'), (SELECT count(*) FROM work_item),
            (SELECT count(*) FROM quarantined_command), (SELECT sum(revision) FROM courier),
            (SELECT sum(last_seq) FROM device), (SELECT count(*) FROM form),
            (SELECT count(*) FROM cash_entry)
        """
    )
    with database.unit_of_work() as session:
        return tuple(session.execute(query).one())
