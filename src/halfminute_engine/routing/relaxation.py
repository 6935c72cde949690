"""What time brings to those who wait: wider rings, the overflow, the end of waiting for one agent.

A ring counts from when the conversation entered its queue, through all returns, and is never left
for a narrower one while the queue's settings stay. In a wider ring the conversation stands among
others with its old key. Rings at a time out of reach of a conversation that rings are made up for
when it returns.
"""

from __future__ import annotations

from halfminute_engine.routing.clocks import run_steps_timer, start_clocks
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import seek_agent
from halfminute_engine.routing.overflow import overflow_conversation
from halfminute_engine.routing.places import leave_line, list_waiting_in, reach_ring
from halfminute_engine.routing.preferences import settle_preference
from halfminute_engine.routing.state import ConversationState, Place, RunningTimer
from halfminute_engine.routing.timers import steps_timer_id
from halfminute_engine.routing.values import AgentId, QueueId

STEPS_AT_ONCE = 8
"""After so many steps at one moment others have their turn first, so that nobody waits for all."""


def elapse_steps(floor: Floor, timer: RunningTimer) -> None:
    """Some of the queue's conversations are due for their next step."""
    timer_id = steps_timer_id(timer.queue_id)
    # As long as it stands here, those who take a step do not start it anew one by one.
    floor.state.timers[timer_id] = timer
    for _ in range(STEPS_AT_ONCE):
        first = floor.schedule.find_first(timer.queue_id)
        if first is None or first[0] > floor.now_us:
            break
        _take_step(floor, first[1])
    del floor.state.timers[timer_id]
    first = floor.schedule.find_first(timer.queue_id)
    if first is not None:
        run_steps_timer(floor, timer.queue_id, first[0])


def elapse_preference(floor: Floor, timer: RunningTimer) -> None:
    """The time to wait for one agent is over. What rings at the agent goes on ringing."""
    conversation = floor.state.conversations[timer.conversation_id]
    if conversation.place is Place.WAITING:
        _rejoin(floor, conversation)


def release_waiting_for(floor: Floor, agent_id: AgentId) -> None:
    """The agent is gone, or may not be able any more: those who wait for it alone are looked at."""
    for conversation_id in floor.matching.list_waiting_for(agent_id):
        _rejoin(floor, floor.state.conversations[conversation_id])


def rejoin_all(floor: Floor, queue_id: QueueId) -> None:
    """The queue's settings have changed: each who waits stands in its old place under the new."""
    waiting = list_waiting_in(floor, queue_id)
    for conversation in waiting:
        leave_line(floor, conversation)
    floor.matching.close_lines_of(queue_id)
    for conversation in waiting:
        reach_ring(floor, conversation)
        _stand(floor, conversation)
    for conversation in waiting:
        _seek(floor, conversation)


def start_waiting_clocks(floor: Floor, target_id: QueueId) -> None:
    """The queue is new: what overflows into it is due from now on."""
    for queue in list(floor.state.queues.values()):
        if queue.overflow is not None and queue.overflow.queue_id == target_id:
            for conversation in list_waiting_in(floor, queue.queue_id):
                start_clocks(floor, conversation)


def _take_step(floor: Floor, conversation: ConversationState) -> None:
    queue = floor.state.queues[conversation.queue_id]
    if conversation.ring == len(queue.rings) and queue.overflow is not None:
        if overflow_conversation(floor, conversation, queue.overflow):
            _seek(floor, conversation)
        return
    required = conversation.present_requirements
    reach_ring(floor, conversation)
    if conversation.present_requirements == required:
        start_clocks(floor, conversation)
    else:
        _rejoin(floor, conversation)


def _rejoin(floor: Floor, conversation: ConversationState) -> None:
    leave_line(floor, conversation)
    _stand(floor, conversation)
    _seek(floor, conversation)


def _stand(floor: Floor, conversation: ConversationState) -> None:
    settle_preference(floor, conversation)
    if not conversation.is_paused:
        floor.matching.enqueue(conversation)


def _seek(floor: Floor, conversation: ConversationState) -> None:
    if conversation.is_paused:
        start_clocks(floor, conversation)
    else:
        seek_agent(floor, conversation)
