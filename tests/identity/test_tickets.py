"""A ticket opens one socket, whoever shows it and wherever."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from halfminute.identity.errors import WrongToken
from halfminute.identity.tickets import UsedTickets
from halfminute.identity.tokens import ReadToken, Tokens
from halfminute.kit.database import Database, DatabaseUnavailable


def _ticket() -> ReadToken:
    tokens = Tokens(b"k" * 32)
    return tokens.read_conversation_token(tokens.issue_ticket(uuid4()))


async def test_of_a_hundred_who_show_a_ticket_at_once_in_two_processes_one_gets_in(
    database: Database,
) -> None:
    books, ticket = [UsedTickets(database), UsedTickets(database)], _ticket()

    answers = await asyncio.gather(
        *(books[turn % 2].use(ticket) for turn in range(100)), return_exceptions=True
    )

    assert answers.count(None) == 1
    assert sum(isinstance(answer, WrongToken) for answer in answers) == 99


async def test_a_crowd_of_tickets_is_noted_and_each_is_good_once(database: Database) -> None:
    book, tickets = UsedTickets(database), [_ticket() for _ in range(300)]

    await asyncio.gather(*map(book.use, tickets))

    for ticket in tickets[::50]:
        with pytest.raises(WrongToken):
            await book.use(ticket)


async def test_one_who_hangs_up_disturbs_no_other(database: Database) -> None:
    book = UsedTickets(database)
    gone = asyncio.create_task(book.use(_ticket()))
    others = [asyncio.create_task(book.use(_ticket())) for _ in range(3)]
    await asyncio.sleep(0)

    gone.cancel()

    await asyncio.gather(*others)


async def test_without_a_database_each_is_told_and_the_ticket_stays_good(
    database_url: str,
) -> None:
    database = Database(database_url)
    book, ticket = UsedTickets(database), _ticket()
    with pytest.raises(DatabaseUnavailable):
        await book.use(ticket)

    await database.open()
    try:
        await book.use(ticket)
    finally:
        await database.close()
