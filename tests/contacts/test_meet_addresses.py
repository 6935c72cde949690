"""Addresses are found or made, each once, however many look at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.actions.meet_addresses import meet_addresses
from halfminute.contacts.actions.set_reachability import set_reachability
from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.queries import (
    get_contact,
    list_addresses,
    map_contacts,
)
from halfminute.contacts.types import AddressKey, Introduction, MetAddress
from halfminute.kit.ids import new_id
from tests.scene import Scene


async def _meet(scene: Scene, *names: str, is_made: bool = True) -> dict[str, MetAddress]:
    introductions = {}
    for name in names:
        key = AddressKey(ChannelAccountId(scene.account_id), name)
        introductions[key] = Introduction(key, "plain", name, f"@{name}", "uk")
    to_be_made = introductions if is_made else ()
    async with scene.log.write() as unit:
        met = await meet_addresses(unit, introductions, to_be_made=to_be_made)
    return {key.external_id: address for key, address in met.items()}


async def test_who_is_met_twice_is_the_same(scene: Scene) -> None:
    first = await _meet(scene, "olena", "ira")
    second = await _meet(scene, "ira", "olena", "petro")

    assert {name: second[name] for name in first} == first
    assert len(await scene.rows("select from contacts")) == 3


async def test_many_who_meet_the_same_strangers_at_once_make_each_once(scene: Scene) -> None:
    names = [f"n{n}" for n in range(20)]
    # Open the connections first, so that all really meet at once.
    await asyncio.gather(*(scene.rows("select pg_sleep(0.1)") for _ in range(8)))

    answers = await asyncio.gather(
        *(_meet(scene, *(names if n % 2 else reversed(names))) for n in range(8))
    )

    assert all(answer == answers[0] for answer in answers)
    assert len(await scene.rows("select from addresses")) == 20
    assert len(await scene.rows("select from contacts")) == 20


async def test_who_is_only_spoken_of_is_not_made(scene: Scene) -> None:
    assert await _meet(scene, "olena", is_made=False) == {}
    assert await scene.rows("select from contacts") == []


async def test_reads_tell_what_is_there(scene: Scene) -> None:
    met = (await _meet(scene, "olena"))["olena"]

    async with scene.database.connection() as connection:
        contact = await get_contact(connection, met.contact_id)
        [address] = await list_addresses(connection, met.contact_id)
        assert (contact.name, contact.language) == ("olena", "uk")
        assert (address.username, address.proof, address.is_reachable) == (
            "@olena",
            "channel",
            True,
        )
        assert address.id == met.id
        assert await map_contacts(connection, [new_id()]) == {}
        with pytest.raises(ContactNotFound):
            await get_contact(connection, new_id())


async def test_reachability_is_written_once(scene: Scene) -> None:
    met = (await _meet(scene, "olena"))["olena"]

    async with scene.log.write() as unit:
        answers = [
            await set_reachability(unit, met.id, is_reachable=False, reason="blocked")
            for _ in range(2)
        ]

    assert answers == [True, False]
    assert (await _meet(scene, "olena"))["olena"].was_unreachable
    assert not (await _meet(scene, "olena"))["olena"].was_unreachable
