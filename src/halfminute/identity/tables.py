"""The SQL of identity."""

# ruff: noqa: S105  statements about passwords and tokens hold none

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows, forget_rows

INSERT_USER: Final = """
insert into users (id, email, name, password_hash, language) values ($1, $2, $3, $4, $5)
on conflict (lower(email)) do nothing
returning id
"""

FIND_CREDENTIALS: Final = """
select id, name, password_hash from users where lower(email) = lower($1) and is_active
"""

GET_USER: Final = "select id, email, name, language, is_active from users where id = $1"

FIND_USER_BY_EMAIL: Final = """
select id, email, name, language, is_active from users where lower(email) = lower($1)
"""

LOCK_USERS: Final = "lock table users in share row exclusive mode"

HAS_USERS: Final = "select exists (select from users)"

SET_PASSWORD_HASH: Final = "update users set password_hash = $2 where id = $1 returning id"

# Only where nobody has changed it since it was read.
REPLACE_PASSWORD_HASH: Final = """
update users set password_hash = $3 where id = $1 and password_hash = $2
"""

SET_LANGUAGE: Final = "update users set language = $2 where id = $1 returning id"

SET_ACTIVE: Final = "update users set is_active = $2 where id = $1 returning id"

INSERT_GRANT: Final = """
insert into role_grants (user_id, role, scope, scope_id) values ($1, $2, $3, $4)
on conflict do nothing
"""

DELETE_GRANT: Final = """
delete from role_grants
 where user_id = $1 and role = $2 and scope = $3 and scope_id is not distinct from $4
returning user_id
"""

# $6 seconds of idleness after which the session ends.
INSERT_SESSION: Final = """
insert into sessions (id, user_id, token_hash, ip, user_agent, expires_at)
values ($1, $2, $3, $4::text::inet, $5, now() + make_interval(secs => $6))
"""

REVOKE_SESSION: Final = """
update sessions set revoked_at = now() where id = $1 and revoked_at is null returning user_id
"""

REVOKE_SESSIONS_OF_USER: Final = """
update sessions set revoked_at = now() where user_id = $1 and revoked_at is null
"""

# After a restore: one that was revoked since the backup would be live again.
REVOKE_ALL_SESSIONS: Final = "update sessions set revoked_at = now() where revoked_at is null"

_LIVE_SESSION: Final = """
select s.id as session_id, s.last_seen_at < now() - make_interval(secs => 60) as is_touch_due,
       u.id as user_id, u.email, u.name, u.language,
       array(select jsonb_build_object('role', g.role, 'scope', g.scope, 'scope_id', g.scope_id)
               from role_grants g where g.user_id = u.id
              order by g.role, g.scope, g.scope_id) as grants
  from sessions s join users u on u.id = s.user_id
 where s.revoked_at is null and s.expires_at > now() and u.is_active
"""

FIND_SESSION: Final = _LIVE_SESSION + " and s.token_hash = $1"

LIST_SESSIONS: Final = _LIVE_SESSION + " and s.id = any($1::uuid[])"

# $2 seconds of idleness, $3 the most seconds a session may last.
TOUCH_SESSIONS: Final = """
update sessions
   set last_seen_at = now(),
       expires_at = least(now() + make_interval(secs => $2),
                          created_at + make_interval(secs => $3))
 where id = any($1::uuid[]) and revoked_at is null and expires_at > now()
"""

LOCK_SUBJECT: Final = "select pg_advisory_xact_lock(hashtextextended('login ' || $1, 0))"

# Per subject: how many in the window, and in how many seconds the n-th newest leaves it.
COUNT_FAILURES: Final = """
select count(*) as failures,
       extract(epoch from min(at) + make_interval(secs => $2) - now())::float8 as seconds_left
  from (select at from login_failures
         where subject = $1 and at > now() - make_interval(secs => $2)
         order by at desc limit $3) as newest
"""

INSERT_FAILURE: Final = """
insert into login_failures (subject, at)
select subject, clock_timestamp() from unnest($1::text[]) as subject
returning subject, at
"""

DELETE_FAILURES: Final = "delete from login_failures where subject = $1"

DELETE_FAILURE: Final = "delete from login_failures where subject = $1 and at = $2"

DELETE_OLD_FAILURES: Final = """
delete from login_failures where at < now() - make_interval(secs => $1)
"""

_OLD_SESSIONS: Final = "expires_at < now() - make_interval(days => $1::int)"
FORGET_SESSIONS: Final = forget_rows("sessions", _OLD_SESSIONS)
COUNT_SESSIONS: Final = count_rows("sessions", _OLD_SESSIONS)

_OLD_AUDIT: Final = "id < uuid7_floor(now() - make_interval(days => $1::int))"
FORGET_AUDIT: Final = forget_rows("audit_entries", _OLD_AUDIT)
COUNT_AUDIT: Final = count_rows("audit_entries", _OLD_AUDIT)

INSERT_AUDIT: Final = """
insert into audit_entries
       (id, actor_kind, actor_id, action, object_kind, object_id, ip, request_id, details)
values ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9)
"""

REVOKE_TOKEN: Final = """
insert into revoked_tokens (id, expires_at) values ($1, $2) on conflict do nothing
"""

LIST_REVOKED_TOKENS: Final = "select id from revoked_tokens where expires_at > now()"

DELETE_EXPIRED_TOKENS: Final = "delete from revoked_tokens where expires_at <= now()"

INSERT_API_TOKEN: Final = """
insert into api_tokens (id, name, token_hash, permissions) values ($1, $2, $3, $4)
on conflict (name) where revoked_at is null do nothing
returning id
"""

FIND_API_TOKEN: Final = """
select id, name, permissions from api_tokens where token_hash = $1 and revoked_at is null
"""

LIST_API_TOKENS: Final = """
select id, name, permissions, created_at from api_tokens
 where revoked_at is null order by name
"""

REVOKE_API_TOKEN: Final = """
update api_tokens set revoked_at = now() where name = $1 and revoked_at is null returning id
"""

# After a restore: one that was revoked since the backup would be live again. In a backup of an
# older version there is no such table yet.
REVOKE_ALL_API_TOKENS: Final = """
do $$ begin
    if to_regclass('api_tokens') is not null then
        update api_tokens set revoked_at = now() where revoked_at is null;
    end if;
end $$
"""


# $1 tickets, $2 when each expires; gives those that were not used before.
USE_TICKETS: Final = """
insert into used_tickets (id, expires_at)
select id, expires_at from unnest($1::uuid[], $2::timestamptz[]) as shown (id, expires_at)
 order by id
    on conflict do nothing
returning id
"""

DELETE_USED_TICKETS: Final = "delete from used_tickets where expires_at <= now()"
