"""Every setting of the program in one frozen object, read once from TANNOI_* variables.

A wrong value stops the start with a one-line reason and the next step; nothing is guessed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from backend import setting_checks as checks
from backend.setting_checks import Rejected
from backend.setting_fields import about, setting
from backend.setting_problems import (
    KEY_MIN_CHARS,
    PREFIX,
    InvalidSettings,
    SettingProblem,
    missing,
    parsed,
    too_short,
    unknown,
    variable_name,
    wrong,
)

TEST_PREFIX = "TANNOI_TEST_"
"""Variables with this prefix belong to the tests; the program leaves them alone."""


_INSIDE_STATE_DIR = (
    "roads_dir",
    "blob_dir",
    "custody_roots_dir",
    "custody_key_file",
    "output_dir",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the program may be told from outside. `{state_dir}` in a default is filled in."""

    environment: str = setting(
        "local: a demo on this machine; production: secrets are demanded.",
        "local",
        example="production",
        check=checks.one_of("local", "production"),
    )
    database_url: str = setting(
        "PostgreSQL with PostGIS, as the application's role, which cannot change the custody log.",
        "",
        example="postgresql+psycopg://tannoi_app@/tannoi?host=/run/postgresql",
        secret=True,
        check=checks.database_url,
    )
    migration_url: str = setting(
        "The same database as its owner; only `tannoi migrate` uses it.",
        "",
        example="postgresql+psycopg://tannoi_owner@/tannoi?host=/run/postgresql",
        secret=True,
        check=checks.database_url,
    )
    redis_url: str = setting(
        "Valkey or Redis for the job queue.",
        "",
        example="unix:///run/valkey/valkey.sock?db=0",
        secret=True,
        check=checks.redis_url,
    )
    state_dir: Path = field(
        default=Path("var"),
        metadata=about("Folder for everything that the program writes.", example="/var/lib/tannoi"),
    )
    roads_dir: Path = field(
        default=Path("{state_dir}/roads"),
        metadata=about("Folder of the built road data.", example="/var/lib/tannoi/roads"),
    )
    blob_dir: Path = field(
        default=Path("{state_dir}/blobs"),
        metadata=about(
            "Folder of photos, signatures and printed forms, named by content.",
            example="/var/lib/tannoi/blobs",
        ),
    )
    custody_roots_dir: Path = field(
        default=Path("{state_dir}/custody-roots"),
        metadata=about(
            "Folder of the signed daily roots of the custody log; keep it on another machine too.",
            example="/var/lib/tannoi/custody-roots",
        ),
    )
    custody_key_file: Path = field(
        default=Path("{state_dir}/custody-root.key"),
        metadata=about(
            "Key that signs the roots, made when it is missing; never keep it in the database.",
            example="/etc/tannoi/custody-root.key",
        ),
    )
    output_dir: Path = field(
        default=Path("{state_dir}/out"),
        metadata=about(
            "Folder for route sheets and other files made for people.",
            example="/var/lib/tannoi/out",
        ),
    )
    bind: str = setting(
        "Address the web server listens on. A local installation stays on loopback or a unix "
        "socket; elsewhere a proxy that speaks TLS stands in front.",
        "127.0.0.1",
        example="unix:/run/tannoi/web.sock",
        check=checks.listen_address,
    )
    public_url: str = setting(
        "Address at which the public reaches the pages: receipts print their verification link "
        "with it, and the code alone without. Needed with a gateway, whose notices link to them.",
        "",
        example="https://tannoi.example.vn",
        check=checks.public_url,
    )
    quiet_hours: str = setting(
        "Local hours in which only urgent notices leave, such as a courier on the way; off: none.",
        "21:00-07:00",
        example="22:00-06:00",
        check=checks.quiet_hours,
    )
    notice_gateway_url: str = setting(
        "Gateway that sends text messages (SMS, Zalo) for us; without it the log says that one "
        "would have left.",
        "",
        example="https://sms.example.vn/messages",
        check=checks.gateway_url,
    )
    notice_gateway_key: str = setting(
        "Key that signs what the gateway is asked; required with its address.",
        "",
        example="the output of: openssl rand -hex 32",
        secret=True,
    )
    port: int = setting(
        "TCP port of the web server; unused with a unix socket.",
        8080,
        example="8081",
        check=checks.between(1, 65_535),
    )
    trusted_proxies: int = setting(
        "How many proxies of ours stand in front of the web server: so many entries at the end of "
        "X-Forwarded-For are believed. Tries to sign in are counted by the address before them.",
        0,
        example="1",
        check=checks.between(0, 5),
    )
    web_workers: int = setting(
        "Processes of the web server.", 1, example="2", check=checks.between(1, 64)
    )
    web_threads: int = setting(
        "Requests that one web process answers at the same time.",
        8,
        example="16",
        check=checks.between(1, 128),
    )
    log_level: str = setting(
        "The least serious message that is written.",
        "INFO",
        example="DEBUG",
        check=checks.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    )
    log_format: str = setting(
        "json: a line per message for machines; console: for people; "
        "auto: json in production, else console.",
        "auto",
        example="json",
        check=checks.one_of("auto", "json", "console"),
    )
    province_code: str = setting(
        "Province served when a command names none, as the two-digit code of the statistics "
        "office (GSO); 48 is Đà Nẵng.",
        "48",
        example="01",
        check=checks.province_code,
    )
    plan_time_limit_s: int = setting(
        "Seconds that the search for a plan may take.",
        20,
        example="60",
        check=checks.between(1, 3_600),
    )

    demo_clock: str = setting(
        "For demonstrations: the clock showed the first instant at the second (true) one and goes "
        "so many times as fast; local only. `tannoi phone-sim --help` tells the use.",
        "",
        example="2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,60",
        check=checks.demo_clock,
    )

    def __post_init__(self) -> None:
        for name in _INSIDE_STATE_DIR:
            filled = str(getattr(self, name)).replace("{state_dir}", str(self.state_dir))
            object.__setattr__(self, name, Path(filled))
        problems = [problem for info in fields(self) if (problem := _problem_of(info, self))]
        if self.environment == "production":
            problems += self._missing_in_production()
        elif not problems:
            problems += self._reachable_at_home()
        if self.notice_gateway_url and len(self.notice_gateway_key) < KEY_MIN_CHARS:
            problems.append(too_short("notice_gateway_key", self.notice_gateway_key))
        if self.notice_gateway_url and not self.public_url:  # a notice's link would lead nowhere
            problems.append(_missing("public_url"))
        if problems:
            raise InvalidSettings(tuple(problems))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Reads TANNOI_* variables; an empty one counts as not set.

        Raises InvalidSettings with every unknown name and every wrong value.
        """
        given = {
            name: value
            for name, value in (os.environ if environ is None else environ).items()
            if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and value != ""
        }
        known = {variable_name(info.name): info for info in fields(cls)}
        problems = [unknown(name, tuple(known)) for name in sorted(given.keys() - known.keys())]
        values: dict[str, Any] = {}
        for name in sorted(given.keys() & known.keys()):
            try:
                values[known[name].name] = parsed(given[name], known[name].type)
            except Rejected as rejected:
                problems.append(wrong(name, rejected))
        try:
            settings = cls(**values)
        except InvalidSettings as invalid:
            problems += invalid.problems
        if problems:
            raise InvalidSettings(tuple(problems))
        return settings

    @property
    def logs_as_json(self) -> bool:
        """Whether logs are for machines."""
        wanted = {"json": True, "console": False}
        return wanted.get(self.log_format, self.environment == "production")

    def needed(self, attribute: str) -> str:
        """The value of a setting that may be empty; raises InvalidSettings if it is."""
        value: str = getattr(self, attribute)
        if value == "":
            raise InvalidSettings((_missing(attribute),))
        return value

    def _reachable_at_home(self) -> list[SettingProblem]:
        try:
            checks.kept_at_home(self.bind)
        except Rejected as rejected:
            return [wrong(variable_name("bind"), rejected)]
        return []

    def _missing_in_production(self) -> list[SettingProblem]:
        required = ("database_url", "redis_url")
        problems = [_missing(name) for name in required if getattr(self, name) == ""]
        if self.demo_clock:
            untrue = Rejected("real papers are signed by true time.", "Unset it in production.")
            problems.append(wrong(variable_name("demo_clock"), untrue))
        return problems


def _problem_of(info: Any, settings: Settings) -> SettingProblem | None:
    check = info.metadata["check"]
    try:
        if check is not None:
            check(getattr(settings, info.name))
    except Rejected as rejected:
        return wrong(variable_name(info.name), rejected)
    return None


def _missing(attribute: str) -> SettingProblem:
    (example,) = (each.metadata["example"] for each in fields(Settings) if each.name == attribute)
    return missing(attribute, example)
