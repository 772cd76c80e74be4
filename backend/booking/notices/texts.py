"""The text of every notice. Short: a text message with Vietnamese marks holds 70 letters a part.

Which ones the law demands: DOMAIN §5.13 (reached the office, due date, ready, on the way) and what
follows from a failed delivery, a loss or a complaint. Those have no `optional`.
"""

from collections.abc import Mapping

from backend.booking.notices.templates import Template
from backend.errors import Text

_ALL = (
    Template(
        name="booking.confirmed",
        text=Text(
            vi="Tận Nơi: đã nhận phiếu {reference}, hẹn {when}. "
            "Giấy tờ cần chuẩn bị và theo dõi: {link}",
            en="Tận Nơi: booking {reference} is confirmed for {when}. "
            "Papers to prepare, and following: {link}",
        ),
        optional=True,
    ),
    Template(
        name="booking.rescheduled",
        text=Text(
            vi="Tận Nơi: phiếu {reference} đã chuyển sang {when}. Theo dõi: {link}",
            en="Tận Nơi: booking {reference} was moved to {when}. Follow: {link}",
        ),
    ),
    Template(
        name="booking.office_changed",
        text=Text(
            vi="Tận Nơi: hồ sơ của phiếu {reference} sẽ được nộp tại {office}. Theo dõi: {link}",
            en="Tận Nơi: the papers of booking {reference} go to {office}. Follow: {link}",
        ),
    ),
    Template(
        name="booking.cancelled",
        text=Text(
            vi="Tận Nơi: phiếu {reference} (hẹn {when}) đã hủy; bưu tá không đến nữa.",
            en="Tận Nơi: booking {reference} ({when}) is cancelled; no courier will come.",
        ),
    ),
    Template(
        name="booking.day_before",
        text=Text(
            vi="Tận Nơi: nhắc hẹn {when}, phiếu {reference}. Xin chuẩn bị giấy tờ; "
            "đổi lịch hoặc hủy: {link}",
            en="Tận Nơi: a reminder of {when}, booking {reference}. Please have the papers ready; "
            "change or cancel: {link}",
        ),
        optional=True,
    ),
    Template(
        name="courier_on_the_way",
        text=Text(
            vi="Tận Nơi: bưu tá đang đến chỗ quý vị, {expected} (hồ sơ {item_code}).",
            en="Tận Nơi: the courier is on the way to you, {expected} (dossier {item_code}).",
        ),
        urgent=True,
    ),
    Template(
        name="courier_near",
        text=Text(
            vi="Tận Nơi: bưu tá sắp đến chỗ quý vị, {expected} (hồ sơ {item_code}).",
            en="Tận Nơi: the courier is near you, {expected} (dossier {item_code}).",
        ),
        urgent=True,
        optional=True,
    ),
    Template(
        name="collection_failed",
        text=Text(
            vi="Tận Nơi: chưa nhận được hồ sơ {item_code} ({reason}). "
            "Bưu tá trở lại ngày {day}. Theo dõi: {link}",
            en="Tận Nơi: dossier {item_code} could not be collected ({reason}). "
            "The courier comes again on {day}. Follow: {link}",
        ),
    ),
    Template(
        name="dossier_filed",
        text=Text(
            vi="Tận Nơi: hồ sơ {item_code} đã nộp tại {office} lúc {at}.",
            en="Tận Nơi: dossier {item_code} was filed at {office} at {at}.",
        ),
    ),
    Template(
        name="appointment",
        text=Text(
            vi="Tận Nơi: hồ sơ {item_code} hẹn trả kết quả ngày {day}.",
            en="Tận Nơi: the result of dossier {item_code} is promised for {day}.",
        ),
    ),
    Template(
        name="supplement_asked",
        text=Text(
            vi="Tận Nơi: cơ quan yêu cầu bổ sung hồ sơ {item_code} (phiếu số {form_no}). "
            "Bưu tá sẽ đến nhận giấy tờ bổ sung {when}. Đổi lịch: {link}",
            en="Tận Nơi: the office asks for more papers for {item_code} (form {form_no}). "
            "A courier collects them {when}. To change that: {link}",
        ),
    ),
    Template(
        name="supplement_booked",
        text=Text(
            vi="Tận Nơi: bưu tá sẽ đến nhận giấy tờ bổ sung hồ sơ {item_code} "
            "(phiếu số {form_no}) {when}. Theo dõi, đổi lịch: {link}",
            en="Tận Nơi: a courier collects the missing papers of {item_code} "
            "(form {form_no}) {when}. To follow or change it: {link}",
        ),
    ),
    Template(
        name="supplement_cancelled",
        text=Text(
            vi="Tận Nơi: đã hủy lượt đến nhận giấy tờ bổ sung của phiếu {reference} (hẹn {when}). "
            "Hồ sơ đã nộp vẫn giữ nguyên.",
            en="Tận Nơi: no courier collects the missing papers of booking {reference} ({when}). "
            "What was filed before stays filed.",
        ),
    ),
    Template(
        name="dossier_refused",
        text=Text(
            vi="Tận Nơi: {office} không tiếp nhận hồ sơ {item_code}, có phiếu từ chối kèm theo. "
            "Hồ sơ được mang trả lại quý vị.",
            en="Tận Nơi: {office} did not accept dossier {item_code} and gave its reasons in "
            "writing. The papers are on their way back to you.",
        ),
    ),
    Template(
        name="supplement_at_desk",
        text=Text(
            vi="Tận Nơi: {office} yêu cầu bổ sung hồ sơ {item_code} (phiếu số {form_no}). "
            "Giấy tờ được mang trả lại quý vị kèm phiếu.",
            en="Tận Nơi: {office} asks for more papers for {item_code} (form {form_no}). "
            "The papers and the form are on their way back to you.",
        ),
    ),
    Template(
        name="result_ready",
        text=Text(
            vi="Tận Nơi: {office} đã có kết quả hồ sơ {item_code}; bưu tá sẽ mang đến. "
            "Theo dõi: {link}",
            en="Tận Nơi: {office} has the result of {item_code}; a courier will bring it. "
            "Follow: {link}",
        ),
    ),
    Template(
        name="result_ready_at_office",
        text=Text(
            vi="Tận Nơi: kết quả hồ sơ {item_code} đã có, mời đến nhận tại {office}.",
            en="Tận Nơi: the result of {item_code} is ready for you at {office}.",
        ),
    ),
    Template(
        name="result_late",
        text=Text(
            vi="Tận Nơi: cơ quan xin lỗi vì trả kết quả hồ sơ {item_code} trễ, "
            "hẹn lại ngày {new_date} (phiếu số {form_no}).",
            en="Tận Nơi: the office apologises: the result of {item_code} is late, "
            "the new day is {new_date} (form {form_no}).",
        ),
    ),
    Template(
        name="result_redirected",
        text=Text(
            vi="Tận Nơi: kết quả hồ sơ {item_code} sẽ được phát theo địa chỉ mới quý vị đã báo. "
            "Nếu không phải quý vị, gọi bưu cục ngay.",
            en="Tận Nơi: the result of {item_code} will go to the new address you gave. "
            "If that was not you, call the post office at once.",
        ),
    ),
    Template(
        name="delivery_pin",
        text=Text(
            vi="Tận Nơi: mã PIN nhận kết quả hồ sơ {item_code} là {pin}. "
            "Chỉ đọc cho bưu tá khi đã cầm kết quả.",
            en="Tận Nơi: the PIN for receiving the result of {item_code} is {pin}. "
            "Tell it to the courier only at the door.",
        ),
    ),
    Template(
        name="delivery_failed_1",
        text=Text(
            vi="Tận Nơi: chưa phát được kết quả hồ sơ {item_code} vì vắng nhà (giấy mời lần 1). "
            "Bưu tá trở lại sau {days} ngày làm việc. Theo dõi: {link}",
            en="Tận Nơi: nobody was at home for the result of {item_code} (first notice). "
            "The courier comes again in {days} working days. Follow: {link}",
        ),
    ),
    Template(
        name="delivery_failed_2",
        text=Text(
            vi="Tận Nơi: lần 2 chưa phát được kết quả hồ sơ {item_code}. Kết quả được giữ tại "
            "bưu cục {days} ngày làm việc, mời mang giấy tờ tùy thân đến nhận.",
            en="Tận Nơi: the result of {item_code} could not be delivered twice. It is kept at "
            "the post office for {days} working days; bring your identity paper.",
        ),
    ),
    Template(
        name="delivery_failed",
        text=Text(
            vi="Tận Nơi: chưa phát được kết quả hồ sơ {item_code} ({reason}). "
            "Bưu tá sẽ trở lại. Theo dõi: {link}",
            en="Tận Nơi: the result of {item_code} could not be delivered ({reason}). "
            "A courier will come again. Follow: {link}",
        ),
    ),
    Template(
        name="result_at_counter",
        text=Text(
            vi="Tận Nơi: kết quả hồ sơ {item_code} chờ quý vị tại {post_office}. "
            "Mang giấy tờ tùy thân khi đến nhận.",
            en="Tận Nơi: the result of {item_code} waits for you at {post_office}. "
            "Bring your identity paper.",
        ),
    ),
    Template(
        name="result_delivered",
        text=Text(
            vi="Tận Nơi: đã giao kết quả hồ sơ {item_code}. Mời quý vị đánh giá: {link}",
            en="Tận Nơi: the result of {item_code} was delivered. Please rate us: {link}",
        ),
        optional=True,
    ),
    Template(
        name="seal_broken",
        text=Text(
            vi="Tận Nơi: hồ sơ {item_code} có sự cố: {harm}. Đã kiểm đếm, lập biên bản; "
            "bưu cục sẽ liên hệ với quý vị.",
            en="Tận Nơi: something happened to dossier {item_code}: {harm}. It was counted and "
            "recorded; the post office will contact you.",
        ),
    ),
    Template(
        name="dossier_lost",
        text=Text(
            vi="Tận Nơi: rất tiếc, hồ sơ {item_code} chưa tìm thấy. Chúng tôi đang tìm, "
            "đã báo cơ quan và sẽ gọi cho quý vị.",
            en="Tận Nơi: we are sorry, dossier {item_code} cannot be found. We are searching, "
            "the office knows, and we will call you.",
        ),
    ),
    Template(
        name="dossier_found",
        text=Text(
            vi="Tận Nơi: đã tìm thấy hồ sơ {item_code}; hồ sơ được kiểm đếm và chuyển tiếp.",
            en="Tận Nơi: dossier {item_code} was found; it is counted and goes on.",
        ),
    ),
    Template(
        name="force_majeure",
        text=Text(
            vi="Tận Nơi: vì thiên tai, việc đi lại ở khu vực của quý vị tạm dừng. "
            "Hồ sơ {item_code} chuyển sang ngày {day}.",
            en="Tận Nơi: for force majeure couriers do not ride in your area now. "
            "Dossier {item_code} is moved to {day}.",
        ),
    ),
    Template(
        name="complaint.received",
        text=Text(
            vi="Tận Nơi: đã nhận khiếu nại số {number}, trả lời chậm nhất ngày {due_on}.",
            en="Tận Nơi: complaint {number} is received; you get an answer by {due_on}.",
        ),
        optional=True,
    ),
    Template(
        name="complaint.answered",
        text=Text(
            vi="Tận Nơi: khiếu nại số {number} đã có trả lời. Xem tại {link}",
            en="Tận Nơi: complaint {number} is answered. Read it at {link}",
        ),
    ),
    Template(
        name="one_time_code",
        text=Text(
            vi="Tận Nơi: mã đăng nhập là {code}, có hiệu lực 5 phút. "
            "Không đưa mã này cho bất kỳ ai.",
            en="Tận Nơi: your sign-in code is {code}, valid for 5 minutes. Give it to nobody.",
        ),
        urgent=True,
    ),
    Template(
        name="courier.stop_dropped",
        text=Text(
            vi="Tận Nơi: khách đã hủy hoặc dời điểm hẹn {when} (phiếu {reference}); "
            "tuyến trên máy đã bỏ điểm này.",
            en="Tận Nơi: the visit {when} (booking {reference}) was cancelled or moved; "
            "your route on the phone is without it now.",
        ),
        urgent=True,
    ),
    Template(
        name="courier.paused",
        text=Text(
            vi="Tận Nơi: tạm dừng tuyến vì thiên tai đến {until}. "
            "Gửi hồ sơ đang giữ vào két tại {post_office}.",
            en="Tận Nơi: your route is paused for force majeure until {until}. "
            "Bring what you carry to the safe of {post_office}.",
        ),
        urgent=True,
    ),
    Template(
        name="office.result_delivered",
        text=Text(
            vi="Đã phát kết quả hồ sơ {item_code} lúc {at}.",
            en="The result of dossier {item_code} was delivered at {at}.",
        ),
        urgent=True,
    ),
)

TEMPLATES: Mapping[str, Template] = {template.name: template for template in _ALL}
"""Every notice by name."""
