"""How much of an agent's capacity one conversation takes, where nobody has decided otherwise."""

from __future__ import annotations

from typing import Final

DEFAULT_CAPACITY_UNITS: Final = 100

# Two or three conversations in writing at once are what an agent does well; a call takes all of
# one's attention, a letter waits patiently. A kind that is not named here takes OTHER_KIND_UNITS.
DEFAULT_UNITS: Final = {
    "telegram": 34,
    "viber": 34,
    "whatsapp": 34,
    "webchat": 34,
    "sms": 34,
    "email": 20,
    "voice": 100,
}
OTHER_KIND_UNITS: Final = 34
