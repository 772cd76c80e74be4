"""What a schema found wrong with the input, as one message per dotted path, in both languages."""

from collections.abc import Iterator, Mapping

from backend.errors import Text

_BODY_LOCATIONS = frozenset({"json", "form", "files", "json_or_form"})


def field_messages(by_location: Mapping[str, object]) -> dict[str, Text]:
    """Flattens marshmallow's nested messages: {"json": {"home": {"lat": [..]}}} → "home.lat".

    A field outside the body keeps its place in front: "query.limit".
    """
    fields: dict[str, Text] = {}
    for location, messages in by_location.items():
        prefix = () if location in _BODY_LOCATIONS else (location,)
        for path, message in _flattened(messages, prefix):
            fields[path] = _in_both_languages(message)
    return fields


def _flattened(messages: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            below = path if key == "_schema" else (*path, str(key))
            yield from _flattened(inner, below)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _flattened(inner, path)
    else:
        yield ".".join(path) or "body", str(messages)


# The sentences of marshmallow's own checks that a citizen or courier may meet.
_VIETNAMESE = {
    "Missing data for required field.": "Thiếu trường bắt buộc.",
    "Field may not be null.": "Không được để trống.",
    "Unknown field.": "Không có trường này.",
    "Invalid value.": "Giá trị không đúng.",
    "Invalid input type.": "Sai kiểu dữ liệu.",
    "Invalid type.": "Sai kiểu dữ liệu.",
    "Not a valid string.": "Phải là chuỗi ký tự.",
    "Not a valid integer.": "Phải là số nguyên.",
    "Not a valid number.": "Phải là số.",
    "Not a valid boolean.": "Phải là true hoặc false.",
    "Not a valid date.": "Phải là ngày, dạng 2026-11-30.",
    "Not a valid time.": "Phải là giờ, dạng 08:30.",
    "Not a valid datetime.": "Phải là thời điểm, dạng 2026-11-30T08:30:00+07:00.",
    "Not a valid UUID.": "Phải là mã UUID.",
    "Not a valid list.": "Phải là danh sách.",
    "Not a valid mapping type.": "Phải là một đối tượng JSON.",
    "lat and lon belong together": "lat và lon phải đi cùng nhau.",
    "name either booking or walk_in": "Ghi một trong hai: booking hoặc walk_in.",
}


def _in_both_languages(message: str) -> Text:
    return Text(vi=_VIETNAMESE.get(message, message), en=message)
