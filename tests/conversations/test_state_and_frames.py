"""The proof of the screens: old state and the frames since are the state read anew.

One long conversation meets everything that the log may tell of a conversation. Three screens watch:
one applies each frame as it comes, one everything late and twice, one comes in the middle.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from halfminute.contacts.types import AddressKey
from halfminute.conversations import transitions
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.delete_message import delete_message
from halfminute.conversations.actions.drop_change import drop_change
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.end_by_contact import end_by_contact
from halfminute.conversations.actions.extend_wrap_up import extend_wrap_up
from halfminute.conversations.actions.finish_wrap_up import finish_wrap_up
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery.attempts import (
    Attempt,
    begin_attempt,
    end_attempt,
    list_due,
)
from halfminute.conversations.delivery.changes import end_change, list_due_changes
from halfminute.conversations.delivery.endings import Ending, cut
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.projectors import fetch_conversations, fetch_messages
from halfminute.conversations.queries import get_conversation_detail, get_message_page
from halfminute.conversations.schemas import Closing, NewNote, NewReply, NewWords
from halfminute.conversations.silence import SilenceSweep
from halfminute.conversations.types import ConversationId, State
from halfminute.feedback.actions.rate_conversation import rate_conversation
from halfminute.feedback.schemas import NewRating
from halfminute.files.actions.end_fetch import give_up, mark_ready
from halfminute.files.types import StoredFile
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.event_log import list_stream
from halfminute.kit.ids import new_id
from halfminute.realtime.projection import Projection
from halfminute.sdk.model import MediaPart
from tests.plain_channel import edit, message, reachability, reaction
from tests.scene import Scene, open_scene

# All that is told on a conversation's stream, but for the receipts, which no channel of ours has.
TOLD_OF_A_CONVERSATION = {
    "AddressReachabilityChanged",
    "ConversationAssigned",
    "ConversationClosed",
    "ConversationEndedByContact",
    "ConversationOffered",
    "ConversationFellSilent",
    "ConversationOpened",
    "ConversationQueued",
    "ConversationRated",
    "ConversationReopened",
    "ConversationReturned",
    "FileFailed",
    "FileReady",
    "MessageChangeDropped",
    "MessageChangeFailed",
    "MessageChangeRequested",
    "MessageDeleted",
    "MessageEdited",
    "MessageFailed",
    "MessageReceived",
    "MessageRetried",
    "MessageSending",
    "MessageSent",
    "MessageUnknown",
    "NoteAdded",
    "OutcomeChosen",
    "QuoteChanged",
    "ReactionChanged",
    "ReplyLinked",
    "ReplyQueued",
    "SilenceEnded",
    "WrapUpExtended",
    "WrapUpStarted",
}
OFFERED: tuple[State, ...] = ("offered",)
SOLVED = Closing(is_solved=True, disposition_code="question_answered")


class Screen:
    """State and frames, as the desk keeps them: every view by its id."""

    def __init__(self, scene: Scene, conversation_id: UUID) -> None:
        self.scene = scene
        self.conversation_id = conversation_id
        self.conversation: dict[str, Any] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.seq = 0
        self.events: list[str] = []

    @property
    def reader(self) -> Principal:
        user_id = UserId(self.scene.agent_id)
        return Principal(kind="user", name="Ira", user_id=user_id, grants=(Grant("admin", "all"),))

    async def read_anew(self) -> Screen:
        """A fresh screen, from the routes' own reads."""
        fresh = Screen(self.scene, self.conversation_id)
        database = self.scene.database
        detail = await get_conversation_detail(database, self.reader, self.conversation_id)
        page = await get_message_page(
            database, self.reader, self.conversation_id, before=None, limit=100
        )
        assert page.stream_seq == detail.stream_seq
        fresh.conversation = as_json(detail.conversation)
        fresh.messages = {str(view.id): as_json(view) for view in page.items}
        fresh.seq = page.stream_seq
        return fresh

    async def follow(self, *, times: int = 1) -> None:
        """Apply the frames since, each so many times."""
        for frame in await self._list_frames():
            for _ in range(times):
                self._apply(frame)
            assert frame["seq"] == self.seq + 1
            self.seq = frame["seq"]
            self.events.append(frame["event"])

    async def _list_frames(self) -> list[dict[str, Any]]:
        projection = Projection()
        projection.register("conversation_id", "conversation", fetch_conversations)
        projection.register("message_id", "message", fetch_messages)
        stream = f"conversation:{self.conversation_id}"
        async with self.scene.database.connection() as connection:
            events = await list_stream(connection, stream, after_seq=self.seq)
            frames = await projection.project(connection, {"user": events})
        return [msgspec.json.decode(frame.text) for _, frame in sorted(frames.items())]

    def _apply(self, frame: dict[str, Any]) -> None:
        self.conversation = frame["data"]["conversation"]
        if "message" in frame["data"]:
            self.messages[frame["data"]["message"]["id"]] = frame["data"]["message"]

    def same_as(self, other: Screen) -> bool:
        return (self.conversation, self.messages, self.seq) == (
            other.conversation,
            other.messages,
            other.seq,
        )


class Day:
    """The day of one conversation, in scenes."""

    def __init__(self, scene: Scene, conversation_id: UUID) -> None:
        self.scene = scene
        self.id = ConversationId(conversation_id)
        self.ira = Principal(
            kind="user",
            name="Ira",
            user_id=UserId(scene.agent_id),
            grants=(Grant("agent", "own"),),
        )

    async def rings_and_is_returned(self) -> None:
        await self._offer()
        async with self.scene.log.write() as unit:
            await transitions.return_to_queue(
                unit,
                self.id,
                offer_id=new_id(),
                agent_id=self.scene.agent_id,
                reason="timed_out",
            )

    async def is_taken(self) -> None:
        await self._offer()
        async with self.scene.log.write() as unit:
            await transitions.assign(
                unit, self.id, self.scene.agent_id, from_states=OFFERED, by="offer"
            )

    async def is_noted(self) -> None:
        note = NewNote(client_id=new_id(), text="Has written before.")
        await add_note(self.scene.log, self.ira, self.id, note)

    async def answer_is_sent(self) -> None:
        await self._reply()
        await self._attempt(Ending(Happening.PUT_OFF, "Bad Gateway", failures=1))
        attempt = await self._begin()
        await self.scene.tell(message("Thanks", number="m-2", reply_to_external_id="out-1"))
        await self.scene.tell(reaction("out-1", "👍"))
        await end_attempt(self.scene.log, attempt, Ending(Happening.ACCEPTED, external_id="out-1"))

    async def answer_is_cut_and_sent_again(self) -> None:
        message_id = await self._reply()
        await self._attempt(cut("no answer"))
        await retry_message(self.scene.log, self.ira, self.id, message_id)
        await self._attempt(Ending(Happening.ACCEPTED, external_id="out-2"))

    async def answers_are_edited_and_deleted(self) -> None:
        answers = await self.scene.rows(
            "select id from messages where direction = 'out' and delivery = 'sent' order by id"
        )
        first, second = (row["id"] for row in answers)
        log, registry = self.scene.log, self.scene.registry
        for text in ("Good evening!", "Good night!"):
            new = NewWords(revision=0, text=text)
            await edit_message(log, registry, self.ira, self.id, first, new=new)
        await self._change(Ending(Happening.PUT_OFF, "Bad Gateway", failures=1))
        await self._change(Ending(Happening.ACCEPTED))
        await delete_message(log, registry, self.ira, self.id, first)
        await self._change(Ending(Happening.REFUSED, "too old", "not_deletable"))
        await drop_change(log, self.ira, self.id, first)
        await delete_message(log, registry, self.ira, self.id, second)
        await self._change(Ending(Happening.ACCEPTED))

    async def customer_shuts_us_out_and_returns(self) -> None:
        await self._reply()
        refused = Ending(Happening.REFUSED, "blocked", is_address_unreachable=True)
        await self._attempt(refused)
        await self.scene.tell(reachability(is_reachable=True))

    async def customer_falls_silent_and_returns(self) -> None:
        await self.scene.execute(
            "update queues set silence_seconds = 60, wrap_up_extension_seconds = 60"
        )
        for number in ("m-10", "m-11"):
            await self._attempt_reply(f"out-{number}")
            await self.scene.execute(
                "update conversations set last_message_at = now() - interval '1 hour'"
            )
            assert await SilenceSweep(self.scene.log).run_once() == 1
            await self.scene.tell(message("Here I am", number=number))

    async def customer_changes_its_words(self) -> None:
        await self.scene.tell(edit("m-1", "Good morning!"), reaction("m-1", "❤"))

    async def customer_shows_pictures(self) -> None:
        for number in ("m-7", "m-8"):
            part = MediaPart(kind="image", file_state="pending", source={"id": number})
            told = msgspec.structs.replace(message(number=number), parts=(part,))
            await self.scene.tell(told)
        there, gone = await self.scene.rows("select id from files order by id")
        stored = StoredFile(storage_key="k", sha256=bytes(32), size=3, media_type="image/png")
        await mark_ready(self.scene.log, there["id"], stored)
        await give_up(self.scene.log, gone["id"], "expired", "gone")

    async def is_closed_too_early(self) -> None:
        await close_conversation(self.scene.log, self.ira, self.id, SOLVED)
        await self.scene.tell(message("One more thing", number="m-3"))

    async def customer_says_that_this_is_all_too_early(self) -> None:
        await end_by_contact(self.scene.log, await self._address(), self.id)
        await close_conversation(self.scene.log, self.ira, self.id, SOLVED)
        await self.scene.tell(message("One last thing", number="m-9"))

    async def is_closed(self) -> None:
        await close_conversation(self.scene.log, self.ira, self.id, SOLVED)
        await extend_wrap_up(self.scene.log, self.ira, self.id)
        await finish_wrap_up(self.scene.log, self.ira, self.id)

    async def is_rated(self) -> None:
        for score in (2, 4):
            rating = NewRating(score=score, words="Hm")
            await rate_conversation(self.scene.log, await self._address(), self.id, rating)

    async def comes_back(self) -> None:
        await self.scene.tell(message("It broke again", number="m-4"))

    async def _address(self) -> AddressKey:
        row = await self.scene.row("select channel_account_id, external_id from addresses")
        return AddressKey(*row)

    async def _attempt_reply(self, external_id: str) -> None:
        await self._reply()
        await self._attempt(Ending(Happening.ACCEPTED, external_id=external_id))

    async def _offer(self) -> None:
        async with self.scene.log.write() as unit:
            await transitions.mark_offered(
                unit, self.id, offer_id=new_id(), offer_number=1, agent_id=self.scene.agent_id
            )

    async def _reply(self) -> UUID:
        new = NewReply(client_id=new_id(), text="Good day!")
        written = await reply(self.scene.log, self.scene.registry, self.ira, self.id, new)
        return written.message.id

    async def _attempt(self, ending: Ending) -> None:
        await end_attempt(self.scene.log, await self._begin(), ending)

    async def _change(self, ending: Ending) -> None:
        async with self.scene.database.connection() as connection:
            [due] = await list_due_changes(
                connection, self.scene.account_id, busy_message_ids=[], limit=5
            )
        await end_change(self.scene.log, due, ending)

    async def _begin(self) -> Attempt:
        async with self.scene.database.connection() as connection:
            [due] = await list_due(connection, self.scene.account_id, busy_address_ids=[], limit=5)
        attempt = await begin_attempt(self.scene.log, due)
        assert attempt is not None
        return attempt


SCENES = (
    Day.rings_and_is_returned,
    Day.is_taken,
    Day.is_noted,
    Day.answer_is_sent,
    Day.answer_is_cut_and_sent_again,
    Day.answers_are_edited_and_deleted,
    Day.customer_falls_silent_and_returns,
    Day.customer_changes_its_words,
    Day.customer_shows_pictures,
    Day.customer_shuts_us_out_and_returns,
    Day.is_closed_too_early,
    Day.customer_says_that_this_is_all_too_early,
    Day.is_closed,
    Day.is_rated,
    Day.comes_back,
)


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


async def test_old_state_and_frames_are_the_state_read_anew(scene: Scene) -> None:
    await scene.tell(message("Good mornin", number="m-1"))
    conversation_id = (await scene.row("select id from conversations"))["id"]
    day = Day(scene, conversation_id)
    prompt, late = Screen(scene, conversation_id), Screen(scene, conversation_id)
    middle = await prompt.read_anew()
    for number, happens in enumerate(SCENES):
        await happens(day)
        await prompt.follow()
        assert prompt.same_as(await prompt.read_anew()), happens.__name__
        if number == len(SCENES) // 2:
            middle = await prompt.read_anew()
    await late.follow(times=2)
    await middle.follow()
    fresh = await prompt.read_anew()
    assert late.same_as(fresh)
    assert middle.same_as(fresh)
    assert set(late.events) == TOLD_OF_A_CONVERSATION


def as_json(view: msgspec.Struct) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(view))
    return decoded
