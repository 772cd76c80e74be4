"""The citizen's door: find a procedure, ask for a quote, look at what a link may show."""

from mobile_api.citizen import chains, procedures, quotes
from mobile_api.citizen.door import blueprint

__all__ = ["blueprint", "chains", "procedures", "quotes"]
