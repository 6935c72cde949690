"""The router: told what happened, it answers what is to be done.

How it works. A conversation is in one place at a time, and moves by the steps of
`transitions.TRANSITIONS`:

    absent    --queued--------------> waiting
    waiting   --offered-------------> ringing
    ringing   --accepted------------> assigned
    ringing   --returned------------> waiting    declined, refused, timed out, withdrawn from the
                                                 agent: by the same key, so its place is kept
    assigned  --requeued------------> waiting    it was silent, came back, and its agent had no room
    assigned  --released------------> absent
    assigned  --released to wrap-up-> wrap_up
    wrap_up   --wrapped up----------> absent
    wrap_up   --queued--------------> waiting    the agent's wrap-up goes on beside it
    anywhere  --taken---------------> assigned   a pull, a reassignment, a re-opening
    anywhere  --transferred---------> waiting    to a queue or an agent, with its age
    waiting   --overflowed----------> absent     to a call-back or a message, see `queue_rules`
    waiting, ringing   --withdrawn--> absent     it needs no agent any more
    waiting, assigned  --stranded---> absent     its queue or its agent is no more: reported

An event that asks for a step which is not in the table is late or doubled, and is ignored.

Order. A conversation's key is one integer: when it began to wait, less its credits, and then its
number of queueing. Least goes first, and a conversation that comes back comes back by its key.
Between queues whose waits gain weight at different slopes the greatest score goes first
(`ordering`).

Choice. Of the agents who are members of the queue, have the skills and the room, are available,
are not being rung at and are not excluded, the conversation's preferred agent is first, then, where
the queue compares skills, the best skilled, then the one with the least load, then the one idle
longest, then the one known longest. A free agent takes first what waits for it alone
(`preferences`), then what goes first over all its queues of what it can take.

Time. The longer a conversation is in its queue, the less is required of its agent, ring by ring
(`relaxation`), until it overflows. One timer a queue runs for the first that is due (`schedule`).

Room. What an agent holds takes units of its capacity by its kind. What a kind may interrupt is left
out of the sum for it, and there may be a limit to how many of a kind (`capacity`). What has fallen
silent takes nothing until its customer is back (`silence`); helping in another's conversation takes
what having it does (`consults`).

Work conserving. After each event no waiting conversation and free agent are left who could have
each other, but for four who are left alone on purpose: those paused after a refusal (`pauses`),
those who wait for one agent (`preferences`), idle agents in a reserve (`reserves`), and agents kept
for who fits nowhere (`keeps`). That is why an event need only look at what it has itself changed.

Cost. Waiting conversations that the same agents can take form a line, agents who can take the same
conversations form a group (`waiting`, `agents`, `pairings`, `matching`); an event looks at heads of
lines or of groups, never through them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from halfminute_engine.routing.arrivals import queue_conversation, withdraw_conversation
from halfminute_engine.routing.assignments import assign_conversation, correct_load
from halfminute_engine.routing.commands import Command, StartTimer
from halfminute_engine.routing.configuration import (
    change_presence,
    configure_agent,
    configure_queue,
    remove_agent,
    remove_queue,
)
from halfminute_engine.routing.consults import end_consult, start_consult
from halfminute_engine.routing.errors import MalformedDocument
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentLoadCorrected,
    AgentPresenceChanged,
    AgentRemoved,
    CallbackRequested,
    ConsultEnded,
    ConsultStarted,
    ConversationAssigned,
    ConversationQueued,
    ConversationReleased,
    ConversationSilent,
    ConversationTransferred,
    ConversationWithdrawn,
    Event,
    MessageExchanged,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    QueueConfigured,
    QueueRemoved,
    SkillConfigured,
    TimerElapsed,
    WrapUpExtended,
    WrapUpFinished,
)
from halfminute_engine.routing.expected_wait import WaitForecast
from halfminute_engine.routing.explain import Explanation, explain
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import (
    accept_offer,
    decline_offer,
    elapse_offer,
    refuse_offer,
)
from halfminute_engine.routing.pauses import (
    elapse_agent_pause,
    elapse_conversation_pause,
    elapse_exclusions,
    end_pauses,
    seek_for_woken,
)
from halfminute_engine.routing.plain import Plain, from_plain, to_plain
from halfminute_engine.routing.relaxation import elapse_preference, elapse_steps
from halfminute_engine.routing.settling import settle
from halfminute_engine.routing.silence import (
    elapse_return,
    elapse_silence,
    exchange_message,
    fall_silent,
)
from halfminute_engine.routing.skills import configure_skill, elapse_reserve
from halfminute_engine.routing.state import RouterState, RunningTimer, TimerPurpose
from halfminute_engine.routing.timers import find_offer_number, offer_timer_id
from halfminute_engine.routing.transfers import request_callback, transfer_conversation
from halfminute_engine.routing.values import ConversationId, Timer
from halfminute_engine.routing.wrap_up import (
    elapse_wrap_up,
    extend_wrap_up,
    finish_wrap_up,
    release_conversation,
)

SNAPSHOT_VERSION = 1


class Router:
    """One routing domain. Owns its state: nobody else may change what it was given.

    A router is a value: the same events at the same times give the same commands, in any process.
    """

    def __init__(self, state: RouterState | None = None) -> None:
        self._floor = Floor(RouterState() if state is None else state)

    def handle(self, event: Event, now_us: int) -> list[Command]:
        """Take the event in, at this time, and answer what is to be done, in this order."""
        floor = self._floor
        floor.begin(now_us)
        if floor.pauses:
            agent, conversation = end_pauses(floor, event)
            _HANDLERS[type(event)](floor, event)
            seek_for_woken(floor, agent, conversation)
        else:
            _HANDLERS[type(event)](floor, event)
        settle(floor)
        return floor.commands

    def snapshot(self) -> dict[str, Plain]:
        """The whole state as a plain JSON value; `restore` makes a router that goes on from it."""
        return {"version": SNAPSHOT_VERSION, "state": to_plain(self._floor.state)}

    @classmethod
    def restore(cls, snapshot: dict[str, Plain]) -> Router:
        """A router that goes on where `snapshot` was taken; raises `MalformedDocument`."""
        version = snapshot.get("version")
        if version != SNAPSHOT_VERSION:
            raise MalformedDocument(f"no snapshot of version {SNAPSHOT_VERSION}: {version!r:.80}")
        return cls(from_plain(RouterState, snapshot.get("state")))

    def pending_timers(self) -> list[Timer]:
        """The timers that must be running, the first due first: for a driver that recovers."""
        state = self._floor.state
        timers = [Timer(timer_id, timer.due_us) for timer_id, timer in state.timers.items()]
        timers += [
            Timer(offer_timer_id(number), offer.expires_at_us)
            for number, offer in state.offers.items()
        ]
        return sorted(timers, key=lambda timer: (timer.due_us, timer.timer_id))

    def explain(self, conversation_id: ConversationId, now_us: int | None = None) -> Explanation:
        """Why the conversation is where it is; raises `UnknownConversation`.

        Scores are those of `now_us`, or of the last event.
        """
        at_us = self._floor.now_us if now_us is None else now_us
        return explain(self._floor, conversation_id, at_us)

    def forecast(self, now_us: int | None = None) -> WaitForecast:
        """Places and expected waits as of now, or of the last event; valid until the next event."""
        return WaitForecast(self._floor, self._floor.now_us if now_us is None else now_us)


def _elapse_timer(floor: Floor, event: TimerElapsed) -> None:
    timer = floor.state.timers.get(event.timer_id)
    if timer is None:
        offer_number = find_offer_number(event.timer_id)
        if offer_number is not None:
            elapse_offer(floor, offer_number)
        return
    if floor.now_us < timer.due_us:
        floor.command(StartTimer(event.timer_id, timer.due_us))
        return
    floor.forget_timer(event.timer_id)
    _ELAPSED[timer.purpose](floor, timer)


_ELAPSED: dict[TimerPurpose, Callable[[Floor, RunningTimer], None]] = {
    TimerPurpose.WRAP_UP: elapse_wrap_up,
    TimerPurpose.EXCLUSIONS: elapse_exclusions,
    TimerPurpose.AGENT_PAUSE: elapse_agent_pause,
    TimerPurpose.CONVERSATION_PAUSE: elapse_conversation_pause,
    TimerPurpose.SILENCE: elapse_silence,
    TimerPurpose.RETURN: elapse_return,
    TimerPurpose.RESERVE: elapse_reserve,
    TimerPurpose.STEPS: elapse_steps,
    TimerPurpose.PREFERENCE: elapse_preference,
}

_HANDLERS: dict[type[Event], Callable[[Floor, Any], None]] = {
    QueueConfigured: configure_queue,
    QueueRemoved: remove_queue,
    SkillConfigured: configure_skill,
    AgentConfigured: configure_agent,
    AgentRemoved: remove_agent,
    AgentPresenceChanged: change_presence,
    AgentLoadCorrected: correct_load,
    ConversationQueued: queue_conversation,
    ConversationWithdrawn: withdraw_conversation,
    CallbackRequested: request_callback,
    ConversationTransferred: transfer_conversation,
    ConversationAssigned: assign_conversation,
    ConversationReleased: release_conversation,
    ConversationSilent: fall_silent,
    MessageExchanged: exchange_message,
    ConsultStarted: start_consult,
    ConsultEnded: end_consult,
    WrapUpFinished: finish_wrap_up,
    WrapUpExtended: extend_wrap_up,
    OfferAccepted: accept_offer,
    OfferDeclined: decline_offer,
    OfferRefused: refuse_offer,
    TimerElapsed: _elapse_timer,
}
