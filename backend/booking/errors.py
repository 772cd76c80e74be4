"""Why a booking is refused or waits, in words that a citizen and a clerk understand."""

from backend.errors import Conflict, Invalid, NotFound, Text


class BookingNotFound(NotFound):
    code = "booking_not_found"
    detail = Text(vi="Không có phiếu yêu cầu {booking}.", en="There is no booking {booking}.")
    action = Text(vi="Kiểm tra mã phiếu.", en="Check the id of the booking.")


class ItemNotInBooking(Invalid):
    code = "item_not_in_booking"
    detail = Text(
        vi="Phiếu này không có bưu gửi {item_code}.", en="This booking has no item {item_code}."
    )
    action = Text(
        vi="Chọn một hồ sơ của phiếu, hoặc bỏ trống.",
        en="Name one of the booking's items, or none.",
    )


class BookingIncomplete(Invalid):
    code = "booking_incomplete"
    detail = Text(vi="Phiếu yêu cầu chưa đúng: {reason_vi}.", en="The booking is wrong: {reason}.")
    action = Text(vi="Sửa các trường được nêu rồi gửi lại.", en="Correct the fields named.")


class ProcedureNotByPost(Invalid):
    code = "procedure_not_by_post"
    detail = Text(
        vi="Thủ tục {procedure} không nằm trong danh mục làm qua bưu chính ({decision}).",
        en="Procedure {procedure} is not on the list of what goes by post ({decision}).",
    )
    action = Text(
        vi="Hướng dẫn người dân nộp trực tiếp tại bộ phận một cửa.",
        en="Tell the citizen to file at the one-stop office in person.",
    )


class PresenceNeeded(Invalid):
    code = "presence_needed"
    detail = Text(
        vi="Thủ tục {procedure} đòi hỏi người nộp có mặt.",
        en="Procedure {procedure} demands that the applicant is present.",
    )
    action = Text(
        vi="Hướng dẫn người dân đến bộ phận một cửa.",
        en="Tell the citizen to go to the one-stop office.",
    )


class OfficeNotInForce(Invalid):
    code = "office_not_in_force"
    detail = Text(
        vi="{office} không hoạt động ngày {day} (hiệu lực {valid_from} – {valid_to}).",
        en="{office} does not exist on {day} (valid {valid_from} – {valid_to}).",
    )
    action = Text(
        vi="Chọn cơ quan đang tiếp nhận vào ngày đó.", en="Choose an office that exists that day."
    )


class OfficeNotYetInService(Invalid):
    code = "office_not_yet_in_service"
    detail = Text(
        vi="{office} nhận hồ sơ qua bưu chính từ ngày {service_start}.",
        en="{office} takes dossiers by post from {service_start} on.",
    )
    action = Text(
        vi="Đặt lịch từ ngày {service_start}, hoặc chọn cơ quan khác.",
        en="Book from {service_start} on, or choose another office.",
    )


class OfficeDoesNotAccept(Invalid):
    code = "office_does_not_accept"
    detail = Text(
        vi="{office} không tiếp nhận thủ tục {procedure} ngày {day}.",
        en="{office} does not take procedure {procedure} on {day}.",
    )
    action = Text(
        vi="Chọn cơ quan có thẩm quyền: {competent}.",
        en="Choose the competent office: {competent}.",
    )


class OfficeClosedAllDay(Invalid):
    code = "office_closed_all_day"
    detail = Text(vi="{office} đóng cửa cả ngày {day}.", en="{office} is closed all day on {day}.")
    action = Text(
        vi="Chọn ngày làm việc tiếp theo: {next_day}.", en="Choose the next open day: {next_day}."
    )


class PublicHoliday(Invalid):
    code = "public_holiday"
    detail = Text(vi="Ngày {day} là ngày nghỉ: {name}.", en="{day} is a day off: {name}.")
    action = Text(
        vi="Chọn ngày làm việc tiếp theo: {next_day}.",
        en="Choose the next working day: {next_day}.",
    )


class NotAVisitDay(Invalid):
    code = "not_a_visit_day"
    detail = Text(
        vi="Khu vực {zone} không có tuyến ngày {day}.",
        en="Nobody rides to {zone} on {day}.",
    )
    action = Text(
        vi="Chọn ngày đi tuyến tiếp theo: {next_day}.",
        en="Choose the next visit day: {next_day}.",
    )


class SlotInThePast(Invalid):
    code = "slot_in_the_past"
    detail = Text(vi="Khung giờ {hours}ngày {day} đã qua.", en="The slot {hours}on {day} is over.")
    action = Text(vi="Chọn một khung giờ sắp tới.", en="Choose a slot that is still to come.")


class BookingOutsideArea(Invalid):
    code = "booking_outside_area"
    detail = Text(
        vi="Địa chỉ nằm ngoài khu vực phục vụ của tỉnh {province} ({point}).",
        en="The address lies outside the area served in province {province} ({point}).",
    )
    action = Text(
        vi="Kiểm tra lại toạ độ (vĩ độ, kinh độ), hoặc chuyển cho bưu chính nơi đó.",
        en="Check the coordinates (latitude, longitude), or pass it to the post over there.",
    )


class OfficeInOtherArea(Invalid):
    code = "office_in_other_area"
    detail = Text(
        vi="{office} thuộc khu vực điều phối khác với địa chỉ này.",
        en="{office} belongs to another planning area than this address.",
    )
    action = Text(
        vi="Chọn cơ quan tiếp nhận trong khu vực {area}: nơi nào cũng nhận hồ sơ của cả tỉnh.",
        en="Choose an office in area {area}: any centre takes dossiers for the whole province.",
    )


class ReferenceTaken(Conflict):
    code = "booking_reference_taken"
    detail = Text(
        vi="Mã {reference} đã dùng cho một phiếu khác (khác ở: {differing}).",
        en="Reference {reference} belongs to another booking (it differs in: {differing}).",
    )
    action = Text(
        vi="Dùng mã khác; muốn đổi phiếu cũ thì huỷ rồi đặt lại.",
        en="Use another reference; to change the old booking, cancel it and book again.",
    )


class BookingAlreadyOpen(Conflict):
    code = "booking_already_open"
    detail = Text(
        vi="Người này đã có phiếu{which} cho thủ tục {procedure} ngày {day}.",
        en="This person already has a booking{which} for {procedure} on {day}.",
    )
    action = Text(
        vi="Xác nhận lại với người dân rồi gửi kèm confirmed = true.",
        en="Ask the citizen, then send it again with confirmed = true.",
    )


class BookingNotWaiting(Conflict):
    code = "booking_not_waiting"
    detail = Text(
        vi="Phiếu {reference} không chờ định vị (trạng thái {status}).",
        en="Booking {reference} does not wait to be placed (it is {status}).",
    )
    action = Text(vi="Tải lại danh sách chờ định vị.", en="Load the to-place list again.")


class PlaceWithoutPoint(Invalid):
    code = "place_without_point"
    detail = Text(
        vi="{place} chưa có toạ độ nên không thể lập tuyến.",
        en="{place} has no coordinates, so nobody can be sent there.",
    )
    action = Text(
        vi="Bổ sung lat, lon cho nơi này rồi nhập lại danh sách.",
        en="Add lat and lon to that row and import the list again.",
    )


class KeptDoorNotFound(NotFound):
    code = "kept_door_not_found"
    detail = Text(vi="Sổ địa chỉ không có mục {door}.", en="The address book has no entry {door}.")
    action = Text(vi="Xem lại sổ địa chỉ.", en="Look at the address book again.")


class KeptDoorNameTaken(Conflict):
    code = "kept_door_name_taken"
    detail = Text(
        vi="Sổ địa chỉ đã có mục tên “{name}”.",
        en="The address book has an entry “{name}” already.",
    )
    action = Text(
        vi="Đặt tên khác, hoặc sửa mục đó.", en="Choose another name, or change that one."
    )


class AddressBookFull(Conflict):
    code = "address_book_full"
    detail = Text(
        vi="Sổ địa chỉ đã đủ {most} mục.", en="The address book holds {most} entries already."
    )
    action = Text(
        vi="Xoá những mục không dùng nữa.", en="Delete entries that are not used any more."
    )
