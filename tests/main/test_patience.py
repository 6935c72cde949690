"""What a part may need to stop fits into its supervisor's patience: none is killed at work."""

from __future__ import annotations

import pytest

from halfminute.conversations.delivery import calls
from halfminute.main import web
from halfminute.main.supervisor import ChildSpec

# For the rest: ending the other tasks, closing the database's pool, leaving the interpreter.
_REST_SECONDS = 1.0


@pytest.mark.parametrize(
    "longest_seconds",
    [calls.DRAIN_SECONDS + calls.CUT_SECONDS, web.STOP_SECONDS],
    ids=["delivery", "web"],
)
def test_a_part_ends_by_itself_before_it_is_killed(longest_seconds: float) -> None:
    patience = ChildSpec("part", ("command",)).patience_seconds

    assert longest_seconds + _REST_SECONDS <= patience
