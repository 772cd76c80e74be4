"""Failures that exist only because the caller speaks HTTP; the domain never raises them."""

from typing import ClassVar

from backend.errors import TanNoiError, Text


class HttpError(TanNoiError):
    """Failures that exist only because the caller speaks HTTP."""

    status: ClassVar[int] = 400
    code = "malformed_request"
    detail = Text(vi="Yêu cầu không đúng định dạng.", en="The request could not be read.")
    action = Text(
        vi="Gửi JSON hợp lệ, mã hoá UTF-8, theo /openapi.json.",
        en="Send valid JSON in UTF-8 as /openapi.json describes.",
    )


class Unauthenticated(HttpError):
    status = 401
    code = "unauthenticated"
    detail = Text(vi="Chưa đăng nhập, hoặc phiên đã hết hạn.", en="No valid login was sent.")
    action = Text(vi="Đăng nhập lại.", en="Log in again.")


class MethodNotAllowed(HttpError):
    status = 405
    code = "method_not_allowed"
    detail = Text(
        vi="Địa chỉ này không nhận phương thức đó.", en="This address has no such method."
    )
    action = Text(vi="Dùng phương thức nêu ở tiêu đề Allow.", en="Use one that Allow names.")


class PreconditionFailed(HttpError):
    status = 412
    code = "precondition_failed"
    detail = Text(
        vi="Dữ liệu đã được người khác thay đổi.", en="Somebody changed this in the meantime."
    )
    action = Text(
        vi="Tải lại để xem thay đổi, rồi gửi lại với ETag mới.",
        en="Load it again, look at the change, and send with the new ETag.",
    )


class TooLarge(HttpError):
    status = 413
    code = "too_large"
    detail = Text(vi="Nội dung gửi lên quá lớn.", en="What was sent is too large.")
    action = Text(vi="Chia nhỏ rồi gửi lại.", en="Send it in smaller parts.")


class UnsupportedMedia(HttpError):
    status = 415
    code = "bad_encoding"
    detail = Text(vi="Kiểu nội dung này không được nhận.", en="This kind of content is not taken.")
    action = Text(vi="Gửi application/json không nén.", en="Send plain application/json.")


class PreconditionRequired(HttpError):
    status = 428
    code = "precondition_required"
    detail = Text(vi="Thiếu tiêu đề If-Match.", en="The If-Match header is missing.")
    action = Text(
        vi="Đọc dữ liệu trước, rồi gửi ETag của nó trong If-Match.",
        en="Read it first, then send its ETag as If-Match.",
    )


class TooManyRequests(HttpError):
    status = 429
    code = "too_many_requests"
    detail = Text(vi="Quá nhiều yêu cầu trong thời gian ngắn.", en="Too many requests at once.")
    action = Text(vi="Đợi một lát rồi thử lại.", en="Wait a moment, then try again.")


class InternalError(HttpError):
    status = 500
    code = "internal_error"
    detail = Text(vi="Hệ thống gặp lỗi ngoài dự kiến.", en="Something broke on our side.")
    action = Text(
        vi="Thử lại; nếu vẫn lỗi, báo cho bộ phận hỗ trợ kèm trace_id.",
        en="Try again; if it stays, tell support the trace_id.",
    )
