"""Photos and signatures from phones: judged before they are unfolded, and written anew.

What is kept holds the picture and nothing else: no place, no camera, nothing hidden behind it.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from backend.errors import Invalid, Text

MOST_PIXELS = 25_000_000
"""SYNC §11: asked of the header, before memory is spent on the picture."""

JPEG_QUALITY = 82
"""A second time through the encoder at this quality shows no difference on a label or a seal."""

_MAGIC = (
    ("image/jpeg", "JPEG", b"\xff\xd8\xff", 0),
    ("image/png", "PNG", b"\x89PNG\r\n\x1a\n", 0),
    ("image/webp", "WEBP", b"WEBP", 8),
)


class PictureNotReadable(Invalid):
    code = "picture_not_readable"
    detail = Text(
        vi="Tệp này không phải là ảnh JPEG, PNG hoặc WebP đọc được.",
        en="This is no readable JPEG, PNG or WebP picture.",
    )
    action = Text(
        vi="Chụp lại ảnh, hoặc gửi ảnh ở một trong các dạng đó.",
        en="Take the photo again, or send it in one of these formats.",
    )


class PictureTooLarge(Invalid):
    code = "picture_too_large"
    detail = Text(
        vi="Ảnh có hơn {most} triệu điểm ảnh.",
        en="The picture has more than {most} million pixels.",
    )
    action = Text(
        vi="Thu nhỏ ảnh trên máy rồi gửi lại.", en="Shrink it on the phone and send it again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept; sizes in pixels, None for what is no picture."""

    content: bytes
    media_type: str
    width: int | None
    height: int | None


def write_anew(sent: bytes) -> Picture:
    """The picture in `sent`, upright, encoded again in its own format without metadata.

    Raises PictureNotReadable (also for what only begins like a picture), PictureTooLarge.
    """
    media_type, form = _kind(sent)
    try:
        with Image.open(io.BytesIO(sent), formats=[form]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureTooLarge(most=MOST_PIXELS // 1_000_000)
            upright = ImageOps.exif_transpose(opened)
            upright.load()
            plain = upright.convert("RGB" if form == "JPEG" or not _is_clear(upright) else "RGBA")
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as error:  # the library's own limit, far above ours
        raise PictureTooLarge(most=MOST_PIXELS // 1_000_000) from error
    except Exception as error:  # the decoders raise whatever a broken file makes them raise
        raise PictureNotReadable from error
    out = io.BytesIO()
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    if form == "PNG":
        clean.save(out, form, optimize=True)
    else:
        clean.save(out, form, quality=JPEG_QUALITY)
    return Picture(
        content=out.getvalue(), media_type=media_type, width=clean.width, height=clean.height
    )


def _kind(sent: bytes) -> tuple[str, str]:
    for media_type, form, magic, at in _MAGIC:
        if sent[at : at + len(magic)] == magic:
            return media_type, form
    raise PictureNotReadable


def _is_clear(picture: Image.Image) -> bool:
    """Whether something of the picture is transparent, as signatures are."""
    return "A" in picture.getbands() or "transparency" in picture.info
