"""Settings are checked whole before anything starts."""

from pathlib import Path

import pytest

from backend.setting_list import list_settings
from backend.setting_problems import InvalidSettings, SettingProblem
from backend.settings import Settings

PRODUCTION = {
    "TANNOI_ENVIRONMENT": "production",
    "TANNOI_DATABASE_URL": "postgresql+psycopg://tannoi_app@db/tannoi",
    "TANNOI_REDIS_URL": "redis://queue:6379/0",
}


def problems_of(environ: dict[str, str]) -> dict[str, SettingProblem]:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment(environ)
    return {problem.name: problem for problem in caught.value.problems}


def test_without_any_variable_the_local_defaults_hold() -> None:
    settings = Settings.from_environment({})
    assert settings.environment == "local"
    assert (settings.bind, settings.port) == ("127.0.0.1", 8080)
    assert settings.province_code == "48"


def test_folders_follow_the_state_folder_unless_they_are_named() -> None:
    settings = Settings.from_environment(
        {"TANNOI_STATE_DIR": "/srv/tannoi", "TANNOI_BLOB_DIR": "/blobs"}
    )
    assert settings.roads_dir == Path("/srv/tannoi/roads")
    assert settings.output_dir == Path("/srv/tannoi/out")
    assert settings.blob_dir == Path("/blobs")


def test_an_unknown_variable_is_refused_with_the_closest_name() -> None:
    problem = problems_of({"TANNOI_DATABSE_URL": "x"})["TANNOI_DATABSE_URL"]
    assert problem.code == "setting_unknown"
    assert problem.next_step == "Did you mean TANNOI_DATABASE_URL?"


def test_variables_of_the_tests_and_of_other_programs_are_left_alone() -> None:
    assert Settings.from_environment({"TANNOI_TEST_DATA": "/data", "PATH": "/bin"}) == Settings()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environment({"TANNOI_BIND": ""}).bind == "127.0.0.1"


def test_all_problems_are_told_at_once() -> None:
    problems = problems_of(
        {"TANNOI_PORT": "eighty", "TANNOI_LOG_LEVEL": "LOUD", "TANNOI_COLOUR": "red"}
    )
    assert problems.keys() == {"TANNOI_PORT", "TANNOI_LOG_LEVEL", "TANNOI_COLOUR"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TANNOI_PORT", "0"),
        ("TANNOI_PORT", "65536"),
        ("TANNOI_PORT", "8080.5"),
        ("TANNOI_ENVIRONMENT", "staging"),
        ("TANNOI_DATABASE_URL", "mysql://db/tannoi"),
        ("TANNOI_DATABASE_URL", "postgresql://db/tannoi"),
        ("TANNOI_MIGRATION_URL", "sqlite:///x.db"),
        ("TANNOI_REDIS_URL", "http://queue"),
        ("TANNOI_PROVINCE_CODE", "Đà Nẵng"),
        ("TANNOI_PLAN_TIME_LIMIT_S", "0"),
        ("TANNOI_WEB_THREADS", "-3"),
    ],
)
def test_a_wrong_value_is_refused_with_reason_and_next_step(name: str, value: str) -> None:
    problem = problems_of({name: value})[name]
    assert problem.code == "setting_invalid"
    assert problem.reason
    assert problem.next_step
    assert "\n" not in str(problem)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_an_address_that_others_can_reach_is_refused_until_there_are_accounts(address: str) -> None:
    assert "TANNOI_BIND" in problems_of({"TANNOI_BIND": address})


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "unix:/run/s"])
def test_loopback_and_unix_sockets_are_allowed(address: str) -> None:
    assert Settings.from_environment({"TANNOI_BIND": address}).bind == address


def test_a_local_installation_stays_at_home() -> None:
    problem = problems_of({"TANNOI_BIND": "0.0.0.0"})["TANNOI_BIND"]
    assert "local installation" in problem.reason
    assert "TANNOI_BIND" in problems_of({"TANNOI_BIND": "not an address"})


def test_production_may_listen_to_everybody() -> None:
    everybody = {**PRODUCTION, "TANNOI_BIND": "0.0.0.0"}
    assert Settings.from_environment(everybody).bind == "0.0.0.0"


@pytest.mark.parametrize("name", ["TANNOI_DATABASE_URL", "TANNOI_REDIS_URL"])
def test_production_refuses_to_start_without_a_database_or_a_queue(name: str) -> None:
    problem = problems_of({key: value for key, value in PRODUCTION.items() if key != name})[name]
    assert problem.code == "setting_missing"


def test_production_starts_with_everything_it_needs_and_logs_for_machines() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.logs_as_json
    assert not Settings().logs_as_json


def test_a_needed_setting_that_is_missing_is_named_with_an_example() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings().needed("migration_url")
    assert "TANNOI_MIGRATION_URL" in str(caught.value)
    assert "postgresql+psycopg://" in str(caught.value)


def test_secrets_do_not_show_when_the_settings_are_printed() -> None:
    printed = repr(Settings.from_environment(PRODUCTION))
    assert "s" * 32 not in printed
    assert "tannoi_app" not in printed


def test_every_setting_explains_itself() -> None:
    for info in list_settings():
        assert info.about.endswith((".", "office (GSO); 48 is Đà Nẵng."))
        assert info.example
        assert info.variable == f"TANNOI_{info.attribute.upper()}"


@pytest.mark.parametrize(
    "address", ["tannoi.example.vn", "ftp://tannoi.example.vn", "https://", "https://a.vn/?x=1"]
)
def test_the_public_address_is_one_of_a_web_site(address: str) -> None:
    problem = problems_of({"TANNOI_PUBLIC_URL": address})["TANNOI_PUBLIC_URL"]
    assert problem.next_step == "Write it like https://tannoi.example.vn."


def test_a_gateway_needs_its_key_and_the_address_that_its_texts_link_to() -> None:
    gateway = {"TANNOI_NOTICE_GATEWAY_URL": "https://sms.example.vn/messages"}
    assert problems_of(gateway).keys() == {"TANNOI_NOTICE_GATEWAY_KEY", "TANNOI_PUBLIC_URL"}
    short = gateway | {"TANNOI_PUBLIC_URL": "https://x.vn", "TANNOI_NOTICE_GATEWAY_KEY": "k" * 31}
    assert problems_of(short).keys() == {"TANNOI_NOTICE_GATEWAY_KEY"}
    whole = short | {"TANNOI_NOTICE_GATEWAY_KEY": "k" * 32}
    assert (
        Settings.from_environment(whole).notice_gateway_url == gateway["TANNOI_NOTICE_GATEWAY_URL"]
    )
