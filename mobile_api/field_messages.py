"""What a schema found wrong with the input, as one message per dotted path, in both languages."""

import re
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


# The sentences of marshmallow's own checks; a test walks every check of the library.
_VIETNAMESE = {
    "Missing data for required field.": "Thiếu trường bắt buộc.",
    "Field may not be null.": "Không được để trống.",
    "Unknown field.": "Không có trường này.",
    "Invalid value.": "Giá trị không đúng.",
    "Invalid input.": "Giá trị không đúng.",
    "Invalid input type.": "Sai kiểu dữ liệu.",
    "Invalid type.": "Sai kiểu dữ liệu.",
    "Invalid JSON body.": "Nội dung không phải JSON.",
    "Not a valid string.": "Phải là chuỗi ký tự.",
    "Not a valid utf-8 string.": "Phải là chuỗi ký tự mã hóa UTF-8.",
    "Not a valid integer.": "Phải là số nguyên.",
    "Not a valid number.": "Phải là số.",
    "Number too large.": "Số quá lớn.",
    "Special numeric values (nan or infinity) are not permitted.": "Phải là một số hữu hạn.",
    "Not a valid boolean.": "Phải là true hoặc false.",
    "Not a valid date.": "Phải là ngày, dạng 2026-11-30.",
    "Not a day from 2000 to 2099.": "Phải là ngày từ năm 2000 đến năm 2099.",
    "Not a valid time.": "Phải là giờ, dạng 08:30.",
    "Not a valid aware time.": "Phải là giờ có múi giờ.",
    "Not a valid datetime.": "Phải là thời điểm, dạng 2026-11-30T08:30:00+07:00.",
    "Not a valid aware datetime.": "Phải là thời điểm có múi giờ, dạng 2026-11-30T08:30:00+07:00.",
    "Not a valid naive datetime.": "Phải là thời điểm không kèm múi giờ.",
    "Not a valid period of time.": "Phải là một khoảng thời gian.",
    "Not a valid UUID.": "Phải là mã UUID.",
    "Not a valid URL.": "Phải là một địa chỉ web.",
    "Not a valid email address.": "Phải là một địa chỉ thư điện tử.",
    "Not a valid IP address.": "Phải là một địa chỉ IP.",
    "Not a valid list.": "Phải là danh sách.",
    "Not a valid tuple.": "Phải là danh sách có số phần tử cố định.",
    "Not a valid mapping type.": "Phải là một đối tượng JSON.",
    "String does not match expected pattern.": "Sai dạng quy định.",
    "This character is not allowed here.": "Có ký tự không được phép.",
    "lat and lon belong together": "lat và lon phải đi cùng nhau.",
    "exactly one of leg, visit, booking": "Ghi đúng một trong ba: leg, visit hoặc booking.",
    "Must be RETURN at a desk.": "Tại quầy một cửa chỉ đặt được lượt trả kết quả (RETURN).",
    "Name an office or a zone.": "Ghi ít nhất một bộ phận một cửa hoặc một khu vực.",
    "At most 100 visits in all changes; save them in parts.": (
        "Các thay đổi gộp lại nêu nhiều nhất 100 lượt ghé; hãy lưu làm nhiều lần."
    ),
    "name either booking or walk_in": "Ghi một trong hai: booking hoặc walk_in.",
}

# The same with values of the check inside.
_PATTERNS = tuple(
    (re.compile(english), vietnamese)
    for english, vietnamese in (
        (r"Not a valid IP(v[46])? ?(?:address|interface)?\.", "Phải là một địa chỉ IP{0}."),
        (r"Shorter than minimum length (\d+)\.", "Phải có ít nhất {0} ký tự hoặc phần tử."),
        (r"Longer than maximum length (\d+)\.", "Nhiều nhất {0} ký tự hoặc phần tử."),
        (
            r"Length must be between (\d+) and (\d+)\.",
            "Phải có từ {0} đến {1} ký tự hoặc phần tử.",
        ),
        (r"Length must be (\d+)\.", "Phải có đúng {0} ký tự hoặc phần tử."),
        (
            r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
            "Phải từ {0} đến {1}.",
        ),
        (r"Must be greater than or equal to (\S+)\.", "Phải từ {0} trở lên."),
        (r"Must be less than or equal to (\S+)\.", "Nhiều nhất là {0}."),
        (r"Must be greater than (\S+) and less than (\S+)\.", "Phải ở giữa {0} và {1}."),
        (r"Must be greater than (\S+)\.", "Phải lớn hơn {0}."),
        (r"Must be less than (\S+)\.", "Phải nhỏ hơn {0}."),
        (r"Must be one of: (.*)\.", "Phải là một trong: {0}."),
        (r"Must be equal to (.*)\.", "Phải bằng {0}."),
        (
            r"One or more of the choices you made was not in: (.*)\.",
            "Chỉ được chọn trong: {0}.",
        ),
        (r"One or more of the choices you made was in: (.*)\.", "Không được chọn: {0}."),
    )
)


def _in_both_languages(message: str) -> Text:
    return Text(vi=in_vietnamese(message) or message, en=message)


def in_vietnamese(message: str) -> str | None:
    """What a check says, in Vietnamese; None for a sentence that nobody has put down here."""
    if known := _VIETNAMESE.get(message):
        return known
    for pattern, vietnamese in _PATTERNS:
        if found := pattern.fullmatch(message):
            return vietnamese.format(*(value or "" for value in found.groups()))
    return None
