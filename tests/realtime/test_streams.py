"""What a screen is sent: in order, once, whole, and only what it may see."""

# ruff: noqa: S311  plays are drawn from seeds, so that each can be played again
from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest

from halfminute.kit.event_log import list_stream, stream_name
from halfminute.kit.ids import new_id
from tests.realtime.conftest import Screen, Stage, fetch_names


@pytest.fixture
async def cookie(stage: Stage) -> str:
    await stage.hire()
    return await stage.sign_in()


async def test_what_was_told_before_comes_first_and_then_what_is_told(
    stage: Stage, cookie: str
) -> None:
    stream = stream_name("queue", new_id())
    for _ in range(3):
        await stage.record(stream)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream, after=1)
        replayed = await screen.events(2)
        subscribed = await screen.next_of("subscribed", "event")
        await stage.record(stream)
        live = await screen.next_of("event")
    assert [frame["seq"] for frame in replayed] == [2, 3]
    assert subscribed == {"type": "subscribed", "stream": stream, "seq": 3}
    assert (live["seq"], live["event"], live["stream"]) == (4, "Told", stream)
    assert live["at"].endswith("Z")


async def test_an_event_brings_the_present_form_of_what_it_names(stage: Stage, cookie: str) -> None:
    agent_id = await stage.hire("Old")
    stream = stream_name("queue", new_id())
    await stage.record(stream, agent_id=str(agent_id), units=7)
    async with stage.database.connection() as connection:
        await connection.execute("update users set name = 'New' where id = $1", agent_id)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        event = await screen.next_of("event")
    assert event["data"] == {
        "agent_id": str(agent_id),
        "units": 7,
        "agent": {"id": str(agent_id), "name": "New", "audience": "user"},
    }


async def test_a_view_may_be_joined_to_chosen_events_only(stage: Stage, cookie: str) -> None:
    stage.hub.register_projector("agent_id", "agent", fetch_names, events={"AgentConfigured"})
    agent_id = await stage.hire("Petro")
    stream = stream_name("queue", new_id())
    for event_type in ("OfferAccepted", "AgentConfigured"):
        await stage.record(stream, event_type, agent_id=str(agent_id))
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        first, second = await screen.events(2)
    assert "agent" not in first["data"]
    assert second["data"]["agent"]["name"] == "Petro"


async def test_a_bug_in_one_view_does_not_stop_the_screens(stage: Stage, cookie: str) -> None:
    async def fail(*_arguments: Any) -> Any:
        raise KeyError("a bug")

    stage.hub.register_projector("agent_id", "agent", fail)
    stream = stream_name("queue", new_id())
    await stage.record(stream, agent_id=str(new_id()))
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        event = await screen.next_of("event")
        assert set(event["data"]) == {"agent_id"}
        assert (await screen.next_of("heartbeat"))["is_live"] is True


async def test_what_was_read_but_not_handed_out_is_read_again(stage: Stage, cookie: str) -> None:
    """The database goes between the log and the views."""
    faults = [ConnectionResetError(), TimeoutError()]

    async def fetch(connection: Any, ids: Any, audience: Any) -> Any:
        if faults:
            raise faults.pop()
        return await fetch_names(connection, ids, audience)

    stage.hub.register_projector("agent_id", "agent", fetch)
    agent_id, stream = await stage.hire("Petro"), stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        await stage.record(stream, agent_id=str(agent_id))
        event = await screen.next_of("event")
    assert (event["seq"], event["data"]["agent"]["name"]) == (1, "Petro")
    assert not faults


async def test_a_contact_is_told_of_messages_but_not_of_who_works_on_them(stage: Stage) -> None:
    conversation_id, agent_id = new_id(), await stage.hire()
    visible = await stage.hire("Visible")
    stream = stream_name("conversation", conversation_id)
    told: list[tuple[str, dict[str, Any]]] = [
        ("MessageReceived", {"message_id": str(visible)}),
        ("NoteAdded", {"message_id": str(visible), "agent_id": str(agent_id)}),
        ("ConversationAssigned", {"agent_id": str(agent_id)}),
        ("MessageEdited", {"message_id": str(new_id()), "revision": 1}),
        ("ReplyQueued", {"message_id": str(visible), "agent_id": str(agent_id)}),
    ]
    for event_type, data in told:
        await stage.record(stream, event_type, conversation_id=str(conversation_id), **data)
    token = stage.tokens.issue_conversation_token(conversation_id, "Contact")
    async with stage.connect() as screen:
        await screen.authenticate(token)
        await screen.subscribe(stream)
        frames = [await screen.next() for _ in range(4)][1:]
    assert [(f["type"], f["seq"]) for f in frames] == [
        ("event", 1),
        ("event", 5),
        ("subscribed", 5),
    ]
    message = {"id": str(visible), "name": "Visible", "audience": "contact"}
    assert frames[1]["data"] == {
        "conversation_id": str(conversation_id),
        "message_id": str(visible),
        "message": message,
    }


async def test_a_stream_that_may_not_be_seen_is_refused_as_one_that_is_not_there(
    stage: Stage, cookie: str
) -> None:
    hidden = new_id()
    stage.not_allowed.add(hidden)
    refusals = {
        stream_name("conversation", hidden): "not_found",
        stream_name("agent", new_id()): "not_found",
        stream_name("invoice", new_id()): "not_found",
        "conversation:": "invalid_stream",
        "conversation": "invalid_stream",
        "conversation:*": "invalid_stream",
        f"conversation:{{{hidden}}}": "invalid_stream",
        f"conversation:{str(hidden).upper()}": "invalid_stream",
    }
    async with stage.connect(cookie) as screen:
        for stream, code in refusals.items():
            await screen.subscribe(stream)
            refused = await screen.next_of("refused", "event", "subscribed")
            assert refused == {"type": "refused", "stream": stream, "code": code}


async def test_who_loses_a_conversation_learns_it_and_hears_no_more(
    stage: Stage, cookie: str
) -> None:
    conversation_id = new_id()
    stream = stream_name("conversation", conversation_id)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        stage.not_allowed.add(conversation_id)
        await stage.record(stream, "ConversationAssigned")
        assert (await screen.next_of("event"))["event"] == "ConversationAssigned"
        assert (await screen.next_of("refused"))["stream"] == stream
        await stage.record(stream, "MessageReceived")
        assert (await screen.next_of("heartbeat", "event"))["type"] == "heartbeat"


async def test_who_leaves_a_queue_loses_what_waits_in_it(stage: Stage, cookie: str) -> None:
    conversation_id = new_id()
    stream, queue = stream_name("conversation", conversation_id), stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        stage.not_allowed.add(conversation_id)
        await stage.record(queue, "QueueConfigured")
        assert (await screen.next_of("refused"))["stream"] == stream


async def test_a_stream_that_is_left_is_quiet_and_can_be_followed_again(
    stage: Stage, cookie: str
) -> None:
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        await screen.send(type="unsubscribe", stream=stream)
        await screen.send(type="unsubscribe", stream=stream)
        await screen.next_of("heartbeat")
        await stage.record(stream)
        assert (await screen.next_of("heartbeat", "event"))["type"] == "heartbeat"
        await screen.subscribe(stream, after=0)
        assert (await screen.next_of("event"))["seq"] == 1


async def test_following_twice_is_harmless(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    await stage.record(stream)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream, after=1)
        await screen.subscribe(stream, after=0)
        await screen.next_of("subscribed")
        await stage.record(stream)
        seqs = [(await screen.next_of("event"))["seq"]]
        if seqs == [1]:
            seqs.append((await screen.next_of("event"))["seq"])
    assert seqs[-1] == 2


async def test_a_number_from_the_future_is_told_and_not_waited_for(
    stage: Stage, cookie: str
) -> None:
    stream = stream_name("queue", new_id())
    await stage.record(stream)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream, after=2)
        assert (await screen.next_of("refused"))["code"] == "unknown_seq"


async def test_who_is_too_far_behind_is_told_to_read_anew(
    stage: Stage, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.realtime.pump.LONGEST_REPLAY", 5)
    long, torn = (stream_name("queue", new_id()) for _ in range(2))
    for stream in (long, torn):
        for _ in range(6):
            await stage.record(stream)
    async with stage.database.connection() as connection:
        await connection.execute("delete from events where stream = $1 and seq < 5", torn)
    async with stage.connect(cookie) as screen:
        for stream, after in ((long, 0), (torn, 2)):
            await screen.subscribe(stream, after=after)
            assert (await screen.next_of("refused", "event"))["code"] == "too_far_behind"
        await screen.subscribe(long, after=1)
        assert (await screen.next_of("event"))["seq"] == 2


async def test_a_long_replay_is_whole_and_goes_in_few_frames(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    async with stage.log.write() as unit:
        for number in range(950):
            unit.record("Told", {"number": number}, stream)
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        events = await screen.events(950)
        assert (await screen.next_of("subscribed"))["seq"] == 950
    assert [event["data"]["number"] for event in events] == list(range(950))


async def test_a_later_number_that_settles_first_waits_for_the_earlier_one(
    stage: Stage, cookie: str
) -> None:
    """Two transactions: the one that began first appends last, so the log has it first."""
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        for _ in range(10):
            async with stage.log.write() as early:
                await early.connection.execute("select pg_current_xact_id()")
                await stage.record(stream, "Second")
                early.record("First", {}, stream)
        events = await screen.events(20)
    assert [event["seq"] for event in events] == list(range(1, 21))
    assert [event["event"] for event in events] == ["Second", "First"] * 10


async def _write_at_random(stage: Stage, streams: list[str], dice: random.Random) -> None:
    async def write_some(count: int, seed: int) -> None:
        own = random.Random(seed)
        for _ in range(count):
            async with stage.log.write() as unit:
                await unit.connection.execute("select pg_current_xact_id()")
                await asyncio.sleep(own.random() * 0.004)
                chosen = own.sample(streams, own.randint(1, len(streams)))
                unit.record("Told", {"number": own.randint(0, 9)}, *chosen)

    await asyncio.gather(*(write_some(40, dice.getrandbits(32)) for _ in range(5)))


async def _follow_with_drops(
    stage: Stage, cookie: str, streams: list[str], dice: random.Random, is_over: asyncio.Event
) -> dict[str, list[int]]:
    """Follow, losing the connection again and again, and go on from the last number seen."""
    seen: dict[str, list[int]] = {stream: [] for stream in streams}
    while not is_over.is_set():
        async with stage.connect(cookie) as screen:
            for stream in streams:
                await screen.subscribe(stream, after=len(seen[stream]))
            await _note(screen, seen, dice.randint(0, 60), is_over)
            if dice.random() < 0.5:
                screen.connection.transport.abort()
    return seen


async def _note(
    screen: Screen, seen: dict[str, list[int]], count: int, is_over: asyncio.Event
) -> None:
    for _ in range(count):
        frame = await screen.next(seconds=10)
        if frame["type"] == "event":
            seen[frame["stream"]].append(frame["seq"])
        elif frame["type"] == "heartbeat" and is_over.is_set():
            return


@pytest.mark.parametrize("seed", range(3))
async def test_drops_at_random_points_leave_neither_a_hole_nor_a_double(
    stage: Stage, cookie: str, seed: int
) -> None:
    dice = random.Random(seed)
    streams = [stream_name("queue", new_id()) for _ in range(4)]
    is_over = asyncio.Event()
    followers = [
        asyncio.create_task(
            _follow_with_drops(stage, cookie, streams, random.Random(seed * 100 + n), is_over)
        )
        for n in range(3)
    ]
    await _write_at_random(stage, streams, dice)
    is_over.set()
    for seen in await asyncio.gather(*followers):
        async with stage.connect(cookie) as screen:
            for stream in streams:
                await screen.subscribe(stream, after=len(seen[stream]))
            announced = 0
            while announced < len(streams):
                frame = await screen.next()
                if frame["type"] == "event":
                    seen[frame["stream"]].append(frame["seq"])
                announced += frame["type"] == "subscribed"
        await _assert_equal_to_the_log(stage, seen)


async def _assert_equal_to_the_log(stage: Stage, seen: dict[str, list[int]]) -> None:
    async with stage.database.connection() as connection:
        for stream, numbers in seen.items():
            stored = await list_stream(connection, stream, after_seq=0)
            assert len(stored) > 10
            assert numbers == [event.seq for event in stored]


async def test_agents_heartbeats_are_told_on_once_a_second(stage: Stage) -> None:
    ids: set[UUID] = {await stage.hire("Olena"), await stage.hire("Petro")}
    async with (
        stage.connect(await stage.sign_in("Olena")) as first,
        stage.connect(await stage.sign_in("Petro")) as second,
    ):
        for _ in range(5):
            await first.send(type="heartbeat")
            await second.send(type="heartbeat")
        for _ in range(2):
            await first.next_of("heartbeat")
    assert set().union(*stage.heard) == ids
    assert len(stage.heard) <= 3
