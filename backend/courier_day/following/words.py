"""States, events and keepers as a citizen says them; what is only ours is not told."""

from collections.abc import Mapping

from backend.booking.models import BookingStatus
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState as State
from backend.dossiers.models import KeeperKind
from backend.errors import Text

STATES: Mapping[State, Text] = {
    State.ANNOUNCED: Text(vi="Chờ bưu tá đến nhận", en="Waiting for the courier"),
    State.CHECKED: Text(vi="Đã kiểm tra, đủ giấy tờ", en="Checked, complete"),
    State.INCOMPLETE: Text(vi="Còn thiếu giấy tờ", en="Papers are missing"),
    State.LISTED: Text(vi="Đã lập danh mục giấy tờ", en="The papers are listed"),
    State.SEALED: Text(vi="Đã niêm phong", en="Sealed"),
    State.WITH_COURIER: Text(vi="Bưu tá đang mang đến cơ quan", en="On the way to the office"),
    State.PRESENTED: Text(vi="Đang làm thủ tục tại cơ quan", en="At the office's desk"),
    State.REFUSED: Text(
        vi="Cơ quan không tiếp nhận, đang mang trả lại", en="Not accepted, on the way back"
    ),
    State.AT_POST_OFFICE: Text(vi="Đang giữ tại bưu cục", en="Kept at the post office"),
    State.HANDED_OVER: Text(vi="Đã nộp tại cơ quan", en="Filed at the office"),
    State.RESULT_READY: Text(vi="Đã có kết quả", en="The result is ready"),
    State.RESULT_WITH_COURIER: Text(vi="Bưu tá đang giữ kết quả", en="The courier has the result"),
    State.OUT_FOR_DELIVERY: Text(vi="Bưu tá đang đến chỗ quý vị", en="The courier is on the way"),
    State.RESULT_REFUSED: Text(vi="Người nhận từ chối kết quả", en="The result was not taken"),
    State.RESULT_AT_POST_OFFICE: Text(
        vi="Kết quả đang chờ tại bưu cục", en="The result waits at the post office"
    ),
    State.RESULT_RETURNED: Text(vi="Kết quả đã trả lại cơ quan", en="Back at the office"),
    State.DELIVERED: Text(vi="Đã giao kết quả", en="Delivered"),
    State.RETURNED: Text(vi="Giấy tờ đã trả lại quý vị", en="The papers are back with you"),
}

KEPT = Text(vi="Không gửi nữa, giấy tờ vẫn ở quý vị", en="Not sent, the papers stayed with you")
"""Instead of a state before the courier took them: nobody comes for them any more."""

EVENTS: Mapping[Event, Text] = {
    Event.ANNOUNCED: Text(vi="Đã đặt lịch", en="Booked"),
    Event.PAPERS_INCOMPLETE: Text(vi="Thiếu giấy tờ", en="Papers were missing"),
    Event.PAPERS_SEALED: Text(vi="Đã niêm phong trước mặt quý vị", en="Sealed before your eyes"),
    Event.COLLECTED: Text(vi="Bưu tá đã nhận hồ sơ", en="Collected by the courier"),
    Event.REFUSED_AT_DESK: Text(vi="Cơ quan không tiếp nhận", en="Not accepted by the office"),
    Event.WRONG_OFFICE: Text(vi="Chuyển đến đúng cơ quan", en="On to the right office"),
    Event.WITHDRAWN: Text(vi="Quý vị đã rút hồ sơ", en="You took the papers back"),
    Event.HANDED_OVER: Text(vi="Đã nộp tại cơ quan", en="Filed at the office"),
    Event.RESULT_LATE: Text(vi="Cơ quan hẹn lại ngày trả", en="The office named a new day"),
    Event.RESULT_READY: Text(vi="Đã có kết quả", en="The result is ready"),
    Event.FETCHED: Text(vi="Bưu tá đã lấy kết quả", en="The courier has the result"),
    Event.OUT_FOR_DELIVERY: Text(vi="Bưu tá lên đường giao", en="Out for delivery"),
    Event.DELIVERED: Text(vi="Đã giao kết quả", en="Delivered"),
    Event.INVITED: Text(vi="Vắng nhà, đã để lại giấy mời", en="Not at home, a notice was left"),
    Event.RESULT_REFUSED: Text(vi="Kết quả không được nhận", en="The result was not taken"),
    Event.REDIRECTED: Text(vi="Đổi địa chỉ nhận", en="Sent to another address"),
    Event.UNCLAIMED: Text(vi="Quá hạn không có người nhận", en="Nobody came for it"),
    Event.RETURNED_TO_OFFICE: Text(vi="Đã trả lại cơ quan", en="Back at the office"),
    Event.DEPOSITED: Text(vi="Gửi giữ tại bưu cục", en="Put into the post office's safe"),
    Event.TAKEN_FROM_POST_OFFICE: Text(vi="Rời bưu cục", en="Left the post office"),
    Event.FORWARDED: Text(vi="Chuyển sang bưu cục khác", en="Sent to another post office"),
    Event.PICKED_UP: Text(vi="Quý vị đã nhận tại quầy", en="You picked it up"),
    Event.RETURNED_TO_SENDER: Text(
        vi="Giấy tờ đã trả lại quý vị", en="The papers are back with you"
    ),
    Event.ATTEMPT_FAILED: Text(vi="Chưa gặp được", en="The visit could not be made"),
    Event.SEAL_BROKEN: Text(vi="Niêm phong bị rách, đã lập biên bản", en="Seal broken, recorded"),
    Event.DAMAGED: Text(vi="Giấy tờ bị hư hại, đã lập biên bản", en="Damaged, recorded"),
    Event.REWRAPPED: Text(vi="Đã niêm phong lại", en="Sealed again"),
    Event.LOST: Text(vi="Chưa tìm thấy, đang tìm", en="Cannot be found, we are searching"),
    Event.FOUND: Text(vi="Đã tìm thấy", en="Found"),
}
"""Steps that a citizen is told; the others are how we prove them."""

KEEPERS: Mapping[KeeperKind, Text] = {
    KeeperKind.CITIZEN: Text(vi="Quý vị đang giữ", en="You have it"),
    KeeperKind.COURIER: Text(vi="Bưu tá đang giữ", en="A courier has it"),
    KeeperKind.POST_OFFICE: Text(vi="{name} đang giữ", en="{name} has it"),
    KeeperKind.OFFICE: Text(vi="{name} đang giữ", en="{name} has it"),
}

BOOKINGS: Mapping[BookingStatus, Text] = {
    BookingStatus.TO_PLACE: Text(
        vi="Đang xác định địa chỉ; điều phối viên sẽ gọi", en="A dispatcher is finding the door"
    ),
    BookingStatus.REQUESTED: Text(vi="Đã nhận yêu cầu", en="Received"),
    BookingStatus.SCHEDULED: Text(vi="Đã xếp lịch", en="Scheduled"),
    BookingStatus.COLLECTED: Text(vi="Đã nhận hồ sơ", en="Collected"),
    BookingStatus.DONE: Text(vi="Đã hoàn thành", en="Done"),
    BookingStatus.FAILED: Text(vi="Không thực hiện được", en="It could not be done"),
    BookingStatus.CANCELLED: Text(vi="Đã hủy", en="Cancelled"),
}
