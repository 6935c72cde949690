"""What goes, and when."""

from __future__ import annotations

from typing import Final

DISCARD: Final = """
delete from files f
 where f.id = any($1::uuid[])
   and not exists (select from message_files m where m.file_id = f.id)
returning storage_key, thumbnail_key
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
