"""What people hand in."""

from __future__ import annotations

from typing import Final

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
