"""What providers call files of ours."""

from __future__ import annotations

from typing import Final

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
