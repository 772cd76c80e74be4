"""Blobs (photos, signatures, printed forms) on disk under the SHA-256 of their content.

A file is complete or absent, a name never means two contents, and a damaged file is noticed
when it is read. The row in `blob` says that a file is ours; a file without one is litter.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Instant
from backend.errors import Invalid, NotFound, Text, Unavailable

SHA256_BYTES = 32


class BlobNotFound(NotFound):
    code = "blob_not_found"
    detail = Text(vi="Không có tệp {sha256}.", en="There is no blob {sha256}.")
    action = Text(vi="Gửi tệp lên trước.", en="Upload it first.")


class BlobHashMismatch(Invalid):
    code = "blob_hash_mismatch"
    detail = Text(
        vi="Nội dung tệp không khớp với mã SHA-256 đã nêu.",
        en="The content does not have the SHA-256 that was named.",
    )
    action = Text(vi="Gửi lại tệp đầy đủ.", en="Send the whole file again.")


class BlobDamaged(Unavailable):
    code = "blob_damaged"
    detail = Text(
        vi="Tệp {sha256} trên đĩa bị mất hoặc hỏng.",
        en="The stored file of blob {sha256} is missing or damaged.",
    )
    action = Text(
        vi="Khôi phục thư mục blobs từ bản sao lưu.", en="Restore the blob folder from a backup."
    )


class Blob(Base):
    """A content that this system keeps; the bytes lie in the blob folder."""

    __tablename__ = "blob"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        CheckConstraint("size_bytes >= 0", name="size_not_negative"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary(SHA256_BYTES), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[Instant]


class ContentFolder:
    """Files under the SHA-256 of their content, each whole or absent; rows are kept elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a content lies; two levels keep folders small."""
        name = sha256.lower()
        return self.folder / name[:2] / name[2:4] / name

    def write_file(self, content: bytes) -> str:
        """Puts the whole file there or nothing, even if the machine stops in between; returns
        the SHA-256 in hexadecimal."""
        name = hashlib.sha256(content).hexdigest()
        target = self.path(name)
        if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == name:
            return name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def read_file(self, sha256: str) -> bytes:
        """The content of a file that a row promises. Raises BlobDamaged if it is not there."""
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise BlobDamaged(sha256=sha256) from None
        if hashlib.sha256(content).hexdigest() != sha256.lower():
            raise BlobDamaged(sha256=sha256)
        return content

    def remove_file(self, sha256: str) -> None:
        """Deletes a content; one that is gone already is no error."""
        self.path(sha256).unlink(missing_ok=True)


class BlobStore(ContentFolder):
    """The blob folder together with its rows: `BlobStore(settings.blob_dir)`."""

    def store(
        self, session: Session, content: bytes, *, media_type: str, sha256: str | None = None
    ) -> str:
        """Keeps a content and returns its SHA-256 in hexadecimal; twice the same is once.

        The file is on disk before the row can be committed; after a rollback it is litter,
        never a row without a file. Raises BlobHashMismatch if `sha256` is given and differs.
        """
        digest = hashlib.sha256(content).digest()
        if sha256 is not None and sha256.lower() != digest.hex():
            raise BlobHashMismatch
        self.write_file(content)
        session.execute(
            insert(Blob)
            .values(
                sha256=digest,
                size_bytes=len(content),
                media_type=media_type,
                stored_at=clock.now(),
            )
            .on_conflict_do_nothing(index_elements=[Blob.sha256])
        )
        return digest.hex()

    def find(self, session: Session, sha256: str) -> Blob | None:
        """The row of a blob, or None."""
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            return None
        return session.get(Blob, digest)

    def read(self, session: Session, sha256: str) -> bytes:
        """The content; raises BlobNotFound without a row, BlobDamaged if the file is not it."""
        if self.find(session, sha256) is None:
            raise BlobNotFound(sha256=sha256)
        return self.read_file(sha256)
