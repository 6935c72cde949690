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

# $1 ids, $2 accounts, $3 sources, $4 types, $5 how many seconds lie between two of them
EXPECT_UNSHOWN: Final = """
insert into files (id, channel_account_id, source, state, media_type, next_attempt_at)
select id, channel_account_id, source, 'pending', media_type,
       now() + make_interval(secs => $5::float8 * (place - 1))
  from unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::text[]) with ordinality
       as given(id, channel_account_id, source, media_type, place)
"""

DISCARD: Final = """
delete from files f
 where f.id = any($1::uuid[])
   and not exists (select from message_files m where m.file_id = f.id)
returning storage_key, thumbnail_key
"""

SOURCES: Final = "select id, source from files where id = any($1::uuid[])"

SHOWN: Final = """
select id, state, media_type, size, width, height, duration_seconds, waveform,
       thumbnail_key is not null as has_thumbnail
  from files where id = any($1::uuid[])
"""

GET: Final = """
select id, state, media_type, size, name, storage_key, sha256, kind, width, height,
       duration_seconds, waveform, thumbnail_key, thumbnail_size, thumbnail_sha256,
       uploaded_by, used_at
  from files where id = $1
"""

# $1 ids, $2 who has uploaded them. Who removes unused uploads waits.
LOCK_SENDABLE: Final = """
select id, state, kind, media_type, size, name, width, height, duration_seconds, storage_key
  from files where id = any($1::uuid[]) and uploaded_by = $2
   for key share
"""

# $1 ids, $2 who says that they have uploaded each; on most channels that is no id of ours at all.
LOCK_UPLOADS: Final = """
select f.id, f.uploaded_by, f.state, coalesce(f.kind, 'file') as kind,
       f.media_type, f.size, f.name, f.width, f.height, f.duration_seconds
  from files f
  join unnest($1::uuid[], $2::text[]) as given(id, uploaded_by)
    on f.id = given.id and f.uploaded_by::text = given.uploaded_by
   for key share of f
"""

FIND_SENDABLE: Final = """
select id, coalesce(kind, 'file') as kind, media_type, size, name, width, height,
       duration_seconds, storage_key
  from files where id = any($1::uuid[]) and state = 'ready'
"""

# $1 files, $2 messages, $3 conversation. From then on they are kept.
SHOW: Final = """
with used as (
    update files set used_at = coalesce(used_at, now())
     where id = any($1::uuid[]) and uploaded_by is not null
)
insert into message_files (file_id, message_id, conversation_id)
select file_id, message_id, $3 from unnest($1::uuid[], $2::uuid[]) as given(file_id, message_id)
on conflict do nothing
"""

# $1 account, $2 files
REFERENCES: Final = """
select file_id, reference from file_references
 where channel_account_id = $1 and file_id = any($2::uuid[])
"""

# $1 account, $2 files, $3 references. Of a file that is removed meanwhile none is kept.
KEEP_REFERENCES: Final = """
insert into file_references as r (channel_account_id, file_id, reference)
select $1, f.id, given.reference
  from unnest($2::uuid[], $3::jsonb[]) as given(file_id, reference)
  join files f on f.id = given.file_id
 where f.removal_due_at is null and (f.state <> 'expired' or f.source <> '{}')
 order by f.id
on conflict (channel_account_id, file_id) do update
   set reference = excluded.reference, noted_at = now()
 where r.reference <> excluded.reference
"""

OF_MESSAGES: Final = """
select id, state, media_type, size, name, storage_key, sha256, kind, width, height,
       duration_seconds, waveform, thumbnail_key, thumbnail_size, thumbnail_sha256,
       uploaded_by, used_at
  from files
 where id in (select file_id from message_files where message_id = any($1::uuid[]))
 order by id
"""

SHOWN_IN: Final = "select distinct conversation_id from message_files where file_id = $1"

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

SHOWN_BY: Final = """
select message_id, conversation_id from message_files where file_id = $1 order by message_id
"""

LIST_KEPT: Final = """
select k.storage_key, k.size, k.sha256
  from files f
  cross join lateral (
      values (f.storage_key, f.size, f.sha256),
             (f.thumbnail_key, f.thumbnail_size, f.thumbnail_sha256)
  ) as k(storage_key, size, sha256)
 where f.state = 'ready' and k.storage_key is not null
 order by f.id
"""

# --- Bytes that no file names

# $2 seconds until they are deleted
LOOSEN: Final = """
insert into loose_files (storage_key, due_at)
select key, now() + make_interval(secs => $2::float8) from unnest($1::text[]) as given(key)
 where key is not null
on conflict (storage_key) do update set due_at = excluded.due_at
"""

CLAIM_KEY: Final = "delete from loose_files where storage_key = $1 returning storage_key"

LIST_LOOSE: Final = """
select storage_key from loose_files where due_at <= now() order by due_at limit $1
"""

FORGET_LOOSE: Final = "delete from loose_files where storage_key = any($1::text[])"

# --- Uploads

# Two requests of one person are counted one after the other.
LOCK_UPLOADER: Final = "select pg_advisory_xact_lock(hashtextextended('uploads:' || $1, 0))"

# $1 whose, $2 how many seconds back
COUNT_UPLOADS: Final = """
select count(*) filter (where created_at > now() - make_interval(secs => $2::float8)) as lately,
       min(created_at) filter (where created_at > now() - make_interval(secs => $2::float8))
           as first_at,
       count(*) filter (where used_at is null) as unused,
       coalesce(sum(size) filter (where used_at is null), 0)::bigint as unused_bytes,
       coalesce(sum(size), 0)::bigint as day_bytes
  from files
 where uploaded_by = $1
   -- Older ones were used, or are about to be removed.
   and created_at > now() - interval '25 hours'
"""

FIND_UPLOAD: Final = "select id from files where uploaded_by = $1 and client_id = $2"

# $1 id, $2 whose, $3 client id, $4 kind, $5 name, $6 type, $7 size, $8 key, $9 sha256,
# $10 width, $11 height, $12 seconds, $13 waveform, $14 state
ADD_UPLOAD: Final = """
insert into files (id, uploaded_by, client_id, kind, name, media_type, size, storage_key, sha256,
                   width, height, duration_seconds, waveform, state, scan_due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        case when $14 = 'pending' then now() end)
on conflict (uploaded_by, client_id) where client_id is not null do nothing
returning id
"""

REMOVE_UPLOAD: Final = """
delete from files where id = $1 and uploaded_by = $2 and used_at is null
returning storage_key, thumbnail_key
"""

# $1 hours, $2 at most
REMOVE_UNUSED: Final = """
delete from files
 where id = any(array(
     select id from files
      where uploaded_by is not null and used_at is null
        and created_at < now() - make_interval(hours => $1)
      limit $2
        for update skip locked
 ))
returning storage_key, thumbnail_key
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

# --- Scanning

CLAIM_SCANS: Final = """
update files
   set scan_attempts = scan_attempts + 1,
       scan_due_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from files
      where state = 'pending' and storage_key is not null and scan_due_at <= now()
      order by scan_due_at
      limit $1
        for update skip locked
 ))
returning id, storage_key, size, uploaded_by, scan_attempts
"""

SECONDS_TO_NEXT_SCAN: Final = """
select extract(epoch from min(scan_due_at) - now())::float8
  from files where state = 'pending' and storage_key is not null
"""

POSTPONE_SCAN: Final = """
update files
   set scan_due_at = now() + make_interval(secs => $2::float8), reason = $3
 where id = $1 and state = 'pending'
"""

# $2 the key of the bytes that were scanned
MARK_CLEAN: Final = """
update files set state = 'ready', reason = '', scan_due_at = null
 where id = $1 and state = 'pending' and storage_key = $2
returning id
"""

MARK_INFECTED: Final = """
update files set state = 'infected', reason = $3, scan_due_at = null, storage_key = null
 where id = $1 and state = 'pending' and storage_key = $2
returning id
"""

# The bytes are not in the store: a file of a provider is fetched once more, an upload has failed.
MARK_LOST: Final = """
update files
   set storage_key = null, scan_due_at = null, next_attempt_at = now(),
       state = case when uploaded_by is null then 'pending' else 'failed' end,
       reason = 'its bytes are not in the store'
 where id = $1 and state = 'pending' and storage_key = $2
returning state
"""

COUNT_UNSCANNED: Final = """
select count(*) as waiting,
       coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_seconds
  from files where state = 'pending' and storage_key is not null
"""

# --- Thumbnails and waveforms

CLAIM_PREVIEWS: Final = """
update files
   set preview_attempts = preview_attempts + 1,
       preview_due_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from files
      where state = 'ready' and preview_due_at <= now()
      -- What has just come is looked at first, and not behind what was there before an upgrade.
      order by preview_due_at desc
      limit $1
        for update skip locked
 ))
returning id, storage_key, size, media_type, preview_attempts
"""

SECONDS_TO_NEXT_PREVIEW: Final = """
select extract(epoch from min(preview_due_at) - now())::float8
  from files where state = 'ready' and preview_due_at is not null
"""

# $2 width, $3 height, $4 seconds, $5 waveform, $6 key, $7 size and $8 sha256 of the thumbnail
SET_PREVIEW: Final = """
update files
   set width = coalesce($2, width), height = coalesce($3, height),
       duration_seconds = coalesce($4, duration_seconds), waveform = coalesce($5, waveform),
       thumbnail_key = $6, thumbnail_size = $7, thumbnail_sha256 = $8, preview_due_at = null
 where id = $1 and state = 'ready' and preview_due_at is not null
returning id
"""

# $1 messages. One that is still being fetched is not kept when it comes.
PART_FROM_MESSAGES: Final = """
with parted as (
    delete from message_files where message_id = any($1::uuid[])
    returning file_id
)
update files f
   set removal_due_at = now(), name = '', source = '{}', reason = '', waveform = null,
       preview_due_at = null, scan_due_at = null,
       state = case when f.state in ('pending', 'ready') then 'expired' else f.state end
 where f.id in (select file_id from parted)
   and not exists (select from message_files o
                    where o.file_id = f.id and o.message_id <> all($1::uuid[]))
   and not exists (select from sticker_files s where s.file_id = f.id)
"""

LIST_MARKED: Final = """
select id, storage_key, thumbnail_key from files
 where removal_due_at is not null order by removal_due_at limit $1
"""

FINISH_REMOVAL: Final = """
with gone as (
    delete from files f
     where f.id = any($1::uuid[])
       and not exists (select from message_files o where o.file_id = f.id)
), references_gone as (
    delete from file_references where file_id = any($1::uuid[])
)
update files f
   set removal_due_at = null, storage_key = null, sha256 = null, size = null, width = null,
       height = null, duration_seconds = null, waveform = null, thumbnail_key = null,
       thumbnail_size = null, thumbnail_sha256 = null
 where f.id = any($1::uuid[])
   and exists (select from message_files o where o.file_id = f.id)
"""

# $1 days, $2 how many at most
MARK_OLD: Final = """
update files
   set removal_due_at = now(), name = '', source = '{}', reason = '', waveform = null,
       preview_due_at = null, scan_due_at = null, state = 'expired'
 where id = any(array(
     select id from files f
      where created_at < now() - make_interval(days => $1::int)
        and storage_key is not null and removal_due_at is null
        and not exists (select from sticker_files s where s.file_id = f.id)
      order by created_at limit $2
 ))
"""

# $1 the first id that stays, $2 how many at most
PART_FROM_OLD_MESSAGES: Final = """
with parted as (
    delete from message_files
     where ctid = any(array(
         select ctid from message_files where message_id < $1 order by message_id limit $2))
    returning file_id, message_id
), marked as (
    update files f
       set removal_due_at = now(), name = '', source = '{}', reason = '', waveform = null,
           preview_due_at = null, scan_due_at = null,
           state = case when f.state in ('pending', 'ready') then 'expired' else f.state end
     where f.id in (select file_id from parted)
       and not exists (select from message_files o
                        where o.file_id = f.id
                          and o.message_id not in (select message_id from parted))
       and not exists (select from sticker_files s where s.file_id = f.id)
)
select count(*) from parted
"""

# $1 days
COUNT_OLD: Final = """
select count(*) as rows,
       coalesce(sum(size + coalesce(thumbnail_size, 0)), 0)::bigint as bytes
  from files f
 where created_at < now() - make_interval(days => $1::int)
   and storage_key is not null and removal_due_at is null
   and not exists (select from sticker_files s where s.file_id = f.id)
"""
