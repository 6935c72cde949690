"""The log's SQL."""

from __future__ import annotations

from typing import Final

# One statement for any number of events on any number of streams. Streams are locked in the order
# of their names, so that two transactions never wait for each other in a circle.
APPEND: Final = """
with given as (
    select stream, type, data, ordinality as n
      from unnest($1::text[], $2::text[], $3::jsonb[]) with ordinality as t(stream, type, data)
), counted as (
    select stream, count(*) as added from given group by stream
), locked as (
    insert into streams (stream, last_seq)
    select stream, added from counted order by stream
    on conflict (stream) do update set last_seq = streams.last_seq + excluded.last_seq
    returning stream, last_seq
)
insert into events (stream, seq, type, data)
select g.stream,
       l.last_seq - c.added + row_number() over (partition by g.stream order by g.n),
       g.type, g.data
  from given g join counted c using (stream) join locked l using (stream)
 order by g.n
"""

# A committed event is settled once no transaction older than its own is still running.
TAIL: Final = """
select xid::text::bigint as xid, position, stream, seq, at, type, data,
       xid < pg_snapshot_xmin(pg_current_snapshot()) as is_settled
  from events
 where (xid, position) > ($1::bigint::text::xid8, $2::bigint)
 order by xid, position
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
