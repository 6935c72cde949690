"""The search for cycles is off within the block only, whatever happens in it."""

from __future__ import annotations

import gc

import pytest

from halfminute.kit.garbage import search_paused


def test_the_search_is_off_within_and_on_again_after() -> None:
    with search_paused():
        assert not gc.isenabled()
        with search_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_within_does_not_leave_it_off() -> None:
    with pytest.raises(RuntimeError), search_paused():
        raise RuntimeError
    assert gc.isenabled()
