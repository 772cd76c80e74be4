"""Asks the web server of this container whether it lives; exit code 1 if not."""

import http.client
import socket
import sys

from backend.settings import Settings

TIMEOUT_S = 4


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the unix socket at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


def main() -> int:
    """0 if /healthz answers 200 at the address that the settings name."""
    settings = Settings.from_environment()
    if settings.bind.startswith("unix:"):
        connection: http.client.HTTPConnection = UnixConnection(settings.bind.removeprefix("unix:"))
    else:
        connection = http.client.HTTPConnection(settings.bind, settings.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
