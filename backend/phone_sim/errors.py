"""Why simulated couriers cannot start their day."""

from backend.errors import Conflict, NotFound, Text, Unavailable


class ServerSilent(Unavailable):
    code = "server_silent"
    detail = Text(
        vi="Máy chủ tại {server} không trả lời: {reason}.",
        en="The server at {server} does not answer: {reason}.",
    )
    action = Text(
        vi="Chạy tannoi serve, hoặc chỉ đúng địa chỉ bằng --server.",
        en="Run tannoi serve, or name its address with --server.",
    )


class NothingPublished(NotFound):
    code = "nothing_published"
    detail = Text(
        vi="Ngày {day} chưa có kế hoạch nào được công bố.",
        en="No plan of {day} is published.",
    )
    action = Text(
        vi="Lập và công bố: tannoi plan KHU-VỰC {typed} --publish",
        en="Make and publish one: tannoi plan AREA {typed} --publish",
    )


class AnotherTime(Conflict):
    code = "another_time"
    detail = Text(
        vi="Đồng hồ máy chủ chỉ {server_now}, đồng hồ ở đây chỉ {now}.",
        en="The server's clock shows {server_now}, the clock here {now}.",
    )
    action = Text(
        vi="Chạy máy chủ và lệnh này với cùng một TANNOI_DEMO_CLOCK.",
        en="Start the server and this with the same TANNOI_DEMO_CLOCK.",
    )


class AnotherDay(Conflict):
    code = "another_day"
    detail = Text(
        vi="Đồng hồ chỉ ngày {today}, không phải {day}{wanted}.",
        en="The clock shows {today}, not {day}{wanted}.",
    )
    action = Text(
        vi="Chạy máy chủ và lệnh này với TANNOI_DEMO_CLOCK={clock}",
        en="Start the server and this with TANNOI_DEMO_CLOCK={clock}",
    )
