"""`halfminute channel`: connections to providers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import click
import msgspec

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.channels.actions.replace_secrets import replace_secrets
from halfminute.channels.queries import list_account_views
from halfminute.channels.schemas import ChannelAccountView
from halfminute.channels.types import InboundMode
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Connection
from halfminute.kit.errors import InvalidRequest
from halfminute.main.channels import load_channels
from halfminute.main.cli.options import data_option
from halfminute.main.cli.parts_here import open_parts_here
from halfminute.main.cli.telling_group import Told
from halfminute.queues.queries import list_queues
from halfminute.sdk.channel import FormField

_WAYS: Final[dict[InboundMode, str]] = {
    "webhook": "the provider brings messages to {hook}",
    "polling": "its messages are fetched",
    "direct": "its number is {id}",
}


@click.group()
def channel() -> None:
    """Connections to providers: a bot, a mailbox, a number."""


@channel.command("add")
@click.argument("kind")
@click.option("--name", default="", help="As agents read it; the provider's own by default.")
@click.option("--queue", default=None, help="The name of the queue its conversations wait in.")
@click.option(
    "--polling", is_flag=True, help="Fetch messages instead of having them brought to our address."
)
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field of its form.")
@data_option
def add(
    kind: str,
    name: str,
    queue: str | None,
    given: tuple[str, ...],
    directory: Path,
    *,
    polling: bool,
) -> None:
    """Connect an account of KIND (for example telegram). It is tried before it is saved."""
    form = _fill_form(_fields_of(kind), _read_given(given))
    mode: InboundMode | None = "polling" if polling else None
    new = NewAccount(kind=kind, form=form, name=name, inbound_mode=mode)
    click.echo(asyncio.run(_add(directory, new, queue)))


async def _add(directory: Path, new: NewAccount, queue: str | None) -> str:
    async with open_parts_here(directory) as parts:
        if queue is not None:
            async with parts.database.connection() as connection:
                new = msgspec.structs.replace(new, queue_id=await _find_queue(connection, queue))
        account = await add_account(parts.accounts, SYSTEM, new)
        hook = await connect_account(parts.accounts, SYSTEM, account.id)
    way = _WAYS[account.inbound_mode].format(hook=hook, id=account.id)
    return f"{account.kind} {account.name} is connected: {way}."


async def _find_queue(connection: Connection, name: str) -> UUID:
    queues = await list_queues(connection)
    for queue in queues:
        if queue.name == name:
            return queue.id
    present = ", ".join(queue.name for queue in queues) or "none yet"
    raise InvalidRequest(f"There is no queue {name}. Queues: {present}.")


def _fields_of(kind: str) -> tuple[FormField, ...]:
    registry = load_channels()
    found = registry.find(kind)
    if found is None:
        raise Told(f"There is no channel {kind}. Channels: {', '.join(registry.kinds)}.")
    return tuple(found.form)


def _read_given(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [word.partition("=") for word in given]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise Told(f"--set takes FIELD=VALUE, and {wrong[0]} has no `=`.")
    return {name: value for name, _, value in pairs}


def _fill_form(fields: tuple[FormField, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Ask for what is required and not given; a secret is typed unseen."""
    known = {field.name for field in fields}
    if unknown := sorted(set(given) - known):
        raise Told(f"The form has no field {unknown[0]}. Fields: {', '.join(sorted(known))}.")
    form = dict(given)
    for field in fields:
        if field.is_required and field.name not in form:
            label = field.labels.get("en", field.name)
            form[field.name] = click.prompt(
                label, default=field.default or None, hide_input=field.is_secret
            )
    return form


@channel.command("list")
@data_option
def show_all(directory: Path) -> None:
    """Show the accounts, and how they fare."""
    for account in asyncio.run(_list(directory)):
        state = account.health if account.is_enabled else "switched off"
        detail = f" ({account.health_detail})" if account.health_detail else ""
        click.echo(f"{account.id}  {account.kind}  {account.name}  {state}{detail}")


@channel.command("replace-token")
@click.argument("account")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A secret of its form.")
@data_option
def replace(account: str, given: tuple[str, ...], directory: Path) -> None:
    """Give ACCOUNT (its id or name) a new token of the same bot. It is tried before it is saved."""
    click.echo(asyncio.run(_replace(directory, account, _read_given(given))))


async def _list(directory: Path) -> list[ChannelAccountView]:
    async with open_parts_here(directory) as parts, parts.database.connection() as connection:
        return await list_account_views(connection)


async def _replace(directory: Path, account: str, given: Mapping[str, str]) -> str:
    async with open_parts_here(directory) as parts:
        async with parts.database.connection() as connection:
            found = find_account(await list_account_views(connection), account)
        fields = [field for field in _fields_of(found.kind) if field.is_secret]
        secrets = _fill_form(tuple(fields), given)
        saved = await replace_secrets(parts.accounts, SYSTEM, found.id, secrets)
    if saved.health != "ok":
        return (
            f"{saved.kind} {saved.name} has its new token, and is not connected anew yet "
            f"({saved.health_detail}): this is tried again every few minutes."
        )
    return f"{saved.kind} {saved.name} goes on with its new token."


def find_account(accounts: Sequence[ChannelAccountView], word: str) -> ChannelAccountView:
    """The account of this id or name. Raises Told."""
    found = [each for each in accounts if word in (str(each.id), each.name, each.username)]
    if len(found) == 1:
        return found[0]
    present = ", ".join(f"{each.name} ({each.id})" for each in accounts) or "none yet"
    trouble = "is the name of several accounts" if found else "is no account"
    raise Told(f"{word} {trouble}. Accounts: {present}.")
