"""Places, contacts, polls and dice in an update of Telegram: what becomes of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundEdit
from halfminute.sdk.model import (
    ContactPart,
    DicePart,
    LocationPart,
    PollOption,
    PollPart,
    UnsupportedPart,
)
from tests.plugins.telegram.updates import ANNA, DATE, SENT_AT, message, only_part, update

ALMATY = {"latitude": 43.238949, "longitude": 76.889709}


def test_a_place_on_the_map() -> None:
    part = only_part(location={**ALMATY, "horizontal_accuracy": 15.5})

    assert part == LocationPart(latitude=43.238949, longitude=76.889709, accuracy_meters=15.5)


def test_a_live_place_says_until_when() -> None:
    part = only_part(location={**ALMATY, "live_period": 900, "heading": 90})

    assert part.live_until == SENT_AT + timedelta(minutes=15)


def test_a_move_of_a_live_place_is_an_edit_and_its_end_is_one_too() -> None:
    def moved(**place: Any) -> LocationPart:
        edit = message(location={**ALMATY, **place}, edit_date=DATE + 60)
        (found,) = translate(update(edited_message=edit))
        assert isinstance(found, InboundEdit)
        assert found.external_id == "41"
        (part,) = found.parts
        assert isinstance(part, LocationPart)
        return part

    on_the_way = moved(latitude=43.25, live_period=900)
    assert (on_the_way.latitude, on_the_way.live_until) == (43.25, SENT_AT + timedelta(minutes=15))
    assert moved(latitude=43.26).live_until is None


def test_a_venue_has_a_name_and_is_not_taken_for_the_bare_place_beside_it() -> None:
    venue = {"location": ALMATY, "title": "Салон связи", "address": "пр. Абая, 10"}

    part = only_part(location=ALMATY, venue=venue)

    assert (part.latitude, part.title, part.address) == (43.238949, "Салон связи", "пр. Абая, 10")


def test_a_contact_is_proven_by_the_senders_own_id_alone() -> None:
    card = {"phone_number": "+77010000001", "first_name": "Анна", "last_name": "Ким"}

    own = only_part(contact={**card, "user_id": ANNA["id"]})
    anothers = only_part(contact={**card, "user_id": 8})
    nobodys = only_part(contact=card)

    assert own == ContactPart(name="Анна Ким", phone="+77010000001", is_proven=True)
    assert not anothers.is_proven
    assert not nobodys.is_proven


def test_a_forwarded_contact_proves_nothing_of_today() -> None:
    card = {"phone_number": "+77010000001", "first_name": "Анна", "user_id": ANNA["id"]}
    origin = {"type": "user", "date": DATE, "sender_user": ANNA}

    assert not only_part(contact=card, forward_origin=origin).is_proven


def test_a_poll_as_it_stands() -> None:
    part = only_part(
        poll={
            "id": "5",
            "question": "Какой тариф?",
            "options": [{"text": "Лайт", "voter_count": 2}, {"text": "Макс", "voter_count": 1}],
            "total_voter_count": 3,
            "is_closed": True,
            "is_anonymous": False,
            "type": "regular",
            "allows_multiple_answers": True,
        }
    )

    assert part == PollPart(
        question="Какой тариф?",
        options=(PollOption(text="Лайт", voter_count=2), PollOption(text="Макс", voter_count=1)),
        voter_count=3,
        has_many_answers=True,
        is_closed=True,
    )


def test_a_die_shows_what_was_drawn() -> None:
    assert only_part(dice={"emoji": "🎯", "value": 6}) == DicePart(emoji="🎯", value=6)


@pytest.mark.parametrize(
    "content",
    [
        {"location": {"latitude": 43.2}},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {"latitude": 0, "longitude": -180.5}},
        {"location": {**ALMATY, "live_period": 10**15}},
        {"location": {**ALMATY, "live_period": -1}},
        {"location": {**ALMATY, "horizontal_accuracy": "near"}},
        {"venue": {"title": "Салон", "address": "пр. Абая, 10"}, "location": ALMATY},
        {"venue": {"location": {"latitude": 91, "longitude": 0}, "title": "", "address": ""}},
        {"contact": {"first_name": "Анна"}},
        {"contact": {"first_name": "Анна", "phone_number": 77010000001}},
        {"poll": {"options": []}},
        {"poll": {"question": "?", "options": [{"voter_count": 1}]}},
        {"poll": {"question": "?", "options": [{"text": "да", "voter_count": -1}]}},
        {"poll": {"question": "?", "options": [], "total_voter_count": 2**63}},
        {"dice": {"emoji": "🎲"}},
        {"dice": {"emoji": "🎲", "value": "six"}},
        {"dice": {"emoji": "🎲", "value": 10**30}},
    ],
    ids=lambda content: str(content)[:60],
)
def test_what_is_not_shaped_as_documented_is_named_and_not_shown(content: dict[str, Any]) -> None:
    assert only_part(**content) == UnsupportedPart(vendor_type=next(iter(content)))
