"""What a test lets happen in the world outside of the desk."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter, Request

from tests.web.stand_in.here import Here
from tests.web.stand_in.ids import uuid7_at
from tests.web.stand_in.people import (
    FIRST_LINE,
    ME,
    Json,
    conversation,
    instant,
    message,
    rfc,
    text,
)
from tests.web.stand_in.routing import assign, end_offer
from tests.web.stand_in.world import make_world

router = APIRouter()


@router.post("/stage/offer")
async def offer(here: Here, seconds: float = 20, name: str = "Софья Андреевна") -> Json:
    view = conversation(name, "offered", 9)
    words = text("Здравствуйте! Телефон украли, заблокируйте, пожалуйста, сим-карту!")
    here.world.add(view, [message(view, "in", 9, words)])
    made: Json = {
        "id": uuid7_at(instant()),
        "number": len(here.world.offers) + 1,
        "conversation_id": view["id"],
        "agent_id": ME,
        "queue_id": FIRST_LINE,
        "state": "pending",
        "epoch": 1,
        "offered_at": rfc(instant()),
        "expires_at": rfc(instant(-seconds)),
        "reason": "",
    }
    here.world.offers[made["id"]] = made
    data = {"offer_id": made["id"], "offer": dict(made)}
    await here.tell(here.world.change("ConversationOffered", view["id"], data))
    return made


@router.post("/stage/offer/{offer_id}/end")
async def end(
    here: Here, offer_id: str, event: str = "OfferTimedOut", quietly: bool = False
) -> None:
    made = here.world.offers[offer_id]
    made["state"] = "timed_out" if event == "OfferTimedOut" else "withdrawn"
    here.world.conversations[made["conversation_id"]]["state"] = "queued"
    if not quietly:
        await end_offer(here, made, event)


@router.post("/stage/message")
async def say(here: Here, name: str, words: str) -> Json:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    new = message(view, "in", 0, text(words))
    await here.tell(here.world.put_message("MessageReceived", new))
    return new


@router.post("/stage/parts")
async def say_parts(here: Here, name: str, request: Request) -> Json:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    new = message(view, "in", 0, *(await request.json())["parts"])
    await here.tell(here.world.put_message("MessageReceived", new))
    return new


@router.post("/stage/replace")
async def replace(here: Here, request: Request) -> None:
    """Puts a message in its own place, as if it had always been so."""
    new = await request.json()
    thread = here.world.messages[new["conversation_id"]]
    thread[:] = [new if known["id"] == new["id"] else known for known in thread]


@router.post("/stage/address")
async def set_address(here: Here, name: str, request: Request) -> None:
    """The site says something of where a contact is reached."""
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    view["address"].update(await request.json())
    await here.tell(here.world.change("AddressProven", view["id"], {}))


@router.post("/stage/typing")
async def type_something(here: Here, name: str, is_typing: bool = True) -> None:
    """The customer types, or has stopped to."""
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    stream = f"conversation:{view['id']}"
    frame = {"type": "typing", "stream": stream, "by": "contact", "is_typing": is_typing}
    await here.tell([frame])


@router.post("/stage/verdict")
async def say_how_it_was(here: Here, name: str, request: Request) -> None:
    """The customer says that this is all, or how it was."""
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    view.update(await request.json())
    await here.tell(here.world.change("ConversationRated", view["id"], {}))


@router.post("/stage/refusal")
async def refuse(here: Here, name: str, words: str, code: str, reason: str) -> Json:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    failed = {"delivery": "failed", "delivery_code": code, "delivery_reason": reason}
    new = message(view, "out", 0, text(words), **failed)
    await here.tell(here.world.put_message("MessageFailed", new))
    return new


@router.post("/stage/history")
async def history(here: Here, name: str, count: int) -> None:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    long = [
        message(view, "in" if n % 3 else "out", 200_000 - n * 60, text(f"Сообщение {n}"))
        for n in range(count)
    ]
    here.world.messages[view["id"]][:0] = long


@router.post("/stage/taken")
async def taken(here: Here, name: str, by: str = "Борис", quietly: bool = False) -> None:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    if quietly:
        view.update(state="active", agent_id=str(uuid4()), agent_name=by, version=99)
    else:
        await assign(here, view["id"], "pull", str(uuid4()), by)


@router.post("/stage/waiting")
async def waiting(here: Here, count: int) -> None:
    for number in range(count):
        view = conversation(f"Абонент {number}", "queued", 5)
        here.world.add(view, [message(view, "in", 5, text("Алло?"))])
        queued = here.world.change("ConversationQueued", view["id"], {})
        await here.tell([frame for frame in queued if frame["stream"].startswith("queue:")])


@router.post("/stage/draft")
async def other_draft(here: Here, name: str, words: str) -> None:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    here.world.drafts[view["id"]] = {"text": words, "version": 7}


@router.post("/stage/set")
async def set_stage(here: Here, request: Request) -> None:
    for key, value in (await request.json()).items():
        setattr(here.world, key, value)


@router.post("/stage/drop")
async def drop(here: Here, code: int = 1012) -> None:
    await here.hub.drop(code)


@router.get("/stage/messages")
async def said(here: Here, name: str) -> list[Json]:
    view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
    return here.world.messages[view["id"]]


@router.post("/stage/reset")
async def reset(here: Here) -> None:
    await here.hub.drop(1012)
    here.world = make_world()
    here.attempts = 0
