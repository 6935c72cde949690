"""Finds the links of the site that customers come by, before anything of them is stored.

A token in a start's payload is taken out of what we keep, of the parts and of the raw payload: an
agent who reads it, or whoever reads the database, could come by it as the customer would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from halfminute.contacts.link_tokens import STRUCK_OUT, LinkTokens
from halfminute.contacts.types import LinkClaim
from halfminute.sdk.channel import InboundEdit, InboundMessage, InboundUpdate
from halfminute.sdk.model import Part, StartPart

# By what the provider calls the message that brought it.
Claims = Mapping[str, LinkClaim]


class Struck(NamedTuple):
    """A payload and its meaning without tokens, and what these claimed."""

    raw: bytes
    updates: list[InboundUpdate]
    claims: Claims


def strike_out_links(tokens: LinkTokens, raw: bytes, updates: Sequence[InboundUpdate]) -> Struck:
    """Take every token of ours out; one that came by an edit claims nothing.

    A forged one proves nothing, and stays for whoever looks.
    """
    claims: dict[str, LinkClaim] = {}
    left: list[InboundUpdate] = []
    for update in updates:
        if not isinstance(update, InboundMessage | InboundEdit):
            left.append(update)
            continue
        payload = _payload_of(update)
        claim = None if payload is None else tokens.read(payload)
        if claim is not None and isinstance(update, InboundMessage):
            claims[update.external_id] = claim
        if claim is None or payload is None or not claim.is_genuine:
            left.append(update)
            continue
        raw = raw.replace(payload.encode(), STRUCK_OUT.encode())
        left.append(_without_token(update))
    return Struck(raw, left, claims)


def _payload_of(update: InboundMessage | InboundEdit) -> str | None:
    if isinstance(update, InboundMessage) and update.start_payload is not None:
        return update.start_payload
    return next((part.payload for part in update.parts if isinstance(part, StartPart)), None)


def _without_token(update: InboundMessage | InboundEdit) -> InboundUpdate:
    parts: tuple[Part, ...] = tuple(
        msgspec.structs.replace(part, payload=STRUCK_OUT) if isinstance(part, StartPart) else part
        for part in update.parts
    )
    if isinstance(update, InboundEdit) or update.start_payload is None:
        return msgspec.structs.replace(update, parts=parts)
    return msgspec.structs.replace(update, parts=parts, start_payload=STRUCK_OUT)
