"""What can go wrong with plans, with the reason and the next step."""

from collections.abc import Mapping

from backend.errors import (
    Conflict,
    Invalid,
    NotFound,
    Overtaken,
    TanNoiError,
    Text,
    Unavailable,
)


class PlanNotFound(NotFound):
    code = "plan_not_found"
    detail = Text(vi="Không có kế hoạch {plan}.", en="There is no plan {plan}.")
    action = Text(vi="Xem danh sách kế hoạch.", en="Look at the list of plans.")


class RouteNotFound(NotFound):
    code = "route_not_found"
    detail = Text(vi="Không có tuyến {route}.", en="There is no route {route}.")
    action = Text(vi="Xem các tuyến của kế hoạch.", en="Look at the routes of the plan.")


class DayIsHoliday(Conflict):
    code = "day_is_holiday"
    detail = Text(vi="Ngày {day} là ngày nghỉ lễ{name}.", en="{day} is a public day of rest{name}.")
    action = Text(
        vi="Lập kế hoạch cho ngày làm việc kế tiếp: {next}.",
        en="Plan the next working day instead: {next}.",
    )


class NoCouriers(Conflict):
    code = "no_couriers"
    detail = Text(
        vi="Khu vực {area} không có ca bưu tá nào ngày {day}.",
        en="Planning area {area} has no courier shift on {day}.",
    )
    action = Text(
        vi="Nhập ca làm việc bằng `tannoi import shifts`.",
        en="Load shifts with `tannoi import shifts`.",
    )


class NothingToPlan(Conflict):
    code = "nothing_to_plan"
    detail = Text(
        vi="Khu vực {area} không có việc nào chờ lập kế hoạch ngày {day}.",
        en="Planning area {area} has nothing waiting to be planned on {day}.",
    )
    action = Text(
        vi="Nhập phiếu yêu cầu bằng `tannoi import bookings`, hoặc chọn ngày khác.",
        en="Load bookings with `tannoi import bookings`, or choose another day.",
    )


class TimeLimitOutOfRange(Invalid):
    code = "plan_time_limit_out_of_range"
    detail = Text(
        vi="Thời gian tìm kiếm phải từ 1 đến {most} giây.",
        en="The search may take 1 to {most} seconds.",
    )
    action = Text(vi="Chọn giới hạn ngắn hơn.", en="Choose a limit in that range.")


class PlanHasNoRoutesYet(Conflict):
    code = "plan_not_ready"
    detail = Text(
        vi="Kế hoạch {plan} đang ở trạng thái {status}, chưa có tuyến.",
        en="Plan {plan} is {status} and has no routes.",
    )
    action = Text(
        vi="Đợi kế hoạch hoàn tất, hoặc lập kế hoạch mới.",
        en="Wait until it is done, or request another plan.",
    )


class PlanNotPublishable(Conflict):
    code = "plan_not_publishable"
    detail = Text(
        vi="Chỉ bản nháp mới được phát hành; kế hoạch {plan} đang là {status}.",
        en="Only a draft can be published; plan {plan} is {status}.",
    )
    action = Text(vi="Lập kế hoạch mới cho ngày này.", en="Request another plan for this day.")


class PlanEmpty(Conflict):
    code = "plan_empty"
    detail = Text(
        vi="Bản số {plan} không có tuyến nào, dù xếp tay cũng làm được {by_hand} điểm nhà.",
        en="Version {plan} has no route, although planning by hand reaches {by_hand} homes.",
    )
    action = Text(
        vi="Lập lại với thời gian tìm kiếm dài hơn; chỉ dùng force nếu ngày đó thật sự không đi.",
        en="Plan again with a longer time limit; use force only if nobody is to ride that day.",
    )


class PlanOver(Conflict):
    code = "plan_over"
    detail = Text(
        vi="Kế hoạch {plan} đã kết thúc ({status}), không còn gì để hủy.",
        en="Plan {plan} is {status}: there is nothing left to cancel.",
    )
    action = Text(vi="Tải lại trạng thái kế hoạch.", en="Load the state of the plan again.")


class PlanChanged(Conflict):
    code = "plan_changed"
    detail = Text(
        vi="Kế hoạch {plan} đã được thay đổi (phiên bản {version}).",
        en="Plan {plan} has changed (version {version}).",
    )
    action = Text(
        vi="Xem lại kế hoạch rồi phát hành với phiên bản mới.",
        en="Look at it again, then publish with its new version.",
    )


class PlanMoved(Overtaken):
    code = "plan_moved"
    detail = Text(
        vi="Bản số {plan} đã thay đổi từ lúc mở xem: {moved_vi}.",
        en="Version {plan} has moved since you opened it: {moved_en}.",
    )
    action = Text(
        vi="Tải lại bản mới nhất, xem thay đổi, rồi làm lại phần của mình.",
        en="Load the newest version, look at the change, then make yours on it.",
    )


class PlanStale(Conflict):
    code = "plan_stale"
    detail = Text(
        vi="Dữ liệu đã thay đổi từ khi lập bản số {plan}: {moved_vi}.",
        en="The input of version {plan} has changed since: {moved_en}.",
    )
    action = Text(
        vi="Lập lại kế hoạch, hoặc phát hành với force nếu chấp nhận phần còn thiếu.",
        en="Plan again, or publish with force if what is missing may wait.",
    )


class PlanContradicted(Conflict):
    code = "plan_contradicted"
    detail = Text(
        vi="Các tuyến của bản số {plan} không còn đúng: {moved_vi}.",
        en="The routes of version {plan} no longer hold: {moved_en}.",
    )
    action = Text(
        vi="Phải lập lại kế hoạch; force không áp dụng được.",
        en="Plan again; force cannot help here.",
    )


class PlansOfDifferentDays(Invalid):
    code = "plans_of_different_days"
    detail = Text(
        vi="Hai kế hoạch không cùng khu vực và ngày.",
        en="The two plans are not of one area and day.",
    )
    action = Text(vi="Chọn hai bản của cùng một ngày.", en="Choose two versions of one day.")


class PlanPassed(Conflict):
    code = "plan_passed"
    detail = Text(
        vi="Ngày đã đi tiếp, bản số {plan} không còn đúng: {what_vi}.",
        en="The day has gone on, version {plan} is not true any more: {what_en}.",
    )
    action = Text(
        vi="Mở kế hoạch đang chạy và làm lại thay đổi từ tình hình hiện tại.",
        en="Open the plan in force and make the change again from where the day stands.",
    )


class PlanOvertaken(Conflict):
    code = "plan_overtaken"
    detail = Text(
        vi="Bản số {other} đã được phát hành từ khi có bản số {plan}, và bản số {plan} không có "
        "các thay đổi của bản đó.",
        en="Version {other} was published meanwhile, and version {plan} does not have its changes.",
    )
    action = Text(
        vi="Mở bản đang chạy và làm lại thay đổi của mình; chỉ phát hành với force nếu muốn bỏ các "
        "thay đổi của bản đó.",
        en="Open the version in force and make your changes on it; publish with force only to "
        "give up those of that version.",
    )


class DayUnderWay(Conflict):
    code = "day_under_way"
    detail = Text(
        vi="Bưu tá đã bắt đầu làm theo bản số {plan}: {done} việc đã có kết quả.",
        en="Couriers already work by version {plan}: {done} visits have an outcome.",
    )
    action = Text(
        vi="Giữ kế hoạch hiện tại; việc còn lại lập cho ngày sau.",
        en="Keep the present plan; plan what is left for another day.",
    )


class PlanProblemMalformed(Unavailable):
    code = "plan_problem_malformed"
    detail = Text(
        vi="Không dựng được bài toán từ dữ liệu: {defect}.",
        en="The data gave a malformed problem: {defect}.",
    )
    action = Text(
        vi="Kiểm tra dữ liệu được nêu; báo bộ phận hỗ trợ nếu vẫn lỗi.",
        en="Check the data that is named; tell support if it stays.",
    )


class PlanCheckFailed(Unavailable):
    code = "plan_check_failed"
    detail = Text(
        vi="Kế hoạch tìm được không qua kiểm tra: {fault}.",
        en="The plan that was found did not pass the check: {fault}.",
    )
    action = Text(
        vi="Lập lại với seed khác; báo bộ phận hỗ trợ kèm mã kế hoạch.",
        en="Plan again with another seed; tell support the plan's id.",
    )


class PlanTravelFailed(Unavailable):
    code = "plan_travel_failed"
    detail = Text(
        vi="Không tính được thời gian đi đường: {reason}",
        en="Travel times could not be computed: {reason}",
    )
    action = Text(
        vi="Dựng lại dữ liệu đường bằng `tannoi roads build`.",
        en="Build the road data again with `tannoi roads build`.",
    )


class PlanFailed(Conflict):
    code = "plan_failed"
    detail = Text(
        vi="Không lập được kế hoạch {plan}: {reason_vi}",
        en="Plan {plan} could not be made: {reason_en}",
    )
    action = Text(vi="{action_vi}", en="{action_en}")


class PlanJobBroke(Unavailable):
    code = "plan_job_broke"
    detail = Text(vi="Việc lập kế hoạch gặp lỗi ngoài dự kiến.", en="Planning broke on our side.")
    action = Text(
        vi="Lập lại; nếu vẫn lỗi, báo bộ phận hỗ trợ kèm mã kế hoạch.",
        en="Plan again; if it stays, tell support the plan's id.",
    )


class PlanJobLost(Unavailable):
    code = "plan_job_lost"
    detail = Text(
        vi="Tiến trình lập kế hoạch bị mất nhiều lần.", en="The planning job was lost repeatedly."
    )
    action = Text(
        vi="Kiểm tra nhật ký và bộ nhớ của `tannoi worker`, rồi lập lại.",
        en="Check the log and memory of `tannoi worker`, then plan again.",
    )


def failure_of(plan_id: object, failure: Mapping[str, str]) -> PlanFailed:
    """The error that a job stored, to be raised where somebody waits for the plan."""
    return PlanFailed(
        plan=plan_id,
        reason_vi=failure["detail_vi"],
        reason_en=failure["detail_en"],
        action_vi=failure["action_vi"],
        action_en=failure["action_en"],
    )


def as_failure(error: TanNoiError) -> dict[str, str]:
    """The stored form of an error that ended a job."""
    return {
        "code": error.code,
        "detail_vi": error.detail.vi,
        "detail_en": error.detail.en,
        "action_vi": error.action.vi,
        "action_en": error.action.en,
    }
