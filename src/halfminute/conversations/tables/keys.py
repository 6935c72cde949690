"""The SQL of the keys by which a client's message is taken in once."""

from __future__ import annotations

from typing import Final

# $1 days, $2 how many at most.
FORGET_CLIENT_KEYS: Final = """
delete from client_keys
 where ctid = any(array(
     select k.ctid from client_keys k
       join conversations c on c.id = k.conversation_id
      where k.created_at < now() - make_interval(days => $1::int) and c.state = 'closed'
      order by k.created_at limit $2
 ))
"""
