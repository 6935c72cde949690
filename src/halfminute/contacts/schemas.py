"""The wire shapes of contacts and their addresses."""

from __future__ import annotations

import asyncpg
import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId, Proof
from halfminute.kit.time import Moment


class ContactView(msgspec.Struct, frozen=True, kw_only=True):
    """A person we talk with."""

    id: ContactId
    name: str
    language: str | None
    created_at: Moment


class AddressView(msgspec.Struct, frozen=True, kw_only=True):
    """A contact on one channel account. `language_hint` is what their app is set to."""

    id: AddressId
    contact_id: ContactId
    channel_account_id: ChannelAccountId
    channel_kind: str
    external_id: str
    name: str
    username: str | None
    language_hint: str | None
    proof: Proof
    is_reachable: bool
    unreachable_reason: str
    created_at: Moment


def contact_of(row: asyncpg.Record) -> ContactView:
    """The view of a contact's row."""
    return ContactView(**{name: row[name] for name in ContactView.__struct_fields__})


def address_of(row: asyncpg.Record) -> AddressView:
    """The view of an address's row."""
    return AddressView(**{name: row[name] for name in AddressView.__struct_fields__})
