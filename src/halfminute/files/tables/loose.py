"""Bytes that no file names."""

from __future__ import annotations

from typing import Final

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
