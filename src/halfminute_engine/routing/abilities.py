"""Which groups are able to take from a line, found by masks instead of by asking each group."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from halfminute_engine.routing.agents import AgentGroup
from halfminute_engine.routing.values import QueueId
from halfminute_engine.routing.waiting import LineSignature

K = TypeVar("K", bound=Hashable)


class Abilities:
    """For each queue, channel kind and skill at a level, the bits of the groups that have it."""

    def __init__(self) -> None:
        self._by_queue: dict[QueueId, int] = {}
        self._by_kind: dict[str, int] = {}
        self._by_level: dict[str, dict[int, int]] = {}

    def add(self, group: AgentGroup) -> None:
        """The group has come to be."""
        bit = 1 << group.index
        for queue_id in group.queue_ids:
            _set(self._by_queue, queue_id, bit)
        for kind, units in group.weights.items():
            if units <= group.signature.total_units:
                _set(self._by_kind, kind, bit)
        for skill, level in group.levels.items():
            _set(self._by_level.setdefault(skill, {}), level, bit)

    def discard(self, group: AgentGroup) -> None:
        """The group is no more."""
        bit = 1 << group.index
        for queue_id in group.queue_ids:
            _clear(self._by_queue, queue_id, bit)
        for kind in group.weights:
            _clear(self._by_kind, kind, bit)
        for skill, level in group.levels.items():
            _clear(self._by_level[skill], level, bit)

    def mask_for(self, line: LineSignature) -> int:
        """The bits of the groups of which a member, with nothing else to do, could take from it."""
        mask = self._by_queue.get(line.queue_id, 0) & self._by_kind.get(line.channel_kind, 0)
        for skill, least in line.requirements:
            if least > 0:
                able = 0
                for level, bits in self._by_level.get(skill, {}).items():
                    if level >= least:
                        able |= bits
                mask &= able
        return mask


def list_bits(mask: int) -> list[int]:
    """The indexes of the bits that are set, the lowest first."""
    digits = bin(mask)[:1:-1]
    indexes = []
    index = digits.find("1")
    while index >= 0:
        indexes.append(index)
        index = digits.find("1", index + 1)
    return indexes


def _set(masks: dict[K, int], key: K, bit: int) -> None:
    masks[key] = masks.get(key, 0) | bit


def _clear(masks: dict[K, int], key: K, bit: int) -> None:
    mask = masks.get(key, 0) & ~bit
    if mask:
        masks[key] = mask
    else:
        masks.pop(key, None)
