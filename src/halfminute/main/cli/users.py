"""`halfminute user`: people who may sign in."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import get_args

import click

from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.types import Role
from halfminute.kit.migrations import migrate
from halfminute.main.cli.options import data_option
from halfminute.main.installation import open_database_url, open_log


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and customers read it.")
@click.option("--role", type=click.Choice(get_args(Role)), default="agent", show_default=True)
@click.option("--language", default="en", show_default=True)
@click.option(
    "--ask-password", is_flag=True, help="Type the password instead of having one made up."
)
@data_option
def add(
    email: str, name: str, role: Role, language: str, directory: Path, *, ask_password: bool
) -> None:
    """Let EMAIL sign in; a made-up password is printed once."""
    given = ask_password and click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password = given or secrets.token_urlsafe(12)
    asyncio.run(_add(directory, email, name, role, language, password))
    click.echo(f"{email} may sign in as {role}.")
    if not given:
        click.echo(f"Password: {password}")


async def _add(  # noqa: PLR0917  # a row's columns
    directory: Path, email: str, name: str, role: Role, language: str, password: str
) -> None:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        async with open_log(url) as log:
            await create_user(
                log,
                SYSTEM,
                email=email,
                name=name,
                password=password,
                language=language,
                grants=(Grant(role, "own" if role == "agent" else "all"),),
            )
