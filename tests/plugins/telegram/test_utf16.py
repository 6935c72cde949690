"""Offsets: Telegram counts UTF-16 units, we count code points."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute.plugins.telegram.utf16 import Offsets, length_in_units

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("👍𝄞я\u0301é")))


def units_by_encoding(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_thumb_counts_twice() -> None:
    text = "👍 Привіт"

    assert (len(text), length_in_units(text)) == (8, 9)
    assert Offsets(text).to_points(3) == 2
    assert Offsets(text).to_units(2) == 3


def test_half_a_pair_and_out_of_range_are_nowhere() -> None:
    offsets = Offsets("a👍")

    assert [offsets.to_points(unit) for unit in (-1, 0, 1, 2, 3, 4)] == [None, 0, 1, None, 2, None]


@settings(deadline=None)
@given(TEXTS)
def test_length_is_that_of_the_encoding(text: str) -> None:
    assert length_in_units(text) == units_by_encoding(text)


@settings(deadline=None)
@given(TEXTS, st.data())
def test_there_and_back_is_the_same_place(text: str, data: st.DataObject) -> None:
    point = data.draw(st.integers(0, len(text)))
    offsets = Offsets(text)

    unit = offsets.to_units(point)

    assert unit == units_by_encoding(text[:point])
    assert offsets.to_points(unit) == point


@settings(deadline=None)
@given(TEXTS, st.integers(-3, 300))
def test_a_unit_is_a_point_only_where_the_bytes_can_be_cut(text: str, unit: int) -> None:
    encoded = text.encode("utf-16-le")
    try:
        expected = len(encoded[: 2 * unit].decode("utf-16-le"))
    except UnicodeDecodeError:
        expected = None
    if not 0 <= unit <= len(encoded) // 2:
        expected = None

    assert Offsets(text).to_points(unit) == expected
