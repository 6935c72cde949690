"""Who has a conversation, and who can be rung."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import ME, Json, instant, rfc

router = APIRouter()


async def assign(here: Here, conversation_id: str, by: str, agent_id: str, name: str) -> Json:
    change = {"state": "active", "agent_id": agent_id, "agent_name": name}
    data = {"by": by}
    await here.tell(here.world.change("ConversationAssigned", conversation_id, data, **change))
    return here.world.conversations[conversation_id]


@router.post("/api/conversations/{conversation_id}/pull")
async def pull(here: Here, conversation_id: str) -> Response:
    if here.world.conversations[conversation_id]["state"] != "queued":
        return problem(409, "conversation_taken")
    return JSONResponse(await assign(here, conversation_id, "pull", ME, "Анна Ковалёва"))


@router.post("/api/offers/{offer_id}/accept")
async def accept(here: Here, offer_id: str) -> Response:
    offer = here.world.offers[offer_id]
    if offer["state"] != "pending":
        return problem(409, "offer_ended")
    offer["state"] = "accepted"
    await end_offer(here, offer, "OfferAccepted")
    view = await assign(here, offer["conversation_id"], "offer", ME, "Анна Ковалёва")
    return JSONResponse(view)


@router.post("/api/offers/{offer_id}/decline", status_code=204)
async def decline(here: Here, offer_id: str) -> None:
    offer = here.world.offers[offer_id]
    offer["state"] = "declined"
    here.world.conversations[offer["conversation_id"]]["state"] = "queued"
    await end_offer(here, offer, "OfferDeclined")


async def end_offer(here: Here, offer: Json, event: str) -> None:
    data = {"offer_id": offer["id"], "offer": dict(offer)}
    await here.tell(here.world.change(event, offer["conversation_id"], data))


@router.put("/api/presence")
async def presence(here: Here, request: Request) -> Json:
    body = await request.json()
    here.world.agent.update(
        presence=body["presence"],
        presence_reason=body["reason"],
        presence_changed_at=rfc(instant()),
    )
    data = {"agent_id": ME, "agent": dict(here.world.agent)}
    await here.tell(here.world.record("AgentPresenceChanged", [f"agent:{ME}"], data))
    return here.world.agent
