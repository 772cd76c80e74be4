"""What Alembic runs: all revisions in one transaction, then the rights of the application.

`backend.cli.migrate` hands over the open connection and the name of the application's role.
"""

from collections.abc import Callable
from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text

from backend.migrations.models import MODELS
from backend.migrations.rights import give_rights

ONE_AT_A_TIME = 7_218_450_017
"""Number of the advisory lock under which a database is migrated; ours alone."""


def run() -> None:
    """Migrates over the connection of the caller, who commits."""
    connection: Connection = context.config.attributes["connection"]
    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ONE_AT_A_TIME})
    context.configure(
        connection=connection,
        target_metadata=MODELS,
        include_object=_is_ours_to_compare,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        role = context.config.attributes.get("application_role")
        if role:
            give_rights(connection, role)


def _is_ours_to_compare(
    item: Any, name: str | None, kind: str, reflected: bool, counterpart: Any
) -> bool:
    """Partitions come and go with the days; only their parent is a model."""
    if kind == "table" and reflected and (name or "").startswith("position_"):
        return False
    include: Callable[..., bool] = alembic_helpers.include_object
    return include(item, name, kind, reflected, counterpart)


run()
