"""How files of providers come to us."""

from __future__ import annotations

from typing import Final

# $1 ids, $2 accounts, $3 sources, $4 states, $5 types, $6 sizes, $7 names, $8 messages,
# $9 conversations
EXPECT: Final = """
with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::text[], $5::text[],
                         $6::bigint[], $7::text[], $8::uuid[], $9::uuid[])
                  as given(id, channel_account_id, source, state, media_type, size, name,
                           message_id, conversation_id)
), made as (
    insert into files (id, channel_account_id, source, state, media_type, size, name)
    select id, channel_account_id, source, state, media_type, size, name from given
)
insert into message_files (file_id, message_id, conversation_id)
select id, message_id, conversation_id from given
"""

# $1 ids, $2 accounts, $3 sources, $4 types, $5 how many seconds lie between two of them
EXPECT_UNSHOWN: Final = """
insert into files (id, channel_account_id, source, state, media_type, next_attempt_at)
select id, channel_account_id, source, 'pending', media_type,
       now() + make_interval(secs => $5::float8 * (place - 1))
  from unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::text[]) with ordinality
       as given(id, channel_account_id, source, media_type, place)
"""

# Claimed for `$2` seconds without holding a lock: who dies leaves it to be claimed again.
CLAIM: Final = """
update files
   set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from files
      where state = 'pending' and storage_key is null and uploaded_by is null
        and next_attempt_at <= now()
      order by next_attempt_at
      limit $1
        for update skip locked
 ))
returning id, channel_account_id, source, media_type, attempts
"""

SECONDS_TO_NEXT: Final = """
select extract(epoch from min(next_attempt_at) - now())::float8
  from files where state = 'pending' and storage_key is null and uploaded_by is null
"""

# $2 how long to wait, $3 why
POSTPONE: Final = """
update files
   set next_attempt_at = now() + make_interval(secs => $2::float8), reason = $3
 where id = $1 and state = 'pending'
"""

# What we have of the bytes; $2 key, $3 sha256, $4 size, $5 type. It is to be scanned yet.
MARK_KEPT: Final = """
update files
   set storage_key = $2, sha256 = $3, size = $4, media_type = $5, reason = '',
       scan_due_at = now(), scan_attempts = 0
 where id = $1 and state = 'pending' and storage_key is null
returning id
"""

MARK_READY: Final = """
update files
   set state = 'ready', storage_key = $2, sha256 = $3, size = $4, media_type = $5, reason = ''
 where id = $1 and state = 'pending'
returning id
"""

# $2 too_large | expired | failed, $3 why
GIVE_UP: Final = """
with given_up as (
    select id, storage_key from files where id = $1 and state = 'pending' for no key update
), loose as (
    insert into loose_files (storage_key, due_at)
    select storage_key, now() from given_up where storage_key is not null
    on conflict (storage_key) do nothing
)
update files f set state = $2, reason = $3, storage_key = null, scan_due_at = null
  from given_up g where f.id = g.id
returning f.id
"""

RETRY: Final = """
update files
   set state = 'pending', attempts = 0, next_attempt_at = now(), reason = '', storage_key = null,
       scan_due_at = null
 where id = $1 and state in ('failed', 'expired') and channel_account_id is not null
   -- What was removed, or is about to be, leads to no provider any more.
   and removal_due_at is null and source <> '{}'
returning id
"""
