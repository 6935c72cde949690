"""How fast the agents' rooms come free, by what the agents can do: one side of a forecast.

Every conversation that an available agent has takes a room, which comes free after the mean time
that such a one takes. Where rooms are of other sizes than the one sought, so many of them are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.paces import HandlingPace
from halfminute_engine.routing.state import NEVER_QUEUED, AgentState
from halfminute_engine.routing.values import AgentId, ConversationId, Presence

LEAST_COUNT = 5.0
"""Of how many conversations there must be a mean, for it to say anything."""


@dataclass(slots=True)
class Supply:
    """Rooms that come free.

    `rate` a second, out of `rooms`. `count` of conversations is what the rate is known by, and
    `dispersion` their variance over the mean squared; both are kept times the rate.
    """

    rate: float = 0.0
    rooms: float = 0.0
    rated_count: float = 0.0
    rated_dispersion: float = 0.0

    @property
    def count(self) -> float:
        """Conversations of which the pace is an average."""
        return self.rated_count / self.rate

    @property
    def dispersion(self) -> float:
        """Of the time that one conversation takes: variance over mean squared."""
        return self.rated_dispersion / self.rate

    @property
    def mean_seconds(self) -> float:
        """How long a room is taken."""
        return self.rooms / self.rate

    def add_room(self, share: float, pace: HandlingPace) -> None:
        """A room, of which this share is one of those sought."""
        rate = share * 1e6 / pace.room_mean_us
        self.rate += rate
        self.rooms += share
        self.rated_count += rate * pace.count
        self.rated_dispersion += rate * pace.dispersion

    def add(self, other: Supply) -> None:
        """Both together."""
        self.rate += other.rate
        self.rooms += other.rooms
        self.rated_count += other.rated_count
        self.rated_dispersion += other.rated_dispersion


@dataclass(frozen=True, slots=True)
class _Room:
    """What one conversation takes of an agent who is in the groups of the mask."""

    mask: int
    agent: AgentState
    units: int
    pace: HandlingPace


class Supplies:
    """The rooms of all available agents, as they are at this moment."""

    def __init__(self, floor: Floor) -> None:
        self._rooms = list(_list_rooms(floor))
        self._known: dict[tuple[str, tuple[AgentId, ...], AgentId | None], dict[int, Supply]] = {}

    def by_mask(
        self,
        channel_kind: str,
        excluded_agent_ids: tuple[AgentId, ...] = (),
        only_agent_id: AgentId | None = None,
    ) -> dict[int, Supply]:
        """By the groups that agents are in, how fast room for one of the kind comes free."""
        key = channel_kind, excluded_agent_ids, only_agent_id
        supplies = self._known.get(key)
        if supplies is None:
            supplies = self._known[key] = {}
            for room in self._rooms:
                agent_id = room.agent.agent_id
                if agent_id in excluded_agent_ids or only_agent_id not in (None, agent_id):
                    continue
                needed = room.agent.units_for(channel_kind)
                share = room.units / needed if needed else 1.0
                supplies.setdefault(room.mask, Supply()).add_room(share, room.pace)
        return supplies


def _list_rooms(floor: Floor) -> Iterator[_Room]:
    groups_of = floor.matching.pairings.groups.groups_of
    means = _means_by_kind(floor)
    for agent in floor.state.agents.values():
        if agent.presence is not Presence.AVAILABLE:
            continue
        mask = 0
        for group in groups_of[agent.agent_id]:
            mask |= 1 << group.index
        for conversation_id, kind, units in _list_taken(floor, agent):
            pace = _pace_of(floor, conversation_id, kind, means)
            if pace is not None:
                yield _Room(mask, agent, units, pace)


def _list_taken(floor: Floor, agent: AgentState) -> Iterator[tuple[ConversationId, str, int]]:
    for conversation_id, hold in agent.holds.items():
        if hold.units:
            yield conversation_id, hold.channel_kind, hold.units
    if agent.offer_number is not None:
        offer = floor.state.offers[agent.offer_number]
        conversation = floor.state.conversations[offer.conversation_id]
        if offer.units:
            yield offer.conversation_id, conversation.channel_kind, offer.units


def _pace_of(
    floor: Floor, conversation_id: ConversationId, kind: str, means: dict[str, HandlingPace]
) -> HandlingPace | None:
    """The pace of the conversation's queue or, where too little is known of it, of its kind."""
    conversation = floor.state.conversations.get(conversation_id)
    queue_id = NEVER_QUEUED if conversation is None else conversation.queue_id
    pace = floor.paces.handling.get((queue_id, kind))
    if pace is None or pace.count < LEAST_COUNT:
        pace = means.get(kind)
    if pace is None or pace.count < LEAST_COUNT or not pace.room_us:
        return None
    return pace


def _means_by_kind(floor: Floor) -> dict[str, HandlingPace]:
    means: dict[str, HandlingPace] = {}
    for (_, kind), pace in floor.paces.handling.items():
        mean = means.setdefault(kind, HandlingPace())
        mean.count += pace.count
        mean.room_us += pace.room_us
        mean.squares += pace.squares
        mean.ring_us += pace.ring_us
    return means
