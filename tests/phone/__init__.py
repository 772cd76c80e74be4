"""The reference phone as tests hold it: without a socket, on a day, beside a dying server."""

from backend.phone import Answer, Clock, Cut, FaultyTransport, HttpTransport, Phone, Store
from tests.phone.in_process import ClientTransport
from tests.phone.login import courier_login

__all__ = [
    "Answer",
    "ClientTransport",
    "Clock",
    "Cut",
    "FaultyTransport",
    "HttpTransport",
    "Phone",
    "Store",
    "courier_login",
]
