"""What a queue does for those who wait is kept as configured, or refused field by field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.actions.remove_skill import remove_skill
from halfminute.agents.schemas import SkillSettings
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.ids import new_id
from halfminute.queues.waiting_rules import QueueOverflow, QueueRing, WaitingRules
from halfminute.queues.waiting_rules_checks import engine_overflow, engine_rings, find_problems
from halfminute.queues.waiting_rules_store import name_languages
from halfminute_engine.routing.queue_rules import require_widening
from tests.callers import Caller, open_application
from tests.routing.centre import Centre

QUEUE = UUID(int=1)
OTHER = UUID(int=2)
SKILLS = [UUID(int=number) for number in range(10, 14)]
PLAIN: dict[str, Any] = {
    "rings": [],
    "overflow": None,
    "slope_per_mille": 1000,
    "greatest_wait_seconds": None,
    "agent_choice": "longest_idle",
    "keep_after_seconds": None,
}


@pytest.fixture
async def chief(centre: Centre, tmp_path: Path) -> AsyncIterator[Caller]:
    async with open_application(centre.log, tmp_path) as callers:
        yield await callers.sign_in("Chief", Grant("supervisor", "all"))


async def make(chief: Caller, name: str, **rules: Any) -> Any:
    answer = await chief.ask("POST", "/api/queues", {"name": name, "rules": rules})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_rules_come_back_as_they_were_given(centre: Centre, chief: Caller) -> None:
    fibre = (await configure_skill(centre.log, SYSTEM, SkillSettings(name="Fibre"))).id
    target = await make(chief, "Second line")
    given_rules = {
        "rings": [
            {
                "after_seconds": 30,
                "requirements": {str(fibre): 2},
                "least_language_proficiency": 3,
                "is_any_agent": False,
            },
            {
                "after_seconds": 90,
                "requirements": {},
                "least_language_proficiency": None,
                "is_any_agent": True,
            },
        ],
        "overflow": {
            "after_seconds": 180,
            "kind": "queue",
            "queue_id": target["id"],
            "is_kept": True,
            "words": {},
        },
        "slope_per_mille": 1500,
        "greatest_wait_seconds": 600,
        "agent_choice": "best_skilled",
        "keep_after_seconds": 0,
    }

    made = await make(chief, "Fibre", **given_rules)
    listed = (await chief.ask("GET", "/api/queues")).json()

    assert made["rules"] == given_rules
    assert [each["rules"] for each in listed if each["id"] == made["id"]] == [given_rules]
    assert target["rules"] == PLAIN

    # Settings are told as a whole, and a skill that is gone is named nowhere.
    await remove_skill(centre.log, SYSTEM, fibre)
    listed = (await chief.ask("GET", "/api/queues")).json()
    [ring, _] = next(each["rules"]["rings"] for each in listed if each["id"] == made["id"])
    assert ring["requirements"] == {}
    path = f"/api/queues/{made['id']}"
    plain = await chief.ask("PUT", path, {"name": "Fibre", "revision": listed[0]["revision"]})
    assert (plain.status_code, plain.json()["rules"]) == (200, PLAIN)


def ring(after_seconds: int, **fields: Any) -> QueueRing:
    return QueueRing(after_seconds=after_seconds, **fields)


def leaving(after_seconds: int = 60, **fields: Any) -> QueueOverflow:
    fields.setdefault("words", {"en": "Later."})
    return QueueOverflow(after_seconds=after_seconds, kind="message", is_kept=False, **fields)


@pytest.mark.parametrize(
    ("rings", "overflow", "problems"),
    [
        ([ring(30), ring(30)], None, {"rings.1.after_seconds": "not_later"}),
        ([ring(30)], leaving(30), {"overflow.after_seconds": "not_later"}),
        (
            [ring(30, is_any_agent=True), ring(40)],
            None,
            {"rings.1.is_any_agent": "after_any_agent"},
        ),
        (
            [ring(30, requirements={SKILLS[0]: 1}), ring(40, requirements={SKILLS[0]: 2})],
            None,
            {"rings.1.requirements": "asks_more"},
        ),
        (
            [ring(30, requirements={SKILLS[0]: 1}), ring(40)],
            None,
            {"rings.1.requirements": "asks_more"},
        ),
        (
            [ring(30, least_language_proficiency=0), ring(40)],
            None,
            {"rings.1.least_language_proficiency": "asks_more"},
        ),
        ([], leaving(words={}), {"overflow.words": "missing"}),
        ([], leaving(queue_id=OTHER), {"overflow.queue_id": "refused"}),
        (
            [],
            QueueOverflow(after_seconds=60, kind="queue"),
            {"overflow.queue_id": "missing"},
        ),
        (
            [],
            QueueOverflow(after_seconds=60, kind="queue", queue_id=QUEUE),
            {"overflow.queue_id": "itself"},
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    rings: list[QueueRing], overflow: QueueOverflow | None, problems: dict[str, str]
) -> None:
    rules = WaitingRules(rings=tuple(rings), overflow=overflow)

    assert find_problems(rules, QUEUE) == problems


RINGS = st.lists(
    st.builds(
        QueueRing,
        after_seconds=st.integers(1, 40),
        requirements=st.dictionaries(st.sampled_from(SKILLS), st.integers(0, 3), max_size=3),
        least_language_proficiency=st.none() | st.integers(0, 3),
        is_any_agent=st.booleans(),
    ),
    max_size=4,
)
OVERFLOWS = st.none() | st.builds(
    QueueOverflow,
    after_seconds=st.integers(1, 60),
    kind=st.sampled_from(["queue", "callback", "message"]),
    queue_id=st.none() | st.sampled_from([QUEUE, OTHER]),
    is_kept=st.booleans(),
    words=st.just({"en": "Later."}),
)


# What is named in a ring beside all languages, while the ring before has lowered all of them.
LANGUAGES_THEN_ONE = [
    QueueRing(after_seconds=10, least_language_proficiency=0),
    QueueRing(after_seconds=20, least_language_proficiency=0, requirements={SKILLS[0]: 3}),
]


@settings(max_examples=300)
@given(RINGS, OVERFLOWS, st.sets(st.sampled_from(SKILLS)))
@example(LANGUAGES_THEN_ONE, None, {SKILLS[0]})
def test_the_engine_takes_what_has_no_problems_whichever_skills_are_languages(
    rings: list[QueueRing], overflow: QueueOverflow | None, languages: set[UUID]
) -> None:
    ordered = sorted(rings, key=lambda each: each.after_seconds)
    rules = WaitingRules(rings=tuple(ordered), overflow=overflow)
    if find_problems(rules, QUEUE):
        return

    told = name_languages(rules, languages)

    require_widening(engine_rings(told), engine_overflow(told))


async def test_a_queue_in_which_nobody_may_ever_come_is_refused(chief: Caller) -> None:
    narrow = {"rings": [{"after_seconds": 30, "least_language_proficiency": 1}]}
    answer = await chief.ask("POST", "/api/queues", {"name": "Fibre", "rules": narrow})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_queue_rules")
    assert answer.json()["fields"]["problems"] == {"rings": "no_end"}
    assert (await chief.ask("GET", "/api/queues")).json() == []


async def test_what_another_queue_leads_to_is_not_switched_off_under_it(chief: Caller) -> None:
    target = await make(chief, "Second line")
    overflow = {"after_seconds": 60, "kind": "queue", "queue_id": target["id"]}
    rings = [{"after_seconds": 30, "least_language_proficiency": 1}]
    await make(chief, "Fibre", rings=rings, overflow=overflow)
    path = f"/api/queues/{target['id']}"

    off = await chief.ask("PUT", path, {"name": "Second line", "is_enabled": False})
    endless = await chief.ask("PUT", path, {"name": "Second line", "rules": {"rings": rings}})

    assert off.json()["fields"] == {"problems": {"is_enabled": "is_target"}, "queue_name": "Fibre"}
    assert endless.json()["fields"]["problems"] == {"rings": "no_end"}
    # Closing by a message is an end; a call-back, which waits on, is none.
    for kind, status in (("message", 200), ("callback", 400)):
        end = {"after_seconds": 60, "kind": kind, "is_kept": False, "words": {"en": "Later."}}
        body = {"name": "Second line", "rules": {"rings": rings, "overflow": end}}
        assert (await chief.ask("PUT", path, body)).status_code == status


async def test_an_unknown_target_or_skill_is_refused(chief: Caller) -> None:
    overflow = {"after_seconds": 60, "kind": "queue", "queue_id": str(new_id())}
    body = {"name": "Fibre", "rules": {"overflow": overflow}}
    answer = await chief.ask("POST", "/api/queues", body)
    assert answer.json()["fields"]["problems"] == {"overflow.queue_id": "target_unknown"}
    rings = [{"after_seconds": 30, "requirements": {str(new_id()): 0}, "is_any_agent": True}]
    body = {"name": "Fibre", "rules": {"rings": rings}}
    assert await chief.is_refused(400, "invalid_requirements", "POST", "/api/queues", body)
