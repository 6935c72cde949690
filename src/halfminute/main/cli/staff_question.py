"""What a planner asks of the Erlang formulas, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from halfminute.kit.errors import InvalidRequest
from halfminute_engine.staffing.erlang_a import erlang_a
from halfminute_engine.staffing.erlang_b import ErlangB
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Build, Demand, Model, require_agents
from halfminute_engine.staffing.requirement import Rule, Targets, require
from halfminute_engine.staffing.roster import agents_for_slots, rostered, slots_of

MODELS = ("erlang-b", "erlang-c", "erlang-a")


@dataclass(frozen=True, slots=True)
class Answer:
    """So many agents, the model of them (its servers are slots), and people to schedule."""

    question: Question
    agents: int
    model: Model
    rostered: int


@dataclass(frozen=True, slots=True)
class Question:
    """Either a number of agents, or targets that the least agents are to reach."""

    model: str
    demand: Demand
    patience_seconds: float | None
    agents: int | None
    targets: Targets | None
    target_seconds: float
    concurrency: float
    shrinkage: float

    @property
    def build(self) -> Build:
        """Makes the model of a demand and so many servers."""
        if self.model == "erlang-a" and self.patience_seconds is not None:
            return erlang_a(self.patience_seconds)
        return ErlangB if self.model == "erlang-b" else ErlangC

    def answer(self) -> Answer:
        """The answer; raises `InvalidRequest` or `StaffingError` when there is none."""
        if self.agents is not None and self.targets is None:
            agents = self.agents
            require_agents(agents)
        elif self.targets is not None and self.agents is None:
            agents = self._least_agents(self.targets)
        else:
            raise InvalidRequest(
                "Give either --agents, to see how well they serve, or what is to be reached "
                "(--service-level 0.8, --asa-target 30), to see how many it takes."
            )
        model = self.model_of(agents)
        if isinstance(model, ErlangC) and not model.is_stable:
            raise self._endless(agents)
        return Answer(self, agents, model, rostered(agents, self.shrinkage))

    def model_of(self, agents: int) -> Model:
        """The model of so many agents; where nothing comes, none are needed and one is asked of."""
        return self.build(self.demand, max(slots_of(agents, self.concurrency), 1))

    def _least_agents(self, targets: Targets) -> int:
        if self.model == "erlang-b" and targets.asa_seconds is not None:
            raise InvalidRequest(
                "In Erlang B nobody waits, so --asa-target says nothing. Say --service-level, the "
                "share that is not lost, or take --model erlang-c."
            )
        return require(self.demand, Rule(self.build, targets, self.concurrency)).agents

    def _endless(self, agents: int) -> InvalidRequest:
        least = agents_for_slots(floor(self.demand.load) + 1, self.concurrency)
        return InvalidRequest(
            f"{agents} agents cannot keep up with a load of {self.demand.load:.2f} Erlangs: "
            f"the queue would never stop growing. Give {least} or more, or let contacts leave: "
            "--model erlang-a --patience-seconds 120."
        )
