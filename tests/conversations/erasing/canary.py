"""A person whose every word is one that nobody else says, and the search for it everywhere."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.actions.create_contact_link import create_contact_link
from halfminute.contacts.schemas import NewContactLink
from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.actions.save_draft import save_draft
from halfminute.conversations.actions.show_typing import show_typing
from halfminute.conversations.delivery.attempts import begin_attempt, end_attempt, list_due
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.schemas import DraftChange, NewNote, NewReply, NewWords
from halfminute.conversations.transitions import assign
from halfminute.conversations.types import ConversationId
from halfminute.feedback.actions.rate_conversation import rate_conversation
from halfminute.feedback.schemas import NewRating
from halfminute.files.actions.set_preview import set_preview
from halfminute.files.actions.take_upload import NewUpload, UploadParts, take_upload
from halfminute.files.decoding.decoder import Found
from halfminute.files.keeping import keep_bytes
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import (
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundUpdate,
    Sender,
)
from halfminute.sdk.model import (
    ContactPart,
    DicePart,
    Entity,
    FormAnswer,
    FormPart,
    LocationPart,
    MediaPart,
    Part,
    PollOption,
    PollPart,
    StartPart,
    StickerPart,
    TextPart,
    UnsupportedPart,
)
from tests.main.backup.vault import fetching, until_fetched
from tests.plain_channel import NOON, Told, raw_of
from tests.scene import LINKS, Scene

CANARY = "canaryqx7zv"
CHAT = f"chat-{CANARY}"
SENDER = Sender(
    external_id=CHAT, name=f"Olena {CANARY}", username=f"user_{CANARY}", language_hint="uk"
)

_TABLES = """
select c.oid::regclass::text as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition
   and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
 order by 1
"""


def _said(number: str, *parts: Part, **more: Any) -> InboundMessage:
    return InboundMessage(
        external_id=f"{CANARY}-{number}", sender=SENDER, sent_at=NOON, parts=parts, **more
    )


def _words(text: str = "") -> TextPart:
    return TextPart(text=f"{text} {CANARY}")


def _media(scene: Scene, number: str, **more: Any) -> MediaPart:
    scene.channel.files[f"{CANARY}-{number}"] = f"GIF89a {CANARY} {number}".encode() * 50
    return MediaPart(
        kind="image",
        file_state="pending",
        source={"file": f"{CANARY}-{number}"},
        name=f"{CANARY}-{number}.gif",
        **more,
    )


def everything_said(scene: Scene) -> Iterator[InboundUpdate]:
    """One of each that a customer can say or do, in their order."""
    link = Entity(type="text_link", offset=0, length=4, url=f"https://example.org/{CANARY}")
    emoji = Entity(type="custom_emoji", offset=0, length=4, custom_emoji_id=CANARY)
    yield _said("start", _words("start"), start_payload=CANARY)
    yield _said("words", TextPart(text=f"Look {CANARY}", entities=(link, emoji)))
    yield _said("caption", _media(scene, "caption", caption=_words("caption")))
    yield _said("missing", _media(scene, "missing"))
    yield _said(
        "sticker",
        StickerPart(
            format="webp",
            file_state="pending",
            emoji="🐤",
            set_name=f"set_{CANARY}",
            source={"file": f"{CANARY}-caption"},
            thumbnail_source={"file": f"{CANARY}-caption"},
        ),
    )
    yield _said("phone", ContactPart(name=CANARY, phone=f"+380{CANARY}", is_proven=True))
    yield _said("place", LocationPart(latitude=1, longitude=2, title=CANARY, address=CANARY))
    yield _said("poll", PollPart(question=CANARY, options=(PollOption(text=CANARY),)))
    yield _said("dice", DicePart(emoji=CANARY, value=3))
    yield _said("form", FormPart(answers=(FormAnswer(name="email", value=f"{CANARY}@a.example"),)))
    yield _said("unsupported", UnsupportedPart(vendor_type=CANARY))
    yield _said("forward", _words("forward"), forwarded_from=f"Petro {CANARY}")
    yield _said(
        "quote", _words("quote"), reply_to_external_id="never-seen", reply_to_preview=CANARY
    )
    yield _said("answer", _words("answer"), reply_to_external_id=f"{CANARY}-words")
    for number in ("1", "2", "3"):
        yield _said(
            f"album-{number}", _media(scene, f"album-{number}"), album_key=f"album-{CANARY}"
        )
    yield InboundEdit(
        external_id=f"{CANARY}-words",
        sender=SENDER,
        sent_at=NOON,
        edited_at=NOON + timedelta(minutes=1),
        parts=(_words("edited"),),
    )
    for reacted in (f"{CANARY}-words", f"early-{CANARY}"):
        yield InboundReaction(
            external_id=reacted, sender=SENDER, emojis=(f"custom:{CANARY}",), at=NOON
        )


async def live(scene: Scene, store: FileStore) -> UUID:
    """All that can happen with the canary, and to it; returns its contact."""
    updates = list(everything_said(scene))
    del scene.channel.files[f"{CANARY}-missing"]
    await scene.tell(*updates)
    await _break(scene)
    await _told_by_site(scene)
    async with fetching(scene, store):
        await scene.execute(
            "update files set attempts = 8 where source ->> 'file' = $1", f"{CANARY}-missing"
        )
        await until_fetched(scene)
    await _look_at_files(scene, store)
    conversation = await scene.row(
        "select c.id, c.contact_id from conversations c"
        "  join addresses a on a.id = c.address_id where a.external_id = $1",
        CHAT,
    )
    await _answer(scene, store, ConversationId(conversation["id"]))
    contact_id: UUID = conversation["contact_id"]
    return contact_id


async def _break(scene: Scene) -> None:
    """Payloads that cannot be understood, or applied, by faults that quote what they met."""
    told = _said("gibberish", _words("gibberish"))
    real = scene.channel.translate

    def fail(raw: bytes) -> list[InboundUpdate]:
        raise ValueError(raw.decode())

    scene.channel.translate = fail  # type: ignore[method-assign]
    try:
        await scene.inbox.take_in(scene.account_id, raw_of(told))
    finally:
        scene.channel.translate = real  # type: ignore[method-assign]

    async def refuse(_unit: object, _conversation: object) -> None:
        raise RuntimeError(f"no place for {CANARY}")

    stubborn = GroupInbox(
        scene.log,
        scene.book,
        scene.registry,
        BusinessConnectionBook(scene.log, scene.clients),
        links=LINKS,
        steps=(refuse,),  # type: ignore[arg-type]
    )
    await scene.execute("update conversations set state = 'closed', closed_at = '2020-01-01'")
    await stubborn.take_in(scene.account_id, raw_of(_said("refused", _words("refused"))))
    await stubborn.close()
    await scene.execute("update conversations set state = 'new', closed_at = null")
    # Told of several at once, and of something that means nothing to us.
    other = InboundMessage(
        external_id="other-1",
        sender=Sender(external_id="chat-other", name="Bohdan"),
        sent_at=NOON,
        parts=(TextPart(text="Mine"),),
    )
    await scene.inbox.take_in(scene.account_id, raw_of(_said("both", _words("both")), other))
    ignored = msgspec.json.encode(Told(key="ignored")).replace(
        b"{", b'{"about":"' + CHAT.encode() + b'",', 1
    )
    await scene.inbox.take_in(scene.account_id, ignored)


async def _told_by_site(scene: Scene) -> None:
    """The site knows who it is, says so again, and says of others what is true of it alone."""
    subject = f"customer-{CANARY}"
    own = press_of(await link_for(scene, subject), SENDER)
    again = press_of(await link_for(scene, f"other-{CANARY}"), SENDER)
    await scene.tell(own, own, again)
    await link_for(scene, subject)
    bohdan = Sender(external_id="chat-other", name="Bohdan")
    for each in ("customer-bohdan", subject):
        await scene.tell(press_of(await link_for(scene, each), bohdan))


async def link_for(scene: Scene, subject: str) -> str:
    """A link of the site's, for the canary if the subject says so; what it carries."""
    name, data = (SENDER.name, {"order": CANARY}) if CANARY in subject else (None, None)
    new = NewContactLink(subject=subject, name=name, return_data=data)
    link = await create_contact_link(
        scene.accounts, LINKS, SYSTEM, scene.account_id, new, seconds=600
    )
    return link.url.rpartition("#")[2]


def press_of(token: str, sender: Sender) -> InboundMessage:
    """Somebody comes by it."""
    return InboundMessage(
        external_id=f"press-{sender.external_id}-{token}",
        sender=sender,
        sent_at=NOON,
        parts=(StartPart(payload=token),),
        start_payload=token,
    )


async def _look_at_files(scene: Scene, store: FileStore) -> None:
    """Each has a thumbnail and a waveform, as if its bytes were those of pictures and voices."""
    for row in await scene.rows("select id from files where state = 'ready'"):
        thumbnail = await keep_bytes(
            scene.database, store, f"Thumbnail {CANARY} {row['id']}".encode()
        )
        found = Found(width=1, height=2, duration_seconds=3, waveform=list(CANARY.encode()))
        await set_preview(scene.log, row["id"], found, thumbnail)


async def _hand_in(scene: Scene, store: FileStore) -> UUID:
    parts = UploadParts(scene.log, store, None, size_limit=10_000)
    upload = NewUpload(scene.agent_id, new_id(), f"bill {CANARY}.txt")
    return (await take_upload(parts, upload, io.BytesIO(f"You owe {CANARY}".encode()))).id


async def _answer(scene: Scene, store: FileStore, conversation_id: ConversationId) -> None:
    """An agent answers, edits, notes, begins to write; the provider quotes what it refused."""
    file_id = await _hand_in(scene, store)
    agent = agent_of(scene)
    async with scene.log.write() as unit:
        await assign(
            unit, conversation_id, scene.agent_id, from_states=("new", "queued"), by="pull"
        )
    scene.channel.capabilities = msgspec.structs.replace(
        scene.channel.capabilities, upload_limits={"file": 10_000}, caption_limit=1000
    )
    await _reply(scene, conversation_id, "Your bill", file_ids=[file_id])
    references = {file_id: {"file": CANARY}}
    await _send(
        scene, Ending(Happening.ACCEPTED, external_id=f"bill-{CANARY}", references=references)
    )
    sent = await _reply(scene, conversation_id, "Dear")
    await _send(scene, Ending(Happening.ACCEPTED, external_id=f"out-{CANARY}"))
    new = NewWords(revision=0, text=f"Dearest {CANARY}")
    await edit_message(scene.log, scene.registry, agent, conversation_id, sent, new=new)
    await _reply(scene, conversation_id, "Refused")
    await _send(scene, Ending(Happening.REFUSED, reason=f"Bad Request: {CANARY}"))
    await _reply(scene, conversation_id, "Never sent")
    await add_note(
        scene.log, agent, conversation_id, NewNote(client_id=new_id(), text=f"Note {CANARY}")
    )
    draft = DraftChange(text=f"Draft {CANARY}", version=0)
    await save_draft(scene.log, agent, conversation_id, draft)
    await show_typing(scene.log, scene.registry, agent, conversation_id, is_typing=True)
    await _rate(scene, conversation_id)


async def _rate(scene: Scene, conversation_id: ConversationId) -> None:
    """It was over for a moment, and the customer said how it was."""
    change = "update conversations set state = $2, closed_at = $3 where id = $1"
    await scene.execute(change, conversation_id, "closed", utc_now())
    address = AddressKey(ChannelAccountId(scene.account_id), CHAT)
    rating = NewRating(score=2, words=f"Slow {CANARY}")
    await rate_conversation(scene.log, address, conversation_id, rating)
    await scene.execute(change, conversation_id, "active", None)


async def _reply(scene: Scene, conversation_id: UUID, text: str, **more: Any) -> UUID:
    new = NewReply(client_id=new_id(), text=f"{text} {CANARY}", **more)
    written = await reply(scene.log, scene.registry, agent_of(scene), conversation_id, new)
    return written.message.id


async def _send(scene: Scene, ending: Ending) -> None:
    async with scene.database.connection() as connection:
        [due] = await list_due(connection, scene.account_id, busy_address_ids=[], limit=1)
    attempt = await begin_attempt(scene.log, due)
    assert attempt is not None
    await end_attempt(scene.log, attempt, ending)


def agent_of(scene: Scene) -> Principal:
    return Principal(
        kind="user",
        name="Ira",
        user_id=UserId(scene.agent_id),
        grants=(Grant("agent", "own"),),
    )


async def find_in_database(url: str) -> dict[str, list[str]]:
    """The rows of every table, whatever it is called, in which the canary can be read."""
    connection = await asyncpg.connect(url)
    try:
        found = {}
        for table in await connection.fetch(_TABLES):
            rows = await connection.fetch(f"select t::text as row from {table['name']} t")  # noqa: S608
            hits = [row["row"] for row in rows if is_in(row["row"].encode())]
            if hits:
                found[table["name"]] = hits
        packed = await connection.fetch("select state from router_snapshots")
        assert not any(is_in(zlib.decompress(row["state"])) for row in packed)
        return found
    finally:
        await connection.close()


def is_in(content: bytes) -> bool:
    """Whether the canary can be read there: as it is, in hexadecimal, or in base 64."""
    word = CANARY.encode()
    told = content.lower()
    packed = [base64.b64encode(b" " * shift + word)[4:-4].lower() for shift in range(3)]
    return any(each in told for each in (word, word.hex().encode(), *packed))


def find_in_folder(folder: Path) -> list[str]:
    """The files below it in whose name or bytes the canary can be read."""
    return [
        str(place)
        for place in sorted(folder.rglob("*"))
        if place.is_file() and (is_in(str(place.name).encode()) or is_in(place.read_bytes()))
    ]
