"""The reference phone: SYNC §5 over HTTP, with a durable outbox in SQLite.

It knows nothing of the server but its calls; docs/sync.md is all that another phone needs too.
"""

from backend.phone.clock import Clock, PhoneClock
from backend.phone.login import Login, NotLetIn, by_link, by_password
from backend.phone.phone import Phone
from backend.phone.store import Store
from backend.phone.transports import Answer, Cut, FaultyTransport, HttpTransport, Stuck, Transport
from backend.phone.view import View

__all__ = [
    "Answer",
    "Clock",
    "Cut",
    "FaultyTransport",
    "HttpTransport",
    "Login",
    "NotLetIn",
    "Phone",
    "PhoneClock",
    "Store",
    "Stuck",
    "Transport",
    "View",
    "by_link",
    "by_password",
]
