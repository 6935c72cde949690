"""The SQL of web chat."""

from __future__ import annotations

from typing import Final

INSERT_VISITOR: Final = """
insert into visitors (id, channel_account_id, token_hash) values ($1, $2, $3)
"""

# $1 account, $2 hash of a token, $3 seconds for which the former one is good, $4 days after which
# a visitor who did not come back is unknown.
FIND_VISITOR: Final = """
select id, channel_account_id,
       rotated_at < now() - interval '1 day' as is_rotation_due,
       seen_at < now() - interval '1 hour' as is_touch_due
  from visitors
 where channel_account_id = $1 and ended_at is null
   and seen_at > now() - make_interval(days => $4::int)
   and (token_hash = $2
        or former_token_hash = $2 and rotated_at > now() - make_interval(secs => $3))
"""

TOUCH_VISITOR: Final = "update visitors set seen_at = now() where id = $1"

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
