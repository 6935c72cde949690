"""What is said in an owner's chats: whose words, in which conversation, and who waits for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from halfminute.conversations.actions.retranslate import retranslate
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.transitions import close
from halfminute.kit.errors import Unavailable
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import InboundAcknowledgement
from halfminute.sdk.errors import ProviderError
from tests.conversations.business.owner import WINDOW_SECONDS, Owner
from tests.plain_channel import message, raw_of
from tests.scene import Scene


async def _close(owner: Owner, *, ago: timedelta = timedelta(0)) -> None:
    conversation = await owner.conversation()
    async with owner.scene.log.write() as unit:
        await close(unit, conversation["id"], is_solved=True, disposition_code="spam")
    await owner.scene.execute("update conversations set closed_at = closed_at - $1::interval", ago)


async def test_a_chat_of_an_owners_is_another_address_than_ours(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(message("To the bot"), owner.said("To the owner"))

    addresses = await scene.rows("select * from addresses order by external_id")
    assert [row["external_id"] for row in addresses] == ["chat-1", "owner-1:chat-1"]
    assert len(await scene.rows("select from conversations")) == 2


async def test_the_customers_words_wait_for_an_answer_until_the_window_closes(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    at = utc_now() - timedelta(minutes=5)
    await scene.tell(owner.said("Hello", at=at))

    conversation = await owner.conversation()
    assert (conversation["state"], conversation["awaiting"]) == ("queued", "agent")
    assert conversation["unanswered_since"] == at
    assert conversation["reply_until"] == at + timedelta(seconds=WINDOW_SECONDS)


async def test_each_word_of_the_customers_opens_the_window_anew(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    now = utc_now()
    await scene.tell(
        owner.said(at=now - timedelta(hours=2)),
        owner.said(at=now - timedelta(hours=1)),
        # A late one closes nothing.
        owner.said(at=now - timedelta(hours=3)),
    )

    until = now - timedelta(hours=1) + timedelta(seconds=WINDOW_SECONDS)
    assert (await owner.conversation())["reply_until"] == until


async def test_in_a_chat_of_our_own_there_is_no_window(scene: Scene, owner: Owner) -> None:
    await scene.tell(message("To the bot"))

    assert (await owner.conversation())["reply_until"] is None


async def test_the_owners_words_are_an_answer_that_is_sent_already(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello"), owner.typed("I am here"))

    _, answer = await owner.messages()
    assert (answer["direction"], answer["author_kind"]) == ("out", "account_owner")
    assert answer["delivery"] == "sent"
    assert not await scene.rows("select from outbox")
    conversation = await owner.conversation()
    assert (conversation["awaiting"], conversation["unanswered_since"]) == ("customer", None)
    assert conversation["first_reply_at"] == answer["sent_at"]
    assert "AccountOwnerReplied" in await scene.events()


async def test_who_answers_and_is_asked_again_at_once_is_waited_for(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    again = owner.said("And roaming?")
    await scene.tell_at_once(owner.said("Hello"), owner.typed("Hi"), again)

    conversation = await owner.conversation()
    assert conversation["awaiting"] == "agent"
    assert conversation["unanswered_since"] == again.sent_at
    assert await owner.texts() == ["Hello", "Hi", "And roaming?"]


async def test_the_owner_who_writes_first_makes_nothing_ring(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.typed("Your number is ready"))

    conversation = await owner.conversation()
    assert (conversation["state"], conversation["awaiting"]) == ("new", "customer")
    assert conversation["first_reply_at"] is None
    await scene.tell(owner.said("Thank you"))
    assert (await owner.conversation())["state"] == "queued"


async def test_the_owner_takes_no_closed_conversation_up_again(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello"))
    await _close(owner)

    await scene.tell(owner.typed("One thing more"))

    conversation = await owner.conversation()
    assert (conversation["state"], conversation["awaiting"]) == ("closed", "nobody")
    assert await owner.texts() == ["Hello", "One thing more"]
    await scene.tell(owner.said("Yes?"))
    assert (await owner.conversation())["state"] == "queued"


async def test_long_after_the_closing_the_owner_begins_another_one(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello"))
    await _close(owner, ago=timedelta(days=9))

    await scene.tell(owner.typed("News for you"))

    states = await scene.rows("select state from conversations order by opened_at")
    assert [row["state"] for row in states] == ["closed", "new"]


async def test_the_same_payload_again_is_nothing_new(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    raws = [raw_of(owner.said("Hello", number="1")), raw_of(owner.typed("Hi", number="2"))]
    for raw in raws * 3:
        await scene.inbox.take_in(scene.account_id, raw)
    # The same messages in other payloads, too.
    await scene.tell(owner.said("Hello", number="1"), owner.typed("Hi", number="2"))

    assert await owner.texts() == ["Hello", "Hi"]


async def test_an_owners_edit_of_their_own_words_stands(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hi"), owner.typed("Tomorow", number="2"))
    await scene.tell(owner.edited("2", "Tomorrow"))

    assert await owner.texts() == ["Hi", "Tomorrow"]


async def test_words_that_overtake_the_connection_are_asked_about(
    scene: Scene, owner: Owner
) -> None:
    scene.channel.connections[owner.connection] = owner.connection_told()
    await scene.tell(owner.said("One"), owner.said("Two"))

    assert await owner.texts() == ["One", "Two"]
    assert scene.channel.asked_for == [owner.connection]
    await owner.connect(can_reply=False)
    [row] = await scene.rows("select can_reply from business_connections")
    assert not row["can_reply"]


async def test_many_that_overtake_it_at_once_ask_once_and_keep_their_order(
    scene: Scene, owner: Owner
) -> None:
    scene.channel.connections[owner.connection] = owner.connection_told()
    await scene.tell_at_once(*(owner.said(str(number)) for number in range(20)))

    assert await owner.texts() == [str(number) for number in range(20)]
    assert scene.channel.asked_for == [owner.connection]


async def test_when_it_cannot_be_asked_about_nothing_is_taken_in(
    scene: Scene, owner: Owner
) -> None:
    scene.channel.connections[owner.connection] = owner.connection_told()
    scene.channel.failures.append(ProviderError("down", is_retryable=True))
    raw = raw_of(owner.said("Hello"))

    with pytest.raises(Unavailable):
        await scene.inbox.take_in(scene.account_id, raw)
    assert not await scene.rows("select from raw_payloads")
    await scene.inbox.take_in(scene.account_id, raw)
    assert await owner.texts() == ["Hello"]


async def test_what_no_connection_is_known_for_is_kept_and_translated_later(
    scene: Scene, owner: Owner
) -> None:
    owed = InboundAcknowledgement(reference={"press": "1"})
    await scene.inbox.take_in(scene.account_id, raw_of(owner.said("Hello"), owed))

    [kept] = await scene.rows("select translation, error from raw_payloads")
    assert (kept["translation"], "bc-1" in kept["error"]) == ("failed", True)
    # Who waits for an answer of ours gets it all the same.
    assert len(await scene.rows("select from acknowledgements")) == 1

    await owner.connect()
    await retranslate(scene.log, scene.book, scene.registry, steps=(queue_of_account,))
    assert await owner.texts() == ["Hello"]


async def test_made_anew_the_connection_leads_to_the_same_conversation(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said("Before"))
    late = owner.said("Said before, brought late")
    await owner.connect_anew("bc-2")
    await scene.tell(owner.said("After"), late)

    assert await owner.texts() == ["Before", "After", "Said before, brought late"]
    assert len(await scene.rows("select from conversations")) == 1


async def test_an_older_word_about_a_connection_changes_nothing(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    ended = owner.connection_told(is_enabled=False)
    await owner.connect_anew("bc-2")
    await scene.tell(ended)

    [row] = await scene.rows("select external_id, is_enabled from business_connections")
    assert (row["external_id"], row["is_enabled"]) == ("bc-2", True)


async def test_what_changes_is_told_where_it_is_looked_at(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello"))
    told_before = (await scene.events()).count("BusinessConnectionChanged")
    await owner.connect(is_enabled=False)

    assert (await scene.events()).count("BusinessConnectionChanged") == told_before + 1


async def test_another_owner_of_the_same_customer_is_another_conversation(
    scene: Scene, owner: Owner
) -> None:
    other = Owner(scene, id="owner-2", connection="bc-9")
    await owner.connect()
    await other.connect()
    await scene.tell(owner.said("To one"), other.said("To the other"))

    assert len(await scene.rows("select from conversations")) == 2


async def test_another_account_does_not_hear_of_it(scene: Scene, owner: Owner) -> None:
    """A forged name of a connection leads nowhere in an account that does not have it."""
    await owner.connect()
    other = await scene.row("select gen_random_uuid() as id")
    await scene.execute(
        "insert into channel_accounts (id, kind, name, encrypted_secrets, inbound_mode)"
        " select $1, kind, name, encrypted_secrets, inbound_mode from channel_accounts",
        other["id"],
    )
    await scene.execute("update business_connection_keys set channel_account_id = $1", other["id"])
    await scene.tell(owner.said("Hello"))

    assert not await scene.rows("select from messages")
    [kept] = await scene.rows("select translation from raw_payloads where translation = 'failed'")
    assert kept["translation"] == "failed"
