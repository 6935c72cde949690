"""Each contract of .importlinter goes red when it is broken once, in a small house like ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.tracked import ROOT

HOUSE = {
    "halfminute/__init__.py": "",
    "halfminute/kit/__init__.py": "",
    "halfminute/sdk/__init__.py": "",
    "halfminute/channels/__init__.py": "",
    "halfminute/channels/tables.py": "SEND = 'select 1'",
    "halfminute/channels/queries.py": "from halfminute.channels import tables",
    "halfminute/conversations/__init__.py": "",
    "halfminute/plugins/__init__.py": "",
    "halfminute/plugins/telegram/__init__.py": "import halfminute.sdk",
    "halfminute/plugins/viber/__init__.py": "",
    "halfminute/main/__init__.py": "import halfminute.channels.queries",
    "halfminute_engine/__init__.py": "",
    "halfminute_engine/routing.py": "from dataclasses import dataclass",
    "halfminute_demo/__init__.py": "",
}

BREACHES = [
    ("Features stand in one order", "halfminute/channels/sent.py", "import halfminute.main"),
    ("Features stand in one order", "halfminute/gossip/__init__.py", ""),
    ("Packages stand apart", "halfminute_engine/live.py", "import halfminute.kit"),
    ("Packages stand apart", "halfminute_demo/inside.py", "import halfminute.kit"),
    ("The engine knows the pure part", "halfminute_engine/clock.py", "import time"),
    ("The engine knows the pure part", "halfminute_engine/wire.py", "import msgspec"),
    ("a plug-in imports only sdk", "halfminute/plugins/viber/send.py", "import halfminute.kit"),
    (
        "Plug-ins never import",
        "halfminute/plugins/viber/copy.py",
        "import halfminute.plugins.telegram",
    ),
    ("Tables are private", "halfminute/conversations/peek.py", "import halfminute.channels.tables"),
    (
        "Tables are private",
        "halfminute/main/peek.py",
        "from halfminute.channels.tables import SEND",
    ),
    ("No cycles among siblings", "halfminute/kit/up.py", "import halfminute.sdk"),
]


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    """Hold our own contracts against the packages in `house`."""
    config = (ROOT / ".importlinter").read_text(encoding="utf-8")
    (house / ".importlinter").write_text(config, encoding="utf-8")
    code = (
        f"import sys; sys.path[:0] = [{str(house)!r}, {str(ROOT)!r}]\n"
        "from importlinter import cli\n"
        "sys.exit(cli.lint_imports(no_cache=True, no_logo=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=house
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in HOUSE.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{text}\n", encoding="utf-8")
    return tmp_path


def test_a_house_in_order_passes(house: Path) -> None:
    answer = lint(house)

    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


@pytest.mark.parametrize(("contract", "name", "text"), BREACHES, ids=[b[1] for b in BREACHES])
def test_a_breach_goes_red(house: Path, contract: str, name: str, text: str) -> None:
    place = house / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"{text}\n", encoding="utf-8")
    if name == "halfminute/kit/up.py":
        (house / "halfminute/sdk/down.py").write_text("import halfminute.kit\n", encoding="utf-8")

    answer = lint(house)

    assert answer.returncode == 1, answer.stdout
    broken = [line for line in answer.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), answer.stdout
