"""The SQL of albums: pictures that come one by one and are shown as one message."""

from __future__ import annotations

from typing import Final

# $1 addresses, $2 albums. Only a message that nothing has been said after: what joins it later
# would not be noticed.
FIND_ALBUMS: Final = """
select distinct on (p.address_id, p.album_key)
       p.address_id, p.album_key, m.id, m.conversation_id, m.revision, m.parts
  from unnest($1::uuid[], $2::text[]) as given(address_id, album_key)
  join album_pictures p on p.address_id = given.address_id and p.album_key = given.album_key
  join messages m on m.id = p.message_id
  join conversations c on c.id = m.conversation_id
                      and c.last_message_id = m.id and c.state <> 'closed'
 order by p.address_id, p.album_key, m.id desc
"""

# $1 addresses, $2 external ids, $3 albums, $4 messages, $5 positions
NOTE_PICTURES: Final = """
insert into album_pictures (address_id, external_id, album_key, message_id, position)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::integer[])
on conflict (address_id, external_id) do nothing
"""

# $1 message, $2 its address, $3 what the provider calls its parts, in order
NOTE_SENT_ALBUM: Final = """
insert into album_pictures (address_id, external_id, album_key, message_id, position)
select $2, external_id, 'sent:' || $1::uuid, $1, n - 1
  from unnest($3::text[]) with ordinality as given(external_id, n)
on conflict (address_id, external_id) do nothing
"""

# $1 message, $2 its parts
EXTEND: Final = "update messages set parts = $2 where id = $1"

# $1 message, $2 position, $3 when
MARK_EDITED: Final = """
update album_pictures set edited_at = $3 where message_id = $1 and position = $2
"""
