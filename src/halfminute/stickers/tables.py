"""The SQL of sticker sets."""

from __future__ import annotations

from typing import Final

COUNT_SETS: Final = """
select count(*) from sticker_sets where channel_account_id = $1 and name <> $2
"""

# $1 id, $2 account, $3 name, $4 title, $5 seconds until it is listed again
PUT_SET: Final = """
insert into sticker_sets (id, channel_account_id, name, title, next_refresh_at)
values ($1, $2, $3, $4, now() + make_interval(secs => $5::float8))
on conflict (channel_account_id, name) do update
   set title = excluded.title, state = 'listed', refreshed_at = now(),
       next_refresh_at = excluded.next_refresh_at, failures = 0, reason = ''
returning id
"""

# $1 id, $2 title, $3 seconds until it is listed again
REFRESH_SET: Final = """
update sticker_sets
   set title = $2, state = 'listed', refreshed_at = now(), failures = 0, reason = '',
       next_refresh_at = now() + make_interval(secs => $3::float8)
 where id = $1
returning id
"""

# $1 id, $2 seconds until it is asked for again, $3 why
MARK_VANISHED: Final = """
update sticker_sets
   set state = 'vanished', reason = $3, failures = 0,
       next_refresh_at = now() + make_interval(secs => $2::float8)
  from (select id, state from sticker_sets where id = $1 for update) as was
 where sticker_sets.id = was.id
returning was.state
"""

# $1 id, $2 seconds until it is asked for again, $3 why
POSTPONE_SET: Final = """
update sticker_sets
   set failures = failures + 1, reason = $3,
       next_refresh_at = now() + make_interval(secs => $2::float8)
 where id = $1
"""

GET_SET: Final = """
select id, name from sticker_sets where channel_account_id = $1 and id = $2
"""

# $1 how many, $2 for how many seconds nobody else may
CLAIM_SETS: Final = """
update sticker_sets set next_refresh_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from sticker_sets
      where next_refresh_at <= now()
      order by next_refresh_at
      limit $1
        for update skip locked
 ))
returning id, channel_account_id, name
"""

SECONDS_TO_NEXT_SET: Final = """
select extract(epoch from min(next_refresh_at) - now())::float8 from sticker_sets
"""

LIST_KNOWN: Final = """
select external_key, file_id, thumbnail_file_id from stickers where sticker_set_id = $1
"""

# Rows that say the same already are left alone: a listing is mostly what it was yesterday.
PUT_STICKER: Final = """
insert into stickers as known
    (id, sticker_set_id, external_key, position, format, emojis, width, height, file_id,
     thumbnail_file_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (sticker_set_id, external_key) do update
   set position = excluded.position, format = excluded.format, emojis = excluded.emojis,
       width = excluded.width, height = excluded.height,
       file_id = excluded.file_id, thumbnail_file_id = excluded.thumbnail_file_id
 where (known.position, known.format, known.emojis, known.width, known.height,
        known.file_id, known.thumbnail_file_id)
       is distinct from
       (excluded.position, excluded.format, excluded.emojis, excluded.width, excluded.height,
        excluded.file_id, excluded.thumbnail_file_id)
"""

# $1 set, $2 the keys that are still listed
REMOVE_UNLISTED: Final = """
delete from stickers where sticker_set_id = $1 and external_key <> all($2::text[])
"""

# Locked before its stickers are, as everywhere.
LOCK_SET: Final = """
select id, name from sticker_sets where channel_account_id = $1 and id = $2 for update
"""

REMOVE_STICKERS: Final = """
delete from stickers where sticker_set_id = $1 returning file_id, thumbnail_file_id
"""

REMOVE_SET: Final = "delete from sticker_sets where id = $1"

# $1 account, $2 whether it may borrow: then of a set that several accounts have, the first stands.
LIST_SETS: Final = """
select id, name, title, state, refreshed_at, reason
  from (select distinct on (s.name) s.*
          from sticker_sets s
         where s.channel_account_id = $1 or $2
         order by s.name, s.channel_account_id = $1 desc, s.created_at, s.id) as shown
 order by created_at, id
"""

LIST_STICKERS: Final = """
select s.sticker_set_id, s.id, s.format, s.emojis, s.width, s.height, s.file_id,
       s.thumbnail_file_id
  from stickers s
  join sticker_sets e on e.id = s.sticker_set_id
 where e.channel_account_id = $1 or $2
 order by s.sticker_set_id, s.position, s.id
"""

# $1 account, $2 sticker, $3 whether the account may borrow. Shared until the commit, so that nobody
# throws its file away meanwhile.
LOCK_STICKER: Final = """
select s.id, s.format, s.emojis, s.width, s.height, s.file_id, s.thumbnail_file_id,
       e.name as set_name
  from stickers s join sticker_sets e on e.id = s.sticker_set_id
 where (e.channel_account_id = $1 or $3) and s.id = $2
   for share of s
"""

# $1 sets. In the order in which they are named.
LIST_NAMED: Final = """
select e.id as set_id, e.title, s.id, s.format, s.emojis, s.width, s.height, s.file_id,
       s.thumbnail_file_id
  from unnest($1::uuid[]) with ordinality as named (id, place)
  join sticker_sets e on e.id = named.id
  join stickers s on s.sticker_set_id = e.id
 order by named.place, s.position, s.id
"""

# $1 sets
HAS_STICKERS: Final = """
select exists (select from stickers where sticker_set_id = any($1::uuid[]))
"""

# $1 sets, $2 sticker
FIND_IN_SETS: Final = """
select s.format, s.emojis, s.width, s.height, s.file_id, s.thumbnail_file_id, e.name as set_name
  from stickers s join sticker_sets e on e.id = s.sticker_set_id
 where s.sticker_set_id = any($1::uuid[]) and s.id = $2
"""

# $1 files. Shared until the commit, as with LOCK_STICKER.
LOCK_FILES: Final = """
select file_id, thumbnail_file_id from stickers
 where file_id = any($1::uuid[])
 order by id
   for share
"""

IS_STICKERS_FILE: Final = """
select exists (select from stickers where file_id = $1)
    or exists (select from stickers where thumbnail_file_id = $1)
"""
