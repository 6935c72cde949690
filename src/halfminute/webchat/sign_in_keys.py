"""The keys by which a widget believes its site, and how an administrator sets them."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import SecretBox
from halfminute.webchat import tables
from halfminute.webchat.channel import KIND
from halfminute.webchat.errors import WidgetNotFound, WrongPublicKey
from halfminute.webchat.schemas import KeptSignInKey, NewSignInKey, SignInKeyView
from halfminute.webchat.site_tokens import Algorithm, VerifyingKey

_SEALED_AS: Final = "secret"
_SECRET_BYTES: Final = 32
# So long the key before counts as well: the site takes the new one when it is ready.
REPLACED_HOURS: Final = 24


async def list_keys(database: Database, box: SecretBox, widget_id: UUID) -> list[VerifyingKey]:
    """What counts at this moment, the newest first. Raises UnreadableSecret."""
    async with database.connection() as connection:
        rows = await connection.fetch(tables.LIST_KEYS, widget_id)
    return [
        VerifyingKey(
            row["algorithm"],
            row["public_key"] or box.open(row["sealed_secret"], row_id=row["id"])[_SEALED_AS],
            row["id"],
        )
        for row in rows
    ]


async def set_sign_in_key(
    parts: AccountParts, principal: Principal, widget_id: UUID, new: NewSignInKey
) -> SignInKeyView:
    """A new key; the one before counts for `REPLACED_HOURS` yet. A secret is shown this once.

    Raises Forbidden or NotFound, WidgetNotFound, WrongPublicKey.
    """
    require(principal, "channel.configure")
    name = " ".join(new.name.split())
    public_key = None if new.public_key is None else _read_public_key(new.public_key)
    secret = secrets.token_urlsafe(_SECRET_BYTES) if public_key is None else None
    key_id = new_id()
    sealed = None if secret is None else parts.box.seal({_SEALED_AS: secret}, row_id=key_id)
    algorithm: Algorithm = "HS256" if public_key is None else "EdDSA"
    await _require_widget(parts, widget_id)
    async with parts.log.write() as unit:
        await unit.connection.execute(tables.LOCK_KEYS, str(widget_id))
        await unit.connection.execute(tables.REPLACE_KEY, widget_id, REPLACED_HOURS)
        await unit.connection.execute(
            tables.INSERT_KEY, key_id, widget_id, algorithm, sealed, public_key, name
        )
        await _note(unit, principal, "set_sign_in_key", widget_id)
    return SignInKeyView(algorithm=algorithm, secret=secret, public_key=public_key)


async def list_sign_in_keys(
    parts: AccountParts, principal: Principal, widget_id: UUID
) -> list[KeptSignInKey]:
    """All that count, the newest first. Raises Forbidden or NotFound, WidgetNotFound."""
    require(principal, "channel.read")
    await _require_widget(parts, widget_id)
    async with parts.log.database.connection() as connection:
        rows = await connection.fetch(tables.LIST_KEYS, widget_id)
    names = KeptSignInKey.__struct_fields__
    return [KeptSignInKey(**{name: row[name] for name in names}) for row in rows]


async def end_sign_in(parts: AccountParts, principal: Principal, widget_id: UUID) -> None:
    """No key counts from now on. Raises Forbidden or NotFound, WidgetNotFound."""
    require(principal, "channel.configure")
    await _require_widget(parts, widget_id)
    async with parts.log.write() as unit:
        await unit.connection.execute(tables.DELETE_KEYS, widget_id)
        await _note(unit, principal, "end_sign_in", widget_id)


async def find_sign_in_key(
    parts: AccountParts, principal: Principal, widget_id: UUID
) -> SignInKeyView | None:
    """The present key, without its secret. Raises Forbidden or NotFound, WidgetNotFound."""
    require(principal, "channel.read")
    await _require_widget(parts, widget_id)
    async with parts.log.database.connection() as connection:
        rows = await connection.fetch(tables.LIST_KEYS, widget_id)
    standing = [row for row in rows if row["ends_at"] is None]
    if not standing:
        return None
    row = standing[0]
    return SignInKeyView(algorithm=row["algorithm"], secret=None, public_key=row["public_key"])


async def _require_widget(parts: AccountParts, widget_id: UUID) -> None:
    account = await parts.book.find(widget_id)
    if account is None or account.kind != KIND:
        raise WidgetNotFound


async def _note(unit: Unit, principal: Principal, action: str, widget_id: UUID) -> None:
    await record_audit(unit, principal, action, "channel_account", widget_id)


def _read_public_key(pem: str) -> str:
    """The key as we keep it. A private key that was pasted by mistake is none, and is not kept."""
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise WrongPublicKey from None
    if not isinstance(key, Ed25519PublicKey):
        raise WrongPublicKey
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
