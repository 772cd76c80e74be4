"""A phone whose process can end between any two writes to its disk."""

from pathlib import Path
from typing import Any

from tests.phone import Store


class PhoneDied(BaseException):
    """Nothing in the app catches it, as nothing survives the end of a process."""


class MortalStore(Store):
    """The phone's store; its process ends before the `dies_at`-th write from then on."""

    def __init__(self, path: Path) -> None:
        self.dies_at = 0
        super().__init__(path)

    def _write(self) -> None:
        if self.dies_at:
            self.dies_at -= 1
            if not self.dies_at:
                raise PhoneDied

    def keep_result(self, entry: dict[str, Any]) -> None:
        self._write()
        super().keep_result(entry)

    def delete_acknowledged(self, ack_seq: int) -> None:
        self._write()
        super().delete_acknowledged(ack_seq)

    def set_checkpoints(self, checkpoint: int) -> None:
        self._write()
        super().set_checkpoints(checkpoint)

    def keep_day(self, epoch: str, revision: int, day: dict[str, Any]) -> None:
        self._write()
        super().keep_day(epoch, revision, day)

    def drop_overlays(self, revision: int) -> None:
        self._write()
        super().drop_overlays(revision)
