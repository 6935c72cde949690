"""Who a visitor is: begun, known by a token, rotated, ended, and never another's."""

from __future__ import annotations

from uuid import uuid4

import pytest

from halfminute.webchat.retention import forget_old_visitors
from tests.webchat.conftest import House


async def test_nobody_learns_of_a_visitor_before_they_write(house: House) -> None:
    visitor = await house.begin()

    assert await house.rows("select from contacts") == []
    assert await visitor.thread() == {
        "items": [],
        "has_more": False,
        "conversation": None,
        "read_message_id": None,
        "stream_seq": 0,
        "is_divided": False,
    }


async def test_the_widget_tells_how_it_looks_and_keeps_its_sites_to_itself(house: House) -> None:
    answer = await (await house.open_browser()).ask("GET", "")

    nothing = {"name": "no", "email": "no", "phone": "no", "topic": "no", "topics": []}
    assert answer.json() == {
        "title": "Operator",
        "greeting": "",
        "accent": "#1a6b54",
        "accent_ink": "#ffffff",
        "head": "#1a6b54",
        "head_ink": "#ffffff",
        "form": nothing,
        "continues_in": None,
        "file_limit": 20 * 1024 * 1024,
        "has_stickers": False,
        "is_attended": False,
    }


@pytest.mark.parametrize("token", ["-", "x", "é", "a" * 43, "b" * 5000])
async def test_a_token_that_is_none_lets_nobody_in(house: House, token: str) -> None:
    browser = await house.open_browser()
    answer = await browser.client.get(
        f"/api/webchat/{house.widget_id}/thread",
        headers={b"authorization": f"Bearer {token}".encode()},
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_visitor")


async def test_a_token_of_another_widget_lets_nobody_in(house: House) -> None:
    visitor = await house.begin()
    visitor.widget_id = await house.add_widget()

    answer = await visitor.ask("GET", "/thread")

    assert answer.status_code == 401


async def test_a_widget_that_is_switched_off_is_none(house: House) -> None:
    visitor = await house.begin()
    await house.switch_off()

    for method, path in (("GET", ""), ("POST", "/visits"), ("GET", "/thread")):
        answer = await visitor.ask(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "widget_not_found")


async def test_who_ends_the_visit_is_known_no_more(house: House) -> None:
    visitor = await house.begin()
    await visitor.say("I am at a friend's computer")

    assert (await visitor.ask("DELETE", "/visit")).status_code == 204

    assert (await visitor.ask("GET", "/thread")).status_code == 401
    assert (await visitor.ask("DELETE", "/visit")).status_code == 401


async def test_a_token_is_renewed_after_a_day_and_the_former_one_ends_soon(house: House) -> None:
    visitor = await house.begin()
    former = visitor.token
    await house.execute("update visitors set rotated_at = now() - interval '2 days'")

    renewed = (await visitor.ask("GET", "/thread")).json()["token"]

    assert renewed not in {None, former}
    assert (await visitor.ask("GET", "/thread")).json()["token"] is None
    await house.execute("update visitors set rotated_at = now() - interval '11 minutes'")
    assert (await visitor.ask("GET", "/thread")).status_code == 401
    visitor.token = renewed
    assert (await visitor.ask("GET", "/thread")).status_code == 200


async def test_only_the_hash_of_a_token_is_kept(house: House) -> None:
    visitor = await house.begin()

    [row] = await house.rows("select visitors::text as told from visitors")

    assert visitor.token not in row["told"]


async def test_visitors_read_their_own_words_alone(house: House) -> None:
    mine, other = await house.begin(), await house.begin()
    said = await mine.say("My number is 0501234567")
    await other.say("Hello")

    assert await other.texts() == ["Hello"]
    answer = await other.ask(
        "POST",
        "/messages",
        {
            "client_id": str(uuid4()),
            "text": "Is it so?",
            "reply_to_message_id": said["message"]["id"],
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "message_not_found")


async def test_a_page_of_another_site_cannot_write_in_a_visitors_name(house: House) -> None:
    visitor = await house.begin()
    visitor.client.headers["origin"] = "https://evil.example"

    answer = await visitor.ask("POST", "/messages", {"client_id": str(uuid4()), "text": "x"})

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_too_many_visits_from_one_place_must_wait(house: House) -> None:
    browser = await house.open_browser()

    answers = [await browser.ask("POST", "/visits") for _ in range(130)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].json()["code"] == "too_many_visits"


async def test_a_browser_that_stays_away_for_half_a_year_is_forgotten_and_its_words_stay(
    house: House,
) -> None:
    away, here = await house.begin(), await house.begin()
    await away.say("See you next year")
    await house.execute(
        "update visitors set seen_at = now() - interval '181 days'"
        " where id::text = (select external_id from addresses)"
    )

    assert (await away.ask("GET", "/thread")).status_code == 401
    assert await forget_old_visitors(house.parts.database) == 1

    assert (await here.ask("GET", "/thread")).status_code == 200
    assert len(await house.rows("select from messages")) == 1
