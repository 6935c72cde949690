"""What agents who type and the worker that tells channels of it have in common."""

from __future__ import annotations

from typing import Final
from uuid import UUID

# A screen tells every four seconds; who tells more often is heard as often.
APART_SECONDS: Final = 3.0
# So long a signal is worth telling: the screen sends the next by then.
TRUE_SECONDS: Final = 4.0


def typing_topic(channel_account_id: UUID) -> str:
    """The bell that rings when an agent of the account types."""
    return f"typing:{channel_account_id}"
