"""The SQL by which the journal is kept short."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows

# A domain without progress is being taken in anew, and what it will need is not known yet.
LIST_DOMAINS: Final = "select domain from router_cursors order by domain"

# The older of the two newest that recovery may start from; no row where there are not two.
_OLDER_OF_TWO: Final = """
select s.seq from router_snapshots s
  join router_cursors c on c.domain = s.domain and s.seq <= c.journal_seq
 where s.domain = $1 order by s.seq desc offset 1 limit 1
"""

# $1 domain, $2 days, $3 how many at most. Time goes with the number, so who finds young lines
# among the first ones finds no old ones behind them.
FORGET_LINES: Final = f"""
delete from router_journal
 where ctid = any(array(
     select ctid from (
         select ctid, now_us from router_journal
          where domain = $1 and seq <= ({_OLDER_OF_TWO}) order by seq limit $3
     ) as first
      where now_us < (extract(epoch from now()) - $2::int * 86400) * 1000000
 ))
"""

# $1 domain, $2 how many at most.
FORGET_SNAPSHOTS: Final = f"""
delete from router_snapshots
 where domain = $1 and seq = any(array(
     select seq from router_snapshots
      where domain = $1 and seq < ({_OLDER_OF_TWO}) order by seq limit $2
 ))
"""

# $1 days
COUNT_LINES: Final = count_rows(
    "router_journal", "now_us < (extract(epoch from now()) - $1::int * 86400) * 1000000"
)

OLDEST_UNREAD_AT: Final = """
select min(unread.at)
  from router_cursors c
 cross join lateral (
     select e.at from events e
      where (e.xid, e.position) > (c.log_xid, c.log_position)
      order by e.xid, e.position limit 1
 ) as unread
"""
