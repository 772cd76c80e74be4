"""What can go wrong with places, with the reason and the next step."""

from backend.errors import Invalid, NotFound, Text


class OfficeNotFound(NotFound):
    code = "office_not_found"
    detail = Text(vi="Không có bộ phận một cửa {office}.", en="There is no office {office}.")
    action = Text(
        vi="Kiểm tra mã cơ quan, hoặc nhập danh sách bằng `tannoi import offices`.",
        en="Check the code, or load the list with `tannoi import offices`.",
    )


class PostOfficeNotFound(NotFound):
    code = "post_office_not_found"
    detail = Text(vi="Không có bưu cục {post_office}.", en="There is no post office {post_office}.")
    action = Text(
        vi="Kiểm tra mã bưu cục, hoặc nhập danh sách bằng `tannoi import post-offices`.",
        en="Check the code, or load the list with `tannoi import post-offices`.",
    )


class PlanningAreaNotFound(NotFound):
    code = "planning_area_not_found"
    detail = Text(vi="Không có khu vực điều phối {area}.", en="There is no planning area {area}.")
    action = Text(
        vi="Kiểm tra mã khu vực; khu vực được tạo khi nhập bưu cục.",
        en="Check the code; areas are made when post offices are imported.",
    )


class ZoneNotFound(NotFound):
    code = "zone_not_found"
    detail = Text(vi="Không có khu vực {zone}.", en="There is no zone {zone}.")
    action = Text(
        vi="Kiểm tra mã; chỉ đóng được khu vực mình điều phối.",
        en="Check the code; you can only close zones that you dispatch.",
    )


class ZoneUnknown(Invalid):
    code = "zone_unknown"
    detail = Text(
        vi="Không nơi nào trong tỉnh thuộc khu vực {zone}.",
        en="Nothing in the province lies in a zone {zone}.",
    )
    action = Text(
        vi="Sửa mã khu vực: lấy trong danh mục đơn vị hành chính.",
        en="Correct the zone code: it stands with the administrative units.",
    )


class NoCompetentOffice(Invalid):
    code = "no_competent_office"
    detail = Text(
        vi="Không tìm được một cơ quan tiếp nhận thủ tục {procedure} cho địa chỉ này ngày {day}.",
        en="No single office that takes {procedure} was found for this address on {day}.",
    )
    action = Text(
        vi="Ghi rõ mã cơ quan tiếp nhận (office_code).", en="Name the filing office (office_code)."
    )
