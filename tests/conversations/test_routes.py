"""The routes as a browser meets them: codes, shapes and refusals, in the whole application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from halfminute.channels.schemas import abilities_of
from halfminute.conversations import transitions
from halfminute.conversations.types import ConversationId
from halfminute.kit.ids import new_id
from tests.callers import AGENT, PASSWORD, open_application
from tests.conversations.world import World, signed_in


class Office(NamedTuple):
    """Ada, signed in, who serves one queue."""

    world: World
    client: httpx.AsyncClient
    ada_id: UUID
    queue_id: UUID

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body)

    async def get(self, path: str) -> Any:
        response = await self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    async def desk(self) -> Any:
        return await self.get("/api/desk")


@pytest.fixture
async def office(world: World, tmp_path: Path) -> AsyncIterator[Office]:
    queue_id = await world.add_queue(name="Support", wrap_up="open")
    async with open_application(world.log, tmp_path, world.registry) as callers:
        ada = await callers.sign_in("Ada", AGENT, queue_ids=(queue_id,))
        yield Office(world, ada.client, ada.id, queue_id)


async def test_a_reply_is_created_once(office: Office) -> None:
    conversation_id = await office.world.give(office.ada_id, office.queue_id)
    path = f"/api/conversations/{conversation_id}/messages"
    body = {"client_id": str(new_id()), "text": "Good day!"}
    first, again = await office.post(path, **body), await office.post(path, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["parts"] == [{"type": "text", "text": "Good day!", "entities": []}]
    page = await office.get(path)
    assert page["items"] == [first.json()]
    assert page["has_more"] is False


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 400, "invalid_text"),
        ({"text": "a" * 40_961}, 400, "invalid_text"),
        ({"text": "a", "reply_to_message_id": str(new_id())}, 404, "message_not_found"),
        ({"text": "a", "entities": [{"type": "bold", "offset": 3, "length": 1}]}, 400, None),
        ({"text": 5}, 400, None),
        ({"text": "a", "extra": 1}, 400, None),
        ({"text": "a", "client_id": "x"}, 400, None),
        ({}, 400, "invalid_text"),
        ({"file_ids": [str(new_id())]}, 404, "file_not_found"),
        ({"file_ids": [str(new_id()) for _ in range(11)]}, 400, None),
        ({"sticker_id": str(new_id())}, 404, "sticker_not_found"),
        ({"sticker_id": str(new_id()), "text": "a"}, 400, "invalid_reply"),
        ({"location": {"latitude": 91, "longitude": 0}}, 400, None),
        ({"location": {"latitude": 1, "longitude": 0, "title": "a\0"}}, 400, None),
        ({"location": {"latitude": 1, "longitude": 0}, "text": "a"}, 400, "invalid_reply"),
    ],
)
async def test_what_is_wrong_with_a_reply_is_said(
    office: Office, body: dict[str, Any], status: int, code: str | None
) -> None:
    conversation_id = await office.world.give(office.ada_id)
    path = f"/api/conversations/{conversation_id}/messages"
    response = await office.post(path, **{"client_id": str(new_id()), **body})
    assert response.status_code == status
    assert set(response.json()) == {"code", "message", "fields"}
    assert code in (None, response.json()["code"])


async def test_what_is_not_to_be_seen_is_not_found(office: Office) -> None:
    world = office.world
    stranger = await world.give(await world.add_agent(name="Bob"))
    heard = await world.hear(stranger)
    contact_id = (await world.row("conversations", stranger))["contact_id"]
    base = f"/api/conversations/{stranger}"
    answers = [
        await office.client.get(base),
        await office.client.get(f"{base}/messages"),
        await office.client.get(f"{base}/revisions/{heard}"),
        await office.client.get(f"/api/contacts/{contact_id}"),
        await office.client.get(f"/api/queues/{new_id()}/conversations"),
        await office.post(f"{base}/messages", client_id=str(new_id()), text="x"),
        await office.post(f"{base}/messages/{heard}/retry"),
        await office.client.put(f"{base}/messages/{heard}", json={"revision": 0, "text": "x"}),
        await office.client.delete(f"{base}/messages/{heard}"),
        await office.client.delete(f"{base}/messages/{heard}/change"),
        await office.post(f"{base}/notes", client_id=str(new_id()), text="x"),
        await office.client.put(f"{base}/draft", json={"text": "x", "version": 0}),
        await office.post(f"{base}/read", message_id=str(heard)),
        await office.post(f"{base}/close", is_solved=True, disposition_code="spam"),
        await office.post(f"{base}/finish-wrap-up"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


async def test_what_was_sent_is_edited_and_deleted_by_who_has_the_conversation(
    office: Office,
) -> None:
    world = office.world
    conversation_id = await world.give(office.ada_id, office.queue_id)
    message_id = await world.sent(signed_in(office.ada_id), conversation_id)
    path = f"/api/conversations/{conversation_id}/messages/{message_id}"
    words = {"revision": 0, "text": "Eleven"}
    first = await office.client.put(path, json=words)
    again = await office.client.put(path, json=words)
    assert (first.status_code, first.json()) == (200, again.json())
    assert first.json()["change"] == {
        "kind": "edit",
        "state": "pending",
        "parts": [{"type": "text", "text": "Eleven", "entities": []}],
        "code": "",
        "reason": "",
        "is_retryable": False,
    }
    dropped = await office.client.delete(f"{path}/change")
    assert (dropped.status_code, dropped.json()["code"]) == (409, "change_under_way")
    deleted = await office.client.delete(path)
    assert (deleted.status_code, deleted.json()["change"]["kind"]) == (200, "delete")
    late = await office.client.put(path, json=words)
    assert (late.status_code, late.json()["code"]) == (409, "message_deleted")
    assert (await office.get(path.rpartition("/")[0]))["items"] == [deleted.json()]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " "}, 400, "invalid_text"),
        ({"text": "a" * 4097}, 400, "invalid_text"),
        ({"revision": 1}, 409, "message_revised"),
        ({"revision": -1}, 400, None),
        ({"text": 5}, 400, None),
        ({"extra": 1}, 400, None),
        ({"entities": [{"type": "bold", "offset": 3, "length": 9}]}, 400, None),
    ],
)
async def test_what_is_wrong_with_an_edit_is_said(
    office: Office, body: dict[str, Any], status: int, code: str | None
) -> None:
    conversation_id = await office.world.give(office.ada_id)
    message_id = await office.world.sent(signed_in(office.ada_id), conversation_id)
    path = f"/api/conversations/{conversation_id}/messages/{message_id}"
    answer = await office.client.put(path, json={"revision": 0, "text": "Eleven", **body})
    assert answer.status_code == status
    assert code in (None, answer.json()["code"])


async def test_who_is_not_signed_in_changes_nothing(office: Office) -> None:
    world = office.world
    conversation_id = await world.give(office.ada_id, office.queue_id)
    message_id = await world.sent(signed_in(office.ada_id), conversation_id)
    path = f"/api/conversations/{conversation_id}/messages/{message_id}"
    await office.client.delete("/api/session")
    answers = [
        await office.client.put(path, json={"revision": 0, "text": "Eleven"}),
        await office.client.delete(path),
        await office.client.delete(f"{path}/change"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert await world.fetchval("select count(*) from message_changes") == 0


async def test_a_conversation_from_the_queue_to_its_end(office: Office) -> None:
    world = office.world
    conversation_id = await world.queue_conversation(office.queue_id)
    heard = await world.hear(conversation_id, "My phone is dead")
    waiting = await office.get(f"/api/queues/{office.queue_id}/conversations")
    assert [each["id"] for each in waiting["items"]] == [str(conversation_id)]
    base = f"/api/conversations/{conversation_id}"
    refused = await office.post(f"{base}/messages", client_id=str(new_id()), text="x")
    assert (refused.status_code, refused.json()["code"]) == (409, "conversation_not_yours")
    await world.assign(conversation_id, office.ada_id)

    assert (await office.post(f"{base}/read", message_id=str(heard))).status_code == 204
    saved = await office.client.put(f"{base}/draft", json={"text": "Is it", "version": 0})
    stale = await office.client.put(f"{base}/draft", json={"text": "Was it", "version": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "draft_changed")
    assert stale.json()["fields"] == saved.json()
    noted = await office.post(f"{base}/notes", client_id=str(new_id()), text="Old model")
    assert (noted.status_code, noted.json()["direction"]) == (201, "internal")

    detail = await office.get(base)
    assert detail["draft"] == {"text": "Is it", **saved.json()}
    assert detail["last_read_message_id"] == str(heard)
    closed = await office.post(f"{base}/close", is_solved=True, disposition_code="nonsense")
    assert (closed.status_code, closed.json()["code"]) == (400, "unknown_disposition")
    closed = await office.post(f"{base}/close", is_solved=True, disposition_code="spam")
    assert (closed.status_code, closed.json()["state"]) == (200, "wrap_up")
    finished = await office.post(f"{base}/finish-wrap-up")
    assert (finished.status_code, finished.json()["state"]) == (200, "closed")
    panel = await office.get(f"/api/contacts/{detail['conversation']['contact']['id']}")
    assert [each["id"] for each in panel["conversations"]] == [str(conversation_id)]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/presence", {"presence": "away", "reason": "lunch\0"}),
        ("POST", "/api/session", {"email": "ada\0@example.org", "password": PASSWORD}),
        ("POST", "/api/conversations/{id}/close", {"is_solved": True, "disposition_code": "\0"}),
        ("POST", "/api/offers/{id}/decline", {"epoch": 1, "reason": "\0"}),
    ],
)
async def test_a_nul_that_no_row_can_hold_is_refused(
    office: Office, method: str, path: str, body: dict[str, Any]
) -> None:
    conversation_id = await office.world.give(office.ada_id, office.queue_id)
    answer = await office.client.request(method, path.format(id=conversation_id), json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_pages_are_bounded_and_cursors_checked(office: Office) -> None:
    queue = f"/api/queues/{office.queue_id}/conversations"
    for query in ("limit=0", "limit=101", "limit=x", "after=nonsense"):
        assert (await office.client.get(f"{queue}?{query}")).status_code == 400
    conversation_id = await office.world.give(office.ada_id)
    messages = f"/api/conversations/{conversation_id}/messages"
    for query in ("limit=0", "limit=101", "before=nonsense"):
        assert (await office.client.get(f"{messages}?{query}")).status_code == 400


async def test_the_desk_is_one_picture(office: Office) -> None:
    world = office.world
    mine = await world.give(office.ada_id, office.queue_id)
    heard = await world.hear(mine)
    ringing = await world.queue_conversation(office.queue_id)
    await world.give(await world.add_agent(name="Bob"), office.queue_id)
    await office.post(f"/api/conversations/{mine}/read", message_id=str(heard))
    draft = await office.client.put(
        f"/api/conversations/{mine}/draft", json={"text": "Go", "version": 0}
    )
    offer_id = await offer(world, ringing, office)

    desk = await office.desk()
    assert (desk["user"]["name"], desk["agent"]["id"]) == ("Ada", str(office.ada_id))
    assert [queue["name"] for queue in desk["queues"]] == ["Support"]
    assert [each["id"] for each in desk["conversations"]] == [str(mine)]
    [shown] = desk["offers"]
    assert (shown["id"], shown["conversation"]["id"]) == (str(offer_id), str(ringing))
    assert shown["conversation"]["state"] == "offered"
    assert desk["reads"] == {str(mine): str(heard)}
    assert desk["drafts"] == {str(mine): {"text": "Go", **draft.json()}}
    assert "question_answered" in [each["code"] for each in desk["dispositions"]]
    assert set(desk["streams"]) == {
        f"agent:{office.ada_id}",
        f"queue:{office.queue_id}",
        f"conversation:{mine}",
        f"conversation:{ringing}",
    }
    for stream, seq in desk["streams"].items():
        last = await world.fetchval("select last_seq from streams where stream = $1", stream)
        assert seq == last


async def offer(world: World, conversation_id: ConversationId, office: Office) -> UUID:
    offer_id = new_id()
    async with world.log.write() as unit:
        await transitions.mark_offered(
            unit, conversation_id, offer_id=offer_id, offer_number=1, agent_id=office.ada_id
        )
        await unit.connection.execute(
            """insert into offers (id, number, conversation_id, agent_id, queue_id, channel_kind,
                                   state, epoch, expires_at)
               values ($1, 1, $2, $3, $4, 'strict', 'pending', 1,
                       now() + interval '20 seconds')""",
            offer_id,
            conversation_id,
            office.ada_id,
            office.queue_id,
        )
    return offer_id


async def test_the_desk_says_what_each_channel_carries(office: Office) -> None:
    desk = await office.desk()
    given = office.world.registry.get("strict").capabilities
    told = desk["channels"]["strict"]
    assert told["upload_limits"] == dict(given.upload_limits)
    assert told["caption_limit"] == given.caption_limit
    assert told["can_send_locations"] is given.can_send_locations
    assert told["text_limit"] == given.text_limit
    assert told["text_unit"] == given.text_unit
    assert (told["can_edit"], told["can_delete"]) == (given.can_edit, given.can_delete)


async def test_the_longest_reply_that_the_desk_tells_is_taken_and_no_longer_one(
    office: Office,
) -> None:
    conversation_id = await office.world.give(office.ada_id)
    limit = (await office.desk())["channels"]["strict"]["reply_limit"]
    for length, status in ((limit, 201), (limit + 1, 400)):
        response = await office.client.post(
            f"/api/conversations/{conversation_id}/messages",
            json={"client_id": str(new_id()), "text": "x" * length},
        )
        assert response.status_code == status
    draft = await office.client.put(
        f"/api/conversations/{conversation_id}/draft", json={"text": "ы" * limit, "version": 0}
    )
    assert draft.status_code == 200


async def test_the_longest_note_that_the_desk_tells_is_taken_and_no_longer_one(
    office: Office,
) -> None:
    conversation_id = await office.world.give(office.ada_id)
    limit = (await office.desk())["note_limit"]
    for length, status in ((limit, 201), (limit + 1, 400)):
        response = await office.client.post(
            f"/api/conversations/{conversation_id}/notes",
            json={"client_id": str(new_id()), "text": "x" * length},
        )
        assert response.status_code == status


def test_no_channel_carries_more_than_we_take_in(world: World) -> None:
    given = world.registry.get("strict").capabilities
    told = abilities_of(given, upload_limit=10, reply_limit=20)
    assert set(told.upload_limits) == set(given.upload_limits)
    assert set(told.upload_limits.values()) == {10}


async def test_nobody_is_told_anything_without_signing_in(office: Office) -> None:
    conversation_id = await office.world.give(office.ada_id)
    office.client.cookies.clear()
    for path in ("/api/desk", f"/api/conversations/{conversation_id}"):
        assert (await office.client.get(path)).status_code == 401


async def test_a_foreign_page_cannot_write(office: Office) -> None:
    conversation_id = await office.world.give(office.ada_id)
    response = await office.client.post(
        f"/api/conversations/{conversation_id}/messages",
        json={"client_id": str(new_id()), "text": "x"},
        headers={"Origin": "https://evil.example"},
    )
    assert response.status_code == 403


async def test_the_pages_of_the_desk_are_served_at_any_address_of_its_own(office: Office) -> None:
    office.client.cookies.clear()
    codes = {(await office.client.get(path)).status_code for path in ("/", "/conversations/1")}
    # 503 with a code of its own where the desk has not been built.
    assert codes in ({200}, {503})


async def test_typing_is_noted_for_the_conversation_one_holds(office: Office) -> None:
    held = await office.world.give(office.ada_id, office.queue_id)
    path = f"/api/conversations/{held}/typing"

    noted = await office.post(path, is_typing=True)
    malformed = await office.post(path, is_typing="perhaps")
    others = await office.post(f"/api/conversations/{new_id()}/typing", is_typing=True)

    assert noted.status_code == 204
    assert malformed.status_code == 400
    assert (others.status_code, others.json()["code"]) == (404, "conversation_not_found")
    assert len(await office.world.fetch("select from typing_signals")) == 1
