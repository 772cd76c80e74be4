"""Errors of a sync as the phone knows them by code (SYNC §6)."""

from backend.errors import Conflict, NotAllowed, NotFound, Text, Unavailable


class DeviceForked(Conflict):
    code = "device_forked"
    detail = Text(
        vi="Máy này đã gửi lệnh khác với số thứ tự đó.",
        en="This device has already used a number for another command.",
    )
    action = Text(
        vi="Đăng ký lại máy, đánh số lại các lệnh chưa được nhận, giữ nguyên mã lệnh.",
        en="Register a new device, renumber what is not acknowledged, keep the command ids.",
    )


class NotYourDevice(NotAllowed):
    code = "not_your_device"
    detail = Text(
        vi="Phiên này không thuộc máy đã gửi.", en="The token does not belong to this device."
    )
    action = Text(
        vi="Dừng gửi và đăng nhập lại; dữ liệu chờ gửi vẫn được giữ.",
        en="Stop, log in again; keep the outbox.",
    )


class SyncBusy(Unavailable):
    code = "retry_later"
    detail = Text(vi="Máy chủ đang bận.", en="The server is busy.")
    action = Text(
        vi="Gửi lại y nguyên sau thời gian nêu ở Retry-After.",
        en="Send the same batch again after Retry-After.",
    )


class CommandNotFound(NotFound):
    code = "command_not_found"
    detail = Text(vi="Không có lệnh {command}.", en="There is no command {command}.")
    action = Text(
        vi="Kiểm tra mã lệnh; chỉ xem được lệnh của chính mình.",
        en="Check the id; only your own commands can be seen.",
    )


class CourierNotFound(NotFound):
    code = "courier_not_found"
    detail = Text(vi="Không có bưu tá {courier}.", en="There is no courier {courier}.")
    action = Text(
        vi="Kiểm tra mã bưu tá, hoặc nhập danh sách bằng `tannoi import couriers`.",
        en="Check the code, or load the list with `tannoi import couriers`.",
    )


class DeviceNotFound(NotFound):
    code = "device_not_found"
    detail = Text(
        vi="Không có máy {device} của bưu tá này.", en="This courier has no device {device}."
    )
    action = Text(
        vi="Bỏ trống claims_previous nếu không còn máy cũ.",
        en="Leave claims_previous empty if there is no old device.",
    )


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    detail = Text(
        vi="Ngày làm việc của bưu tá này không có tệp {sha256}.",
        en="The day of this courier names no attachment {sha256}.",
    )
    action = Text(
        vi="Đồng bộ lại rồi tải tệp mà ngày làm việc mới nêu tên.",
        en="Sync, and ask for what the new day names.",
    )
