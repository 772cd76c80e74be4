"""The citizen's door: what somebody with a link may see, without an account."""

from mobile_api.citizen import chains
from mobile_api.citizen.door import blueprint

__all__ = ["blueprint", "chains"]
