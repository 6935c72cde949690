"""Changes that are tried on a recorded day: read from a file, refused in words, and replayed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.schemas import SkillSettings
from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import RequestError
from halfminute.main.cli import main
from halfminute.queues.errors import InvalidQueueRules
from halfminute.workforce.errors import UnreadableChanges
from halfminute.workforce.replay.changes import apply_changes, read_changes
from halfminute.workforce.replay.running import adapt_day
from halfminute.workforce.replay.setup import Setup, read_setup
from halfminute_engine.routing.values import ConversationId, QueueId, Requirement
from halfminute_engine.simulation.replay.recorded import RecordedDay, RecordedStay
from tests.reports.day import Day
from tests.workforce.recorded_day import document, playing, record

ONE_CHAT: dict[str, Any] = {"capacity_units": 34, "units_by_kind": {"plain": 34}}
PLAIN: dict[str, Any] = {"wrap_up": "none", "wrap_up_seconds": 0}


@pytest.fixture
async def line(day: Day) -> UUID:
    """A queue with one agent, another queue, and two skills."""
    queue_id = await day.open_queue("Line", **PLAIN)
    await day.open_queue("Other", **PLAIN)
    for name in ("Roaming", "Tariffs"):
        await configure_skill(day.log, SYSTEM, SkillSettings(name=name))
    await day.add_agent(queue_id, **ONE_CHAT)
    return queue_id


async def changed(day: Day, changes: dict[str, Any]) -> tuple[Setup, Setup]:
    async with day.database.connection() as connection:
        setup = await read_setup(connection)
        return setup, await apply_changes(connection, setup, changes)


async def test_what_a_table_does_not_say_stays(day: Day, line: UUID) -> None:
    before, after = await changed(day, {"queue": {"Line": {"offer_timeout_seconds": 7}}})
    assert after.queues[line].offer_timeout_seconds == 7
    assert after.queues[line].wrap_up == before.queues[line].wrap_up
    assert after.agents == before.agents
    assert {k: v for k, v in after.queues.items() if k != line} == {
        k: v for k, v in before.queues.items() if k != line
    }


async def test_things_go_by_their_names(day: Day, line: UUID) -> None:
    email = await day.fetchval("select u.email from users u join queue_agents q on q.agent_id=u.id")
    rules = {
        "rings": [{"after_seconds": 20, "requirements": {"Roaming": 0}}],
        "overflow": {"after_seconds": 60, "kind": "queue", "queue": "Other"},
    }
    before, after = await changed(
        day,
        {
            "queue": {"Line": {"requirements": {"Roaming": 3}, "rules": rules}},
            "agent": {email: {"skills": {"Roaming": 4}, "queues": ["Line", "Other"]}},
            "skill": {"Tariffs": {"idle_reserve": 2}},
        },
    )
    ids = {name: skill_id for skill_id, name in after.skill_names.items()}
    assert after.details[line].requirements == {ids["Roaming"]: 3}
    assert after.queues[line].rules.rings[0].requirements == {ids["Roaming"]: 0}
    [agent] = [each for each in after.agents.values() if each.queue_ids]
    assert agent.skills == ((str(ids["Roaming"]), 4),)
    assert len(agent.queue_ids) == 2
    assert agent.capacity_units == 34
    assert after.reserves[ids["Tariffs"]].idle_reserve == 2
    assert before.reserves == {}


async def test_who_serves_a_queue_can_be_tried(day: Day, line: UUID) -> None:
    _, after = await changed(day, {"queue": {"Line": {"agents": ["ira@example.org"]}}})
    serving = [each.agent_id for each in after.agents.values() if line in each.queue_ids]
    assert serving == [day.scene.agent_id]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "changes nothing"),
        ({"queues": {}}, "'queues'"),
        ({"queue": {"Nowhere": {}}}, "Nowhere"),
        ({"queue": {"Line": 5}}, "must be a table"),
        ({"queue": {"Line": {"offer_timeout_seconds": 0}}}, "offer_timeout_seconds"),
        ({"queue": {"Line": {"colour": "red"}}}, "colour"),
        ({"queue": {"Line": {"requirements": {"Chess": 1}}}}, "Chess"),
        ({"queue": {"Line": {"agents": ["nobody@example.org"]}}}, "nobody@example.org"),
        ({"queue": {"Line": {"agents": [7]}}}, "7"),
        ({"agent": {"ira@example.org": {"skills": {"Chess": 1}}}}, "Chess"),
        ({"skill": {"Roaming": {"name": "Travel"}}}, "cannot be tried"),
        ({"skill": {"Roaming": {"idle_reserve": -1}}}, "idle_reserve"),
    ],
)
async def test_a_wrong_change_is_told_by_its_place(
    day: Day, line: UUID, changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(UnreadableChanges, match=word):
        await changed(day, changes)


async def test_rules_that_do_not_fit_are_refused_as_ever(day: Day, line: UUID) -> None:
    rings = [{"after_seconds": 20, "is_any_agent": True}, {"after_seconds": 10}]
    with pytest.raises(InvalidQueueRules) as refused:
        await changed(day, {"queue": {"Line": {"rules": {"rings": rings}}}})
    assert refused.value.fields["problems"]["rings.1.after_seconds"] == "not_later"
    with pytest.raises(RequestError):
        await changed(day, {"queue": {"Line": {"is_enabled": False}}})


async def test_what_a_queue_requires_is_required_of_the_day(day: Day, line: UUID) -> None:
    changes = {"requirements": {"Roaming": 2}, "priority_credit_seconds": 30}
    setup, once = await changed(day, {"queue": {"Line": changes}})
    ids = {name: str(skill_id) for skill_id, name in setup.skill_names.items()}

    def day_requiring(*required: Requirement) -> RecordedDay:
        stay = RecordedStay(ConversationId("a/1"), QueueId(str(line)), "plain", 1, 1, 1, required)
        return RecordedDay(0, 10, 10, (stay,), ())

    def after(day_: RecordedDay, one: Setup, other: Setup) -> dict[str, int]:
        [stay] = adapt_day(day_, one, other).stays
        return {item.skill: item.least_level for item in stay.requirements}

    # What an account requires stays, also where the queue requires it less.
    account = Requirement(ids["Tariffs"], 1)
    assert after(day_requiring(account), setup, once) == {ids["Tariffs"]: 1, ids["Roaming"]: 2}
    assert after(day_requiring(Requirement(ids["Roaming"], 4)), setup, once) == {ids["Roaming"]: 4}
    # And back again: what the queue alone has required is required no more.
    assert after(day_requiring(Requirement(ids["Roaming"], 2)), once, setup) == {}
    [stay] = adapt_day(day_requiring(), setup, once).stays
    assert stay.priority_credit_us == 30_000_000
    assert adapt_day(day_requiring(account), setup, setup) == day_requiring(account)


async def test_a_skill_that_nobody_has_keeps_everybody_waiting(day: Day, line: UUID) -> None:
    async with playing(day) as play:
        agent_id = await day.fetchval("select agent_id from queue_agents where queue_id = $1", line)
        conversation_id = await play.at(0, day.write(line))
        await play.take(0, agent_id, conversation_id)
        await play.at(60, day.finish(conversation_id, agent_id))
    _, after = await changed(day, {"queue": {"Line": {"requirements": {"Roaming": 1}}}})
    found = await document(day, play.named, changed=after)
    assert found["total"]["as_is"]["answered"] == 1
    assert found["total"]["as_would_be"]["answered"] == 0


async def test_the_command_line_tells_it_in_a_table_as_json_and_as_a_page(
    day: Day, line: UUID, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(day) as play:
        agent_id = await day.fetchval("select agent_id from queue_agents where queue_id = $1", line)
        for number in range(20):
            conversation_id = await play.at(60 * number, day.write(line))
            await play.take(60 * number, agent_id, conversation_id)
            await play.at(60 * number + 30, day.finish(conversation_id, agent_id))
    recording, _ = await record(day, play.named)
    assert recording.conversation_count == 20
    changes = tmp_path / "changes.toml"
    changes.write_text('[queue."Line"]\nwrap_up = "fixed"\nwrap_up_seconds = 60\n')
    page = tmp_path / "day.html"
    monkeypatch.setenv("HALFMINUTE_DATABASE_URL", database_url)
    arguments = ["replay", str(play.named.date), "--time-zone", play.named.time_zone]
    more = ["--with", str(changes), "--report", str(page)]

    # In a thread: the command has a loop of its own.
    def run(*words: str) -> str:
        result = CliRunner().invoke(main, [*arguments, *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    told = await asyncio.to_thread(run, *more)
    assert "as it would be" in told
    assert "comes close to what was recorded" in told
    figures = json.loads(await asyncio.to_thread(run, "--json", *more))
    assert figures["total"]["as_is"]["mean_wait_seconds"] == 0
    # Each waits for the wrap-up of the one before: 30 s longer than the last.
    assert figures["total"]["as_would_be"]["longest_wait_seconds"] == 19 * 30
    assert page.read_text().count("<svg") == 3
    again = json.loads(await asyncio.to_thread(run, "--json", *more))
    assert again["total"] == figures["total"]
    assert again["command_hash"] == figures["command_hash"]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    for text in ("[queue", '"'):
        place = tmp_path / "changes.toml"
        place.write_text(text)
        with pytest.raises(UnreadableChanges):
            read_changes(place)
    with pytest.raises(UnreadableChanges):
        read_changes(tmp_path / "nowhere.toml")
