"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfminute.kit.settings import InvalidSettings, Settings, read_settings

URL = "postgresql://localhost/halfminute"


def test_a_database_is_all_that_must_be_named() -> None:
    settings = read_settings({"HALFMINUTE_DATABASE_URL": URL})
    assert settings == Settings(database_url=URL)
    assert settings.base_url == "http://localhost:8080"
    assert not settings.is_secure
    assert settings.key_file == Path("var/secret.key")


def test_the_environment_is_read_by_type_and_given_values_win() -> None:
    environment = {
        "HALFMINUTE_DATABASE_URL": URL,
        "HALFMINUTE_PORT": "9000",
        "HALFMINUTE_PUBLIC_URL": "https://desk.example.org/",
        "HALFMINUTE_DATA_DIRECTORY": "/srv/half minute",
        "HALFMINUTE_IS_COMMIT_SYNCHRONOUS": "false",
        "HALFMINUTE_UNKNOWN": "ignored",
        "PORT": "1",
    }
    settings = read_settings(environment, port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "127.0.0.1")
    assert settings.base_url == "https://desk.example.org"
    assert settings.is_secure
    assert settings.data_directory == Path("/srv/half minute")
    assert settings.is_commit_synchronous is False


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HALFMINUTE_DATABASE_URL": ""},
        {"HALFMINUTE_DATABASE_URL": URL, "HALFMINUTE_PORT": "http"},
        {"HALFMINUTE_DATABASE_URL": URL, "HALFMINUTE_IS_COMMIT_SYNCHRONOUS": "perhaps"},
    ],
)
def test_a_setting_that_is_wrong_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match="HALFMINUTE_"):
        read_settings(environment)
