"""A sync's body is unpacked under its limits, however large it pretends to be."""

import gzip
import tracemalloc

import pytest

from mobile_api.courier.bodies import MAX_UNPACKED_BYTES, unpack
from mobile_api.http_errors import TooLarge, UnsupportedMedia


def test_a_packed_body_comes_out_whole() -> None:
    body = b'{"protocol": 1}' * 100
    assert unpack(gzip.compress(body)) == body
    assert unpack(gzip.compress(b" " * MAX_UNPACKED_BYTES)) == b" " * MAX_UNPACKED_BYTES


def test_a_bomb_is_refused_in_little_memory() -> None:
    bomb = gzip.compress(b"0" * 200_000_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        unpack(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * MAX_UNPACKED_BYTES


@pytest.mark.parametrize(
    "packed",
    [b"", b"plain", gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b"{}", mtime=0) + b"more"],
    ids=["empty", "plain", "cut", "trailing"],
)
def test_what_is_no_whole_gzip_is_a_bad_encoding(packed: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        unpack(packed)
