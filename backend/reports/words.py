"""The Vietnamese words of a courier's day on paper and in tables."""

from backend.places.models import PlaceKind
from backend.planning.models import Plan, PlanStatus, StopKind, VisitKind

VISIT_WORDS = {
    VisitKind.COLLECTION: "Thu gom",
    VisitKind.HAND_OVER: "Bàn giao",
    VisitKind.FETCH: "Nhận kết quả",
    VisitKind.DELIVERY: "Phát kết quả",
    VisitKind.TAKE_FROM_POST_OFFICE: "Lấy tại bưu cục",
    VisitKind.DEPOSIT: "Gửi lại bưu cục",
}

STOP_WORDS = {
    StopKind.START: "Xuất phát",
    StopKind.BREAK: "Nghỉ giữa ca",
    StopKind.END: "Kết thúc ca",
}

PLAN_WORDS = {
    PlanStatus.DRAFT: "bản nháp",
    PlanStatus.PUBLISHED: "đã phát hành",
    PlanStatus.SUPERSEDED: "đã thay bằng bản mới",
}

SIGNER_WORDS = {
    PlaceKind.HOME: "Người giao/nhận hồ sơ ký",
    PlaceKind.OFFICE: "Cán bộ một cửa ký",
    PlaceKind.POST_OFFICE: "Bưu cục ký",
}

SOURCE_WORDS = {"SAMPLE": "dữ liệu mẫu", "UNVERIFIED": "chưa kiểm chứng"}

_TRAVEL_WORDS = {
    "OSRM_MOTORBIKE": "thời gian đi xe máy theo mạng đường đã dựng",
    "GREAT_CIRCLE": "thời gian đi ước lượng theo đường chim bay, không phải đường thật",
}


def travel_words(plan: Plan) -> str:
    """Where the plan's travel times come from, and how many places are estimated all the same."""
    source = plan.travel_source or ""
    words = _TRAVEL_WORDS.get(source, source)
    estimated = plan.summary.get("travel", {}).get("estimated_places", 0)
    if source != "OSRM_MOTORBIKE" or not estimated:
        return words
    return f"{words}; {estimated} điểm xa mạng đường nên đường đi đến đó là ước lượng"
