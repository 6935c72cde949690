"""The SQL of web chat."""

from __future__ import annotations

from typing import Final

INSERT_VISITOR: Final = """
insert into visitors (id, channel_account_id, token_hash) values ($1, $2, $3)
"""

# Somebody whom the site has signed in, who writes at address $4 if not at one of their own.
INSERT_KNOWN_VISITOR: Final = """
insert into visitors (id, channel_account_id, token_hash, address_external_id)
values ($1, $2, $3, $4)
"""

# $1 visitor, $2 hash of the new token. The tokens before it were those of somebody who had not
# signed in: they show nothing of who has.
SIGN_IN: Final = """
update visitors
   set token_hash = $2, former_token_hash = null, rotated_at = now(), seen_at = now()
 where id = $1 and ended_at is null
returning id
"""

# $1 account, $2 hash of a token, $3 seconds for which the former one is good, $4 days after which
# a visitor who did not come back is unknown.
FIND_VISITOR: Final = """
select id, channel_account_id, address_external_id,
       rotated_at < now() - interval '1 day' as is_rotation_due,
       seen_at < now() - interval '1 hour' as is_touch_due
  from visitors
 where channel_account_id = $1 and ended_at is null
   and seen_at > now() - make_interval(days => $4::int)
   and (token_hash = $2
        or former_token_hash = $2 and rotated_at > now() - make_interval(secs => $3))
"""

TOUCH_VISITOR: Final = "update visitors set seen_at = now() where id = $1"

# $1 visitors, $2 seconds for which a former token is good, $3 days as above: those who are known.
LIST_VISITORS: Final = """
select id, channel_account_id, address_external_id, token_hash,
       case when rotated_at > now() - make_interval(secs => $2) then former_token_hash end
           as former_token_hash,
       seen_at < now() - interval '1 hour' as is_touch_due
  from visitors
 where id = any($1::uuid[]) and ended_at is null
   and seen_at > now() - make_interval(days => $3::int)
"""

TOUCH_VISITORS: Final = "update visitors set seen_at = now() where id = any($1::uuid[])"

# $1 visitor, $2 hash of the token that was shown, $3 hash of the new one. Of two who rotate at once
# the second finds another token in place.
ROTATE: Final = """
update visitors
   set former_token_hash = token_hash, token_hash = $3, rotated_at = now(), seen_at = now()
 where id = $1 and token_hash = $2 and ended_at is null
returning id
"""

END_VISIT: Final = """
update visitors set ended_at = now() where id = $1 and ended_at is null returning id
"""

# $1 days, $2 how many at most.
FORGET_VISITORS: Final = """
delete from visitors
 where id = any(array(
     select v.id from visitors v
      where v.seen_at < now() - make_interval(days => $1::int)
      order by v.seen_at limit $2
 ))
"""

# $1 account, $2 version, $3 its bytes. The same bytes are the same version.
INSERT_LOADER: Final = """
insert into widget_loaders (channel_account_id, version, body) values ($1, $2, $3)
on conflict do nothing
"""

FIND_LOADER: Final = """
select body from widget_loaders where channel_account_id = $1 and version = $2
"""
# $1 account, $2 hash of the token's name, $3 when it expires, in seconds since 1970, $4 for how
# many seconds longer it is taken.
NOTE_USED: Final = """
insert into used_site_tokens (channel_account_id, token_id_hash, expires_at)
values ($1, $2, to_timestamp($3) + make_interval(secs => $4))
on conflict do nothing
returning token_id_hash
"""

# $1 seconds after their end, $2 how many at most.
FORGET_USED: Final = """
delete from used_site_tokens
 where (channel_account_id, token_id_hash) in (
     select channel_account_id, token_id_hash from used_site_tokens
      where expires_at < now() - make_interval(secs => $1::int)
      order by expires_at limit $2)
"""

FORGET_KEYS: Final = "delete from sign_in_keys where ends_at < now()"

# $1 widget. The newest first.
LIST_KEYS: Final = """
select id, name, algorithm, sealed_secret, public_key, created_at, ends_at, used_at
  from sign_in_keys
 where channel_account_id = $1 and (ends_at is null or ends_at > now())
 order by ends_at desc nulls first, id desc
"""

# One administrator after the other: each replaces the key of the one before.
LOCK_KEYS: Final = "select pg_advisory_xact_lock(hashtextextended('sign_in_keys:' || $1::text, 0))"

# $2 hours for which it counts yet.
REPLACE_KEY: Final = """
update sign_in_keys set ends_at = now() + make_interval(hours => $2::int)
 where channel_account_id = $1 and ends_at is null
"""

INSERT_KEY: Final = """
insert into sign_in_keys (id, channel_account_id, algorithm, sealed_secret, public_key, name)
values ($1, $2, $3, $4, $5, $6)
"""

# $1 widget, $2 key
DELETE_KEY: Final = """
delete from sign_in_keys where channel_account_id = $1 and id = $2 returning id
"""

# To the minute, so that a site whose customers come all at once does not wait for one row.
NOTE_KEY_USED: Final = """
update sign_in_keys set used_at = now()
 where id = $1 and (used_at is null or used_at < now() - interval '1 minute')
"""

DELETE_KEYS: Final = "delete from sign_in_keys where channel_account_id = $1"
