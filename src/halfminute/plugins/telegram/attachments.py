"""Turns what a message carries besides words and files into parts: places, people, polls, dice.

Raises msgspec.ValidationError for what is not shaped as documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from halfminute.plugins.telegram.payloads import (
    Contact,
    Dice,
    Envelope,
    Location,
    Poll,
    User,
    Venue,
    person_name,
)
from halfminute.sdk.model import (
    ContactPart,
    DicePart,
    LocationPart,
    PollOption,
    PollPart,
)


def location(message: Mapping[str, Any]) -> LocationPart:
    """A place; `live_period` counts from the sending, and is gone when the sharing ends."""
    place = msgspec.convert(message["location"], Location)
    return _place(place, live_until=_live_until(message, place))


def venue(message: Mapping[str, Any]) -> LocationPart:
    """A place with a name; Telegram tells it as `location` as well."""
    found = msgspec.convert(message["venue"], Venue)
    return _place(found.location, title=found.title, address=found.address)


def contact(message: Mapping[str, Any]) -> ContactPart:
    """A phone number.

    Telegram fills in `user_id` by the number. Only the sender's own id proves that the number is
    theirs: anybody can pass on another's contact. A forwarded one tells whose it once was.
    """
    found = msgspec.convert(message["contact"], Contact)
    author = msgspec.convert(message.get("from"), User | None)
    is_own = author is not None and found.user_id == author.id
    return ContactPart(
        name=person_name(found.first_name, found.last_name),
        phone=found.phone_number,
        is_proven=is_own and message.get("forward_origin") is None,
    )


def poll(message: Mapping[str, Any]) -> PollPart:
    """A poll as it stood when it was sent."""
    found = msgspec.convert(message["poll"], Poll)
    return PollPart(
        question=found.question,
        options=tuple(PollOption(text=o.text, voter_count=o.voter_count) for o in found.options),
        voter_count=found.total_voter_count,
        has_many_answers=found.allows_multiple_answers,
        is_closed=found.is_closed,
    )


def dice(message: Mapping[str, Any]) -> DicePart:
    """An emoji with the value that Telegram drew."""
    found = msgspec.convert(message["dice"], Dice)
    return DicePart(emoji=found.emoji, value=found.value)


def _place(
    place: Location, *, title: str = "", address: str = "", live_until: datetime | None = None
) -> LocationPart:
    return LocationPart(
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_meters=place.horizontal_accuracy,
        title=title,
        address=address,
        live_until=live_until,
    )


def _live_until(message: Mapping[str, Any], place: Location) -> datetime | None:
    if place.live_period is None:
        return None
    return moment_of(msgspec.convert(message, Envelope).date + place.live_period)


def moment_of(seconds: int) -> datetime:
    """Seconds since 1970 as a time; ValidationError where there is none such."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise msgspec.ValidationError(f"no such moment: {seconds}") from None
