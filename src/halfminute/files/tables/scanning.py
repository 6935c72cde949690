"""What the scanner has to look at, and what it found."""

from __future__ import annotations

from typing import Final

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
