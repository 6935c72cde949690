"""Many ask at once, and are asked for together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from halfminute.kit.gathering import Gathering

UNLUCKY = -1


class Doubling:
    """Doubles numbers when it is let go on; remembers its groups."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_go_on = asyncio.Event()

    async def ask_all(self, numbers: Sequence[int]) -> list[int]:
        self.groups.append(list(numbers))
        await self.may_go_on.wait()
        if UNLUCKY in numbers:
            raise OSError("unlucky")
        return [2 * number for number in numbers]


async def begin(
    gathering: Gathering[int, int], numbers: range | list[int]
) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gathering.ask(number)) for number in numbers]
    # Each has asked when all have had their turn, and the first group has begun.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_those_who_come_while_one_is_asked_for_share_the_next() -> None:
    doubling = Doubling()
    gathering = Gathering("doubling", doubling.ask_all)
    first = await begin(gathering, [1])
    crowd = await begin(gathering, range(2, 100))

    doubling.may_go_on.set()

    assert await asyncio.gather(*first, *crowd) == [2 * number for number in range(1, 100)]
    assert doubling.groups == [[1], list(range(2, 100))]


async def test_a_fault_is_told_to_its_group_and_the_next_is_served() -> None:
    doubling = Doubling()
    gathering = Gathering("doubling", doubling.ask_all)
    unlucky = await begin(gathering, [12, UNLUCKY])
    later = await begin(gathering, [14])

    doubling.may_go_on.set()

    for task in unlucky:
        with pytest.raises(OSError, match="unlucky"):
            await task
    assert await later[0] == 28


async def test_one_who_goes_away_disturbs_no_other() -> None:
    doubling = Doubling()
    gathering = Gathering("doubling", doubling.ask_all)
    gone, stays = await begin(gathering, [1, 2])

    gone.cancel()
    doubling.may_go_on.set()

    assert await stays == 4
