"""A visitor sends stickers of the sets that the widget offers, and no others."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import structs

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.identity.principals import SYSTEM
from halfminute.stickers.actions.remove_sticker_set import remove_sticker_set
from halfminute.webchat.checking import check_settings
from halfminute.webchat.errors import InvalidWidget, TooManyDeeds
from halfminute.webchat.limits import Limit
from halfminute.webchat.settings import MOST_STICKER_SETS, WidgetSettings
from tests.webchat.conftest import Browser, House
from tests.webchat.sticker_sets import AddedSet, add_set
from tests.webchat.test_files import addresses, upload


async def offer(house: House, *set_ids: UUID, widget_id: UUID | None = None) -> None:
    """From now on visitors choose from these."""
    settings = {
        "origins": ["https://shop.example"],
        "sticker_sets": [str(each) for each in set_ids],
    }
    widget_id = widget_id or house.widget_id
    await change_account(house.parts.accounts, SYSTEM, widget_id, AccountChange(settings=settings))
    house.parts.book.forget(widget_id)


async def send(visitor: Browser, sticker_id: UUID, **more: Any) -> httpx.Response:
    body = {"client_id": str(uuid4()), "text": "", "sticker_id": str(sticker_id), **more}
    return await visitor.ask("POST", "/messages", body)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def faces(house: House) -> AddedSet:
    """A set that the widget offers."""
    added = await add_set(house, "Faces", "Our faces")
    await offer(house, added.set_id)
    return added


async def test_who_has_not_begun_a_visit_sees_what_can_be_chosen(
    house: House, faces: AddedSet
) -> None:
    cats = await add_set(house, "Cats", "Cats")
    await add_set(house, "Dogs", "Not offered")
    await offer(house, cats.set_id, faces.set_id, uuid4())
    browser = await house.open_browser()

    shown = (await browser.ask("GET", "/stickers")).json()

    assert [each["title"] for each in shown["sets"]] == ["Cats", "Our faces"]
    [sticker] = shown["sets"][1]["stickers"]
    assert (sticker["id"], sticker["emojis"]) == (str(faces.sticker_id), ["😀"])
    assert sticker["file_state"] == "ready"
    place = shown["addresses"][str(faces.file_id)]
    assert (await browser.client.get(place["url"])).status_code == 200
    assert (await browser.ask("GET", "")).json()["has_stickers"] is True


async def test_a_widget_that_offers_nothing_has_no_stickers(house: House, faces: AddedSet) -> None:
    browser = await house.open_browser()
    await remove_sticker_set(house.parts.stickers, SYSTEM, faces.account_id, faces.set_id)

    assert (await browser.ask("GET", "")).json()["has_stickers"] is False
    assert (await browser.ask("GET", "/stickers")).json() == {"sets": [], "addresses": {}}


async def test_what_was_chosen_is_a_message_that_both_sides_see(
    house: House, faces: AddedSet
) -> None:
    visitor = await house.begin()
    answer = await send(visitor, faces.sticker_id, form={"name": "Olena"})

    assert answer.status_code == 200, answer.text
    message = answer.json()["message"]
    sticker, form = message["parts"]
    assert (sticker["type"], sticker["emoji"], sticker["set_name"]) == ("sticker", "😀", "Faces")
    assert (sticker["file_id"], sticker["file_state"]) == (str(faces.file_id), "ready")
    assert form["type"] == "form"
    found = await addresses(visitor, str(faces.file_id))
    assert (await visitor.client.get(found[str(faces.file_id)]["url"])).status_code == 200
    [seen] = (await visitor.thread())["items"]
    assert seen["parts"] == message["parts"]
    page = (await visitor.ask("GET", "/transcript")).text
    assert "<p>😀</p>" in page


async def test_one_press_that_is_sent_again_and_again_is_one_message(
    house: House, faces: AddedSet
) -> None:
    visitor = await house.begin()
    client_id = str(uuid4())

    answers = await asyncio.gather(
        *(send(visitor, faces.sticker_id, client_id=client_id) for _ in range(5))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert len((await visitor.thread())["items"]) == 1


async def test_what_was_sent_is_told_as_sent_though_it_is_offered_no_more(
    house: House, faces: AddedSet
) -> None:
    visitor = await house.begin()
    client_id = str(uuid4())
    sent = await send(visitor, faces.sticker_id, client_id=client_id)
    await offer(house)

    again = await send(visitor, faces.sticker_id, client_id=client_id)
    another = await send(visitor, faces.sticker_id)

    assert again.json()["message"]["id"] == sent.json()["message"]["id"]
    assert code_of(another) == (404, "sticker_not_offered")


async def test_a_sticker_of_a_set_that_is_not_offered_here_is_refused(
    house: House, faces: AddedSet
) -> None:
    cats = await add_set(house, "Cats", "Cats")
    other_widget = await house.add_widget()
    await offer(house, cats.set_id, widget_id=other_widget)
    visitor = await house.begin()

    for forged in (cats.sticker_id, uuid4(), faces.set_id, faces.file_id):
        assert code_of(await send(visitor, forged)) == (404, "sticker_not_offered")

    assert (await visitor.thread())["items"] == []


async def test_a_sticker_goes_alone(house: House, faces: AddedSet) -> None:
    visitor = await house.begin()
    file_id = await upload(visitor)

    with_words = await send(visitor, faces.sticker_id, text="Look")
    with_file = await send(visitor, faces.sticker_id, file_ids=[file_id])
    no_id = await visitor.ask(
        "POST", "/messages", {"client_id": str(uuid4()), "text": "", "sticker_id": "../1"}
    )

    assert code_of(with_words) == code_of(with_file) == (400, "sticker_not_alone")
    assert code_of(no_id) == (400, "invalid_request")
    assert (await visitor.thread())["items"] == []


async def test_who_has_no_visit_any_more_or_no_widget_sends_none(
    house: House, faces: AddedSet
) -> None:
    gone, late = await house.begin(), await house.begin()
    await gone.ask("DELETE", "/visit")
    assert code_of(await send(gone, faces.sticker_id)) == (401, "unknown_visitor")

    await house.switch_off()

    assert code_of(await send(late, faces.sticker_id)) == (404, "widget_not_found")
    assert code_of(await late.ask("GET", "/stickers")) == (404, "widget_not_found")


async def test_presses_and_looks_are_limited_as_words_are(house: House, faces: AddedSet) -> None:
    house.parts.visitor_limits.stickers = Limit(0.01, 2, TooManyDeeds)
    visitor = await house.begin()

    looks = [(await visitor.ask("GET", "/stickers")).status_code for _ in range(3)]
    sent = await asyncio.gather(*(send(visitor, faces.sticker_id) for _ in range(40)))

    assert looks == [200, 200, 429]
    assert {answer.status_code for answer in sent} == {200, 429}


async def test_a_set_that_is_taken_away_in_the_middle_leaves_the_emoji(
    house: House, faces: AddedSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await house.begin()
    take_in = GroupInbox.take_in

    async def slowly(self: GroupInbox, *given: Any) -> None:
        await remove_sticker_set(house.parts.stickers, SYSTEM, faces.account_id, faces.set_id)
        await take_in(self, *given)

    monkeypatch.setattr(GroupInbox, "take_in", slowly)
    answer = await send(visitor, faces.sticker_id)

    [sticker] = answer.json()["message"]["parts"]
    assert (sticker["emoji"], sticker["file_id"], sticker["file_state"]) == ("😀", None, "expired")


async def test_a_set_that_is_taken_away_later_leaves_what_was_sent(
    house: House, faces: AddedSet
) -> None:
    visitor = await house.begin()
    await send(visitor, faces.sticker_id)

    await remove_sticker_set(house.parts.stickers, SYSTEM, faces.account_id, faces.set_id)

    [item] = (await visitor.thread())["items"]
    assert item["parts"][0]["file_state"] == "ready"
    found = await addresses(visitor, str(faces.file_id))
    assert (await visitor.client.get(found[str(faces.file_id)]["url"])).status_code == 200


def test_a_widget_offers_ten_sets_at_most_and_each_once() -> None:
    ids = tuple(uuid4() for _ in range(MOST_STICKER_SETS + 1))
    given = WidgetSettings(origins=("https://a.example",), sticker_sets=(*ids[:2], ids[0]))

    assert check_settings(given).sticker_sets == ids[:2]
    with pytest.raises(InvalidWidget) as refused:
        check_settings(structs.replace(given, sticker_sets=ids))
    assert refused.value.fields["problems"] == {"sticker_sets": "too_many"}
