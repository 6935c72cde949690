"""Words on a widget's colours can be read, whatever the administrator chose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from halfminute.webchat.colours import BLACK, CONTRAST, WHITE, contrast, ink_on


def test_white_stands_on_the_dark_and_black_on_the_light() -> None:
    assert (ink_on("#1a6b54"), ink_on("#ffd400")) == (WHITE, BLACK)
    assert contrast(BLACK, WHITE) == 21


@given(st.integers(0, 0xFFFFFF))
def test_the_ink_can_be_read_on_any_colour(number: int) -> None:
    colour = f"#{number:06x}"

    assert contrast(ink_on(colour), colour) >= CONTRAST
