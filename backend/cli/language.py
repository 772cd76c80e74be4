"""Which language the terminal's person reads: Vietnamese if the locale says so, else English."""

import os

from backend.errors import Language


def language() -> Language:
    """Looks at LC_ALL, LC_MESSAGES and LANG in the order of POSIX."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "vi" if value.startswith("vi") else "en"
    return "en"
