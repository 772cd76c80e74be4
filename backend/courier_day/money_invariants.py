"""I7 before there is a ledger: entries, receipts and settlement lists say the same sums.

Asked of the plain rows; balances of purses come with the ledger.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from backend.courier_day.breaches import Breach, Check, rows


def cash_has_one_receipt(session: Session) -> Iterator[Breach]:
    """Every payment taken has its entry and its receipt, once, over what was reported."""
    yield from rows(
        session,
        "I7",
        "an entry has no receipt, or one over another amount",
        """
        SELECT e.id AS entry FROM cash_entry e
        LEFT JOIN form f ON f.id = e.receipt_id AND f.kind = 'RECEIPT'
            AND coalesce((f.content->>'amount_vnd')::bigint, e.amount_vnd) = e.amount_vnd
        WHERE f.id IS NULL ORDER BY 1
        """,
    )
    yield from rows(
        session,
        "I7",
        "a receipt has no entry",
        """
        SELECT f.id AS form FROM form f LEFT JOIN cash_entry e ON e.receipt_id = f.id
        WHERE f.kind = 'RECEIPT' AND e.id IS NULL ORDER BY 1
        """,
    )
    yield from rows(
        session,
        "I7",
        "a payment that was reported has no receipt",
        """
        SELECT c.id AS command FROM command c
        LEFT JOIN form f ON f.kind = 'RECEIPT' AND f.content->>'command_id' = c.id::text
        LEFT JOIN form r ON r.kind = 'RECEIPT' AND r.acted_at = c.at AND r.redacted_at IS NOT NULL
        WHERE c.type = 'cash.collected' AND c.status IN ('applied', 'flagged')
            AND f.id IS NULL AND r.id IS NULL ORDER BY 1
        """,
    )
    yield from rows(
        session,
        "I7",
        "an entry is not what the courier reported",
        """
        SELECT e.id AS entry, c.id AS command FROM cash_entry e
        JOIN form f ON f.id = e.receipt_id AND f.content ? 'command_id'
        JOIN command c ON c.id::text = f.content->>'command_id'
        CROSS JOIN LATERAL (
            SELECT CASE WHEN c.type = 'cash.collected' THEN c.raw::jsonb->'body' END AS said
        ) body
        WHERE c.type = 'cash.collected' AND (e.amount_vnd, e.purse, e.paid_by) IS DISTINCT FROM (
            (said->>'amount_vnd')::bigint, said->>'purse', coalesce(said->>'paid_by', 'CASH')
        ) ORDER BY 1
        """,
    )


def settlements_add_up(session: Session) -> Iterator[Breach]:
    """What was deposited is what was collected: each list is the sum of its taker's entries.

    An entry stands on one list or on none (its key), so that by this a taker's balance, collected
    less deposited, is the sum of the cash entries on no list.
    """
    yield from rows(
        session,
        "I7",
        "an entry stands on a settlement list that does not exist",
        """
        SELECT s.entry_id AS entry FROM cash_settlement s
        LEFT JOIN form f ON f.id = s.form_id AND f.kind = 'CASH_SETTLEMENT'
        WHERE f.id IS NULL ORDER BY 1
        """,
    )
    yield from rows(
        session,
        "I7",
        "a settlement list does not add up to its entries",
        """
        SELECT f.id AS form FROM form f
        LEFT JOIN (
            SELECT s.form_id, count(*) AS entries, sum(e.amount_vnd) AS taken,
                sum(e.amount_vnd) FILTER (WHERE e.paid_by = 'CASH') AS cash
            FROM cash_settlement s JOIN cash_entry e ON e.id = s.entry_id GROUP BY 1
        ) listed ON listed.form_id = f.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount::bigint), 0) AS purses
            FROM jsonb_each_text(f.content->'by_purse') AS purse(name, amount)
        ) told
        WHERE f.kind = 'CASH_SETTLEMENT' AND f.redacted_at IS NULL AND (
            (f.content->>'due_vnd')::bigint <> coalesce(listed.cash, 0)
            OR jsonb_array_length(f.content->'entries') <> coalesce(listed.entries, 0)
            OR told.purses <> coalesce(listed.taken, 0)
            OR (f.content->>'difference_vnd')::bigint
                <> (f.content->>'counted_vnd')::bigint - (f.content->>'due_vnd')::bigint
        ) ORDER BY 1
        """,
    )
    yield from rows(
        session,
        "I7",
        "a settlement list holds what another took",
        """
        SELECT f.id AS form, e.id AS entry FROM cash_settlement s
        JOIN cash_entry e ON e.id = s.entry_id JOIN form f ON f.id = s.form_id
        LEFT JOIN courier ON courier.id = e.courier_id LEFT JOIN clerk ON clerk.id = e.clerk_id
        WHERE f.redacted_at IS NULL
            AND f.content->'taker'->>'code' IS DISTINCT FROM coalesce(courier.code, clerk.code)
        ORDER BY 1, 2
        """,
    )


def doubles_are_listed(session: Session) -> Iterator[Breach]:
    """What was paid twice is kept, and a person was asked about it (SYNC §7): never in silence."""
    yield from rows(
        session,
        "I7",
        "a purse was paid twice and nobody was told",
        """
        SELECT e.dossier_id AS dossier, e.purse FROM cash_entry e
        WHERE NOT EXISTS (
            SELECT FROM work_item w WHERE w.kind = 'double_payment' AND w.dossier_id = e.dossier_id
        ) GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2
        """,
    )


MONEY_CHECKS: tuple[Check, ...] = (cash_has_one_receipt, settlements_add_up, doubles_are_listed)
