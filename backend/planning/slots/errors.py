"""Why a window cannot be offered, held or confirmed."""

from backend.errors import Conflict, Invalid, NotFound, Text


class DoorUnknown(Invalid):
    code = "door_unknown"
    detail = Text(
        vi="Chưa xác định được vị trí của địa chỉ này nên chưa tính được khung giờ.",
        en="Nobody knows yet where this address is, so no window can be worked out.",
    )
    action = Text(
        vi="Chọn vị trí trên bản đồ, hoặc gửi yêu cầu không chọn giờ; điều phối viên sẽ gọi lại.",
        en="Give the place on the map, or book without a window; a dispatcher will call.",
    )


class SameDayApart(Invalid):
    code = "same_day_apart"
    detail = Text(
        vi="Thủ tục {procedure} trả kết quả trong ngày nên không đi chung chuyến với thủ tục khác.",
        en="Procedure {procedure} has its result the same day and does not share a visit.",
    )
    action = Text(vi="Đặt riêng một chuyến cho thủ tục này.", en="Book a visit of its own for it.")


class TooManyDossiers(Invalid):
    code = "too_many_dossiers"
    detail = Text(
        vi="Một chuyến nhận nhiều nhất {most} hồ sơ, yêu cầu có {count}.",
        en="One visit takes at most {most} dossiers, this one has {count}.",
    )
    action = Text(
        vi="Chia thành nhiều chuyến, hoặc gọi điều phối viên.",
        en="Share them among several visits, or call the dispatcher.",
    )


class PortalCodeUnfit(Invalid):
    code = "portal_code_unfit"
    detail = Text(
        vi="Mã hồ sơ {portal_code} không gắn được với thủ tục {procedure} của chuyến này.",
        en="Portal code {portal_code} does not fit procedure {procedure} in this visit.",
    )
    action = Text(
        vi="Chỉ ghi mã cho thủ tục có trong chuyến, mỗi thủ tục một mã riêng.",
        en="Name codes only for procedures of the visit, and another one for each.",
    )


class NoSuchWindow(Invalid):
    code = "no_such_window"
    detail = Text(
        vi="Không có khung giờ {window} ngày {day}, hoặc đã quá sát giờ.",
        en="There is no window {window} on {day}, or it begins too soon.",
    )
    action = Text(
        vi="Chọn một khung giờ trong danh sách vừa nhận.", en="Choose one of the windows offered."
    )


class SlotGone(Conflict):
    code = "slot_gone"
    detail = Text(
        vi="Khung giờ {window} ngày {day} vừa hết chỗ.",
        en="The window {window} on {day} is no longer free.",
    )
    action = Text(
        vi="Lấy lại danh sách khung giờ và chọn khung khác.",
        en="Ask for the windows again and choose another one.",
    )


class HoldNotFound(NotFound):
    code = "hold_not_found"
    detail = Text(vi="Không có khung giờ đang giữ {hold}.", en="There is no held window {hold}.")
    action = Text(vi="Chọn lại khung giờ.", en="Choose a window again.")


class HoldOver(Conflict):
    code = "hold_over"
    detail = Text(
        vi="Thời gian giữ chỗ đã hết (đến {expires}).", en="The hold was over at {expires}."
    )
    action = Text(
        vi="Chọn lại khung giờ; chưa có phiếu nào được lập.",
        en="Choose a window again; nothing was booked.",
    )


class HoldTaken(Conflict):
    code = "hold_taken"
    detail = Text(
        vi="Khung giờ này đã dùng cho phiếu {reference}.",
        en="This hold has become booking {reference}.",
    )
    action = Text(
        vi="Không cần gửi lại; theo dõi phiếu đó.",
        en="There is nothing to repeat; follow that one.",
    )
