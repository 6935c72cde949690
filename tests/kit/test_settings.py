"""Settings from the environment, from credentials, and from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfminute.kit import setting_sources
from halfminute.kit.embedded_postgres import default_directory
from halfminute.kit.settings import InvalidSettings, Settings, read_configuration, read_settings

URL = "postgresql://localhost/halfminute"
DATABASE = {"HALFMINUTE_DATABASE_URL": URL}


@pytest.fixture(autouse=True)
def no_standard_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The machine's own file is not ours to read."""
    file = tmp_path / "standard.toml"
    monkeypatch.setattr(setting_sources, "STANDARD_FILE", file)
    return file


def write_config(directory: Path, text: str) -> dict[str, str]:
    """An environment that names a file with this text."""
    file = directory / "halfminute.toml"
    file.write_text(text, encoding="utf-8")
    return {"HALFMINUTE_CONFIG": str(file)}


def faults_of(environment: dict[str, str], **given: object) -> list[str]:
    """What is refused, one text a fault."""
    return [str(fault) for fault in read_configuration(environment, **given).faults]


def test_a_database_is_all_that_must_be_named() -> None:
    settings = read_settings(DATABASE)
    assert settings == Settings(database_url=URL)
    assert settings.base_url == "http://localhost:8080"
    assert not settings.is_secure
    assert settings.key_file == default_directory() / "secret.key"


def test_the_environment_is_read_by_type_and_given_values_win() -> None:
    environment = {
        **DATABASE,
        "HALFMINUTE_PORT": "9000",
        "HALFMINUTE_PUBLIC_URL": "https://desk.example.org/",
        "HALFMINUTE_DATA_DIRECTORY": "/srv/half minute",
        "HALFMINUTE_IS_COMMIT_SYNCHRONOUS": "false",
        "HALFMINUTE_TRUSTED_PROXIES": "10.0.0.5, fd00::/64",
        "HALFMINUTE_UNKNOWN": "ignored",
        "PORT": "1",
    }
    settings = read_settings(environment, port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "127.0.0.1")
    assert settings.base_url == "https://desk.example.org"
    assert settings.is_secure
    assert settings.data_directory == Path("/srv/half minute")
    assert settings.is_commit_synchronous is False
    assert settings.trusted_proxies == ("10.0.0.5", "fd00::/64")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HALFMINUTE_DATABASE_URL": ""},
        {"HALFMINUTE_DATABASE_URL": "host=localhost password=hunter2"},
        {**DATABASE, "HALFMINUTE_PORT": "http"},
        {**DATABASE, "HALFMINUTE_PORT": "0"},
        {**DATABASE, "HALFMINUTE_IS_COMMIT_SYNCHRONOUS": "perhaps"},
        {**DATABASE, "HALFMINUTE_LOG_LEVEL": "loud"},
        {**DATABASE, "HALFMINUTE_PUBLIC_URL": "desk.example.org"},
        {**DATABASE, "HALFMINUTE_PUBLIC_URL": "https://example.org/desk"},
        {**DATABASE, "HALFMINUTE_TRUSTED_PROXIES": "*"},
        {**DATABASE, "HALFMINUTE_TRUSTED_PROXIES": "0.0.0.0/0"},
        {**DATABASE, "HALFMINUTE_TRUSTED_PROXIES": "proxy.example.org"},
    ],
)
def test_a_setting_that_is_wrong_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match="HALFMINUTE_") as refused:
        read_settings(environment)
    assert "hunter2" not in str(refused.value)


def test_the_environment_stands_above_the_file_and_both_above_the_defaults(tmp_path: Path) -> None:
    named = write_config(
        tmp_path,
        f'database_url = "{URL}"\nport = 9000\nlog_format = "json"\ntrusted_proxies = []\n',
    )
    configuration = read_configuration({**named, "HALFMINUTE_PORT": "9001"}, log_level="debug")
    settings = configuration.make_settings()

    assert (settings.port, settings.log_format, settings.log_level) == (9001, "json", "debug")
    assert settings.trusted_proxies == ()
    sources = {name: source for name, _, source in configuration.list_effective()}
    assert sources["port"] == "HALFMINUTE_PORT"
    assert sources["log_format"] == f"log_format in {tmp_path}/halfminute.toml"
    assert sources["log_level"] == "the command line"
    assert sources["host"] == "default"


def test_all_faults_of_all_sources_are_told_at_once(tmp_path: Path) -> None:
    named = write_config(
        tmp_path,
        'databse_url = "x"\nport = true\nlog_level = 7\nhost = "desk"\ncolour = "red"\n',
    )
    file = tmp_path / "halfminute.toml"

    with pytest.raises(InvalidSettings) as refused:
        read_settings({**named, "HALFMINUTE_LOG_FORMAT": "xml", "HALFMINUTE_DATABSE_URL": URL})

    told = str(refused.value).split("; ")
    assert f"databse_url in {file} is not a setting: did you mean database_url?" in told
    assert f"port in {file} is True: it must be a whole number from 1 to 65535" in told
    levels = "debug, info, warning, error, critical"
    assert f"log_level in {file} is 7: it must be one of {levels}" in told
    assert f"colour in {file} is not a setting" in told
    assert "HALFMINUTE_LOG_FORMAT is 'xml': it must be console or json" in told
    meant = "HALFMINUTE_DATABSE_URL is not a setting: did you mean HALFMINUTE_DATABASE_URL?"
    assert meant in told
    assert "HALFMINUTE_DATABASE_URL is not set: name a PostgreSQL database" in told
    assert len(told) == 7


@pytest.mark.parametrize(
    "variable",
    [
        # What Kubernetes sets beside a service that is called halfminute, and a test of ours.
        "HALFMINUTE_SERVICE_HOST",
        "HALFMINUTE_PORT_8080_TCP",
        "HALFMINUTE_CHROMIUM",
    ],
)
def test_what_others_put_into_the_environment_is_let_alone(variable: str) -> None:
    assert faults_of({**DATABASE, variable: "tcp://10.0.0.1:8080"}) == []


def test_the_standard_file_is_read_where_it_is_there_and_no_other_was_named(
    no_standard_file: Path, tmp_path: Path
) -> None:
    assert read_settings(DATABASE).port == 8080
    no_standard_file.write_text("port = 9000\n")
    assert read_settings(DATABASE).port == 9000
    assert read_settings({**DATABASE, "HALFMINUTE_CONFIG": ""}).port == 8080
    assert read_settings({**DATABASE, **write_config(tmp_path, "")}).port == 8080


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"port 8080", "cannot be read: Expected"),
        (b'host = "\xff"', "cannot be read: it is not UTF-8"),
        (b"#" * 70_000, "cannot be read: more than 65536 bytes"),
        (b"port = 1\nport = 2", "cannot be read: Cannot overwrite"),
    ],
)
def test_a_file_that_is_broken_is_named(content: bytes, told: str, tmp_path: Path) -> None:
    named = write_config(tmp_path, "")
    (tmp_path / "halfminute.toml").write_bytes(content)
    (fault,) = faults_of({**DATABASE, **named})
    assert fault.startswith(f"{tmp_path}/halfminute.toml {told}")


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    (fault,) = faults_of({**DATABASE, "HALFMINUTE_CONFIG": str(tmp_path / "none.toml")})
    assert fault == f"{tmp_path}/none.toml is not there: mend HALFMINUTE_CONFIG"


@pytest.mark.parametrize("by", ["environment", "credential", "file"])
def test_a_secret_may_lie_in_a_file_of_its_own(by: str, tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text(f"{URL}\n")
    environment = {
        "environment": {"HALFMINUTE_DATABASE_URL_FILE": str(tmp_path / "database_url")},
        "credential": {"CREDENTIALS_DIRECTORY": str(tmp_path)},
        # From where the file lies, wherever the process may have started.
        "file": write_config(tmp_path, 'database_url_file = "database_url"\n'),
    }[by]
    assert read_settings(environment).database_url == URL


def test_a_credential_stands_above_the_file_and_below_the_environment(tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql://credential/a")
    environment = {
        **write_config(tmp_path, 'database_url = "postgresql://file/a"\n'),
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    assert read_settings(environment).database_url == "postgresql://credential/a"
    assert read_settings({**environment, **DATABASE}).database_url == URL


def test_a_secret_that_is_given_twice_lacking_or_empty_is_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    pointing = {"HALFMINUTE_DATABASE_URL_FILE": str(secret)}

    (lacking,) = faults_of(pointing)
    secret.write_text(" \n")
    (empty,) = faults_of(pointing)
    secret.write_text(URL)
    (twice,) = faults_of({**pointing, **DATABASE})

    assert lacking == (
        f"HALFMINUTE_DATABASE_URL_FILE names {secret}, which cannot be read: "
        "No such file or directory"
    )
    assert empty == f"HALFMINUTE_DATABASE_URL_FILE names {secret}, which is empty"
    assert twice == (
        "HALFMINUTE_DATABASE_URL_FILE and HALFMINUTE_DATABASE_URL are both set: keep one of them"
    )


def test_paths_of_a_file_are_meant_from_where_it_lies(tmp_path: Path) -> None:
    named = write_config(tmp_path, 'data_directory = "data"\nsecret_key_file = "/etc/key"\n')
    settings = read_settings({**DATABASE, **named})
    assert (settings.data_directory, settings.key_file) == (tmp_path / "data", Path("/etc/key"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://hm:hunter2@db:5432/hm", "postgresql://***@db:5432/hm"),
        ("postgresql://hm:hun,ter2@db/hm", "postgresql://***@db/hm"),
        ("postgresql://hm:h/unter@2@a,b/hm", "postgresql://***@a,b/hm"),
        (
            "postgresql:///hm?host=/run&password=hunter2&port=1",
            "postgresql:///hm?host=/run&password=***&port=1",
        ),
    ],
)
def test_passwords_are_struck_out_where_the_settings_are_shown(url: str, shown: str) -> None:
    effective = read_configuration({"HALFMINUTE_DATABASE_URL": url}).list_effective()
    assert effective[0][:2] == ("database_url", shown)


def test_every_server_of_the_bus_is_struck_out() -> None:
    environment = {**DATABASE, "HALFMINUTE_NATS_URL": "nats://token@a:4222, tls://hm:x@b:4222"}
    shown = {name: value for name, value, _ in read_configuration(environment).list_effective()}
    assert shown["nats_url"] == "nats://***@a:4222,tls://***@b:4222"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"KEYS": "6"}, "HALFMINUTE_RETENTION_KEYS_DAYS is '6': it must be days, from 7 to 30"),
        ({"KEYS": "0"}, "HALFMINUTE_RETENTION_KEYS_DAYS is '0': it must be days, from 7 to 30"),
        ({"AUDIT": "365"}, "HALFMINUTE_RETENTION_AUDIT_DAYS is '365': it must be days, from 366"),
        ({"RAW": "-1"}, "HALFMINUTE_RETENTION_RAW_DAYS is '-1'"),
        ({"MEDIA": "0"}, "HALFMINUTE_RETENTION_MEDIA_DAYS is 0: it must not be longer than"),
        ({"MESSAGES": "200"}, "HALFMINUTE_RETENTION_MEDIA_DAYS is 400: it must not be longer"),
        ({"RAW": "60", "MESSAGES": "30", "MEDIA": "30"}, "HALFMINUTE_RETENTION_RAW_DAYS is 60"),
    ],
)
def test_what_is_kept_is_weighed_as_a_whole(given: dict[str, str], fault: str) -> None:
    environment = DATABASE | {f"HALFMINUTE_RETENTION_{n}_DAYS": days for n, days in given.items()}
    [told] = faults_of(environment)
    assert told.startswith(fault)


def test_for_ever_is_the_longest() -> None:
    names = ("RAW", "MESSAGES", "MEDIA", "EVENTS", "DRAFTS", "LINKS", "SESSIONS", "AUDIT")
    environment = DATABASE | {f"HALFMINUTE_RETENTION_{name}_DAYS": "0" for name in names}
    assert read_settings(environment).retention_messages_days == 0
