"""Fills a database with a year of conversations, as the application would have stored them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from halfminute.kit.ids import new_id

MESSAGES_A_CONVERSATION: Final = 10
WAITING: Final = 200
_CHUNK: Final = 20_000  # conversations

# As a UUIDv7 (RFC 9562) made at that moment.
_ID7: Final = """
create or replace function bench_id7(at timestamptz, n bigint) returns uuid
language sql immutable parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
            || lpad(to_hex(n % 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid
$$
"""

# $1 first and $2 last conversation, $3 how many there are. The last ones wait, the others are over.
_CONTACTS: Final = """
with made as (
    insert into contacts (id, name)
    select bench_id7(to_timestamp(0), n), 'Contact ' || n
      from generate_series($1::bigint / 10, ($2::bigint - 1) / 10) as n
    on conflict do nothing returning id, name
)
insert into addresses (id, contact_id, channel_account_id, channel_kind, external_id, name)
select id, id, $3, 'telegram', id::text, name from made
"""
_CONVERSATIONS: Final = """
insert into conversations
    (id, contact_id, address_id, channel_account_id, channel_kind, queue_id, state, awaiting,
     opened_at, queued_at, first_customer_message_at, last_message_at, last_message_id, closed_at)
select bench_id7(at, n), contact, contact, $4, 'telegram', $5,
       case when n >= $3::bigint - $6::bigint then 'queued' else 'closed' end, 'agent',
       at, at, at, at, bench_id7(at + interval '270 seconds', n * 10 + 9),
       case when n < $3::bigint - $6::bigint then at + interval '5 minutes' end
  from (select n,
               bench_id7(to_timestamp(0), case when n >= $3::bigint - $6::bigint
                                               then $3::bigint + n else n / 10 end) as contact,
               now() - interval '360 days' * (1 - n::float8 / $3::bigint) as at
          from generate_series($1::bigint, $2::bigint - 1) as n) as given
"""
_WAITING_CONTACTS: Final = """
with made as (
    insert into contacts (id, name)
    select bench_id7(to_timestamp(0), $1::bigint + n), 'Waiting ' || n
      from generate_series($1::bigint - $2::bigint, $1::bigint - 1) as n returning id, name
)
insert into addresses (id, contact_id, channel_account_id, channel_kind, external_id, name)
select id, id, $3, 'telegram', id::text, name from made
"""
_MESSAGES: Final = """
insert into messages (id, conversation_id, address_id, direction, author_kind, author_id,
                      external_id, sent_at, created_at, parts, delivery)
select bench_id7(m.at, c.n * 10 + k), c.id, c.address_id,
       case when k % 2 = 0 then 'in' else 'out' end,
       case when k % 2 = 0 then 'contact' else 'agent' end, c.contact_id,
       (c.n * 10 + k)::text, m.at, m.at,
       jsonb_build_array(jsonb_build_object(
           'type', 'text', 'entities', '[]'::jsonb,
           'text', repeat('Не приходит код подтверждения. ', 1 + k % 4))),
       case when k % 2 = 1 then 'sent' end
  from (select id, address_id, contact_id, opened_at,
               ('x' || right(id::text, 12))::bit(48)::bigint as n
          from conversations where opened_at >= $1 and opened_at < $2) as c,
       generate_series(0, 9) as k,
       lateral (select c.opened_at + make_interval(secs => k * 30) as at) as m
"""
_EVENTS: Final = """
insert into events (xid, stream, seq, at, type, data)
select '1'::xid8, 'conversation:' || c.id, k + 1,
       c.opened_at + make_interval(secs => k * 30), 'MessageReceived',
       jsonb_build_object('conversation_id', c.id)
  from conversations c, generate_series(0, 9) as k where c.opened_at >= $1 and c.opened_at < $2
"""
_STREAMS: Final = """
insert into streams (stream, last_seq)
select 'conversation:' || id, 10 from conversations where opened_at >= $1 and opened_at < $2
"""
_RANGE: Final = """
select min(opened_at) as since, max(opened_at) + interval '1 microsecond' as until
  from (select opened_at from conversations order by id offset $1 limit $2) as these
"""
_PARTITIONS: Final = """
select make_monthly_partition(name, now() - make_interval(months => month))
  from partitioned_tables, generate_series(-2, 13) as month
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made: the queue in which some wait."""

    queue_id: UUID


async def fill(
    dsn: str, messages: int, *, tell: Callable[[str], None], name: str = "Support"
) -> Filled:
    """Store so many messages, ten to a conversation, over the last twelve months.

    `name` is that of their queue and their bot.
    """
    conversations = messages // MESSAGES_A_CONVERSATION
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("set synchronous_commit = off")
        await connection.execute(_ID7)
        await connection.execute(_PARTITIONS)
        account_id, queue_id = await _furnish(connection, name)
        waiting = min(WAITING, conversations // 2)
        await connection.execute(_WAITING_CONTACTS, conversations, waiting, account_id)
        for first in range(0, conversations, _CHUNK):
            last = min(first + _CHUNK, conversations)
            await connection.execute(_CONTACTS, first, last, account_id)
            await connection.execute(
                _CONVERSATIONS, first, last, conversations, account_id, queue_id, waiting
            )
            [span] = await connection.fetch(_RANGE, first, last - first)
            for statement in (_MESSAGES, _EVENTS, _STREAMS):
                await connection.execute(statement, span["since"], span["until"])
            tell(f"  {last * MESSAGES_A_CONVERSATION} of {messages} messages")
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return Filled(queue_id)


async def _furnish(connection: asyncpg.Connection[asyncpg.Record], name: str) -> tuple[UUID, UUID]:
    account_id, queue_id = new_id(), new_id()
    await connection.execute("insert into queues (id, name) values ($1, $2)", queue_id, name)
    await connection.execute(
        """insert into channel_accounts
               (id, kind, name, encrypted_secrets, inbound_mode, queue_id)
           values ($1, 'telegram', $3, '', 'webhook', $2)""",
        account_id,
        queue_id,
        name,
    )
    return account_id, queue_id
