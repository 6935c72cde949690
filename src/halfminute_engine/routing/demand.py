"""Who goes before a waiting conversation, now and until its turn: the other side of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

from halfminute_engine.routing.abilities import list_bits
from halfminute_engine.routing.agents import NOBODY_FREE
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.ordering import Pace, pace_of
from halfminute_engine.routing.paces import StreamKey
from halfminute_engine.routing.state import SEQUENCE_BITS, ConversationState
from halfminute_engine.routing.values import QueueId
from halfminute_engine.routing.waiting import LineSignature, WaitingLine

_SAMPLES = 16


@dataclass(frozen=True, slots=True)
class LineAhead:
    """So many of a line, which the groups of the mask serve, go before."""

    groups_mask: int
    count: int
    leaving_rate: float


@dataclass(frozen=True, slots=True)
class StreamAhead:
    """So many a second will come, to the groups of the mask, and go before."""

    groups_mask: int
    rate: float


class Demand:
    """All who wait and all who come, as they are at this moment."""

    def __init__(self, floor: Floor, now_us: int) -> None:
        self._floor = floor
        self._now_us = now_us
        self._keys: dict[int, list[int]] = {}
        self._streams: dict[StreamKey, tuple[int, Pace, float]] | None = None

    def list_lines(
        self, conversation: ConversationState, groups_mask: int, wait_us: int
    ) -> list[LineAhead]:
        """Those in the lines of these groups who go before it after so much more wait.

        Of a line the earliest go first, so when its turn has come it is these who were served.
        """
        own_pace = pace_of(self._floor.state.queues.get(conversation.queue_id))
        found = []
        for line in self._floor.matching.pairings.lines.by_index.values():
            if not line.parts or not line.groups_mask & groups_mask:
                continue
            count = self._count(line, conversation.key, own_pace, self._now_us + wait_us)
            if count:
                leaving_rate = self.leaving_rate(
                    line.signature.queue_id, line.signature.channel_kind
                )
                found.append(LineAhead(line.groups_mask, count, leaving_rate))
        return found

    def list_streams(
        self, conversation: ConversationState, groups_mask: int, wait_us: int
    ) -> list[StreamAhead]:
        """Those who come in the next time to these groups and go before it at the end of it.

        Not those for whom an agent is idle who is of no use to it.
        """
        own_pace = pace_of(self._floor.state.queues.get(conversation.queue_id))
        end_us = self._now_us + wait_us
        own_place = own_pace.place(conversation.key, end_us)
        found = []
        for (*_, credit_us), (mask, pace, rate) in self._known_streams().items():
            if not mask & groups_mask or self._has_free(mask & ~groups_mask):
                continue
            before = 0
            for sample in range(_SAMPLES):
                at_us = self._now_us + wait_us * (2 * sample + 1) // (2 * _SAMPLES)
                key = (at_us - credit_us) << SEQUENCE_BITS
                before += pace.place(key, end_us) < own_place
            if before:
                found.append(StreamAhead(mask, rate * before / _SAMPLES))
        return found

    def _count(self, line: WaitingLine, key: int, own_pace: Pace, at_us: int) -> int:
        """Within a line who is earlier is before, so those before are the first of it."""
        keys = self._keys.get(line.index)
        if keys is None:
            parts = line.parts.values()
            keys = self._keys[line.index] = sorted(
                each for part in parts for each in part.keys.values()
            )
        own_place = own_pace.place(key, at_us)
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            if line.pace.place(keys[middle], at_us) < own_place:
                low = middle + 1
            else:
                high = middle
        return low

    def _has_free(self, groups_mask: int) -> bool:
        firsts = self._floor.matching.pairings.groups.firsts
        return any(firsts[index] is not NOBODY_FREE for index in list_bits(groups_mask))

    def leaving_rate(self, queue_id: QueueId, channel_kind: str) -> float:
        """How many of one waiting there leave in a second."""
        pace = self._floor.paces.handling.get((queue_id, channel_kind))
        return 0.0 if pace is None else pace.leaving_rate

    def _known_streams(self) -> dict[StreamKey, tuple[int, Pace, float]]:
        if self._streams is None:
            floor = self._floor
            self._streams = {
                key: (
                    floor.matching.pairings.mask_for(LineSignature(*key[:3])),
                    pace_of(floor.state.queues.get(key[0])),
                    arrivals.rate(self._now_us),
                )
                for key, arrivals in floor.paces.arrivals.items()
            }
        return self._streams
