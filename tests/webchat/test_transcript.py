"""The visitor takes along what was said: all of it that is theirs, and nothing that runs."""

from __future__ import annotations

import re

import httpx
import pytest

from halfminute.conversations import thread
from tests.webchat.conftest import Browser, House


async def _take(visitor: Browser, query: str = "") -> httpx.Response:
    answer = await visitor.ask("GET", f"/transcript?{query}")
    assert answer.status_code == 200, answer.text
    return answer


def _words(page: str) -> list[str]:
    return re.findall("<p>(.*?)</p>", page, re.DOTALL)[1:]


async def _talk(house: House) -> tuple[Browser, str]:
    visitor = await house.begin()
    conversation_id: str = (await visitor.say("Hello <b>there</b>"))["message"]["conversation_id"]
    await house.give(conversation_id)
    await house.note(conversation_id, "A difficult one")
    await house.answer(conversation_id, "Dial *111#")
    return visitor, conversation_id


async def test_the_page_has_both_sides_without_notes_and_nothing_runs(house: House) -> None:
    visitor, _ = await _talk(house)

    answer = await _take(visitor)

    assert _words(answer.text) == ["Hello &lt;b&gt;there&lt;/b&gt;", "Dial *111#"]
    assert "You" in answer.text
    assert "Ira" in answer.text
    assert "A difficult one" not in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="chat-\d{4}-\d\d-\d\d\.html"', answer.headers["content-disposition"]
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


async def test_what_was_deleted_is_not_taken_along(house: House) -> None:
    visitor, _ = await _talk(house)
    await house.execute("update messages set deleted_at = now() where direction = 'out'")

    assert _words((await _take(visitor)).text) == ["Hello &lt;b&gt;there&lt;/b&gt;"]


async def test_times_and_words_are_the_visitors_own(house: House) -> None:
    visitor, _ = await _talk(house)
    await house.execute("update messages set sent_at = '2026-11-27T22:30:00Z'")

    page = (await _take(visitor, "language=ru-RU&minutes_east=180")).text

    assert '<html lang="ru">' in page
    assert "<h2>28.11.2026</h2>" in page
    assert "01:30 · Вы" in page
    assert "01:30 · Ira" in page


async def test_a_long_thread_comes_whole_and_in_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "_PAGE", 3)
    visitor = await house.begin()
    for number in range(10):
        await visitor.say(str(number))
        if number == 4:
            await house.execute(
                "update conversations set state = 'closed', closed_at = now() - interval '9 days'"
            )

    page = (await _take(visitor)).text

    assert _words(page) == [str(number) for number in range(10)]


async def test_one_conversation_of_the_thread_can_be_taken(house: House) -> None:
    visitor = await house.begin()
    await visitor.say("Old")
    await house.execute(
        "update conversations set state = 'closed', closed_at = now() - interval '9 days'"
    )
    new = (await visitor.say("New"))["message"]["conversation_id"]

    assert _words((await _take(visitor, f"conversation={new}")).text) == ["New"]


async def test_anothers_conversation_is_nothing_that_was_said(house: House) -> None:
    _, conversation_id = await _talk(house)
    other = await house.begin()

    page = (await _take(other, f"conversation={conversation_id}")).text

    assert _words(page) == ["Nothing was said."]
    assert "Dial" not in page


@pytest.mark.parametrize("query", ["minutes_east=9999", "minutes_east=x", "conversation=1"])
async def test_what_means_nothing_is_refused(house: House, query: str) -> None:
    visitor = await house.begin()
    answer = await visitor.ask("GET", f"/transcript?{query}")
    assert answer.status_code == 400


async def test_nothing_is_taken_without_a_token_and_not_without_end(house: House) -> None:
    visitor = await house.begin()
    codes = [(await visitor.ask("GET", "/transcript")).status_code for _ in range(8)]
    assert codes[:5] == [200] * 5
    assert codes[-1] == 429

    visitor.token = ""
    assert (await visitor.ask("GET", "/transcript")).status_code == 401
