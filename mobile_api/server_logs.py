"""gunicorn's own lines in the same form as ours, without addresses of callers."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it ships no type hints

from backend.logs import configure_logs
from backend.settings import Settings


class ServerLogger(Logger):  # type: ignore[misc]  # untyped base
    """Hands everything to the root logger; requests are logged by the app, not here."""

    def setup(self, cfg: Any) -> None:
        settings = Settings.from_environment()
        configure_logs(level=settings.log_level, as_json=settings.logs_as_json)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: the app writes one line a request, with its id and without personal data."""
