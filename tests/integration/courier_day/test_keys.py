"""What SYNC §4.6 wants unique is so in the schema, whatever the code does."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

UNIQUE = {
    "command": {"id"},
    "device_seq": {"device_id", "seq"},
    "custody_event": {"command_id", "ordinal"},
    "cash_entry": {"receipt_id"},
    "cash_settlement": {"entry_id"},
    "form": {"province_code", "kind", "year", "unit_code", "number"},
    "position": {"day", "device_id", "wall_ms"},
}
"""The day of a position follows from its clock; partitions need it in the key."""


@pytest.mark.parametrize("table", UNIQUE)
def test_a_second_row_of_the_same_thing_is_refused_by_the_database(
    session: Session, table: str
) -> None:
    tables = inspect(session.connection())
    keys = [set(each["column_names"]) for each in tables.get_unique_constraints(table)]
    keys += [
        set(each["column_names"])
        for each in tables.get_indexes(table)
        if each["unique"] and not each.get("dialect_options", {}).get("postgresql_where")
    ]
    keys.append(set(tables.get_pk_constraint(table)["constrained_columns"]))
    assert UNIQUE[table] in keys


def test_an_event_has_one_place_in_its_log(session: Session) -> None:
    key = inspect(session.connection()).get_pk_constraint("custody_event")
    assert key["constrained_columns"] == ["dossier_id", "n"]
