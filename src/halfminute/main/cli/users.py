"""`halfminute user`: people who may sign in."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import NamedTuple, get_args

import click

from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.types import Role
from halfminute.kit.migrations import migrate
from halfminute.main.cli.options import data_option
from halfminute.main.furniture import furnish_if_empty, require_queues, seat_agent
from halfminute.main.installation import open_database_url, open_log


@click.group()
def user() -> None:
    """People who may sign in."""


class NewUser(NamedTuple):
    """Whom to let in. `queues`: those an agent serves; all of them when none is named."""

    email: str
    name: str
    role: Role
    language: str
    password: str
    queues: tuple[str, ...]


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and customers read it.")
@click.option("--role", type=click.Choice(get_args(Role)), default="agent", show_default=True)
@click.option("--language", default="en", show_default=True)
@click.option(
    "--queue", "queues", multiple=True, help="A queue that an agent serves; all when none is named."
)
@click.option(
    "--ask-password", is_flag=True, help="Type the password instead of having one made up."
)
@data_option
def add(
    email: str,
    *,
    name: str,
    role: Role,
    language: str,
    queues: tuple[str, ...],
    directory: Path,
    ask_password: bool,
) -> None:
    """Let EMAIL sign in; a made-up password is printed once."""
    given = ask_password and click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password = given or secrets.token_urlsafe(12)
    asyncio.run(_add(directory, NewUser(email, name, role, language, password, queues)))
    click.echo(f"{email} may sign in as {role}.")
    if not given:
        click.echo(f"Password: {password}")


async def _add(directory: Path, new: NewUser) -> None:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        async with open_log(url) as log:
            await require_queues(log, new.queues)
            user_id = await create_user(
                log,
                SYSTEM,
                email=new.email,
                name=new.name,
                password=new.password,
                language=new.language,
                grants=(Grant(new.role, "own" if new.role == "agent" else "all"),),
            )
            if new.role == "agent":
                await seat_agent(log, user_id, new.queues)
            elif new.role == "admin":
                await furnish_if_empty(log, new.email)
