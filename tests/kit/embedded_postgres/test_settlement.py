"""However often the two renames are cut short, one database is there, and the right one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfminute.kit.embedded_postgres import EmbeddedSettings, settlement
from halfminute.kit.embedded_postgres.errors import UpgradeMarkUnreadable
from halfminute.kit.embedded_postgres.settlement import (
    UpgradeMark,
    find_mark,
    settle_upgrade,
    write_mark,
)


class Killed(BaseException):
    """The process ended here."""


def lay_out(directory: Path, *, is_linked: bool, is_control_renamed: bool) -> EmbeddedSettings:
    """The old data, and new ones that are made beside them."""
    made = EmbeddedSettings(directory=directory)
    for place, version in ((directory, "16"), (made.upgrade_directory, "18")):
        (place / "postgresql" / "global").mkdir(parents=True)
        (place / "postgresql" / "PG_VERSION").write_text(version)
        (place / "postgresql" / "global" / "pg_control").write_text(version)
    if is_linked and is_control_renamed:
        control = made.cluster / "global" / "pg_control"
        control.rename(control.with_name("pg_control.old"))
    return made


def version_of(made: EmbeddedSettings) -> str:
    """Of the data that a server would start on; they are whole."""
    version = (made.cluster / "PG_VERSION").read_text()
    assert (made.cluster / "global" / "pg_control").read_text() == version
    return version


def dying_at(number: int, real: Callable[..., Any], calls: list[int]) -> Callable[..., Any]:
    """`real`, until the `number`-th call of all that share `calls`."""

    def call(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == number:
            raise Killed
        return real(*arguments, **options)

    return call


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    is_ready=st.booleans(),
    is_linked=st.booleans(),
    is_control_renamed=st.booleans(),
    deaths=st.lists(st.integers(1, 8), max_size=4),
)
def test_it_ends_with_one_whole_database(
    tmp_path_factory: pytest.TempPathFactory,
    is_ready: bool,
    is_linked: bool,
    is_control_renamed: bool,
    deaths: list[int],
) -> None:
    directory = tmp_path_factory.mktemp("data")
    made = lay_out(directory, is_linked=is_linked, is_control_renamed=is_control_renamed)
    if is_ready and is_linked:
        # What pg_upgrade leaves of the old ones once it has linked.
        (made.cluster / "global" / "pg_control").unlink(missing_ok=True)
    mark = UpgradeMark(from_major=16, to_major=18, is_linked=is_linked, is_ready=is_ready)
    write_mark(made, mark)

    for number in deaths:
        calls: list[int] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "rename", dying_at(number, Path.rename, calls))
            patch.setattr(Path, "unlink", dying_at(number, Path.unlink, calls))
            patch.setattr(
                settlement.shutil,  # type: ignore[attr-defined]
                "rmtree",
                dying_at(number, settlement.shutil.rmtree, calls),  # type: ignore[attr-defined]
            )
            try:
                settle_upgrade(made)
            except Killed:
                continue
    settle_upgrade(made)

    assert version_of(made) == ("18" if is_ready else "16")
    assert find_mark(made) is None
    kept = made.kept_cluster(16)
    assert kept.exists() == (is_ready and not is_linked)
    assert not kept.exists() or (kept / "PG_VERSION").read_text() == "16"
    names = {place.name for place in directory.iterdir()} - {kept.name}
    assert names == {"postgresql"}
    assert settle_upgrade(made) is None


def test_a_mark_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    made = lay_out(tmp_path, is_linked=False, is_control_renamed=False)
    made.upgrade_mark.write_bytes(b'{"from_major": 16')

    with pytest.raises(UpgradeMarkUnreadable, match="Look into"):
        settle_upgrade(made)

    assert made.upgrade_directory.exists()
    assert version_of(made) == "16"
