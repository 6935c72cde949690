"""Simulated agents in a real house: they take what rings, answer, close, and come back."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from halfminute_demo.staff.__main__ import read_roster
from halfminute_demo.staff.agent import Agent, Hired, Pace
from halfminute_demo.staff.holding import words_since_reply
from halfminute_demo.staff.reading import replies
from tests.journeys.floor import PASSWORD, Api, Floor, furnish
from tests.journeys.house import House
from tests.journeys.telegram import Customer
from tests.postgres import PostgresServer

_PATIENCE_SECONDS = 40.0
_HASTE = 10.0


@pytest.fixture(scope="module")
def house(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("house")
    with postgres_server.database(is_migrated=True) as url, House(directory, url).open() as house:
        yield house


@pytest.fixture
def floor(house: House) -> Floor:
    """A queue with one agent."""
    house.mend()
    return furnish(house, "Вера")


@contextmanager
def at_work(floor: Floor, haste: float = _HASTE) -> Iterator[None]:
    """The floor's agent works in a loop of its own; at the end it goes home."""
    hired = Hired(floor.agent.email, PASSWORD, floor.agent.name)
    agent = Agent(floor.house.url, hired, Pace(haste=haste))
    loop = asyncio.new_event_loop()
    working = loop.create_task(agent.run())

    def work() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(working)
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(working.cancel)
        thread.join(timeout=20)
        assert not thread.is_alive()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def take(api: Api) -> str:
    """The conversation that the agent has, as soon as it has one."""
    wait_for(lambda: bool(conversations(api)))
    (held,) = conversations(api)
    return str(held["id"])


def replied(api: Api, conversation_id: str) -> list[str]:
    """What the agent has said; the slow provider may not have it yet."""
    ours = [each for each in api.messages(conversation_id) if each["direction"] == "out"]
    return [each["parts"][0]["text"] for each in ours]


def is_answered(api: Api, conversation_id: str, language: str, topic: str) -> bool:
    """Whether the customer was told what there is to say about a topic."""
    (found,) = (each for each in replies(language).topics if each.name == topic)
    return any(text.endswith(found.says) for text in replied(api, conversation_id))


def ending(api: Api, conversation_id: str) -> tuple[str, bool, str]:
    """State, whether it is solved, and the disposition, once it has left the agent's hands."""
    wait_for(lambda: not conversations(api))
    found = api.call("GET", f"/api/conversations/{conversation_id}")["conversation"]
    return found["state"], found["is_solved"], found["disposition_code"]


def enter(floor: Floor, name: str, language: str = "ru") -> Customer:
    return floor.enter(name, language_code=language)


def conversations(api: Api) -> list[dict[str, Any]]:
    return list(api.desk()["conversations"])


def test_a_question_is_answered_in_its_language_and_thanks_close_it(floor: Floor) -> None:
    customer = enter(floor, "Dilnoza", "uz")
    with at_work(floor), floor.sign_in() as api:
        customer.write("Pullik obunalarni")
        customer.write("o'chirib bering")
        held = take(api)
        wait_for(lambda: is_answered(api, held, "uz", "services"))
        customer.write("Katta rahmat!")
        wait_for(lambda: replied(api, held)[-1] in replies("uz").partings)

        assert ending(api, held) == ("closed", True, "service_changed")
        said = replied(api, held)
    assert "Dilnoza" in said[0]
    assert customer.wait_for(said[-1])


def test_who_falls_silent_after_the_answer_is_closed_as_solved(floor: Floor) -> None:
    customer = enter(floor, "Тарас", "uk")
    with at_work(floor, haste=40), floor.sign_in() as api:
        customer.write("розкажіть анекдот")
        held = take(api)

        assert ending(api, held) == ("closed", True, "off_topic")
        assert is_answered(api, held, "uk", "joke")


def test_who_falls_silent_before_it_is_told_so_and_closed_unsolved(floor: Floor) -> None:
    customer = enter(floor, "Emma", "en")
    with at_work(floor, haste=40), floor.sign_in() as api:
        customer.write("asdf")
        held = take(api)

        assert ending(api, held) == ("closed", False, "no_reply")
        first, last = replied(api, held)
    assert first.endswith(replies("en").unclear)
    assert last in replies("en").goodbyes


def test_who_writes_again_while_it_is_written_up_is_answered_on(floor: Floor) -> None:
    customer = enter(floor, "Анна")
    with at_work(floor, haste=2), floor.sign_in() as api:
        customer.write("расскажите анекдот")
        held = take(api)
        wait_for(lambda: is_answered(api, held, "ru", "joke"))
        customer.write("спасибо!")
        wait_for(lambda: [each["state"] for each in conversations(api)] == ["wrap_up"])
        before = len(replied(api, held))
        customer.write("ой, и ещё вопрос: это всегда так?")
        wait_for(lambda: len(replied(api, held)) > before)

        assert replied(api, held)[-1] in replies("ru").more


def test_who_has_blocked_us_is_closed_and_does_not_stay_in_the_agents_hands(floor: Floor) -> None:
    customer = enter(floor, "Анна")
    with at_work(floor, haste=40), floor.sign_in() as api:
        customer.write("кто здесь")
        customer.act("block")
        held = take(api)

        assert ending(api, held) == ("closed", False, "no_reply")


def test_two_are_answered_at_once(floor: Floor) -> None:
    customers = [enter(floor, name) for name in ("Анна", "Игорь")]
    with at_work(floor), floor.sign_in() as api:
        for customer in customers:
            customer.write("какая завтра погода?")
        wait_for(lambda: len(conversations(api)) == 2)
        held = [each["id"] for each in conversations(api)]

        wait_for(lambda: all(is_answered(api, each, "ru", "weather") for each in held))


def test_after_the_web_process_died_the_agent_goes_on_where_it_was(floor: Floor) -> None:
    customer = enter(floor, "Анна")
    with at_work(floor, haste=4), floor.sign_in() as api:
        customer.write("расскажите анекдот")
        held = take(api)
        wait_for(lambda: is_answered(api, held, "ru", "joke"))
        before = len(replied(api, held))
        floor.house.kill("web")
        floor.house.start("web")
        floor.house.wait_until_well()
        customer.write("а ещё вопрос можно?")
        wait_for(lambda: len(replied(api, held)) > before)

        assert replied(api, held)[-1] in replies("ru").more


def test_an_agent_who_goes_home_is_offline_and_nothing_rings(floor: Floor) -> None:
    with at_work(floor), floor.sign_in() as api:
        wait_for(lambda: api.desk()["agent"]["presence"] == "available")
    with floor.sign_in() as api:
        assert api.desk()["agent"]["presence"] == "offline"


def test_an_agent_whom_somebody_set_away_comes_back(floor: Floor) -> None:
    with at_work(floor, haste=20), floor.sign_in() as api:
        wait_for(lambda: api.desk()["agent"]["presence"] == "available")
        api.set_presence("away")
        wait_for(lambda: api.desk()["agent"]["presence"] == "available")


def said(direction: str, text: str, **more: Any) -> dict[str, Any]:
    part = {"type": "text", "text": text}
    return {"id": text, "direction": direction, "deleted_at": None, "parts": [part], **more}


def test_what_was_said_since_the_last_reply_is_read_and_nothing_else() -> None:
    photo = {"type": "media", "caption": {"text": "вот счёт"}}
    sticker = {"type": "sticker", "emoji": "👍"}

    told = words_since_reply(
        [
            said("in", "давно"),
            said("out", "ответ"),
            said("internal", "заметка"),
            said("in", "а ещё"),
            said("in", "удалено", deleted_at="2026-01-01T00:00:00Z"),
            said("in", "", parts=[photo]),
            said("in", "", parts=[sticker]),
        ]
    )

    assert told == ["а ещё", "вот счёт", ""]
    assert words_since_reply([said("in", "раз"), said("out", "два")]) == []


def test_a_roster_is_read_and_what_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    roster = tmp_path / "roster.json"
    roster.write_text(json.dumps([{"email": "a@b.c", "password": "p", "name": "Вера"}]))
    assert read_roster(roster) == [Hired("a@b.c", "p", "Вера")]

    for nonsense in ("", "{}}", '[{"email": "a@b.c"}]', "[1]"):
        roster.write_text(nonsense)
        with pytest.raises(click.ClickException, match="is no roster"):
            read_roster(roster)
