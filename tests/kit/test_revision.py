"""What was seen has one word: whatever order it is in, and whatever its keys are."""

from __future__ import annotations

import uuid

import pytest

from halfminute.kit.revision import revision_of


def test_the_order_of_keys_is_nothing() -> None:
    assert revision_of({"name": "Support", "hours": 1}) == revision_of(
        {"hours": 1, "name": "Support"}
    )


@pytest.mark.parametrize("other", [{"hours": 2}, {"hour": 1}, {"hours": None}, {}, []])
def test_what_differs_has_another_word(other: object) -> None:
    assert revision_of({"hours": 1}) != revision_of(other)


def test_keys_need_not_be_words() -> None:
    skill, other = uuid.UUID(int=1), uuid.UUID(int=2)

    assert revision_of({skill: 3, other: 1}) == revision_of({other: 1, skill: 3})
    assert revision_of({1: 3}) != revision_of({1: 4})
