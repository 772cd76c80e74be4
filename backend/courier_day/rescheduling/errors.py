"""Why a booked visit cannot be moved or cancelled any more."""

from backend.errors import Conflict, Text


class PapersCollected(Conflict):
    code = "papers_collected"
    detail = Text(
        vi="Bưu tá đã nhận hồ sơ của phiếu {reference}; không hủy phiếu được nữa.",
        en="The courier has the papers of booking {reference}; it cannot be cancelled any more.",
    )
    action = Text(
        vi="Muốn rút hồ sơ trước khi bàn giao: đến bưu cục, mang giấy tờ tùy thân và phiếu gửi; "
        "người rút chịu chi phí.",
        en="To withdraw the papers before they are handed over, come to the post office with proof "
        "of identity and the slip; whoever withdraws bears the cost.",
    )


class CourierAtTheDoor(Conflict):
    code = "courier_at_the_door"
    detail = Text(
        vi="Bưu tá đang ở tại địa chỉ của phiếu {reference}.",
        en="The courier is at the address of booking {reference} now.",
    )
    action = Text(
        vi="Nói trực tiếp với bưu tá: bưu tá ghi nhận hủy hoặc hẹn lại.",
        en="Tell the courier, who will note it down as cancelled or put off.",
    )


class VisitNotWaiting(Conflict):
    code = "visit_not_waiting"
    detail = Text(
        vi="Lần đến này của phiếu {reference} không còn chờ: bưu tá đã nhận giấy tờ, hoặc lần đến "
        "đã xong hay đã hủy.",
        en="This visit of booking {reference} does not wait any more: the courier has the papers, "
        "or it is over or cancelled.",
    )
    action = Text(
        vi="Tải lại phiếu rồi chọn một lần đến còn chờ.",
        en="Load the booking again and choose a visit that still waits.",
    )


class NothingToChange(Conflict):
    code = "nothing_to_change"
    detail = Text(
        vi="Phiếu {reference} không còn chuyến nào chờ bưu tá đến nhà.",
        en="Booking {reference} has no visit left that a courier would come for.",
    )
    action = Text(vi="Xem lại trạng thái của phiếu.", en="Look at how the booking stands.")
