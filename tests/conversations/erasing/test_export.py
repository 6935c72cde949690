"""A person gets all that is held on them: whole, readable, and harmless to open."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest

from halfminute.contacts.errors import ContactNotFound
from halfminute.conversations.actions.export_contact import export_contact
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.ids import new_id
from tests.conversations.erasing.canary import CANARY, CHAT, SENDER, agent_of, live
from tests.conversations.erasing.test_canary import erase
from tests.plain_channel import message
from tests.scene import Scene


async def pieces_of(scene: Scene, store: FileStore, contact_id: UUID) -> list[bytes]:
    pieces = await export_contact(scene.log, store, SYSTEM, contact_id)
    return [piece async for piece in pieces]


async def export(scene: Scene, store: FileStore, contact_id: UUID) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(await pieces_of(scene, store, contact_id))))
    assert archive.testzip() is None
    return archive


def load(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


async def test_everything_is_in_it(scene: Scene, store: FileStore) -> None:
    contact_id = await live(scene, store)
    archive = await export(scene, store, contact_id)
    names = archive.namelist()

    about = load(archive, "contact.json")
    assert (about["contact"]["name"], about["addresses"][0]["external_id"]) == (SENDER.name, CHAT)
    assert about["subjects"] == [f"customer-{CANARY}"]
    assert about["addresses"][0]["disputed_subject"] == f"other-{CANARY}"
    assert [link["return_data"] for link in about["links"]] == [{"order": CANARY}] * 3
    assert [link["outcome"] for link in about["links"]] == ["proven", None, "disputed"]
    assert [press["outcome"] for press in about["presses"]] == [
        "proven",
        "used_before",
        "disputed",
    ]
    [name] = [name for name in names if name.startswith("conversations/") and "json" in name]
    told = load(archive, name)
    stored = await scene.rows(
        "select m.id from messages m join conversations c on c.id = m.conversation_id"
        " where c.contact_id = $1 order by m.id",
        contact_id,
    )
    assert [each["id"] for each in told["messages"]] == [str(row["id"]) for row in stored]
    said = json.dumps(told, ensure_ascii=False)
    for word in (
        f"edited {CANARY}",
        f"Look {CANARY}",
        f"Note {CANARY}",
        f"Draft {CANARY}",
        f"Slow {CANARY}",
        f"custom:{CANARY}",
        f"Petro {CANARY}",
        f"Bad Request: {CANARY}",
        f"Dearest {CANARY}",
        f"Your bill {CANARY}",
    ):
        assert word in said, word
    ready = [each for each in told["files"] if each["state"] == "ready"]
    assert len(ready) == 7
    for each in ready:
        assert CANARY.encode() in archive.read(each["member"])
    raw = [archive.read(name) for name in names if name.startswith("raw/")]
    assert len(raw) == 24
    assert all(CHAT.encode() in body for body in raw)
    assert not any(b"Bohdan" in archive.read(name) for name in names)
    page = archive.read("index.html").decode()
    assert SENDER.name in page
    assert f"customer-{CANARY}" in page
    assert name.replace(".json", ".html") in page
    audit = await scene.row("select * from audit_entries where action = 'export_contact'")
    assert audit["object_id"] == str(contact_id)


async def test_its_pages_run_nothing(scene: Scene, store: FileStore) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    await scene.tell(message(evil, name=evil, forwarded_from=evil))
    contact = await scene.row("select id from contacts")
    archive = await export(scene, store, contact["id"])
    for name in archive.namelist():
        if name.endswith(".html"):
            page = archive.read(name).decode()
            assert "<script" not in page
            assert "<img" not in page
            assert "default-src 'none'" in page
            assert "alert(1)" in page


async def test_a_long_history_comes_in_pieces(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.conversations.actions.export_contact._PAGE", 10)
    monkeypatch.setattr("halfminute.channels.payloads._PAGE", 10)
    await scene.tell_at_once(*(message(f"{n} " + "word " * 100) for n in range(105)))
    contact = await scene.row("select id from contacts")
    pieces = await pieces_of(scene, store, contact["id"])
    assert len([piece for piece in pieces if piece]) > 10
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    [name] = [
        name for name in archive.namelist() if name.startswith("conversations/") and "json" in name
    ]
    assert len(load(archive, name)["messages"]) == 105
    assert len([name for name in archive.namelist() if name.startswith("raw/")]) == 105


async def test_of_an_erased_contact_nothing_is_given_out(scene: Scene, store: FileStore) -> None:
    contact_id = await live(scene, store)
    await erase(scene, store, contact_id)
    archive = await export(scene, store, contact_id)
    for name in archive.namelist():
        assert CANARY.encode() not in archive.read(name)


async def test_it_is_for_who_may(scene: Scene, store: FileStore) -> None:
    await scene.tell(message())
    contact = await scene.row("select id from contacts")
    narrow = Principal(kind="user", name="S", grants=(Grant("supervisor", "queue", new_id()),))
    for principal in (agent_of(scene), narrow):
        with pytest.raises(HalfminuteError):
            await export_contact(scene.log, store, principal, contact["id"])
    with pytest.raises(ContactNotFound):
        await export_contact(scene.log, store, SYSTEM, new_id())
    assert await scene.rows("select from audit_entries where action = 'export_contact'") == []
