"""The SQL of the outbox and of attempts to send."""

from __future__ import annotations

from typing import Final

# The first of each address, where nothing of that address is on its way. $2: addresses that this
# process is busy with.
DUE: Final = """
with due as materialized (
    select o.message_id, o.address_id, o.attempt, o.failures, o.priority
      from outbox o
     where o.channel_account_id = $1 and o.state = 'queued' and o.next_attempt_at <= now()
       and o.address_id <> all($2::uuid[])
       and not exists (
           select from outbox e
            where e.address_id = o.address_id
              and (e.priority, e.message_id) < (o.priority, o.message_id))
       and not exists (
           select from outbox e where e.address_id = o.address_id and e.state = 'sending')
     order by o.priority, o.message_id
     limit $3
)
select due.*, m.parts, coalesce(b.chat_external_id, a.external_id) as address_external_id,
       b.connection_external_id as business_connection_id,
       coalesce(r.external_id, m.reply_to ->> 'external_id') as reply_to_external_id
  from due
  join messages m on m.id = due.message_id
  join address_cards a on a.id = due.address_id
  left join business_chats b on b.address_id = due.address_id
  left join messages r on r.id = (m.reply_to ->> 'message_id')::uuid
 order by due.priority, due.message_id
"""

SECONDS_TO_NEXT: Final = """
select extract(epoch from min(next_attempt_at) - clock_timestamp())::float8
  from outbox where channel_account_id = $1 and state = 'queued'
"""

# $1: the accounts to look at. What a provider or a failure has put off is not late yet.
BACKLOG: Final = """
select count(*) as waiting,
       coalesce(extract(epoch from clock_timestamp() - min(next_attempt_at)), 0)::float8
           as oldest_seconds
  from outbox
 where channel_account_id = any($1::uuid[]) and state = 'queued' and next_attempt_at <= now()
"""

BEGIN_ATTEMPT: Final = """
with begun as (
    update outbox set state = 'sending', attempt = attempt + 1, attempt_at = now()
     where message_id = $1 and state = 'queued' and attempt = $2
    returning message_id, attempt
), attempted as (
    insert into delivery_attempts (message_id, attempt) select message_id, attempt from begun
)
update messages m
   set delivery = $3, delivery_reason = '', delivery_code = '', is_retryable = false
  from begun
 where m.id = $1 and begun.message_id = m.id
returning m.conversation_id
"""

# $3 outcome, $4 reason, $5 external id, $6 delivery, $7 is retryable, $8 code.
END_ATTEMPT: Final = """
with ended as (
    delete from outbox where message_id = $1 and state = 'sending' and attempt = $2
    returning message_id, address_id, channel_account_id, is_spoken_of
), attempted as (
    update delivery_attempts set ended_at = now(), outcome = $3, reason = $4, external_id = $5
     where message_id = $1 and attempt = $2 and exists (select from ended)
)
update messages m
   set delivery = $6, delivery_reason = $4, delivery_code = $8, is_retryable = $7,
       external_id = coalesce($5, m.external_id)
  from ended
 where m.id = $1 and ended.message_id = m.id
returning m.conversation_id, ended.address_id, ended.channel_account_id, ended.is_spoken_of
"""

# $3 reason, $4 delivery, $5 seconds until the next attempt, $6 how many failures it counts for,
# $7 code.
PUT_OFF_ATTEMPT: Final = """
with put_off as (
    update outbox
       set state = 'queued', failures = failures + $6,
           next_attempt_at = now() + make_interval(secs => $5)
     where message_id = $1 and state = 'sending' and attempt = $2
    returning message_id, address_id
), attempted as (
    update delivery_attempts set ended_at = now(), outcome = 'retry', reason = $3
     where message_id = $1 and attempt = $2 and exists (select from put_off)
)
update messages m set delivery = $4, delivery_reason = $3, delivery_code = $7
  from put_off
 where m.id = $1 and put_off.message_id = m.id
returning m.conversation_id, put_off.address_id
"""

# What nobody will end any more. $3: what this process still has in its hands; $5: only what was
# begun so many seconds ago.
CUT_ATTEMPTS: Final = """
with cut as (
    delete from outbox
     where channel_account_id = $1 and state = 'sending' and message_id <> all($3::uuid[])
       and attempt_at <= now() - make_interval(secs => $5)
    returning message_id, attempt
), attempted as (
    update delivery_attempts d set ended_at = now(), outcome = 'unknown', reason = $4
      from cut
     where d.message_id = cut.message_id and d.attempt = cut.attempt
)
update messages m
   set delivery = $2, delivery_reason = $4, delivery_code = '', is_retryable = false
  from cut
 where m.id = cut.message_id
returning m.id, m.conversation_id
"""

# After a restore: whether it was sent since the backup nobody knows here, so what waited counts as
# begun, and the account's worker gives it up as cut short.
BEGIN_ALL_ATTEMPTS: Final = """
with begun as (
    update outbox set state = 'sending', attempt = attempt + 1, attempt_at = now()
     where state = 'queued'
    returning message_id, attempt
), attempted as (
    insert into delivery_attempts (message_id, attempt) select message_id, attempt from begun
)
update messages m set delivery = 'sending'
  from begun
 where m.id = begun.message_id
"""

LOCK_MESSAGE: Final = """
select m.conversation_id, m.address_id, m.delivery, c.channel_account_id
  from messages m join conversations c on c.id = m.conversation_id
 where m.id = $1 and m.erased_at is null
   for update of m
"""

# Whether attempt $2 is still the last word on the message: no later attempt has begun.
IS_LAST_ATTEMPT: Final = """
select outcome = 'unknown'
   and not exists (select from delivery_attempts where message_id = $1 and attempt > $2)
  from delivery_attempts where message_id = $1 and attempt = $2
"""

RECORD_LATE_OUTCOME: Final = """
update delivery_attempts set ended_at = now(), outcome = $3, reason = $4, external_id = $5
 where message_id = $1 and attempt = $2 and outcome = 'unknown'
"""

CORRECT_MESSAGE: Final = """
with ended as (delete from outbox where message_id = $1)
update messages
   set delivery = $2, delivery_reason = $3, delivery_code = $6, is_retryable = $4,
       external_id = coalesce($5, external_id)
 where id = $1
"""

RETRY: Final = """
with asked as (
    update messages
       set delivery = $3, delivery_reason = '', delivery_code = '', is_retryable = false
     where id = $1 and conversation_id = $2 and delivery = any($4::text[])
    returning id, address_id, conversation_id
)
insert into outbox (message_id, channel_account_id, address_id, priority, state, attempt)
select asked.id, c.channel_account_id, asked.address_id, 0, 'queued',
       coalesce((select max(attempt) from delivery_attempts where message_id = $1), 0)
  from asked join conversations c on c.id = asked.conversation_id
returning message_id
"""

TRY_LOCK_ACCOUNT: Final = """
select pg_try_advisory_lock(hashtextextended('delivery:' || $1::text, 0))
"""

UNLOCK_ACCOUNT: Final = """
select pg_advisory_unlock(hashtextextended('delivery:' || $1::text, 0))
"""

IS_ALIVE: Final = "select 1"
