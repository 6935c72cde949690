"""The SQL of what is counted and kept."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import forget_rows

GET_CURSOR: Final = """
select log_xid::text::bigint as log_xid, log_position, log_ahead, as_of, clock_timestamp() as now
  from report_cursor
"""

# $1 to $3 the cursor that was read, $4 to $6 the one to go to, $7 as of when. Nothing comes back
# where somebody else has gone on from there.
MOVE_CURSOR: Final = """
update report_cursor
   set log_xid = $4::bigint::text::xid8, log_position = $5, log_ahead = $6,
       as_of = greatest(as_of, $7)
 where log_xid = $1::bigint::text::xid8 and log_position = $2 and log_ahead = $3
returning as_of
"""

# All of it can be counted again from where the log was by then.
NEED_NOT_SURVIVE: Final = "set local synchronous_commit = off"

# $1 streams, $2 after which numbers, $3 before which, $4 types, $5 and $6 from when to when.
LIST_SKIPPED: Final = """
select e.xid::text::bigint as xid, e.position, e.stream, e.seq, e.at, e.type, e.data
  from unnest($1::text[], $2::bigint[], $3::bigint[]) as s(stream, after_seq, before_seq)
  join events e on e.stream = s.stream and e.seq > s.after_seq and e.seq < s.before_seq
 where e.type = any($4::text[]) and e.at between $5 and $6
"""

LIST_MATTERS: Final = "select * from report_matters where conversation_id = any($1::uuid[])"

KEEP_MATTERS: Final = """
insert into report_matters as known
    (conversation_id, last_seq, state, first_message_us, queue_id, channel_kind, queued_us,
     wait_end, waited_us, has_come_back, is_solved, solved_us, since_us, talk_us, wrap_up_us,
     changed_us, earlier_waits_us)
select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::uuid[], $6::text[],
                     $7::bigint[], $8::text[], $9::bigint[], $10::boolean[], $11::boolean[],
                     $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[],
                     $17::bigint[])
on conflict (conversation_id) do update
   set last_seq = excluded.last_seq, state = excluded.state,
       first_message_us = excluded.first_message_us, queue_id = excluded.queue_id,
       channel_kind = excluded.channel_kind, queued_us = excluded.queued_us,
       wait_end = excluded.wait_end, waited_us = excluded.waited_us,
       has_come_back = excluded.has_come_back, is_solved = excluded.is_solved,
       solved_us = excluded.solved_us, since_us = excluded.since_us, talk_us = excluded.talk_us,
       wrap_up_us = excluded.wrap_up_us, changed_us = excluded.changed_us,
       earlier_waits_us = excluded.earlier_waits_us
"""

# $1 agents, $2 numbers, $3 presences; what is not newer changes nothing.
KEEP_PRESENCES: Final = """
insert into report_presences as known (agent_id, last_seq, presence)
select * from unnest($1::uuid[], $2::bigint[], $3::text[])
on conflict (agent_id) do update set last_seq = excluded.last_seq, presence = excluded.presence
 where known.last_seq < excluded.last_seq
"""

# Somebody who has become an agent and was not there yet.
KEEP_AGENTS: Final = """
insert into report_presences (agent_id, last_seq, presence)
select agent_id, 0, 'offline' from unnest($1::uuid[]) as t(agent_id)
on conflict do nothing
"""

LIST_INTERVALS_AT: Final = """
select c.* from interval_counters c
  join unnest($1::timestamptz[], $2::uuid[], $3::text[]) as t(start_at, queue_id, channel_kind)
 using (start_at, queue_id, channel_kind)
"""

KEEP_INTERVALS: Final = """
insert into interval_counters (start_at, queue_id, channel_kind, counters)
select * from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::jsonb[])
on conflict (start_at, queue_id, channel_kind) do update set counters = excluded.counters
"""

LIST_MINUTES_AT: Final = """
select c.* from minute_counters c
  join unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[])
       as t(book, start_at, queue_id, channel_kind)
 using (book, start_at, queue_id, channel_kind)
"""

KEEP_MINUTES: Final = """
insert into minute_counters (book, start_at, queue_id, channel_kind, counters, silent_count)
select * from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::jsonb[],
                     $6::integer[])
on conflict (start_at, book, queue_id, channel_kind) do update
   set counters = excluded.counters, silent_count = excluded.silent_count
"""

LIST_OPEN: Final = """
select queue_id, channel_kind,
       (count(*) filter (where state = 'waiting'))::integer as waiting_count,
       min(queued_us) filter (where state = 'waiting') as waiting_since_us,
       (count(*) filter (where state = 'held' and queued_us is not null and wait_end is null))
           ::integer as unanswered_count
  from report_matters
 where state in ('waiting', 'held') and queue_id is not null
 group by queue_id, channel_kind
"""

# $1 from when, $2 to when.
LIST_MINUTES: Final = """
select book, queue_id, channel_kind, counters, silent_count
  from minute_counters where start_at >= $1 and start_at <= $2
"""
LIST_INTERVALS: Final = """
select start_at, queue_id, channel_kind, counters
  from interval_counters where start_at >= $1 and start_at <= $2
 order by start_at
"""

# $1 from when, $2 before when.
COUNT_OFFERED: Final = """
select coalesce(sum((counters ->> 'offered')::bigint), 0)::bigint
  from interval_counters where start_at >= $1 and start_at < $2
"""

LIST_PRESENCES: Final = """
select p.agent_id, p.presence, g.team_id,
       array(select m.queue_id from queue_members m where m.agent_id = p.agent_id) as queue_ids
  from report_presences p left join agent_cards g on g.id = p.agent_id
"""

FORGET_MATTERS: Final = "truncate report_matters"
FORGET_PRESENCES: Final = "truncate report_presences"
# What the log does not go back to stays as it is. It is dropped by whole months, and so begins with
# the first quarter of an hour of one.
# The first in the log's order need not be the very first of them, but that one is near.
LOG_BEGAN_AT: Final = """
select min(at) from (select at from events order by xid, position limit 1000) as first
"""
_SINCE: Final = f"start_at > ({LOG_BEGAN_AT}) - interval"
FORGET_INTERVALS: Final = f"delete from interval_counters where {_SINCE} '15 minutes'"
FORGET_MINUTES: Final = f"delete from minute_counters where {_SINCE} '1 minute'"
# `epoch`: nothing is told before the log is counted to its end.
BEGIN_ANEW: Final = """
update report_cursor set log_xid = '0', log_position = 0, log_ahead = '{}', as_of = 'epoch'
"""

OLDEST_UNREAD_AT: Final = """
select min(unread.at)
  from report_cursor c
 cross join lateral (
     select e.at from events e
      where (e.xid, e.position) > (c.log_xid, c.log_position)
      order by e.xid, e.position limit 1
 ) as unread
"""

# $1 before when in microseconds, $2 how many at most.
FORGET_OLD_MATTERS: Final = forget_rows("report_matters", "state = 'closed' and changed_us < $1")
# $1 before when, $2 how many at most.
FORGET_OLD_MINUTES: Final = forget_rows("minute_counters", "start_at < $1")
