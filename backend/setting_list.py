"""Every setting as the docs and `tannoi status` show it."""

from dataclasses import dataclass, fields
from typing import Any

from backend.setting_problems import variable_name
from backend.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInfo:
    """A setting as the docs show it."""

    variable: str
    attribute: str
    kind: str
    default: str
    about: str
    example: str
    secret: bool


def list_settings() -> tuple[SettingInfo, ...]:
    """Every setting in the order of the dataclass: the source of the settings page."""
    return tuple(
        SettingInfo(
            variable=variable_name(info.name),
            attribute=info.name,
            kind=_kind(info.type),
            default=str(info.default),
            about=info.metadata["about"],
            example=info.metadata["example"],
            secret=info.metadata["secret"],
        )
        for info in fields(Settings)
    )


def _kind(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
