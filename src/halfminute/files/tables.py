"""The SQL of files."""

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

SOURCES: Final = "select id, source from files where id = any($1::uuid[])"

STATES: Final = "select id, state from files where id = any($1::uuid[])"

GET: Final = """
select id, state, media_type, size, name, storage_key, sha256 from files where id = $1
"""

SHOWN_IN: Final = "select distinct conversation_id from message_files where file_id = $1"

# Claimed for `$2` seconds without holding a lock: who dies leaves it to be claimed again.
CLAIM: Final = """
update files
   set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from files
      where state = 'pending' and next_attempt_at <= now()
      order by next_attempt_at
      limit $1
        for update skip locked
 ))
returning id, channel_account_id, source, attempts
"""

SECONDS_TO_NEXT: Final = """
select extract(epoch from min(next_attempt_at) - now())::float8 from files where state = 'pending'
"""

# $2 how long to wait, $3 why
POSTPONE: Final = """
update files
   set next_attempt_at = now() + make_interval(secs => $2::float8), reason = $3
 where id = $1 and state = 'pending'
"""

# $2 key, $3 sha256, $4 size, $5 type
MARK_READY: Final = """
update files
   set state = 'ready', storage_key = $2, sha256 = $3, size = $4, media_type = $5, reason = ''
 where id = $1 and state = 'pending'
returning id
"""

# $2 too_large | expired | failed, $3 why
GIVE_UP: Final = """
update files set state = $2, reason = $3 where id = $1 and state = 'pending' returning id
"""

SHOWN_BY: Final = """
select message_id, conversation_id from message_files where file_id = $1 order by message_id
"""

LIST_KEPT: Final = """
select storage_key, size, sha256 from files where state = 'ready' order by id
"""
