"""The SQL of channel accounts."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows, forget_rows

GET: Final = "select * from channel_accounts where id = $1"

LIST: Final = "select * from channel_accounts order by created_at, id"

# What a provider refuses whole waits until the secrets are replaced.
LIST_SENDING: Final = (
    "select id from channel_accounts where is_enabled and health <> 'refused' order by id"
)

LIST_ENABLED: Final = "select * from channel_accounts where is_enabled order by id"

LIST_POLLED: Final = """
select * from channel_accounts where is_enabled and inbound_mode = 'polling' order by id
"""

# $1 kinds, $2 queue
FIND_LINKED: Final = """
select id, kind from channel_accounts
 where is_enabled and username is not null and kind = any($1::text[])
 order by queue_id is not distinct from $2::uuid desc, created_at, id
 limit 1
"""

QUEUE_IDS: Final = "select id, queue_id from channel_accounts where id = any($1::uuid[])"

INSERT: Final = """
insert into channel_accounts
    (id, kind, name, settings, encrypted_secrets, inbound_mode, queue_id, reopen_seconds,
     username, health, health_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'ok', now())
returning *
"""

LOCK: Final = "select * from channel_accounts where id = $1 for no key update"

UPDATE: Final = """
update channel_accounts
   set name = $2, settings = $3, encrypted_secrets = $4, inbound_mode = $5, queue_id = $6,
       reopen_seconds = $7, is_enabled = $8, username = $9
 where id = $1
returning *
"""

# Before the secrets of a row become others. The provider may still prove itself by those it was
# told last: after two replacements in a row that it could not be told of, the first ones.
KEEP_PREVIOUS_SECRETS: Final = """
update channel_accounts
   set previous_secrets = case when previous_secrets is not null and previous_secrets_until is null
                               then previous_secrets else encrypted_secrets end,
       previous_secrets_until = null, secrets_revision = secrets_revision + 1
 where id = $1 and secrets_revision = $2
returning id
"""

# $3 the secrets, sealed
REPLACE_SECRETS: Final = """
update channel_accounts
   set settings = $2, encrypted_secrets = $3, username = coalesce($4, username),
       health = 'ok', health_detail = '', health_at = now()
 where id = $1
"""

# $2 the revision that the provider was told of, $3 for how many seconds those before it count.
END_PREVIOUS_SECRETS: Final = """
update channel_accounts
   set previous_secrets_until = now() + make_interval(secs => $3::float8)
 where id = $1 and secrets_revision = $2
   and previous_secrets is not null and previous_secrets_until is null
"""

FORGET_PREVIOUS_SECRETS: Final = """
update channel_accounts set previous_secrets = null, previous_secrets_until = null
 where previous_secrets_until < now()
"""

SET_USERNAME: Final = """
update channel_accounts set username = $2 where id = $1 and username is distinct from $2
"""

# Nothing is written, and nothing told, while the health stays as it was.
RECORD_HEALTH: Final = """
update channel_accounts
   set health = $2, health_detail = $3, health_at = now()
 where id = $1 and (health, health_detail) is distinct from ($2, $3)
   and secrets_revision = coalesce($4::integer, secrets_revision)
returning id
"""

# A later word of the provider may only lengthen the pause.
BLOCK_SENDING: Final = """
update channel_accounts
   set sending_blocked_until =
       greatest(sending_blocked_until, now() + make_interval(secs => $2::float8))
 where id = $1
returning sending_blocked_until
"""

ADVANCE_POLL: Final = "update channel_accounts set poll_offset = $2 where id = $1"

TRY_LOCK_POLLING: Final = "select pg_try_advisory_lock($1, $2)"

_OLD_KEYS: Final = "received_at < now() - make_interval(days => $1::int)"
FORGET_INBOUND_KEYS: Final = forget_rows("inbound_keys", _OLD_KEYS)
COUNT_INBOUND_KEYS: Final = count_rows("inbound_keys", _OLD_KEYS)

# $1 ids, $2 accounts, $3 keys, $4 bodies, $5 translations, $6 errors, $7 senders.
# Keys are made in their order, so that two batches never wait for each other in a circle. What is
# known already, or is being taken in by another at this moment, is left out of the answer.
KEEP_PAYLOADS: Final = """
with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::text[],
                         $7::text[])
                  as given(id, channel_account_id, external_id, body, translation, error,
                           sender_key)
), fresh as (
    insert into inbound_keys (channel_account_id, external_id, raw_payload_id)
    select channel_account_id, external_id, id from given
     order by channel_account_id, external_id
    on conflict (channel_account_id, external_id) do nothing
    returning raw_payload_id
)
insert into raw_payloads (id, channel_account_id, external_id, body, translation, error,
                          sender_key)
select g.id, g.channel_account_id, g.external_id, g.body, g.translation, g.error, g.sender_key
  from given g join fresh f on f.raw_payload_id = g.id
returning id
"""

MARK_PAYLOAD: Final = "update raw_payloads set translation = $2, error = $3 where id = $1"

# $1 account or null, $2 after, $3 limit
LIST_FAILED_PAYLOADS: Final = """
select id from raw_payloads
 where translation = 'failed' and id > $2
   and channel_account_id = coalesce($1::uuid, channel_account_id)
 order by id
 limit $3
"""

LOCK_FAILED_PAYLOAD: Final = """
select id, channel_account_id, body from raw_payloads
 where id = $1 and translation = 'failed'
   for update skip locked
"""

# $1 ids, $2 accounts, $3 references
OWE: Final = """
insert into acknowledgements (id, channel_account_id, reference)
select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[])
"""

# $1 how many, $2 for how many seconds nobody else may
CLAIM_OWED: Final = """
update acknowledgements
   set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from acknowledgements
      where next_attempt_at <= now()
      order by next_attempt_at
      limit $1
        for update skip locked
 ))
returning id, channel_account_id, reference, attempts
"""

SECONDS_TO_NEXT_OWED: Final = """
select extract(epoch from min(next_attempt_at) - now())::float8 from acknowledgements
"""

# $2 how long to wait
POSTPONE_OWED: Final = """
update acknowledgements
   set next_attempt_at = now() + make_interval(secs => $2::float8)
 where id = $1
"""

SETTLE_OWED: Final = "delete from acknowledgements where id = $1"

# $1 account, $2 what the provider calls the connections
FIND_BUSINESS_CONNECTIONS: Final = """
select k.external_id, b.id, b.owner_external_id, b.reply_window_seconds
  from business_connection_keys k
  join business_connections b on b.id = k.business_connection_id
 where k.channel_account_id = $1 and k.external_id = any($2::text[])
"""

# $1 id for a new one, $2 account, $3 owner, $4 owner's name, $5 external id, $6 is enabled,
# $7 can reply, $8 can mark read, $9 can delete, $10 reply window, $11 connected at, $12 told by.
# Of two words the one about the newer connection stands, and of one connection the one told later.
PUT_BUSINESS_CONNECTION: Final = """
insert into business_connections as b
       (id, channel_account_id, owner_external_id, owner_name, external_id, is_enabled, can_reply,
        can_mark_read, can_delete, reply_window_seconds, connected_at, told_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (channel_account_id, owner_external_id) do update
   set owner_name = excluded.owner_name, external_id = excluded.external_id,
       is_enabled = excluded.is_enabled, can_reply = excluded.can_reply,
       can_mark_read = excluded.can_mark_read, can_delete = excluded.can_delete,
       reply_window_seconds = excluded.reply_window_seconds,
       connected_at = excluded.connected_at, told_by = excluded.told_by
 where (b.connected_at, b.told_by) < (excluded.connected_at, excluded.told_by)
returning id
"""

# $1 account, $2 external id, $3 owner
NAME_BUSINESS_CONNECTION: Final = """
insert into business_connection_keys (channel_account_id, external_id, business_connection_id)
select $1, $2, id from business_connections
 where channel_account_id = $1 and owner_external_id = $3
on conflict do nothing
"""

# $1 account, $2 how it names a person, $3 before which id, $4 how many at most
FORGET_PAYLOADS_OF_SENDER: Final = """
delete from raw_payloads
 where id = any(array(
     select id from raw_payloads
      where channel_account_id = $1 and sender_key = $2 and id < $3 limit $4
 ))
"""

# $1 account, $2 after which id, $3 before which id, $4 how many at most
LIST_PAYLOADS_WITHOUT_SENDER: Final = """
select id, body, error from raw_payloads
 where channel_account_id = $1 and sender_key is null and id > $2 and id < $3
 order by id limit $4
"""

# $1 ids
FORGET_PAYLOADS: Final = "delete from raw_payloads where id = any($1::uuid[])"

# $1 days, $2 how many at most.
FORGET_OWED: Final = forget_rows(
    "acknowledgements", "id < uuid7_floor(now() - make_interval(days => $1::int))"
)

# $1 account, $2 how it names a person, $3 after which id, $4 how many at most
LIST_PAYLOADS_OF_SENDER: Final = """
select id, received_at, body from raw_payloads
 where channel_account_id = $1 and sender_key = $2 and id > $3
 order by id limit $4
"""
