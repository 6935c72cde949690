"""What of files is read and shown: by messages, and to whom."""

from __future__ import annotations

from typing import Final

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

OF_MESSAGES: Final = """
select id, state, media_type, size, name, storage_key, sha256, kind, width, height,
       duration_seconds, waveform, thumbnail_key, thumbnail_size, thumbnail_sha256,
       uploaded_by, used_at
  from files
 where id in (select file_id from message_files where message_id = any($1::uuid[]))
 order by id
"""

SHOWN_IN: Final = "select distinct conversation_id from message_files where file_id = $1"

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
