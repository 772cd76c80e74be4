"""Why a sample day cannot be made."""

from backend.errors import Invalid, NotFound, Text


class UnknownProfile(NotFound):
    code = "unknown_demand_profile"
    detail = Text(vi="Không có mức nhu cầu mẫu {name}.", en="There is no demand profile {name}.")
    action = Text(vi="Chọn một trong: {known}.", en="Use one of: {known}.")


class NoServiceThatDay(Invalid):
    code = "no_service_that_day"
    detail = Text(vi="{day} không phải ngày làm việc{why}.", en="{day} is not a working day{why}.")
    action = Text(
        vi="Chọn ngày khác, ví dụ {next_day}.", en="Choose another day, for example {next_day}."
    )


class PackSilentAboutDay(Invalid):
    code = "pack_silent_about_day"
    detail = Text(
        vi="Bộ dữ liệu {pack} không có cơ quan nào nhận hồ sơ ngày {day}.",
        en="Data pack {pack} has no office that receives on {day}.",
    )
    action = Text(
        vi="Chọn ngày từ 03/09/2018, hoặc dùng bộ dữ liệu khác.",
        en="Choose a day from 2018-09-03 on, or another pack.",
    )


class SampleRowsRejected(Invalid):
    code = "sample_rows_rejected"
    detail = Text(
        vi="{count} dòng {kind} của bộ dữ liệu mẫu bị từ chối; dòng {line}: {reason_vi}",
        en="{count} sample rows of {kind} were refused; line {line}: {reason}",
    )
    action = Text(
        vi="Nếu đã sửa dữ liệu cùng mã, hãy dùng cơ sở dữ liệu mới cho bản mẫu.",
        en="If rows of the same codes were changed by hand, use a fresh database for the sample.",
    )
