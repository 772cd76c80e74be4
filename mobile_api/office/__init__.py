"""The office's door: counters of post offices and desks of one-stop offices."""

from mobile_api.office import receipts, safes
from mobile_api.office.door import blueprint

__all__ = ["blueprint", "receipts", "safes"]
