"""The wire shapes of contacts and their addresses."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import asyncpg
import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId, LinkId, Proof
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment

_Key: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE)]
_Value: TypeAlias = Annotated[str, msgspec.Meta(max_length=4096, pattern=STORABLE)]
ReturnData: TypeAlias = Annotated[dict[_Key, _Value], msgspec.Meta(max_length=50)]


class ContactView(msgspec.Struct, frozen=True, kw_only=True):
    """A person we talk with; of one that is erased only this is left."""

    id: ContactId
    name: str
    language: str | None
    created_at: Moment
    erased_at: Moment | None


class AddressView(msgspec.Struct, frozen=True, kw_only=True):
    """A contact on one channel account. `language_hint` is what their app is set to.

    `disputed_subject`: the site says that the address is this customer's of its own, while it
    belongs to another. Nobody merges them but a human.
    """

    id: AddressId
    contact_id: ContactId
    channel_account_id: ChannelAccountId
    channel_kind: str
    external_id: str
    name: str
    username: str | None
    language_hint: str | None
    proof: Proof
    disputed_subject: str | None
    is_reachable: bool
    unreachable_reason: str
    created_at: Moment


class NewContactLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom the site wants a link. `subject` is its own id of the customer, not a phone number.

    `return_data` comes back with the link's state, and is shown to nobody.
    """

    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=STORABLE)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=STORABLE)] | None = None
    # An IETF tag.
    language: (
        Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
        | None
    ) = None
    return_data: ReturnData | None = None


class ContactLinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A link to be shown to one customer, at once: whoever presses it first is taken for them."""

    id: LinkId
    url: str
    expires_at: Moment


class ContactLinkState(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a link. `contact_id` of one that proved whose an address is.

    `disputed`: it was pressed at an address that is another subject's already.
    """

    id: LinkId
    state: Literal["open", "expired", "proven", "disputed"]
    expires_at: Moment
    used_at: Moment | None
    contact_id: ContactId | None
    return_data: dict[str, str] | None


def contact_of(row: asyncpg.Record) -> ContactView:
    """The view of a contact's row."""
    return ContactView(**{name: row[name] for name in ContactView.__struct_fields__})


def address_of(row: asyncpg.Record) -> AddressView:
    """The view of an address's row."""
    return AddressView(**{name: row[name] for name in AddressView.__struct_fields__})
