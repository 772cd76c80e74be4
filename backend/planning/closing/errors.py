"""What can go wrong with closing a place and opening it again."""

from backend.errors import Conflict, NotFound, Text


class ClosingNotFound(NotFound):
    code = "closing_not_found"
    detail = Text(vi="Không có lần đóng cửa {closing}.", en="There is no closing {closing}.")
    action = Text(
        vi="Xem danh sách nơi đang đóng cửa của ngày.", en="Look at what is closed on that day."
    )


class ClosedAlready(Conflict):
    code = "closed_already"
    detail = Text(
        vi="{place} đã đóng cửa ngày {day}: {reason}",
        en="{place} is closed on {day} already: {reason}",
    )
    action = Text(
        vi="Xem danh sách nơi đang đóng cửa; muốn xếp lại tuyến thì lập lại giữa ngày.",
        en="Look at what is closed; to plan again ask for a replan.",
    )


class OpenAlready(Conflict):
    code = "open_already"
    detail = Text(vi="{place} đã mở lại lúc {at}.", en="{place} was opened again at {at}.")
    action = Text(vi="Không cần làm gì thêm.", en="Nothing is left to do.")


class ReopenInstead(Conflict):
    code = "reopen_instead"
    detail = Text(
        vi="Bản số {plan} có vì {place} đóng cửa; hoàn tác sẽ đưa bưu tá tới nơi đang đóng.",
        en="Version {plan} exists because {place} is closed; undoing it would lead couriers there.",
    )
    action = Text(
        vi="Mở lại nơi đó: việc của nơi đó được xếp lại.",
        en="Open the place again: its work is planned again by that.",
    )
