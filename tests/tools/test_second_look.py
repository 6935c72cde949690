"""A failure by chance is looked at again and named; all others stay failures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tools.second_look import GREATEST_COUNT, look, run_pytest

# Fails at its first run in this folder, passes at any later one.
UNSTEADY = """
from pathlib import Path

def test_unsteady():
    mark = Path(__file__).with_name("mark")
    was_here = mark.exists()
    mark.touch()
    assert was_here

def test_steady():
    pass
"""
FAILING = "def test_failing(): assert False\n"
BROKEN = "import nothing_of_this_name\n"
INTERRUPTED = "import pytest\n\ndef test_leaves(): pytest.exit('gone', returncode=4)\n" + FAILING


@pytest.fixture
def play(tmp_path: Path) -> Callable[[str], int]:
    """Look at a folder with one file of tests."""
    settings = tmp_path / "pytest.ini"
    settings.touch()

    def run(arguments: Sequence[str]) -> int:
        places = [str(tmp_path / name) if "::" in name else name for name in arguments]
        return run_pytest(["--rootdir", str(tmp_path), "-c", str(settings), *places])

    def play(text: str) -> int:
        place = tmp_path / "test_play.py"
        place.write_text(text, encoding="utf-8")
        return look([str(place)], tmp_path, run)

    return play


def test_what_passes_alone_is_named_and_passes(
    play: Callable[[str], int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert play(UNSTEADY) == 0

    assert "Unsteady, passed at the second look:\n  test_play.py::test_unsteady" in (
        capfd.readouterr().err
    )


def test_what_fails_twice_has_failed(play: Callable[[str], int]) -> None:
    assert play(FAILING) == 1


def test_one_that_fails_twice_beside_an_unsteady_one_has_failed(
    play: Callable[[str], int],
) -> None:
    assert play(UNSTEADY + FAILING) == 1


def test_many_failures_are_no_chance(
    play: Callable[[str], int], capfd: pytest.CaptureFixture[str]
) -> None:
    many = "".join(
        UNSTEADY.replace("_unsteady", f"_{n}").replace('"mark"', f'"{n}"')
        for n in range(GREATEST_COUNT + 1)
    )

    assert play(many) == 1

    assert "too many to be chance" in capfd.readouterr().err


@pytest.mark.parametrize(("text", "code"), [(BROKEN, 2), (INTERRUPTED, 4)])
def test_a_run_that_did_not_come_to_its_end_is_not_looked_at_again(
    play: Callable[[str], int], text: str, code: int
) -> None:
    assert play(text) == code


def test_all_that_passes_passes(play: Callable[[str], int]) -> None:
    assert play("def test_steady(): pass\n") == 0
