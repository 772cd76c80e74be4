"""Why a rating or a complaint is not taken, or not answered."""

from backend.errors import Conflict, Invalid, NotFound, Text


class VisitNotYours(NotFound):
    code = "visit_not_found"
    detail = Text(vi="Phiếu này không có lượt ghé đó.", en="This booking has no such visit.")
    action = Text(
        vi="Chọn một trong các lượt ghé đang hiển thị.", en="Choose one of the visits shown."
    )


class AlreadyRated(Conflict):
    code = "already_rated"
    detail = Text(vi="Quý vị đã đánh giá lượt ghé này.", en="You have rated this visit already.")
    action = Text(
        vi="Nếu có điều muốn phản ánh thêm, hãy gửi khiếu nại.",
        en="To tell us more, make a complaint.",
    )


class TooLateToRate(Conflict):
    code = "too_late_to_rate"
    detail = Text(
        vi="Hạn đánh giá lượt ghé này đã hết ngày {until}.",
        en="This visit could be rated until {until}.",
    )
    action = Text(
        vi="Nếu có điều chưa hài lòng, quý vị vẫn có thể khiếu nại.",
        en="You can still make a complaint.",
    )


class ComplaintTooLate(Conflict):
    code = "complaint_too_late"
    detail = Text(
        vi="Thời hiệu khiếu nại là 6 tháng kể từ khi hết thời gian toàn trình, "
        "đã hết ngày {until}.",
        en="Complaints are taken until 6 months after the end of the transit; that was {until}.",
    )
    action = Text(
        vi="Liên hệ bưu cục nếu quý vị có lý do chính đáng.",
        en="Contact the post office if you have good reason.",
    )


class ComplaintNotFound(NotFound):
    code = "complaint_not_found"
    detail = Text(vi="Không có khiếu nại {complaint}.", en="There is no complaint {complaint}.")
    action = Text(vi="Kiểm tra lại danh sách khiếu nại.", en="Look at the list of complaints.")


class ComplaintAnswered(Conflict):
    code = "complaint_answered"
    detail = Text(
        vi="Khiếu nại số {number} đã được trả lời.", en="Complaint {number} is answered already."
    )
    action = Text(
        vi="Nếu cần bổ sung, hãy ghi một khiếu nại mới.", en="Register a new one to say more."
    )


class ComplaintLapsed(Conflict):
    code = "complaint_lapsed"
    detail = Text(
        vi="Khiếu nại số {number} để quá năm năm không được trả lời; nội dung đã được xóa.",
        en="Nobody answered complaint {number} for five years; its words were erased.",
    )
    action = Text(
        vi="Nếu người dân vẫn phản ánh, hãy ghi một khiếu nại mới.",
        en="If its citizen still complains, register a new one.",
    )


class AttachmentNotSent(Invalid):
    code = "attachment_not_sent"
    detail = Text(
        vi="Tệp kèm theo {sha256}… chưa được gửi lên.", en="Attachment {sha256}… was not sent."
    )
    action = Text(
        vi="Gửi tệp lên trước, rồi gửi khiếu nại.",
        en="Send the file first, then the complaint.",
    )


class ComplaintFileNotFound(NotFound):
    code = "complaint_file_not_found"
    detail = Text(vi="Không có tệp kèm theo {file}.", en="There is no attachment {file}.")
    action = Text(vi="Xem lại khiếu nại.", en="Look at the complaint again.")


class PdfNotReadable(Invalid):
    code = "pdf_not_readable"
    detail = Text(
        vi="Tệp PDF này không đầy đủ hoặc bị hỏng.", en="This PDF is broken or not whole."
    )
    action = Text(
        vi="Mở thử tệp trên máy, lưu lại rồi gửi, hoặc chụp ảnh trang đó.",
        en="Open the file, save it again and send it, or take a picture of the page.",
    )


class TooManyAttachments(Conflict):
    code = "too_many_attachments"
    detail = Text(
        vi="Hôm nay phiếu này đã nhận đủ {most} tệp.",
        en="This booking has taken {most} files today already.",
    )
    action = Text(
        vi="Gửi khiếu nại không kèm tệp, hoặc gửi thêm vào ngày mai.",
        en="Send the complaint without files, or send more tomorrow.",
    )
