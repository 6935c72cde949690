"""What deploy/ and docs/ name is what the program has: commands, options, roles, settings."""

from __future__ import annotations

import ipaddress
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import pytest
import yaml

from halfminute.kit.setting_sources import CONFIG_VARIABLE, PREFIX
from halfminute.kit.settings import FIELDS, SECRET_NAMES, read_configuration
from halfminute.main.cli import main
from halfminute.main.installation import ALL_ROLES

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
FILES: Final = [
    *sorted(
        place
        for folder in ("deploy", "docs", "src/halfminute/plugins")
        for place in (ROOT / folder).rglob("*")
        if place.is_file()
        and (folder == "deploy" or place.suffix == ".md")
        and "decisions" not in place.parts
    ),
    ROOT / "README.md",
]
_VARIABLES: Final = {
    CONFIG_VARIABLE,
    *(f"{PREFIX}{name.upper()}" for name in FIELDS),
    *(f"{PREFIX}{name.upper()}_FILE" for name in SECRET_NAMES),
}
# A call in a unit, in a shell line, or between backticks in prose.
_CALL = re.compile(r"(?:^|[\s`/=])halfminute ((?:--[a-z-]+ )?[a-z]+\b[^`|#&;\n]*)")


def told(place: Path) -> str:
    return str(place.relative_to(ROOT))


@pytest.mark.parametrize("place", FILES, ids=told)
def test_every_variable_is_a_setting(place: Path) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", place.read_text(encoding="utf-8")))
    assert named <= _VARIABLES


@pytest.mark.parametrize("place", FILES, ids=told)
def test_every_call_is_one_that_the_command_line_takes(place: Path) -> None:
    for call in list_calls(place):
        check_call(call)


def test_the_calls_are_found() -> None:
    found = [" ".join(call) for place in FILES for call in list_calls(place)]
    assert "serve --roles %i" in found
    assert "serve --roles web" in found
    assert "migrate" in found
    with pytest.raises(AssertionError):
        check_call(["serve", "--rolls", "web"])
    with pytest.raises(AssertionError):
        check_call(["server"])


def test_compose_runs_every_role_and_only_the_proxy_is_believed() -> None:
    compose = read_compose()
    services = compose["services"]
    run = {service["command"][2] for service in services.values() if "serve" in str(service)}
    assert run == set(ALL_ROLES)

    variables = services["web"]["environment"]
    proxy = services["proxy"]["networks"]["inside"]["ipv4_address"]
    assert variables["HALFMINUTE_TRUSTED_PROXIES"] == proxy
    (subnet,) = compose["networks"]["inside"]["ipam"]["config"]
    assert ipaddress.ip_address(proxy) in ipaddress.ip_network(subnet["subnet"])
    for service in services.values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {name for name in named if "/" not in name} <= set(compose["volumes"])
    assert (DEPLOY / "container" / "../proxy/Caddyfile").is_file()


def test_the_example_file_is_right_and_names_every_setting(tmp_path: Path) -> None:
    example = (DEPLOY / "halfminute.toml").read_text(encoding="utf-8")
    (tmp_path / "database_url").write_text("postgresql://localhost/halfminute")
    (tmp_path / "media_access_key_id").write_text("id")
    (tmp_path / "media_secret_access_key").write_text("key")
    uncommented = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", example)
    for name in ("database_url", "media_access_key_id", "media_secret_access_key"):
        uncommented = uncommented.replace(f"/etc/halfminute/{name}", name)
    (tmp_path / "halfminute.toml").write_text(uncommented, encoding="utf-8")

    configuration = read_configuration({CONFIG_VARIABLE: str(tmp_path / "halfminute.toml")})

    assert configuration.faults == ()
    assert set(configuration.values) == set(FIELDS) - {"is_commit_synchronous"}
    assert set(tomllib.loads(example)) == {"data_directory"}


def read_compose() -> dict[str, Any]:
    """The file with its merges made."""
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())
    return loaded


def list_calls(place: Path) -> Iterator[list[str]]:
    """The arguments of each call of the command line."""
    if place.name == "compose.yaml":
        yield from (
            service["command"]
            for service in read_compose()["services"].values()
            if "command" in service
        )
        return
    text = place.read_text(encoding="utf-8")
    if place.name == "Containerfile":
        yield from (re.findall(r'"([^"]+)"', line) for line in re.findall(r"(?m)^CMD (.*)$", text))
    for line in text.splitlines():
        # Prose is no call: in Markdown a call stands between backticks or alone in a line.
        for call in _CALL.findall(line):
            first = call.split()[0]
            if place.suffix != ".md" or f"`halfminute {call}" in line or is_shell(line):
                yield shlex.split(call.replace("...", "")) if first else []


def is_shell(line: str) -> bool:
    """Whether the line calls it, rather than tells of it."""
    return re.match(r"\s*(sudo |docker |podman |\.venv/|/opt/|halfminute )", line) is not None


def check_call(words: list[str]) -> None:
    """Every word that is a command or an option exists."""
    command: click.Command = main
    context = click.Context(main)
    for word in words:
        if word.startswith("--"):
            options = {name for parameter in command.params for name in parameter.opts}
            options |= set(command.get_help_option_names(context))
            assert word.partition("=")[0] in options, f"{command.name} has no {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"there is no command {word} in {words}"
            command = found
    if "--roles" in words:
        named = words[words.index("--roles") + 1]
        assert set(named.split(",")) - {"%i"} <= set(ALL_ROLES)
