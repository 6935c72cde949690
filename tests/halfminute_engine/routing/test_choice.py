"""Who gets whom, compared with a plain walk over everybody."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.commands import OfferConversation
from halfminute_engine.routing.events import ConversationQueued
from halfminute_engine.routing.values import Capacity
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    declined,
    queue,
    queued,
)
from tests.halfminute_engine.routing.play import SECOND, Play

WEIGHTS = {"chat": 34, "email": 20, "voice": 100}
kinds = st.sampled_from(sorted(WEIGHTS))
names = st.sampled_from(["a", "b", "c"])
name_sets = st.sets(names).map(lambda items: tuple(sorted(items)))
skill_sets = st.dictionaries(st.sampled_from(["ru", "en"]), st.integers(1, 3)).map(
    lambda items: tuple(sorted(items.items()))
)


class Person(NamedTuple):
    queue_ids: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    total_units: int
    has: tuple[str, ...]
    available_at: int


people = st.builds(
    Person,
    st.sets(names, min_size=1).map(lambda items: tuple(sorted(items))),
    skill_sets,
    st.sampled_from([60, 100, 200]),
    st.lists(kinds, max_size=2).map(tuple),
    st.integers(0, 5),
)
waiting = st.builds(
    dict[str, Any],
    queue_id=names,
    at=st.integers(0, 5),
    kind=kinds,
    needs=skill_sets,
    credit_seconds=st.integers(0, 3),
)


def a_house() -> Play:
    return Play().given(queue("a"), queue("b", credit_seconds=2), queue("c"))


def hire(play: Play, name: str, person: Person) -> None:
    capacity = Capacity(person.total_units, tuple(WEIGHTS.items()))
    play.given(agent(name, *person.queue_ids, skills=person.skills, capacity=capacity))
    for number, kind in enumerate(person.has):
        play.given(assigned(f"{name}:{number}", name, kind))


def can_take(person: Person, asked: ConversationQueued) -> bool:
    used = sum(WEIGHTS[kind] for kind in person.has)
    return (
        asked.queue_id in person.queue_ids
        and used + WEIGHTS[asked.channel_kind] <= person.total_units
        and all(
            dict(person.skills).get(item.skill, 0) >= item.least_level
            for item in asked.requirements
        )
    )


def offered(play: Play) -> OfferConversation | None:
    found = [command for command in play._answered if isinstance(command, OfferConversation)]
    return found[0] if found else None


@given(st.lists(people, max_size=12), waiting)
def test_an_arrival_gets_the_least_loaded_then_longest_idle(
    staff: list[Person], wants: dict[str, Any]
) -> None:
    play = a_house()
    for number, person in enumerate(staff):
        hire(play, f"p{number:02}", person)
    for at in range(6):
        for number, person in enumerate(staff):
            if person.available_at == at:
                play.at(at).given(available(f"p{number:02}"))
    asked = queued("c1", **wants)
    play.at(9).given(asked)
    ranked = sorted(
        (
            sum(WEIGHTS[kind] for kind in person.has) / person.total_units,
            person.available_at,
            number,
        )
        for number, person in enumerate(staff)
        if can_take(person, asked)
    )
    offer = offered(play)
    assert (offer and offer.agent_id) == (f"p{ranked[0][2]:02}" if ranked else None)


@given(people, st.lists(waiting, max_size=30), st.sets(st.integers(0, 30)))
def test_a_free_agent_gets_the_earliest_over_all_its_queues(
    person: Person, line: list[dict[str, Any]], excluding: set[int]
) -> None:
    play = a_house()
    hire(play, "ann", person)
    asked = []
    for number, wants in enumerate(line):
        excluded = ("ann",) if number in excluding else ()
        asked.append(queued(f"c{number}", excluded=excluded, **wants))
    play.given(*asked)
    ranked = sorted(
        (
            item.queued_at_us
            - item.priority_credit_us
            - (2 * SECOND if item.queue_id == "b" else 0),
            number,
        )
        for number, item in enumerate(asked)
        if can_take(person, item) and not item.excluded_agent_ids
    )
    play.at(9).given(available("ann"))
    offer = offered(play)
    assert (offer and offer.conversation_id) == (f"c{ranked[0][1]}" if ranked else None)


@given(st.lists(st.sampled_from([accepted, declined]), min_size=30, max_size=30))
def test_a_line_is_served_in_its_order_whatever_is_declined(answers: list[Any]) -> None:
    play = a_house().given(agent("ann", "a", capacity=Capacity(100, (("chat", 0),))))
    play.given(*[queued(f"c{number:02}", "a", at=number) for number in range(30)])
    play.given(available("ann"))
    served = []
    for answer in answers:
        offer = offered(play)
        assert offer is not None
        served.append(offer.conversation_id)
        play.given(answer(offer.offer_number))
    assert served == [f"c{number:02}" for number in range(30)]
