"""Believes the site's links: an address joins the contact that the site means."""

from __future__ import annotations

from collections.abc import Sequence

from halfminute.contacts.actions.press_contact_links import (
    delete_empty_contacts,
    press_contact_links,
)
from halfminute.contacts.types import AddressKey, MetAddress, Press, Pressed
from halfminute.conversations.arrivals import Arrival
from halfminute.conversations.tables import joining as tables
from halfminute.kit.event_log import Unit, stream_name


async def prove_addresses(
    unit: Unit, wave: Sequence[Arrival], met: dict[AddressKey, MetAddress]
) -> list[Pressed]:
    """Press the links that the wave brings; `met` tells afterwards whose the addresses are.

    What an address has said goes with it; nothing of other addresses moves.
    """
    claims = [(arrival, arrival.claim) for arrival in wave if arrival.claim is not None]
    if not claims:
        return []
    presses = [
        Press(claim, arrival.account.id, met[arrival.address_key]) for arrival, claim in claims
    ]
    pressed = await press_contact_links(unit, presses)
    for (arrival, _), press in zip(claims, pressed, strict=True):
        if press.left is not None:
            await move_with_address(unit, press)
            met[arrival.address_key] = met[arrival.address_key]._replace(
                contact_id=press.contact_id
            )
    left = [press.left for press in pressed if press.left is not None]
    await delete_empty_contacts(unit, left)
    return pressed


async def tell_proofs(unit: Unit, pressed: Sequence[Pressed]) -> None:
    """Say on the conversation of each address what the site has said of it."""
    told = {each.address_id: each for each in pressed if each.outcome in ("proven", "disputed")}
    if not told:
        return
    for row in await unit.connection.fetch(tables.LATEST_OF_ADDRESSES, list(told)):
        data = {
            "conversation_id": str(row["id"]),
            "address_id": str(row["address_id"]),
            "contact_id": str(told[row["address_id"]].contact_id),
        }
        event = (
            "AddressProven" if told[row["address_id"]].outcome == "proven" else "AddressDisputed"
        )
        unit.record(event, data, stream_name("conversation", row["id"]))


async def move_with_address(unit: Unit, press: Pressed) -> None:
    """What an address has said becomes its new contact's."""
    for statement in (tables.MOVE_CONVERSATIONS, tables.MOVE_MESSAGES, tables.MOVE_REACTIONS):
        await unit.connection.execute(statement, press.address_id, press.left, press.contact_id)
