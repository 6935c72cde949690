"""One router at a time, and a successor within seconds."""

from __future__ import annotations

import pytest

from halfminute.routing.errors import LeaseLost
from halfminute.routing.lease import (
    Lease,
    hold_lease,
    release_lease,
    renew_lease,
    try_acquire_lease,
)
from tests.routing.centre import Centre


async def acquire(centre: Centre, holder: str, seconds: float = 30) -> Lease | None:
    return await try_acquire_lease(centre.database, "main", holder, seconds=seconds)


async def test_only_one_holds_it(centre: Centre) -> None:
    first = await acquire(centre, "one")
    assert first is not None
    assert first.epoch == 1
    assert await acquire(centre, "two") is None


async def test_each_take_over_raises_the_epoch_and_ends_the_earlier_lease(centre: Centre) -> None:
    first = await acquire(centre, "one")
    assert first is not None
    await release_lease(centre.database, first)
    second = await acquire(centre, "two")
    assert second is not None
    assert second.epoch == 2
    with pytest.raises(LeaseLost):
        await renew_lease(centre.database, first, seconds=30)
    with pytest.raises(LeaseLost):
        async with centre.database.transaction() as connection:
            await hold_lease(connection, first)
    await release_lease(centre.database, first)
    assert await acquire(centre, "three") is None


async def test_an_expiry_that_no_lease_could_have_does_not_block_for_an_hour(
    centre: Centre,
) -> None:
    # The database's clock was set back by an hour, and then the holder died.
    await acquire(centre, "one", seconds=3)
    await centre.execute("update router_leases set expires_at = expires_at + interval '1 hour'")
    successor = await acquire(centre, "two", seconds=3)
    assert successor is not None
    assert successor.epoch == 2


async def test_domains_are_apart(centre: Centre) -> None:
    assert await acquire(centre, "one") is not None
    other = await try_acquire_lease(centre.database, "outbound", "one", seconds=30)
    assert other == ("outbound", 1, other.acquired_at if other else None)
