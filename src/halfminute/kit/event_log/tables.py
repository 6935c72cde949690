"""The log's SQL."""

from __future__ import annotations

from typing import Final

# A committed event is settled once no transaction older than its own is still running. The order is
# that of the column, which is indexed; a bare `xid` would be the number that is told, and sort all.
TAIL: Final = """
select xid::text::bigint as xid, position, stream, seq, at, type, data,
       xid < pg_snapshot_xmin(pg_current_snapshot()) as is_settled
  from events
 where (xid, position) > ($1::bigint::text::xid8, $2::bigint)
 order by events.xid, events.position
 limit $3
"""

END: Final = """
select coalesce(pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 0)
"""

STREAM: Final = """
select xid::text::bigint as xid, position, stream, seq, at, type, data
  from events where stream = $1 and seq > $2 order by seq limit $3
"""

LAST_SEQ: Final = """
select coalesce((select last_seq from streams where stream = $1), 0)
"""

LAST_SEQS: Final = "select stream, last_seq from streams where stream = any($1::text[])"

# In another cluster transactions are numbered anew. What was committed in the old one is settled,
# so it goes before all that is to come, in the order of its positions. Rewriting the column takes
# each table once, and leaves no dead rows as an update would.
REBASE: Final = "alter table events alter column xid type xid8 using '0'::xid8"
