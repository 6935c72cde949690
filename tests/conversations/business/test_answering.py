"""Agents answer in an owner's chats, by the connection that stands, while they may."""

from __future__ import annotations

from typing import Any

import pytest

from halfminute.conversations.actions.delete_message import delete_message
from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery import reads
from halfminute.conversations.errors import (
    BusinessConnectionEnded,
    BusinessRightMissing,
    ReplyWindowClosed,
)
from halfminute.conversations.queries import get_conversation_view, get_message_view
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.sdk.errors import ProviderError
from tests.conversations.business.owner import Owner, delivering
from tests.routing.centre import eventually
from tests.scene import Scene


@pytest.fixture
async def taken(scene: Scene, owner: Owner) -> Owner:
    """The owner, with a conversation that the agent has."""
    await owner.connect()
    await scene.tell(owner.said("Hello", number="1"))
    await owner.assign()
    return owner


async def test_an_answer_goes_by_the_connection_to_the_chat(scene: Scene, taken: Owner) -> None:
    async with delivering(scene):
        message = await taken.answer()
        await taken.becomes(message.id, "sent")

    [sent] = scene.channel.sent
    assert sent.business_connection_id == "bc-1"
    assert sent.address_external_id == "chat-1"


async def test_what_is_queued_goes_by_the_connection_that_was_made_anew(
    scene: Scene, taken: Owner
) -> None:
    message = await taken.answer()
    await taken.connect(is_enabled=False)
    async with delivering(scene):

        async def is_held_back() -> bool:
            rows = await scene.rows("select from outbox where next_attempt_at > now()")
            return len(rows) == 1

        await eventually(is_held_back)
        assert scene.channel.sent == []
        await taken.connect_anew("bc-2")
        await taken.becomes(message.id, "sent")

    assert [each.business_connection_id for each in scene.channel.sent] == ["bc-2"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"is_enabled": False}, BusinessConnectionEnded),
        ({"can_reply": False}, BusinessRightMissing),
    ],
)
async def test_what_we_may_not_is_refused_before_it_is_queued(
    scene: Scene, taken: Owner, change: dict[str, Any], error: type[Exception]
) -> None:
    await taken.connect(**change)

    with pytest.raises(error):
        await taken.answer()
    assert not await scene.rows("select from outbox")
    await taken.connect_anew("bc-2")
    await taken.answer()


async def test_past_the_window_it_is_refused_before_it_is_queued(
    scene: Scene, taken: Owner
) -> None:
    await scene.execute("update conversations set reply_until = now() - interval '1 second'")

    with pytest.raises(ReplyWindowClosed) as refused:
        await taken.answer()
    until = (await taken.conversation())["reply_until"]
    assert refused.value.fields == {"reply_until": until.isoformat()}
    await scene.tell(taken.said("Still there?"))
    await taken.answer()


async def test_what_the_provider_refuses_for_good_has_failed(scene: Scene, taken: Owner) -> None:
    scene.channel.failures.append(
        ProviderError("BUSINESS_PEER_INVALID", is_retryable=False, refusal="window_closed")
    )
    async with delivering(scene):
        message = await taken.answer()
        await taken.becomes(message.id, "failed")

    async with scene.database.connection() as connection:
        view = await get_message_view(connection, message.id)
    assert view.delivery_code == "window_closed"
    await taken.connect(is_enabled=False)
    with pytest.raises(BusinessConnectionEnded):
        await retry_message(scene.log, taken.agent, view.conversation_id, message.id)


async def test_what_was_sent_is_taken_back_only_with_the_right(scene: Scene, taken: Owner) -> None:
    async with delivering(scene):
        message = await taken.answer()
        await taken.becomes(message.id, "sent")
    conversation_id = message.conversation_id
    await taken.connect(can_delete=False)

    with pytest.raises(BusinessRightMissing):
        await delete_message(scene.log, scene.registry, taken.agent, conversation_id, message.id)
    await taken.connect()
    await delete_message(scene.log, scene.registry, taken.agent, conversation_id, message.id)
    async with delivering(scene):

        async def is_called() -> bool:
            return bool(scene.channel.changed)

        await eventually(is_called)
    assert scene.channel.changed[0].business_connection_id == "bc-1"
    assert scene.channel.changed[0].address_external_id == "chat-1"


async def test_the_screens_are_told_whose_account_it_is_and_what_we_may(
    scene: Scene, taken: Owner
) -> None:
    await taken.connect(can_reply=False)
    await scene.tell(taken.typed("I do it myself"))
    conversation = await taken.conversation()

    async with scene.database.connection() as connection:
        view = await get_conversation_view(connection, conversation["id"])
        said = await get_message_view(connection, conversation["last_message_id"])
    assert view.reply_until == conversation["reply_until"]
    assert view.business is not None
    assert (view.business.owner_name, view.business.is_connected) == ("Support", True)
    assert not view.business.can_reply
    assert (said.author_kind, said.author_name) == ("account_owner", "Support")


async def test_reading_is_shown_to_the_customer_once(scene: Scene, taken: Owner) -> None:
    await scene.tell(taken.said("Two", number="2"))
    await scene.tell(taken.typed("Phone", number="3"))
    one, _two, phone = await taken.messages()
    conversation_id = (await taken.conversation())["id"]
    for message in (phone, phone, one):
        await mark_read(scene.log, scene.registry, taken.agent, conversation_id, message["id"])

    async with delivering(scene):

        async def is_told() -> bool:
            return not await scene.rows(
                "select from channel_reads where next_attempt_at is not null"
            )

        await eventually(is_told)
    # The customer's newest, not the owner's own.
    [mark] = scene.channel.read_marks
    assert (mark.external_id, mark.address_external_id) == ("2", "chat-1")
    assert mark.business_connection_id == "bc-1"


async def test_who_reads_less_later_tells_nothing(scene: Scene, taken: Owner) -> None:
    await scene.tell(taken.said("Two", number="2"))
    one, two = await taken.messages()
    user_id = new_id()
    await scene.execute(
        "insert into users (id, email, name, password_hash)"
        " values ($1, 'sup@example.org', 'Sup', '-')",
        user_id,
    )
    supervisor = Principal(
        kind="user", name="Sup", user_id=UserId(user_id), grants=(Grant("supervisor", "all"),)
    )
    await mark_read(scene.log, scene.registry, taken.agent, two["conversation_id"], two["id"])
    await mark_read(scene.log, scene.registry, supervisor, one["conversation_id"], one["id"])

    [owed] = await scene.rows("select message_id from channel_reads")
    assert owed["message_id"] == two["id"]


async def test_without_the_right_nothing_is_shown(scene: Scene, taken: Owner) -> None:
    await taken.connect(can_mark_read=False)
    [one] = await taken.messages()
    await mark_read(scene.log, scene.registry, taken.agent, one["conversation_id"], one["id"])

    assert not await scene.rows("select from channel_reads")


async def test_a_refusal_that_passes_is_tried_again(
    scene: Scene, taken: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "FIRST_PAUSE_SECONDS", 0.01)
    [one] = await taken.messages()
    await mark_read(scene.log, scene.registry, taken.agent, one["conversation_id"], one["id"])
    scene.channel.failures.append(ProviderError("later", is_retryable=True))
    async with delivering(scene):

        async def is_told() -> bool:
            return len(scene.channel.read_marks) == 1

        await eventually(is_told)
