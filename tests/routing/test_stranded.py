"""Who waits in a queue that is off is expected to; who lost its agent is somebody's to decide."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from halfminute.routing.departures import report_stranded
from halfminute_engine.routing.commands import ReportStranded
from halfminute_engine.routing.values import ConversationId, QueueId, StrandedReason
from tests.routing.centre import Centre
from tests.routing.test_kept_places import configure


async def test_what_comes_to_a_queue_that_is_off_is_no_error(centre: Centre) -> None:
    queue_id = await centre.add_queue(name="Support")
    before = await centre.queue_conversation(queue_id)
    with capture_logs() as logs:
        async with centre.routing():
            await configure(centre, queue_id, is_enabled=False)
            after = await centre.queue_conversation(queue_id)
            await configure(centre, queue_id)
            agent_id = await centre.add_agent(queue_id, units_by_kind={"telegram": 50})
            for conversation_id in (before, after):
                await centre.accept(await centre.offer_for(agent_id, conversation_id))
    assert [entry for entry in logs if entry["log_level"] in ("warning", "error")] == []


@pytest.mark.parametrize(
    ("reason", "level", "event"),
    [
        (StrandedReason.QUEUE_REMOVED, "info", "conversation_waits_for_its_queue"),
        (StrandedReason.QUEUE_UNKNOWN, "info", "conversation_waits_for_its_queue"),
        (StrandedReason.AGENT_REMOVED, "error", "conversation_stranded"),
    ],
)
def test_only_what_somebody_must_decide_is_an_error(
    reason: StrandedReason, level: str, event: str
) -> None:
    with capture_logs() as logs:
        report_stranded(ReportStranded(ConversationId("c"), QueueId("q"), reason))
    assert [(entry["log_level"], entry["event"]) for entry in logs] == [(level, event)]
    assert logs[0]["conversation_id"] == "c"
