"""Applies what providers told us, a whole batch at once: the hot path of intake."""

from __future__ import annotations

from collections.abc import Sequence

from halfminute.contacts.actions.meet_addresses import meet_addresses
from halfminute.contacts.types import AddressKey, MetAddress
from halfminute.conversations.actions.apply_deletion import apply_deletion
from halfminute.conversations.actions.apply_edit import (
    apply_edit,
    apply_edit_of_ours,
    keep_original,
)
from halfminute.conversations.actions.apply_reachability import apply_reachability
from halfminute.conversations.actions.apply_reaction import apply_reaction
from halfminute.conversations.actions.prove_addresses import prove_addresses, tell_proofs
from halfminute.conversations.actions.receive import Receivable, receive_messages
from halfminute.conversations.albums import find_album, find_albums, join_album
from halfminute.conversations.arrivals import Arrival, Target, split_into_waves
from halfminute.conversations.deletions import apply_early_deletions
from halfminute.conversations.early_words import (
    early_words_of,
    keep_early_words,
    wait_for_endings,
)
from halfminute.conversations.entry import EntryStep
from halfminute.conversations.storable import storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.conversations.types import MessageId
from halfminute.kit.event_log import Unit
from halfminute.sdk.channel import (
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    InboundReachability,
    InboundReaction,
)
from halfminute.sdk.model import read_parts

MessageKey = tuple[AddressKey, str | None]


async def apply_updates(
    unit: Unit, arrivals: Sequence[Arrival], steps: Sequence[EntryStep]
) -> None:
    """Apply them in their order. Whatever fails, fails as a whole: the caller has a savepoint."""
    for wave in split_into_waves(arrivals):
        await _apply_wave(unit, wave, steps)


async def _apply_wave(unit: Unit, wave: list[Arrival], steps: Sequence[EntryStep]) -> None:
    introductions = {arrival.address_key: arrival.introduce() for arrival in wave}
    to_be_made = {arrival.address_key for arrival in wave if arrival.makes_known}
    met = await meet_addresses(unit, introductions, to_be_made=to_be_made)
    pressed = await prove_addresses(unit, wave, met)
    targets = await _find_targets(unit, wave, met)
    if early := early_words_of(wave, met, targets):
        await wait_for_endings(unit, early)
        targets = await _find_targets(unit, wave, met)
        await keep_early_words(unit, early_words_of(wave, met, targets))
    albums = await find_albums(unit, wave, met)
    await _receive(unit, [a for a in wave if not find_album(a, albums)], met, targets, steps)
    await tell_proofs(unit, pressed)
    for arrival in wave:
        address = met.get(arrival.address_key)
        if isinstance(arrival.update, InboundDeletion):
            await apply_deletion(unit, arrival, address)
        elif address is not None:
            await _apply_change(unit, arrival, address, targets, find_album(arrival, albums))


async def _receive(
    unit: Unit,
    wave: list[Arrival],
    met: dict[AddressKey, MetAddress],
    targets: dict[MessageKey, Target],
    steps: Sequence[EntryStep],
) -> None:
    received = [
        Receivable(
            arrival, arrival.update, met[arrival.address_key], _find_replied(arrival, targets)
        )
        for arrival in wave
        if isinstance(arrival.update, (InboundMessage, InboundEdit))
        and (arrival.address_key, arrival.message_key) not in targets
        and not (isinstance(arrival.update, InboundEdit) and arrival.update.is_of_ours)
    ]
    if not received:
        return
    await receive_messages(unit, received, steps)
    deletable = [
        (each.address.id, each.arrival.message_key)
        for each in received
        if each.arrival.connection is not None and each.arrival.message_key is not None
    ]
    if deletable:
        await apply_early_deletions(unit, deletable)


async def _apply_change(
    unit: Unit,
    arrival: Arrival,
    address: MetAddress,
    targets: dict[MessageKey, Target],
    album: Target | None,
) -> None:
    if isinstance(arrival.update, InboundReachability):
        await apply_reachability(unit, address, arrival.update)
        return
    target = targets.get((arrival.address_key, arrival.message_key))
    if target is None:
        if album is not None and isinstance(arrival.update, InboundMessage):
            await join_album(unit, arrival, arrival.update, address, album)
        return
    match arrival.update:
        case InboundMessage() as update:
            await keep_original(unit, arrival, update, target)
        case InboundEdit(is_of_ours=True) as update:
            await apply_edit_of_ours(unit, arrival, update, target)
        case InboundEdit() as update:
            await apply_edit(unit, arrival, update, target)
        case InboundReaction() as update:
            await apply_reaction(unit, address, update, target)


async def _find_targets(
    unit: Unit, wave: list[Arrival], met: dict[AddressKey, MetAddress]
) -> dict[MessageKey, Target]:
    """The messages we have of those that the wave speaks of, by what the provider calls them."""
    key_of_address = {address.id: key for key, address in met.items()}
    asked = sorted(
        {
            (met[arrival.address_key].id, external_id)
            for arrival in wave
            if arrival.address_key in met
            for external_id in (arrival.message_key, _replied_id(arrival))
            if external_id is not None
        }
    )
    if not asked:
        return {}
    address_ids, external_ids = zip(*asked, strict=True)
    rows = await unit.connection.fetch(tables.FIND_MESSAGES, address_ids, external_ids)
    return {
        (key_of_address[row["address_id"]], row["external_id"]): Target(
            id=MessageId(row["id"]),
            conversation_id=row["conversation_id"],
            revision=row["revision"],
            parts=read_parts(row["parts"]),
            edited_at=row["edited_at"],
            position=row["position"],
        )
        for row in rows
    }


def _find_replied(arrival: Arrival, targets: dict[MessageKey, Target]) -> Target | None:
    replied = _replied_id(arrival)
    return None if replied is None else targets.get((arrival.address_key, replied))


def _replied_id(arrival: Arrival) -> str | None:
    update = arrival.update
    if isinstance(update, InboundMessage) and update.reply_to_external_id is not None:
        return storable_text(update.reply_to_external_id)
    return None
