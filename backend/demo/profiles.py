"""How large a sample day is and where it happens, so that a demo looks like a real service."""

from dataclasses import dataclass

from backend.demo.errors import UnknownProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandProfile:
    """One size of service. Figures are orders of magnitude from public reports (DOMAIN §6).

    `tasks` counts collections plus returns. `zones` limits the homes (empty = the whole planning
    area). `rural_factor` multiplies the weight of communes against wards; `remote_share` of the
    homes lie where couriers have visit days.
    """

    name: str
    tasks: int
    collection_share: float
    zones: frozenset[str] = frozenset()
    rural_factor: float = 1.0
    remote_share: float = 0.02
    description: str


PROFILES = {
    profile.name: profile
    for profile in (
        DemandProfile(
            name="launch",
            tasks=60,
            collection_share=22 / 60,
            zones=frozenset({"HAI-CHAU", "THANH-KHE"}),
            remote_share=0.0,
            description="the first weeks, two districts of the centre",
        ),
        DemandProfile(
            name="pilot",
            tasks=300,
            collection_share=0.35,
            description="the pilot in the whole city as it was before July 2025",
        ),
        DemandProfile(
            name="city",
            tasks=800,
            collection_share=0.35,
            description="a settled service in the whole city",
        ),
        DemandProfile(
            name="an-giang",
            tasks=155,
            collection_share=54 / 154,
            rural_factor=2.0,
            remote_share=0.04,
            description="the volumes An Giang reported for 2017, on this city's map",
        ),
        DemandProfile(
            name="quang-binh",
            tasks=400,
            collection_share=0.35,
            rural_factor=3.0,
            remote_share=0.06,
            description="the volumes Quảng Bình reported for 2017–18, on this city's map",
        ),
    )
}

DEFAULT_PROFILE = "pilot"


def get_profile(name: str) -> DemandProfile:
    """The profile of that name; `UnknownProfile`, listing the names, when there is none."""
    profile = PROFILES.get(name)
    if profile is None:
        raise UnknownProfile(name=name, known=", ".join(PROFILES))
    return profile
