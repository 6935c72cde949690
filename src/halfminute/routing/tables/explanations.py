"""The SQL of the names that stand in a "why"."""

from __future__ import annotations

from typing import Final

# $1 agents, $2 queues, $3 skills.
NAMES: Final = """
select id, name from user_cards where id = any($1::uuid[])
union all select id, name from queue_cards where id = any($2::uuid[])
union all select id, name from skill_cards where id = any($3::uuid[])
"""
