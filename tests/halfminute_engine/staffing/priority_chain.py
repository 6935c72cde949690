"""Queues with non-preemptive priorities, solved by brute force in units of the handle time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from tests.halfminute_engine.staffing.chain import poisson_tails

State = tuple[int, ...]


def mean_waits(load: Sequence[float], agents: int, places: int, rounds: int = 300) -> list[float]:
    """Mean wait by class: the stationary chain of who waits, found by repeated balancing.

    A state is how many of each class wait while all agents are busy. `places` is how many of one
    class may wait; beyond them there must be no weight.
    """
    classes = len(load)
    waiting = list(product(range(places + 1), repeat=classes))
    weights = dict.fromkeys(waiting, 1.0)
    total = sum(load)
    for _ in range(rounds):
        for state in waiting:
            weights[state] = _balanced(state, weights, load, agents, places)
        scale = weights[(0,) * classes]
        for state in waiting:
            weights[state] /= scale
    # With fewer busy the chain is that of one class: p(n) total = p(n+1) (n+1).
    below, weight = 0.0, 1.0
    for busy in range(agents, 0, -1):
        weight *= busy / total
        below += weight
    everything = below + sum(weights.values())
    return [
        sum(weight * state[rank] for state, weight in weights.items()) / everything / load[rank]
        for rank in range(classes)
    ]


def _balanced(
    state: State, weights: dict[State, float], load: Sequence[float], agents: int, places: int
) -> float:
    """The weight at which what flows into the state flows out of it."""
    if not any(state):
        # In from one fewer busy: p(N-1) total = p(N) N; out there the same. What is left of the
        # balance is with those that wait.
        inflow = sum(agents * weights[_with(state, rank, 1)] for rank in range(len(load)) if places)
        return inflow / sum(load)
    inflow = 0.0
    for rank, rate in enumerate(load):
        if state[rank]:
            inflow += rate * weights[_with(state, rank, -1)]
        # One more of this class waits there, and is the highest: then it is taken next.
        if state[rank] < places and not any(state[:rank]):
            inflow += agents * weights[_with(state, rank, 1)]
    out = agents + sum(rate for rank, rate in enumerate(load) if state[rank] < places)
    return inflow / out


def _with(state: State, rank: int, more: int) -> State:
    return (*state[:rank], state[rank] + more, *state[rank + 1 :])


def delay_tail(
    load: Sequence[float], agents: int, rank: int, time: float, length: int = 400
) -> float:
    """P(W > time) of those of the class that wait, by uniformisation.

    Such a contact finds a geometric number of its own class and above in the queue, waits for all
    of them and for one more departure, and for whoever of a higher class comes meanwhile.
    """
    share = sum(load[: rank + 1]) / agents
    above = sum(load[:rank])
    rate = agents + above
    present = [(1 - share) * share**found for found in range(length)]
    waiting = 0.0
    tails = poisson_tails(rate * time, 400)
    probabilities = [1 - tails[0], *(one - two for one, two in pairwise(tails))]
    for jumps in probabilities:
        waiting += jumps * sum(present)
        following = [0.0] * length
        for ahead, probability in enumerate(present):
            if ahead:
                following[ahead - 1] += probability * agents / rate
            if ahead + 1 < length:
                following[ahead + 1] += probability * above / rate
        present = following
    return waiting
