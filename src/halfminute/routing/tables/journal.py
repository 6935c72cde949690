"""The journal's SQL: lines, snapshots, and how far the log was eaten."""

from __future__ import annotations

from typing import Final

# $1 domain, $2 now_us, $3 rules, $4 seqs, $5 events, $6 to $8 the log's cursor, $9 last seq.
APPEND: Final = """
with lines as (
    insert into router_journal (domain, seq, now_us, event, config_version)
    select $1, seq, $2, event, $3 from unnest($4::bigint[], $5::jsonb[]) as t(seq, event)
)
insert into router_cursors (domain, log_xid, log_position, log_ahead, journal_seq, last_now_us)
values ($1, $6::bigint::text::xid8, $7, $8, $9, $2)
on conflict (domain) do update
   set log_xid = excluded.log_xid, log_position = excluded.log_position,
       log_ahead = excluded.log_ahead, journal_seq = excluded.journal_seq,
       last_now_us = excluded.last_now_us
"""

# As APPEND, without a cursor: the rows are being taken in, and are not all there yet.
APPEND_LINES: Final = """
insert into router_journal (domain, seq, now_us, event, config_version)
select $1, seq, $2, event, $3 from unnest($4::bigint[], $5::jsonb[]) as t(seq, event)
"""

LIST_AFTER: Final = """
select seq, now_us, event, config_version from router_journal
 where domain = $1 and seq > $2 order by seq limit $3
"""

LAST_SEQ: Final = """
select greatest((select coalesce(max(seq), 0) from router_journal where domain = $1),
                (select coalesce(max(seq), 0) from router_snapshots where domain = $1))
"""

GET_CURSOR: Final = """
select log_xid::text::bigint as log_xid, log_position, log_ahead, journal_seq, last_now_us
  from router_cursors where domain = $1
"""

FORGET_CURSOR: Final = "delete from router_cursors where domain = $1"

# After a restore: they point into another cluster's log.
FORGET_CURSORS: Final = "delete from router_cursors"

NEWEST_SNAPSHOT: Final = """
select seq, state from router_snapshots
 where domain = $1 and seq <= $2 and config_version = $3 order by seq desc limit 1
"""

NEWEST_SNAPSHOT_SEQS: Final = """
select seq from router_snapshots
 where domain = $1 and seq <= $2 and config_version = $3 order by seq desc limit $4
"""

SAVE_SNAPSHOT: Final = """
insert into router_snapshots (domain, seq, state, config_version) values ($1, $2, $3, $4)
on conflict (domain, seq) do update
   set taken_at = now(), state = excluded.state, config_version = excluded.config_version
"""
