"""The texts that PostgreSQL can hold."""

from __future__ import annotations

from typing import Final

# For `msgspec.Meta(pattern=...)` of what a request gives to be stored. PostgreSQL's text holds
# every character but NUL (manual, 8.3); lone surrogates never come through the decoder.
STORABLE: Final = r"^[^\u0000]*$"
# The same of a name, in which something can be read.
STORABLE_NAME: Final = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
