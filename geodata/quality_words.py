"""The words of a pack's check in Vietnamese; the check itself speaks English, as all code does."""

_FILES = {
    "units": "đơn vị hành chính",
    "calendar": "lịch làm việc",
    "offices": "bộ phận một cửa",
    "post-offices": "bưu cục",
    "procedures": "thủ tục hành chính",
    "tariff": "bảng cước",
    "couriers": "bưu tá",
    "vehicles": "phương tiện",
    "populated-points": "điểm dân cư",
    "roads": "đường",
}

_ODDITIES = {
    "duplicate codes": "trùng mã",
    "no position": "không có toạ độ",
    "no area": "không có diện tích",
    "no successor": "không có đơn vị kế thừa",
    "split": "bị chia tách: phải hỏi hoặc xét theo toạ độ",
    "no desk on 2025-01-01": "chưa có bộ phận một cửa vào 01/01/2025",
    "no desk on 2025-07-01": "chưa có bộ phận một cửa vào 01/07/2025",
    "outside their unit": "nằm ngoài đơn vị ghi trong tệp",
    "provisional code": "mã tạm (TAM-)",
    "no decision number": "chưa có số quyết định",
    "disconnected parts": "mạng đường bị rời",
    "doors far from roads": "cách đường quá xa, chặng đi là ước lượng",
}


def file_vi(kind: str) -> str:
    """A kind of file in Vietnamese; the kind itself where no word is known."""
    return _FILES.get(kind, kind)


def finding_vi(name: str) -> str:
    """The name of a finding (`kind: oddity`) in Vietnamese, empty where no word is known."""
    kind, _, oddity = name.partition(": ")
    said = _ODDITIES.get(oddity)
    return f"{file_vi(kind)}: {said}" if said else ""
