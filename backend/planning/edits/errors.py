"""What can go wrong with a dispatcher's changes, with the reason and the next step."""

from backend.errors import Conflict, Invalid, NotFound, Text


class PlanCannotBeEdited(Conflict):
    code = "plan_cannot_be_edited"
    detail = Text(
        vi="Bản số {plan} được lập bằng phần mềm cũ, không sửa trực tiếp được.",
        en="Version {plan} was made by older software and cannot be edited.",
    )
    action = Text(vi="Lập lại kế hoạch cho ngày này.", en="Plan the day again.")


class DayOver(Conflict):
    code = "plan_day_over"
    detail = Text(vi="Ngày {day} đã qua.", en="{day} is over.")
    action = Text(
        vi="Xếp việc còn lại vào một ngày sắp tới.", en="Plan what is left on a day to come."
    )


class PlanNotInForce(Conflict):
    code = "plan_not_in_force"
    detail = Text(
        vi="Bản số {plan} đang ở trạng thái {status}, không còn sửa được.",
        en="Version {plan} is {status} and cannot be changed any more.",
    )
    action = Text(
        vi="Mở kế hoạch đang chạy của ngày này.", en="Open the plan that this day runs by."
    )


class EditFieldMissing(Invalid):
    code = "edit_field_missing"
    detail = Text(
        vi="Thay đổi thứ {number} ({kind}) thiếu trường {field}.",
        en="Change {number} ({kind}) needs the field {field}.",
    )
    action = Text(vi="Bổ sung trường được nêu rồi gửi lại.", en="Add the field that is named.")


class EditVisitUnknown(Invalid):
    code = "edit_visit_unknown"
    detail = Text(
        vi="Thay đổi thứ {number}: kế hoạch này không có việc {visit}.",
        en="Change {number}: this plan has no visit or leg {visit}.",
    )
    action = Text(vi="Tải lại các tuyến rồi chọn lại.", en="Load the routes again and choose anew.")


class EditCourierUnknown(Invalid):
    code = "edit_courier_unknown"
    detail = Text(
        vi="Bưu tá {courier} không có ca trong ngày này.",
        en="Courier {courier} has no shift on this day.",
    )
    action = Text(vi="Chọn bưu tá có ca trong ngày.", en="Choose a courier who is on shift.")


class EditImpossible(Conflict):
    code = "edit_impossible"
    detail = Text(
        vi="Thay đổi thứ {number} không thực hiện được: {why_vi}",
        en="Change {number} cannot be made: {why_en}",
    )
    action = Text(
        vi="Tải lại các tuyến; việc đã làm và hồ sơ trên xe không đổi người được.",
        en="Load the routes again; what is done and papers on board stay with their courier.",
    )


class EditRefused(Conflict):
    code = "edit_refused"
    detail = Text(
        vi="Thay đổi vi phạm quy tắc: {why_vi}",
        en="The changes break rules: {why_en}",
    )
    action = Text(
        vi="Bỏ thay đổi đó, hoặc xác nhận các vi phạm được phép xác nhận.",
        en="Leave it, or confirm those violations that may be confirmed.",
    )


class RoomSold(Conflict):
    code = "room_sold"
    detail = Text(
        vi="Làm vậy thì có khung giờ đã bán bị mất chỗ: {windows_vi}.",
        en="This takes room that was sold: {windows_en}.",
    )
    action = Text(
        vi="Chọn cách khác còn chừa chỗ; nếu chấp nhận thì xác nhận rồi làm lại (qua API: gửi các "
        "khóa trong fields ở confirmed).",
        en="Find a way that leaves room, or confirm and do it again (by the API: send the keys in "
        "fields as confirmed).",
    )


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    detail = Text(
        vi="Bản số {plan} không có bản trước để quay lại.",
        en="There is no version before version {plan}.",
    )
    action = Text(vi="Xem danh sách các bản của ngày này.", en="Look at the versions of this day.")


class LegNotInPlan(NotFound):
    code = "leg_not_in_plan"
    detail = Text(
        vi="Kế hoạch này không biết việc {leg}.", en="This plan does not know the work {leg}."
    )
    action = Text(
        vi="Chọn việc trong tuyến hoặc trong danh sách chưa xếp.",
        en="Choose something of its routes or of what it leaves.",
    )


class LegCannotBeRidden(Conflict):
    code = "leg_cannot_be_ridden"
    detail = Text(
        vi="Không đi được việc {leg} trong ngày này: {why_vi}",
        en="Nobody can ride {leg} on this day: {why_en}",
    )
    action = Text(
        vi="Sửa nguyên nhân được nêu, hoặc chọn ngày khác.",
        en="Remove the cause that is named, or choose another day.",
    )


class RepairGone(Conflict):
    code = "repair_gone"
    detail = Text(
        vi="Cách xử lý {key} không còn áp dụng được.", en="The way {key} is not open any more."
    )
    action = Text(vi="Tải lại các cách xử lý của việc này.", en="Load the ways of this work again.")
