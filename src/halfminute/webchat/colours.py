"""Colours of a widget, and what can be read on them (WCAG 2.2, 1.4.3: text needs 4.5:1)."""

from __future__ import annotations

import re
from typing import Final

CONTRAST: Final = 4.5
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Whether it is of the form #1a6b54, in lower case."""
    return _COLOUR.fullmatch(text) is not None


def ink_on(colour: str) -> str:
    """White where it can be read on the colour, else black.

    One of the two always can: the worst colour for both, of luminance 0.18, has 4.58:1 to each.
    """
    return WHITE if contrast(WHITE, colour) >= CONTRAST else BLACK


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio: 1 for the same colour, 21 for black on white."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
