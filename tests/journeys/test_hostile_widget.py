"""Nothing that is written to or by a visitor runs in the chat on a site's page."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Frame, expect

from halfminute.main.parts import open_parts
from tests.journeys.floor import Floor
from tests.journeys.hostile import FIND_LEAKS, VECTORS
from tests.journeys.shop import Visitor
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

_NAME: Final = "<img src=x onerror=window.owned=1><script>window.owned=1</script>' onclick='x"
_LINES: Final = len(VECTORS) + 1


def _call_agent(floor: Floor, name: str) -> None:
    """As an administrator could name somebody, or a directory that is synchronised."""

    async def call() -> None:
        rename = "update users set name = $2 where id = $1"
        async with (
            open_parts(floor.house.settings) as parts,
            parts.database.transaction() as connection,
        ):
            await connection.execute(rename, floor.agent.id, name)

    run_coroutine(call())


def _panel(visitor: Visitor) -> Frame:
    return visitor.page.frames[1]


def _look(visitor: Visitor) -> None:
    """In the chat; the site's page about it has a script and a frame of its own."""
    assert _panel(visitor).evaluate(FIND_LEAKS) == []
    assert visitor.page.evaluate("'owned' in window") is False
    assert len(visitor.page.frames) == 2


def test_no_words_of_an_agent_leak_into_the_chat(visitor: Visitor, floor: Floor) -> None:
    _call_agent(floor, _NAME)
    visitor.open().say("Good day")
    visitor.expect_received("Good day")
    with floor.sign_in() as api:
        api.set_presence("available")
        while not (offers := api.desk()["offers"]):
            visitor.page.wait_for_timeout(100)
        api.call("POST", f"/api/offers/{offers[0]['id']}/accept", {"epoch": offers[0]["epoch"]})
        [conversation] = api.desk()["conversations"]
        for vector in VECTORS:
            words = {"client_id": str(uuid4()), "text": vector.replace("\0", "")}
            api.call("POST", f"/api/conversations/{conversation['id']}/messages", words)
            _look(visitor)

    lines = visitor.chat.get_by_role("listitem")
    expect(lines).to_have_count(_LINES)
    expect(lines.last).to_contain_text(_NAME)
    _look(visitor)
    visitor.page.reload()
    visitor.open()
    expect(lines).to_have_count(_LINES)
    _look(visitor)


def test_no_words_of_a_visitor_leak_into_their_own_chat(visitor: Visitor) -> None:
    visitor.open()
    for vector in VECTORS:
        visitor.say(vector.replace("\0", ""))
        _look(visitor)

    lines = visitor.chat.get_by_role("listitem")
    expect(lines).to_have_count(len(VECTORS))
    # Faster than a person writes: the last of them wait for their turn.
    expect(lines.last).to_contain_text("Received", timeout=60_000)
    _look(visitor)
    visitor.page.reload()
    visitor.open()
    expect(lines).to_have_count(len(VECTORS))
    _look(visitor)


def test_the_watch_sees_what_is_planted_in_the_chat(visitor: Visitor) -> None:
    visitor.open()
    _look(visitor)
    for planted in ("<i onclick=''>x</i>", "<a href=' javascript:1'>x</a>", "<iframe></iframe>"):
        _panel(visitor).evaluate(
            """(planted) => {
                document.querySelector('#planted')?.remove();
                document.body.insertAdjacentHTML('beforeend', `<p id=planted>${planted}</p>`);
            }""",
            planted,
        )
        with pytest.raises(AssertionError):
            _look(visitor)
    _panel(visitor).evaluate("document.querySelector('#planted').remove(); window.owned = 1")
    with pytest.raises(AssertionError, match="a script ran"):
        _look(visitor)
    # The page's policy has its say about what was planted.
    visitor.faults.clear()
