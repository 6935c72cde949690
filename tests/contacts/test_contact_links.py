"""A customer comes from the site by a link: whom we believe, and what we do not."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.contacts.actions.create_contact_link import create_contact_link
from halfminute.contacts.errors import AccountUnnamed, LinksUnsupported, ReturnDataTooLarge
from halfminute.contacts.link_tokens import TOKEN_LENGTH, LinkTokens
from halfminute.contacts.links import forget_old_links, get_contact_link
from halfminute.contacts.schemas import ContactLinkView, NewContactLink
from halfminute.contacts.types import LinkId
from halfminute.identity.principals import SYSTEM
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import InboundMessage
from halfminute.sdk.model import StartPart
from tests.plain_channel import edit, message, raw_of, reaction
from tests.scene import LINKS, Scene, open_scene

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


async def link_for(
    scene: Scene, subject: str = "customer-7", *, account_id: UUID | None = None, **more: Any
) -> ContactLinkView:
    return await create_contact_link(
        scene.accounts,
        LINKS,
        SYSTEM,
        account_id or scene.account_id,
        NewContactLink(subject=subject, **more),
        seconds=600,
    )


def token_of(link: ContactLinkView) -> str:
    return link.url.rpartition("#")[2]


def start(payload: str, *, chat: str = "chat-1", number: str | None = None) -> InboundMessage:
    """A press of Start, as Telegram's plug-in tells it."""
    parts = (StartPart(payload=payload),)
    return message(parts=parts, chat=chat, number=number, start_payload=payload)


async def outcomes(scene: Scene) -> list[str]:
    rows = await scene.rows("select outcome from contact_link_presses order by id")
    return [row["outcome"] for row in rows]


async def proof_of(scene: Scene, chat: str = "chat-1") -> tuple[str, list[str]]:
    """How sure we are of an address, and what the site calls its contact."""
    row = await scene.row(
        "select proof, array(select subject from contact_subjects s"
        "                     where s.contact_id = a.contact_id order by subject) as subjects"
        "  from addresses a where external_id = $1",
        chat,
    )
    return row["proof"], row["subjects"]


async def test_a_link_proves_whose_the_address_is(scene: Scene) -> None:
    link = await link_for(scene, name="Olena Koval", language="uk")

    await scene.tell(start(token_of(link)))

    assert await proof_of(scene) == ("signed", ["customer-7"])
    contact = await scene.row("select * from contacts")
    assert (contact["name"], contact["language"]) == ("Olena Koval", "uk")
    conversation = await scene.row("select * from conversations")
    assert (conversation["contact_id"], conversation["state"]) == (contact["id"], "queued")
    assert await outcomes(scene) == ["proven"]
    assert await scene.events() == [
        "ConversationOpened",
        "MessageReceived",
        "ConversationQueued",
        "AddressProven",
    ]


async def test_the_sites_name_is_not_undone_by_the_channels(scene: Scene) -> None:
    link = await link_for(scene, name="Olena Koval")
    await scene.tell(start(token_of(link)))

    await scene.tell(message("I have a new nickname", name="sunny"))

    assert (await scene.row("select name from contacts"))["name"] == "Olena Koval"


async def test_the_state_of_a_link_is_told_to_who_made_it(scene: Scene) -> None:
    link = await create_contact_link(
        scene.accounts,
        LINKS,
        SYSTEM,
        scene.account_id,
        NewContactLink(subject="customer-7", return_data={"page": "/tariffs"}),
        seconds=600,
    )
    async with scene.database.connection() as connection:
        before = await get_contact_link(connection, SYSTEM, scene.account_id, link.id)
        await scene.tell(start(token_of(link)))
        after = await get_contact_link(connection, SYSTEM, scene.account_id, link.id)

    contact = await scene.row("select id from contacts")
    assert (before.state, before.contact_id, before.used_at) == ("open", None, None)
    assert (after.state, after.contact_id) == ("proven", contact["id"])
    assert after.return_data == {"page": "/tariffs"}
    assert after.used_at is not None


async def test_two_addresses_of_one_subject_are_one_contact(scene: Scene) -> None:
    await scene.tell(start(token_of(await link_for(scene))))
    await scene.tell(start(token_of(await link_for(scene)), chat="chat-2"))

    contacts = await scene.rows("select id from contacts")
    assert len(contacts) == 1
    rows = await scene.rows("select contact_id from conversations")
    assert [row["contact_id"] for row in rows] == [contacts[0]["id"]] * 2


async def test_what_an_address_has_said_goes_with_it(scene: Scene) -> None:
    await scene.tell(start(token_of(await link_for(scene))))
    owner = (await scene.row("select id from contacts"))["id"]
    await scene.tell(
        message("Before the link", chat="chat-2", number="m-2"),
        message("Of somebody else", chat="chat-3"),
    )
    reacting = reaction("m-2", "👍")
    await scene.tell(
        type(reacting)(
            external_id="m-2",
            sender=message(chat="chat-2").sender,
            emojis=reacting.emojis,
            at=reacting.at,
        )
    )

    await scene.tell(start(token_of(await link_for(scene)), chat="chat-2"))

    rows = await scene.rows(
        "select distinct c.contact_id, m.author_id from messages m"
        "  join conversations c on c.id = m.conversation_id"
        "  join addresses a on a.id = c.address_id where a.external_id = 'chat-2'"
    )
    assert [(row["contact_id"], row["author_id"]) for row in rows] == [(owner, owner)]
    assert (await scene.row("select actor_id from message_reactions"))["actor_id"] == owner
    names = await scene.rows("select c.id from contacts c order by created_at")
    assert len(names) == 2, "the contact that nothing belongs to any more is gone"


async def test_a_second_press_is_a_plain_start(scene: Scene) -> None:
    token = token_of(await link_for(scene))
    await scene.tell(start(token))

    await scene.tell(start(token, chat="chat-2"), start(token))

    assert await outcomes(scene) == ["proven", "used_before", "used_before"]
    assert await proof_of(scene, "chat-2") == ("channel", [])
    assert await proof_of(scene) == ("signed", ["customer-7"])
    assert len(await scene.rows("select id from messages")) == 3


async def test_the_same_update_twice_has_no_second_effect(scene: Scene) -> None:
    raw = raw_of(start(token_of(await link_for(scene))), key="update:1")

    await scene.inbox.take_in(scene.account_id, raw)
    await scene.inbox.take_in(scene.account_id, raw)
    await scene.open_inbox().take_in(scene.account_id, raw)

    assert await outcomes(scene) == ["proven"]
    assert len(await scene.rows("select id from messages")) == 1


async def test_of_many_chats_at_once_one_wins(scene: Scene) -> None:
    token = token_of(await link_for(scene))
    inboxes = [scene.open_inbox() for _ in range(4)]

    await asyncio.gather(
        *(
            inbox.take_in(scene.account_id, raw_of(start(token, chat=f"chat-{number}-{each}")))
            for number, inbox in enumerate(inboxes)
            for each in range(4)
        )
    )

    assert sorted(await outcomes(scene)) == ["proven", *["used_before"] * 15]
    proven = await scene.rows("select id from addresses where proof = 'signed'")
    assert len(proven) == 1
    assert len(await scene.rows("select id from messages")) == 16


async def test_many_links_of_one_subject_at_once_are_one_contact(scene: Scene) -> None:
    tokens = [token_of(await link_for(scene)) for _ in range(6)]
    inboxes = [scene.open_inbox() for _ in tokens]

    await asyncio.gather(
        *(
            inbox.take_in(scene.account_id, raw_of(start(token, chat=f"chat-{number}")))
            for number, (inbox, token) in enumerate(zip(inboxes, tokens, strict=True))
        )
    )

    assert await outcomes(scene) == ["proven"] * 6
    owners = await scene.rows("select distinct contact_id from addresses")
    subjects = await scene.rows("select contact_id from contact_subjects")
    assert [row["contact_id"] for row in owners] == [row["contact_id"] for row in subjects]


async def test_an_expired_link_proves_nothing(scene: Scene) -> None:
    link = await link_for(scene)
    await scene.execute("update contact_links set expires_at = now() - interval '1 second'")

    await scene.tell(start(token_of(link)))

    assert await outcomes(scene) == ["expired"]
    assert await proof_of(scene) == ("channel", [])
    async with scene.database.connection() as connection:
        state = await get_contact_link(connection, SYSTEM, scene.account_id, link.id)
    assert state.state == "expired"


async def test_another_bots_link_proves_nothing_and_is_not_used_up(scene: Scene) -> None:
    other = await add_account(scene.accounts, SYSTEM, NewAccount(kind="plain", form={"token": "b"}))
    token = token_of(await link_for(scene, account_id=other.id))

    await scene.tell(start(token))
    await scene.inbox.take_in(other.id, raw_of(start(token, chat="chat-9")))

    assert await outcomes(scene) == ["other_account", "proven"]
    assert await proof_of(scene) == ("channel", [])
    assert await proof_of(scene, "chat-9") == ("signed", ["customer-7"])


@pytest.mark.parametrize("secret_key", [b"x" * 32, bytes(31) + b"\1"])
async def test_a_forged_link_proves_nothing(scene: Scene, secret_key: bytes) -> None:
    link = await link_for(scene)
    forged = LinkTokens(secret_key).sign(link.id)

    await scene.tell(start(forged))

    assert await outcomes(scene) == ["forged"]
    assert await proof_of(scene) == ("channel", [])
    assert (await scene.row("select used_at from contact_links"))["used_at"] is None


async def test_a_genuine_link_that_was_forgotten_proves_nothing(scene: Scene) -> None:
    await scene.tell(start(LINKS.sign(LinkId(new_id()))))

    assert await outcomes(scene) == ["unknown"]


async def test_an_address_of_another_subject_is_never_merged_silently(scene: Scene) -> None:
    await scene.tell(start(token_of(await link_for(scene, "customer-7", name="Olena"))))
    await scene.tell(start(token_of(await link_for(scene, "customer-8")), chat="chat-2"))
    link = await link_for(scene, "customer-8", name="Petro")

    await scene.tell(start(token_of(link)))

    assert await proof_of(scene) == ("signed", ["customer-7"])
    assert await proof_of(scene, "chat-2") == ("signed", ["customer-8"])
    row = await scene.row("select disputed_subject from addresses where external_id = 'chat-1'")
    assert row["disputed_subject"] == "customer-8"
    contact = await scene.row(
        "select c.name from contacts c join addresses a on a.contact_id = c.id"
        " where a.external_id = 'chat-1'"
    )
    assert contact["name"] == "Olena"
    assert (await outcomes(scene))[-1] == "disputed"
    assert (await scene.events())[-1] == "AddressDisputed"


async def test_a_later_proof_ends_the_dispute(scene: Scene) -> None:
    for subject in ("customer-7", "customer-8", "customer-7"):
        await scene.tell(start(token_of(await link_for(scene, subject))))

    row = await scene.row("select disputed_subject, proof from addresses")
    assert (row["disputed_subject"], row["proof"]) == (None, "signed")


async def test_no_token_can_be_read_anywhere_afterwards(scene: Scene) -> None:
    other = await add_account(scene.accounts, SYSTEM, NewAccount(kind="plain", form={"token": "b"}))
    tokens = [token_of(await link_for(scene)), token_of(await link_for(scene, account_id=other.id))]

    for token in tokens:
        await scene.tell(start(token))

    tables = await scene.rows(
        "select quote_ident(relname) as name from pg_class"
        " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        rows = await scene.rows(f"select t::text as row from {table['name']} t")  # noqa: S608
        for row in rows:
            for token in tokens:
                assert token not in row["row"], table["name"]
                assert token.encode().hex() not in row["row"], table["name"]
    stored = await scene.rows("select parts from messages")
    assert [row["parts"] for row in stored] == [[{"type": "start", "payload": "struck-out"}]] * 2


async def test_a_token_written_by_an_edit_is_struck_out_and_proves_nothing(scene: Scene) -> None:
    token = token_of(await link_for(scene))
    await scene.tell(message("Hello", number="m-1"))

    first = edit("m-1", "")
    await scene.tell(
        type(first)(
            external_id="m-1",
            sender=first.sender,
            sent_at=first.sent_at,
            edited_at=first.edited_at,
            parts=(StartPart(payload=token),),
        )
    )

    stored = await scene.row("select parts from messages")
    assert stored["parts"] == [{"type": "start", "payload": "struck-out"}]
    assert await outcomes(scene) == []
    assert await proof_of(scene) == ("channel", [])


async def test_other_payloads_are_left_alone(scene: Scene) -> None:
    payloads = ["", "promo", "spring_2026-a", "A" * TOKEN_LENGTH, "x" * 64]
    for payload in payloads:
        await scene.tell(start(payload))

    rows = await scene.rows("select parts from messages order by id")
    assert [row["parts"][0]["payload"] for row in rows] == payloads
    assert await outcomes(scene) == []


async def test_a_start_that_cannot_be_applied_uses_no_link(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(await link_for(scene))
    broken = "halfminute.conversations.actions.apply_updates.receive_messages"

    async def fail(*_: object) -> None:
        raise ValueError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(broken, fail)
        await scene.tell(start(token, number="m-1"))
    assert await outcomes(scene) == []

    await scene.tell(start(token, number="m-2"))
    assert await outcomes(scene) == ["proven"]


async def test_links_are_refused_where_they_cannot_be(scene: Scene) -> None:
    with pytest.raises(ReturnDataTooLarge):
        await create_contact_link(
            scene.accounts,
            LINKS,
            SYSTEM,
            scene.account_id,
            NewContactLink(subject="a", return_data={"x": "y" * 5000}),
            seconds=60,
        )
    with pytest.raises(ChannelAccountNotFound):
        await link_for(scene, account_id=new_id())
    await scene.execute("update channel_accounts set username = null")
    scene.book.forget(scene.account_id)
    with pytest.raises(AccountUnnamed):
        await link_for(scene)
    await change_account(scene.accounts, SYSTEM, scene.account_id, AccountChange(is_enabled=False))
    with pytest.raises(ChannelAccountNotFound):
        await link_for(scene)


async def test_a_channel_without_links_has_none(scene: Scene) -> None:
    scene.channel.capabilities = type(scene.channel.capabilities)(
        **{
            name: getattr(scene.channel.capabilities, name)
            for name in scene.channel.capabilities.__struct_fields__
        }
        | {"has_links": False}
    )

    with pytest.raises(LinksUnsupported):
        await link_for(scene)


async def test_old_links_are_forgotten_and_proofs_stay(scene: Scene) -> None:
    await scene.tell(start(token_of(await link_for(scene))))
    await link_for(scene)
    assert await forget_old_links(scene.database, 90) == 0
    await scene.execute("update contact_links set expires_at = now() - interval '91 days'")
    await scene.execute("update contact_link_presses set at = now() - interval '91 days'")

    assert await forget_old_links(scene.database, 90) == 3

    assert await proof_of(scene) == ("signed", ["customer-7"])


@given(st.uuids())
def test_a_token_is_read_as_it_was_signed(link_id: UUID) -> None:
    token = LINKS.sign(LinkId(link_id))

    assert len(token) <= 64
    assert set(token) <= set(ALPHABET)
    claim = LINKS.read(token)
    assert claim is not None
    assert (claim.link_id, claim.is_genuine) == (link_id, True)


@given(st.uuids(), st.integers(0, TOKEN_LENGTH - 1), st.sampled_from(ALPHABET))
def test_no_other_token_is_genuine(link_id: UUID, place: int, letter: str) -> None:
    token = LINKS.sign(LinkId(link_id))
    changed = token[:place] + letter + token[place + 1 :]

    claim = LINKS.read(changed)

    assert changed == token or claim is None or not claim.is_genuine


@given(st.text())
def test_anything_may_come_as_a_payload(payload: str) -> None:
    claim = LINKS.read(payload)
    assert claim is None or not claim.is_genuine


def test_a_token_names_nobody() -> None:
    token = LINKS.sign(LinkId(UUID(int=5)))
    inside = urlsafe_b64decode(token)
    assert inside[1:17] == UUID(int=5).bytes
    assert urlsafe_b64encode(inside).decode() == token
    assert len(inside) == 1 + 16 + 25
