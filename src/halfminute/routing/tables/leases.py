"""The lease's SQL. Its times are the database's alone, so that no two clocks are compared."""

from __future__ import annotations

from typing import Final

# An expiry further ahead than any lease lasts was written before the clock was set back.
_IS_FREE: Final = """
(expires_at <= clock_timestamp() or expires_at > clock_timestamp() + make_interval(secs => 3 * $2))
"""

IS_HELD: Final = f"select 1 from router_leases where domain = $1 and not {_IS_FREE}"

ACQUIRE: Final = f"""
insert into router_leases (domain, epoch, holder, acquired_at, expires_at)
values ($1, 1, $3, clock_timestamp(), clock_timestamp() + make_interval(secs => $2))
on conflict (domain) do update
   set epoch = router_leases.epoch + 1, holder = excluded.holder,
       acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
 where {_IS_FREE.replace("expires_at", "router_leases.expires_at")}
returning epoch, clock_timestamp() as now
"""

RENEW: Final = """
update router_leases set expires_at = clock_timestamp() + make_interval(secs => $3)
 where domain = $1 and epoch = $2 returning epoch
"""

STANDING: Final = """
select epoch, holder, extract(epoch from expires_at - clock_timestamp())::float8 as seconds_left
  from router_leases where domain = $1
"""

RELEASE: Final = """
update router_leases set expires_at = clock_timestamp() where domain = $1 and epoch = $2
"""

# The shared lock makes whoever takes over wait for our commit, and so read all that we wrote.
HOLD: Final = """
select 1 from router_leases where domain = $1 and epoch = $2 for share
"""

# After a restore: who held it is not here. The epoch stays, and goes on rising.
END_LEASES: Final = "update router_leases set expires_at = clock_timestamp()"
