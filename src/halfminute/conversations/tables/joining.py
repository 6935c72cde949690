"""The SQL by which an address goes over to another contact with all that it has said.

$1 address, $2 whose it was, $3 whose it is now.
"""

from __future__ import annotations

from typing import Final

MOVE_CONVERSATIONS: Final = """
update conversations set contact_id = $3, version = version + 1
 where address_id = $1 and contact_id = $2
"""

MOVE_MESSAGES: Final = """
update messages set author_id = $3
 where address_id = $1 and author_kind = 'contact' and author_id = $2
"""

MOVE_REACTIONS: Final = """
update message_reactions r
   set actor_id = $3
  from messages m
 where m.address_id = $1 and r.message_id = m.id and r.actor_id = $2
"""

# $1 addresses
LATEST_OF_ADDRESSES: Final = """
select latest.id, given.address_id
  from unnest($1::uuid[]) as given(address_id)
 cross join lateral (
     select c.id from conversations c
      where c.address_id = given.address_id
      order by (c.state <> 'closed') desc, c.opened_at desc
      limit 1
 ) as latest
 order by latest.id
"""

# $1 contact, $2 account, $3 address. The conversations of whom follows them in another browser, and
# the address's own.
CONVERSATIONS_OF_PERSON: Final = """
select c.id, c.address_id
  from conversations c
  join address_cards a on a.id = c.address_id
 where a.contact_id = $1 and a.channel_account_id = $2 and a.proof = 'signed'
   and (c.state <> 'closed' or c.address_id = $3)
 order by c.id
"""
