"""The SQL of contacts."""

from __future__ import annotations

from typing import Final

CONTACTS: Final = "select * from contacts where id = any($1::uuid[])"

ADDRESSES_OF_CONTACT: Final = """
select * from addresses where contact_id = $1 order by created_at, id
"""

# Locked in the order of their ids, so that two batches never wait for each other in a circle.
MEET: Final = """
select a.id, a.contact_id, a.channel_account_id, a.external_id, a.name, a.username,
       a.language_hint, a.is_reachable
  from addresses a
  join unnest($1::uuid[], $2::text[]) as given(channel_account_id, external_id)
       using (channel_account_id, external_id)
 order by a.id
   for no key update of a
"""

# $1 address ids, $2 contact ids, $3 accounts, $4 external ids, $5 kinds, $6 names, $7 usernames,
# $8 language hints, $9 business connections or null. An address that another transaction makes at
# this moment is waited for and left out of the answer, and no contact is made for it.
MAKE: Final = """
with made as (
    insert into addresses (id, contact_id, channel_account_id, external_id, channel_kind, name,
                           username, language_hint, business_connection_id)
    select *
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::uuid[])
           as given(id, contact_id, channel_account_id, external_id, channel_kind, name,
                    username, language_hint, business_connection_id)
     order by channel_account_id, external_id
    on conflict (channel_account_id, external_id) do nothing
    returning id, contact_id, channel_account_id, external_id, name, language_hint
), people as (
    insert into contacts (id, name, language)
    select contact_id, name, language_hint from made
)
select id, contact_id, channel_account_id, external_id from made
"""

# The contact goes by the name on its address as long as nobody has given it another one.
RENAME: Final = """
with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                  as given(id, name, username, language_hint)
), people as (
    update contacts c
       set name = given.name
      from given join addresses old on old.id = given.id
     where c.id = old.contact_id and c.name = old.name and given.name <> old.name
)
update addresses a
   set name = given.name, username = given.username,
       language_hint = coalesce(given.language_hint, a.language_hint),
       is_reachable = true, unreachable_reason = ''
  from given
 where a.id = given.id
"""

SET_REACHABILITY: Final = """
update addresses
   set is_reachable = $2, unreachable_reason = $3
 where id = $1 and (is_reachable, unreachable_reason) is distinct from ($2, $3)
returning id
"""
