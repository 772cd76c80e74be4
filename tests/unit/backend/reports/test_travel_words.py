"""A plan on real roads still says which places it only estimates."""

from backend.planning.models import Plan
from backend.reports.words import travel_words


def a_plan(source: str, estimated_places: int) -> Plan:
    return Plan(travel_source=source, summary={"travel": {"estimated_places": estimated_places}})


def test_real_roads_with_places_off_the_network_name_their_number() -> None:
    assert travel_words(a_plan("OSRM_MOTORBIKE", 61)).endswith(
        "; 61 điểm xa mạng đường nên đường đi đến đó là ước lượng"
    )


def test_real_roads_for_every_place_need_no_remark() -> None:
    assert "ước lượng" not in travel_words(a_plan("OSRM_MOTORBIKE", 0))


def test_an_estimate_for_the_whole_day_is_called_one_once() -> None:
    words = travel_words(a_plan("GREAT_CIRCLE", 300))
    assert words.count("ước lượng") == 1
    assert "không phải đường thật" in words
