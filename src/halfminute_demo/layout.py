"""The wrong keyboard layout: `ghbdtn` for `привет`, as everybody types it now and then.

Keys of the usual computer keyboards, letter for letter (Windows' Russian and Ukrainian layouts).
"""

from __future__ import annotations

from typing import Final

_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~/?"
_CYRILLIC: Final = {
    "ru": "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ.,",
    "uk": "йцукенгшщзхїфівапролджєячсмитьбю'ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ₴.,",
}
LANGUAGES: Final = frozenset(_CYRILLIC)

_TO_LATIN: Final = {
    language: str.maketrans(letters, _LATIN) for language, letters in _CYRILLIC.items()
}


def in_wrong_layout(text: str, language: str) -> str:
    """The same keys with the Latin layout on; a language without a second layout stays."""
    return text.translate(_TO_LATIN.get(language, {}))
