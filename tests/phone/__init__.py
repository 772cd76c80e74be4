"""The reference phone: SYNC §5 in plain Python, with a durable outbox in SQLite."""

from tests.phone.clock import Clock
from tests.phone.phone import Phone, View
from tests.phone.store import Store
from tests.phone.transports import Answer, ClientTransport, Cut, FaultyTransport, HttpTransport

__all__ = [
    "Answer",
    "ClientTransport",
    "Clock",
    "Cut",
    "FaultyTransport",
    "HttpTransport",
    "Phone",
    "Store",
    "View",
]
