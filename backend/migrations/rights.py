"""What the application's role may do: work with every row, but only add to custody log,
cash and the log of who looked at personal data.

Given anew after every migration, so that a new table can be neither forgotten nor too open.
"""

from sqlalchemy import Connection, text

APPEND_ONLY = frozenset({"custody_event", "cash_entry", "cash_settlement", "personal_data_view"})
READ_ONLY = frozenset({"alembic_version"})

_OUR_TABLES = text(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
)


def give_rights(connection: Connection, role: str) -> None:
    """Grants exactly the rights that `role` needs, and takes away any other."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    for table in connection.scalars(_OUR_TABLES).all():
        connection.execute(text(f'REVOKE ALL ON "{table}" FROM {quoted}, PUBLIC'))
        connection.execute(text(f'GRANT {_rights_on(table)} ON "{table}" TO {quoted}'))


def _rights_on(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"
