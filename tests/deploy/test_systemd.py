"""The units, as far as systemd itself can tell without running them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

UNITS: Final = Path(__file__).parents[2] / "deploy" / "systemd"
_PROGRAM: Final = "/opt/halfminute/bin/halfminute"
# systemd's own scale: 0 is walled in, 10 is open; it calls up to 4.9 "OK", and 9 is the default.
_MOST_EXPOSED: Final = 2.0


@pytest.fixture
def systemd() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        reason = "systemd-analyze is missing: install it (Debian: apt-get install systemd)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def quote(program: str) -> str:
    """As one word of a command line, wherever it lies (systemd.service(5), systemd.unit(5))."""
    escaped = program.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace("%", "%%")}"'


def instantiate(directory: Path, unit: str, program: str = sys.executable, **changes: str) -> Path:
    """The unit with a program that is there; of a template, one that is called by a role."""
    text = (UNITS / unit).read_text(encoding="utf-8").replace(_PROGRAM, quote(program))
    for before, after in changes.items():
        text = text.replace(before, after)
    place = directory / unit.replace("@.", "@web.")
    place.write_text(text, encoding="utf-8")
    return place


def verify(systemd: str, unit: Path) -> str:
    """What systemd says against it; a unit that waits for units of other programs is no fault."""
    answer = subprocess.run(
        [systemd, "verify", "--man=no", "--recursive-errors=no", str(unit)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return "\n".join(line for line in answer.stderr.splitlines() if unit.name in line)


@pytest.mark.parametrize("unit", ["halfminute@.service", "halfminute.service"])
def test_systemd_understands_every_line(unit: str, systemd: str, tmp_path: Path) -> None:
    assert verify(systemd, instantiate(tmp_path, unit)) == ""


def test_systemd_finds_whom_the_socket_is_for(systemd: str, tmp_path: Path) -> None:
    held = instantiate(tmp_path, "halfminute@.socket")
    assert "halfminute@web.service not loaded" in verify(systemd, held)

    instantiate(tmp_path, "halfminute@.service")

    assert verify(systemd, held) == ""


def test_a_program_may_lie_where_there_are_blanks(systemd: str, tmp_path: Path) -> None:
    place = tmp_path / "100% a place"
    place.mkdir()
    (place / "halfminute").symlink_to(sys.executable)

    unit = instantiate(tmp_path, "halfminute.service", str(place / "halfminute"))

    assert verify(systemd, unit) == ""


@pytest.mark.parametrize("change", [{"NoNew": "NoOld"}, {"=@system-service": "=@no-such"}])
def test_a_line_that_is_wrong_would_be_told(
    change: dict[str, str], systemd: str, tmp_path: Path
) -> None:
    assert verify(systemd, instantiate(tmp_path, "halfminute@.service", **change)) != ""


@pytest.mark.parametrize("unit", ["halfminute@.service", "halfminute.service"])
def test_a_unit_is_walled_in(unit: str, systemd: str, tmp_path: Path) -> None:
    place = instantiate(tmp_path, unit)
    answer = subprocess.run(
        [systemd, "security", "--offline=true", "--no-pager", str(place)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    level = re.search(r"exposure level for \S+: ([0-9.]+)", answer.stdout)
    assert level is not None, answer.stdout
    assert float(level[1]) <= _MOST_EXPOSED
