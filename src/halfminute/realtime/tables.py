"""The SQL of realtime."""

from __future__ import annotations

from typing import Final

# For many subscribers at once what they lack, and how far their streams have come by the same
# snapshot. $3 is the most events of each.
CATCH_UP: Final = """
select asked.n::int as n, coalesce(s.last_seq, 0) as last_seq, e.*
  from unnest($1::text[], $2::bigint[]) with ordinality as asked(name, after_seq, n)
  left join streams s on s.stream = asked.name
  left join lateral (
       select xid::text::bigint as xid, position, stream, seq, at, type, data
         from events where stream = asked.name and seq > asked.after_seq
        order by seq limit $3
  ) e on true
 order by asked.n, e.seq
"""
