"""The SQL of contacts, their addresses and the links that lead to them."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows, forget_rows

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
 where id = $1 and erased_at is null
   and (is_reachable, unreachable_reason) is distinct from ($2, $3)
returning id
"""

SUBJECTS_OF_CONTACT: Final = """
select subject from contact_subjects where contact_id = $1 order by created_at, subject
"""

INSERT_LINK: Final = """
insert into contact_links (id, channel_account_id, subject, name, language, return_data, made_by,
                           expires_at)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
returning expires_at
"""

# $1 link, $2 contact: it is for them whatever the site calls them.
INSERT_LINK_CONTACT: Final = """
insert into contact_link_contacts (link_id, contact_id) values ($1, $2)
"""

# $1 account, $2 what the address is called there
GET_ADDRESS: Final = """
select id, contact_id, proof from addresses where channel_account_id = $1 and external_id = $2
"""
LOCK_ADDRESS: Final = f"{GET_ADDRESS} for no key update"

# $1 subject, $2 account. The newest address there of whom the site calls so.
ADDRESS_OF_SUBJECT: Final = """
select a.external_id
  from contact_subjects s
  join addresses a on a.contact_id = s.contact_id
 where s.subject = $1 and a.channel_account_id = $2 and a.proof = 'signed'
   and a.erased_at is null
 order by a.created_at desc, a.id desc
 limit 1
"""

FIND_LINK: Final = """
select l.id, l.expires_at, l.expires_at <= now() as is_expired, l.used_at, l.outcome,
       l.return_data, a.contact_id
  from contact_links l left join addresses a on a.id = l.address_id
 where l.id = $1 and l.channel_account_id = $2 and l.made_by is not distinct from $3
"""

# In the order of their ids, so that two batches never wait for each other in a circle.
LOCK_LINKS: Final = """
select l.id, l.channel_account_id, l.subject, l.name, l.language, l.used_at is not null as is_used,
       l.expires_at <= now() as is_expired, o.contact_id
  from contact_links l left join contact_link_contacts o on o.link_id = l.id
 where l.id = any($1::uuid[])
 order by l.id
   for no key update of l
"""

# $2 outcome, $3 address
USE_LINK: Final = """
update contact_links set used_at = now(), outcome = $2, address_id = $3
 where id = $1 and used_at is null
returning id
"""

# In a backup of an older version there is no such table yet.
END_OPEN_LINKS: Final = """
do $$ begin
    if to_regclass('contact_links') is not null then
        update contact_links set expires_at = least(expires_at, now()) where used_at is null;
    end if;
end $$
"""

HOLD_CONTACT: Final = "select id from contacts where id = $1 for no key update"

# Waits while it is being shut. As what refers to it would, so that nobody waits in a circle.
HOLD_OWNER: Final = "select erased_at is not null from contacts where id = $1 for key share"

# The contact that the site calls so; the given one if there was none.
CLAIM_SUBJECT: Final = """
insert into contact_subjects (subject, contact_id) values ($1, $2)
on conflict (subject) do nothing
"""

# $3 the erased contact that the site called so: whoever comes with its word is a new one.
TAKE_SUBJECT: Final = """
insert into contact_subjects as s (subject, contact_id) values ($1, $2)
on conflict (subject) do update set contact_id = excluded.contact_id, created_at = now()
 where s.contact_id = $3
"""

CONTACT_OF_SUBJECT: Final = "select contact_id from contact_subjects where subject = $1"

PROVE_ADDRESS: Final = """
update addresses set contact_id = $2, proof = 'signed', disputed_subject = null where id = $1
"""

# Nobody but the one who pressed says that they are the same: the proof stays as it was.
JOIN_CONTACT: Final = "update addresses set contact_id = $2 where id = $1"

DISPUTE_ADDRESS: Final = "update addresses set disputed_subject = $2 where id = $1"

# What the site says of a person; what it does not say stays.
INTRODUCE: Final = """
update contacts set name = coalesce($2, name), language = coalesce($3, language) where id = $1
"""

# $1 ids, $2 links, $3 addresses, $4 outcomes
INSERT_PRESSES: Final = """
insert into contact_link_presses (id, link_id, address_id, outcome)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
"""

DELETE_EMPTY_CONTACT: Final = """
delete from contacts c
 where c.id = $1
   and not exists (select from addresses a where a.contact_id = c.id)
   and not exists (select from contact_subjects s where s.contact_id = c.id)
"""

# What was never used, and what was pressed in vain; a proof stays on its address.
_OLD_LINKS: Final = "expires_at < now() - make_interval(days => $1::int)"
FORGET_LINKS: Final = forget_rows("contact_links", _OLD_LINKS)
COUNT_LINKS: Final = count_rows("contact_links", _OLD_LINKS)

_OLD_PRESSES: Final = "at < now() - make_interval(days => $1::int)"
FORGET_PRESSES: Final = forget_rows("contact_link_presses", _OLD_PRESSES)
COUNT_PRESSES: Final = count_rows("contact_link_presses", _OLD_PRESSES)

# The links for a contact, and those that have proven an address of it. Of one that is disputed, the
# link is another customer's.
LINKS_OF_CONTACT: Final = """
select id, channel_account_id, subject, name, language, return_data, created_at, expires_at,
       used_at, outcome, address_id
  from contact_links
 where id in (
     select l.id from contact_subjects s join contact_links l on l.subject = s.subject
      where s.contact_id = $1
     union
     select p.link_id from addresses a join contact_link_presses p on p.address_id = a.id
      where a.contact_id = $1 and p.outcome = 'proven')
 order by created_at, id
"""

PRESSES_OF_CONTACT: Final = """
select p.link_id, p.address_id, p.outcome, p.at
  from addresses a join contact_link_presses p on p.address_id = a.id
 where a.contact_id = $1
 order by p.at, p.id
"""

# Addresses before their contact, as whoever takes in a message does; with them those of others of
# which the site says that they are this contact's as well.
LOCK_ADDRESSES: Final = """
select id, contact_id, channel_account_id, external_id, erased_at from addresses
 where id in (
     select id from addresses where contact_id = $1
     union all
     select a.id from contact_subjects s join addresses a on a.disputed_subject = s.subject
      where s.contact_id = $1)
 order by id
   for no key update
"""

# Before their contact as well, as whoever presses one does.
LOCK_LINKS_OF_CONTACT: Final = """
select l.id from contact_links l
 where l.subject in (select subject from contact_subjects where contact_id = $1)
    or l.id in (select link_id from contact_link_contacts where contact_id = $1)
 order by l.id
   for update
"""

LOCK_CONTACT: Final = "select name, erased_at from contacts where id = $1 for update"

# $1 contact, $2 code that says why it cannot be reached. Whoever writes from there again is new.
BLANK_CONTACT: Final = """
with people as (
    update contacts set name = '', language = null, erased_at = now() where id = $1
)
update addresses
   set external_id = 'erased:' || id, name = '', username = null, language_hint = null,
       proof = 'none', disputed_subject = null, business_connection_id = null,
       is_reachable = false, unreachable_reason = $2, erased_at = now()
 where contact_id = $1
"""

# $1 contact, after its addresses were blanked. With what the site has said of it goes what was said
# of its addresses: a link is good for one press, and these had it.
FORGET_LINKS_OF_CONTACT: Final = """
with said as (
    delete from contact_subjects where contact_id = $1 returning subject
), undisputed as (
    update addresses set disputed_subject = null
     where contact_id <> $1 and disputed_subject in (select subject from said)
), presses as (
    delete from contact_link_presses
     where address_id in (select id from addresses where contact_id = $1)
    returning link_id, outcome
)
delete from contact_links
 where subject in (select subject from said)
    or id in (select link_id from contact_link_contacts where contact_id = $1)
    or id in (select link_id from presses where outcome in ('proven', 'disputed'))
"""

# $1 contact, $2 its addresses, which are not blank yet
REQUEST_ERASURE: Final = """
insert into contact_erasures as e (contact_id, address_keys)
select $1, coalesce(jsonb_agg(jsonb_build_array(a.channel_account_id, a.external_id,
                                                b.chat_external_id)), '[]')
  from addresses a left join business_chats b on b.address_id = a.id
 where a.id = any($2::uuid[])
on conflict (contact_id) do update
   set requested_at = now(), attempts = 0, next_attempt_at = now(), finished_at = null,
       address_keys = coalesce(e.address_keys, '[]') || excluded.address_keys
"""

# $1 how many, $2 for how many seconds nobody else may
CLAIM_ERASURES: Final = """
update contact_erasures
   set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8)
 where contact_id = any(array(
     select contact_id from contact_erasures
      where finished_at is null and next_attempt_at <= now()
      order by next_attempt_at
      limit $1
        for update skip locked
 ))
returning contact_id
"""

SECONDS_TO_NEXT_ERASURE: Final = """
select extract(epoch from min(next_attempt_at) - now())::float8
  from contact_erasures where finished_at is null
"""

GET_ERASURE: Final = """
select contact_id, requested_at, finished_at, address_keys
  from contact_erasures where contact_id = $1
"""

FINISH_ERASURE: Final = """
update contact_erasures set finished_at = now(), address_keys = null
 where contact_id = $1 and finished_at is null
returning contact_id
"""

# $1 after which id, $2 how many at most: who is not erased, with the names of their addresses.
LIST_STANDING: Final = """
select id, contact_id, channel_account_id, external_id, created_at from addresses
 where erased_at is null and id > $1
 order by id limit $2
"""

LIST_UNFINISHED: Final = """
select contact_id from contact_erasures where finished_at is null order by requested_at
"""
