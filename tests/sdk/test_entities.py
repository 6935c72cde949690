"""Entities: what is refused of an agent's client, and what of a provider's is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute.sdk.entities import check_entities, clean_entities, is_safe_link
from halfminute.sdk.errors import InvalidEntities
from halfminute.sdk.model import Entity

TEXT = "Привет, мир"


def bold(offset: int, length: int) -> Entity:
    return Entity(type="bold", offset=offset, length=length)


def italic(offset: int, length: int) -> Entity:
    return Entity(type="italic", offset=offset, length=length)


def test_nested_and_neighbouring_entities_pass() -> None:
    check_entities(TEXT, [bold(0, 6), italic(0, 3), italic(3, 3), bold(8, 3)])


@pytest.mark.parametrize(
    "entities",
    [
        [bold(-1, 2)],
        [bold(0, 0)],
        [bold(5, 7)],
        [bold(5, 1), bold(0, 1)],
        [italic(0, 3), bold(0, 6)],
        [bold(0, 5), italic(3, 5)],
        [Entity(type="text_link", offset=0, length=1)],
        [Entity(type="text_link", offset=0, length=1, url="javascript:alert(1)")],
        [Entity(type="text_link", offset=0, length=1, url="data:text/html,x")],
    ],
    ids=[
        "before the text",
        "of no length",
        "past the text",
        "not sorted",
        "short before long",
        "crossing",
        "link without url",
        "script",
        "data",
    ],
)
def test_a_faulty_entity_is_refused_and_left_out(entities: list[Entity]) -> None:
    with pytest.raises(InvalidEntities):
        check_entities(TEXT, entities)

    check_entities(TEXT, clean_entities(TEXT, entities))


def test_the_error_tells_which_one() -> None:
    with pytest.raises(InvalidEntities) as caught:
        check_entities(TEXT, [bold(0, 2), bold(9, 9)])

    assert caught.value.fields == {"index": 1}


def test_an_unterminated_address_is_not_safe() -> None:
    assert not is_safe_link("http://[::1")
    assert is_safe_link("HTTPS://example.org")


ENTITIES = st.lists(
    st.builds(
        Entity,
        type=st.sampled_from(["bold", "code", "text_link"]),
        offset=st.integers(-2, 14),
        length=st.integers(-2, 14),
        url=st.sampled_from([None, "https://example.org", "javascript:1"]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(ENTITIES)
def test_what_is_left_always_passes(entities: list[Entity]) -> None:
    check_entities(TEXT, clean_entities(TEXT, entities))


@settings(deadline=None)
@given(ENTITIES)
def test_what_passes_is_left_whole(entities: list[Entity]) -> None:
    try:
        check_entities(TEXT, entities)
    except InvalidEntities:
        return
    assert list(clean_entities(TEXT, entities)) == entities
