"""Failures of the courier's door that exist only because the phone speaks HTTP (SYNC §6)."""

from backend.errors import Text
from mobile_api.http_errors import HttpError


class MalformedEnvelope(HttpError):
    status = 400
    code = "malformed_envelope"
    detail = Text(
        vi="Không đọc được gói đồng bộ: {reason}.", en="The sync could not be read: {reason}."
    )
    action = Text(
        vi="Giữ nguyên hàng chờ và liên hệ hỗ trợ; gửi lại sau khi cập nhật ứng dụng.",
        en="Keep the outbox and contact support; retry after an app update.",
    )
