"""The SQL that counts the log anew, all at once and by other means than the counting itself.

In all: $1 to $3 the cursor that the figures were counted to, $4 the types that they are counted of,
$5 conversations of which nothing was told since then are left out.
"""

from __future__ import annotations

from typing import Final

# A month of a large house takes minutes, and nothing is locked meanwhile.
BE_PATIENT: Final = """
select set_config(name, '0', true) from pg_settings
 where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
"""

# The streams of conversations, each up to the last number that was counted.
_COUNTED: Final = """
with counted as (
    select stream, max(seq) as last_seq from events
     where stream like 'conversation:%' and type = any($4::text[])
       and at >= $5::timestamptz - interval '1 minute'
       and ((xid, position) <= ($1::bigint::text::xid8, $2::bigint)
            or position = any($3::bigint[]))
     group by stream
)
"""

# A stay begins when a conversation comes into a queue, and its wait ends with the first of what can
# end one. It is over with the closing, or with the next stay. What was solved is so since the first
# saying of it that was not taken back.
STAYS: Final = f"""
{_COUNTED}, stays as (
    select e.stream, e.seq, e.at as queued_at, (e.data ->> 'queue_id')::uuid as queue_id,
           e.data ->> 'channel_kind' as channel_kind, c.last_seq,
           coalesce(lead(e.seq) over (partition by e.stream order by e.seq), c.last_seq + 1)
               as next_seq,
           (select count(*) from events r
             where r.stream = e.stream and r.seq < e.seq and r.type = 'ConversationReopened')
               as opening
      from counted c join events e on e.stream = c.stream and e.seq <= c.last_seq
     where e.type = 'ConversationQueued'
)
select s.queued_at, s.queue_id, s.channel_kind, w.type as wait_end, w.at as wait_ended_at,
       coalesce(sum(greatest(w.at - s.queued_at, '0'))
                    over (partition by s.stream, s.opening order by s.seq
                          rows between unbounded preceding and 1 preceding), '0')
           as earlier_waits,
       x.at as closed_at, m.at as first_message_at,
       case when (x.data ->> 'is_solved')::boolean then
           (select j.at from events j
             where j.stream = s.stream and j.seq > s.seq and j.seq <= x.seq
               and (j.data ->> 'is_solved')::boolean
               and j.seq > all (select b.seq from events b
                                 where b.stream = s.stream and b.seq > s.seq and b.seq < x.seq
                                   and (b.type in ('WrapUpStarted', 'OutcomeChosen')
                                            and (b.data ->> 'is_solved')::boolean is not true
                                        or b.data ->> 'by' = 'reopen'))
             order by j.seq limit 1)
       end as solved_at,
       exists (select from events h
                where h.stream = s.stream and h.seq > w.seq and h.seq < x.seq
                  and h.type in ('MessageReceived', 'ConversationEndedByContact'))
           as has_come_back,
       case when s.next_seq > s.last_seq then
           (select z.type from events z
             where z.stream = s.stream and z.seq <= s.last_seq
               and z.type in ('ConversationQueued', 'ConversationAssigned', 'WrapUpStarted',
                              'ConversationClosed', 'ConversationReopened')
             order by z.seq desc limit 1)
       end as present
  from stays s
  left join lateral (
      select t.type, t.at, t.seq from events t
       where t.stream = s.stream and t.seq > s.seq and t.seq <= s.last_seq
         and t.type in ('ReplyQueued', 'AccountOwnerReplied', 'ConversationEndedByContact',
                        'ConversationQueued', 'WrapUpStarted', 'ConversationClosed')
       order by t.seq limit 1
  ) as w on true
  left join lateral (
      select t.at, t.seq, t.data from events t
       where t.stream = s.stream and t.seq > s.seq and t.seq < s.next_seq
         and t.seq <= s.last_seq and t.type = 'ConversationClosed'
       order by t.seq limit 1
  ) as x on true
  left join lateral (
      select t.at from events t
       where t.stream = s.stream and t.seq < x.seq and t.type = 'MessageReceived'
       order by t.seq limit 1
  ) as m on true
"""

# A handling begins with an assignment, and is over when the conversation is closed, put into a
# queue or given to somebody else. Until then it is talk, or wrap-up. It belongs to the queue from
# which the conversation came; taken up again, it came from none yet.
HANDLINGS: Final = f"""
{_COUNTED}, marks as (
    select e.stream, e.seq, e.at, e.type,
           e.type = 'ConversationAssigned' and e.data ->> 'by' <> 'reopen' as is_beginning,
           case when e.type = 'ConversationQueued' then (e.data ->> 'queue_id')::uuid end
               as queue_id,
           e.data ->> 'channel_kind' as channel_kind
      from counted c join events e on e.stream = c.stream and e.seq <= c.last_seq
     where e.type in ('ConversationQueued', 'ConversationAssigned', 'WrapUpStarted',
                      'ConversationClosed', 'ConversationReopened')
), pieces as (
    select *, lead(at) over stream_order as next_at,
           lead(is_beginning or type in ('ConversationQueued', 'ConversationClosed'))
               over stream_order as is_last,
           count(*) filter (where is_beginning) over stream_order as handling,
           count(*) filter (where type in ('ConversationQueued', 'ConversationReopened'))
               over stream_order as stay
      from marks window stream_order as (partition by stream order by seq)
), handlings as (
    select stream, handling, min(stay) as stay,
           coalesce(sum(greatest(next_at - at, '0')) filter (where type = 'ConversationAssigned'),
                    '0') as talk,
           coalesce(sum(greatest(next_at - at, '0')) filter (where type = 'WrapUpStarted'), '0')
               as wrap_up
      from pieces
     where handling > 0 and type in ('ConversationAssigned', 'WrapUpStarted')
     group by stream, handling having bool_or(is_last)
)
select q.at as queued_at, q.queue_id, q.channel_kind, h.talk, h.wrap_up
  from handlings h
  join pieces q on q.stream = h.stream and q.stay = h.stay and q.type = 'ConversationQueued'
"""

# $1 to $3 the cursor. The newest presence of whoever was told to be an agent.
PRESENCES: Final = """
select substr(stream, 7)::uuid as agent_id,
       coalesce((array_agg(data ->> 'presence' order by seq desc)
                 filter (where type = 'AgentPresenceChanged'))[1], 'offline') as presence
  from events
 where stream like 'agent:%' and type in ('AgentConfigured', 'AgentPresenceChanged')
   and ((xid, position) <= ($1::bigint::text::xid8, $2::bigint) or position = any($3::bigint[]))
 group by stream
"""

# What is kept, whole; $1 since when.
KEPT_INTERVALS: Final = """
select 'intervals' as book, start_at, queue_id, channel_kind, counters, 0 as silent_count
  from interval_counters where start_at >= $1
"""
KEPT_MINUTES: Final = """
select book, start_at, queue_id, channel_kind, counters, silent_count
  from minute_counters where start_at >= $1
"""
