"""Results of three studies that print what they find, reproduced to their last printed digit.

S. Hanisch, Operations Research and Machine Learning: the READMEs of `erlang-a-demo`,
`square-root-staffing-demo` and `priority-queue-demo`, https://github.com/sebastian-hanisch . Each
holds its own numbers to solved chains and simulations. Handle times there are three minutes.
"""

from __future__ import annotations

from math import e

import pytest

from halfminute_engine.staffing.erlang_a import ErlangA, erlang_a
from halfminute_engine.staffing.erlang_b import ErlangB
from halfminute_engine.staffing.erlang_c import ErlangC, probability_of_wait
from halfminute_engine.staffing.models import Demand
from halfminute_engine.staffing.priority import (
    PriorityQueue,
    ServiceClass,
    single_agent_waits,
)
from halfminute_engine.staffing.requirement import Targets, least_agents
from halfminute_engine.staffing.square_root import (
    agents_by_square_root,
    beta_for_halfin_whitt,
    halfin_whitt,
)
from tests.halfminute_engine.staffing.printed import equals_printed

HANDLE_SECONDS = 180


def demand_of(load: float) -> Demand:
    return Demand(load * 20, HANDLE_SECONDS)


@pytest.mark.parametrize(
    ("patience_minutes", "leave", "wait_minutes"),
    [(5, "9.0", "0.45"), (1, "13.6", "0.14"), (30, "4.3", None)],
)
def test_ten_lanes_at_ninety_five_per_cent(
    patience_minutes: int, leave: str, wait_minutes: str | None
) -> None:
    model = ErlangA(demand_of(9.5), 10, 60 * patience_minutes)

    assert equals_printed(100 * model.abandon_ratio, leave)
    assert wait_minutes is None or equals_printed(model.mean_wait_seconds / 60, wait_minutes)


@pytest.mark.parametrize(
    ("lanes", "without", "with_leaving"),
    [(4, "13.4", "0.77"), (10, "4.95", "0.45"), (50, "0.75", "0.15")],
)
def test_how_wrong_erlang_c_is_where_contacts_leave(
    lanes: int, without: str, with_leaving: str
) -> None:
    demand = demand_of(0.95 * lanes)

    assert equals_printed(ErlangC(demand, lanes).asa_seconds / 60, without)
    assert equals_printed(ErlangA(demand, lanes, 300).mean_wait_seconds / 60, with_leaving)


@pytest.mark.parametrize(
    ("lanes", "leave"), [(4, "28.5"), (10, "24.8"), (50, "23.1"), (200, "23.08")]
)
def test_thirty_per_cent_too_much_come_to_an_equilibrium(lanes: int, leave: str) -> None:
    assert equals_printed(100 * ErlangA(demand_of(1.3 * lanes), lanes, 300).abandon_ratio, leave)


@pytest.mark.parametrize(
    ("lanes", "leave"), [(4, "20.9"), (10, "15.3"), (50, "10.4"), (200, "9.2")]
)
def test_ten_per_cent_too_much_come_to_an_equilibrium(lanes: int, leave: str) -> None:
    assert equals_printed(100 * ErlangA(demand_of(1.1 * lanes), lanes, 300).abandon_ratio, leave)


def test_an_overload_keeps_agents_busy() -> None:
    assert equals_printed(100 * ErlangA(demand_of(13), 10, 300).occupancy, "97.8")


def test_one_agent_and_all_rates_alike_lose_one_in_e() -> None:
    assert ErlangA(demand_of(1), 1, HANDLE_SECONDS).abandon_ratio == pytest.approx(1 / e)


@pytest.mark.parametrize(
    ("load", "waiting", "losing"),
    [(10, 15, 18), (20, 26, 30), (50, 57, 64), (100, 108, 117), (200, 209, 221)],
)
def test_lanes_for_one_per_cent_lost_with_and_without_places(
    load: int, waiting: int, losing: int
) -> None:
    one_per_cent = Targets(abandon_ratio=0.01)

    assert least_agents(demand_of(load), erlang_a(300), one_per_cent) == waiting
    assert least_agents(demand_of(load), ErlangB, one_per_cent) == losing


@pytest.mark.parametrize(("patience_minutes", "lanes"), [(0.25, 62), (1, 60), (5, 57), (60, 52)])
def test_lanes_by_patience(patience_minutes: float, lanes: int) -> None:
    build = erlang_a(60 * patience_minutes)

    assert least_agents(demand_of(50), build, Targets(abandon_ratio=0.01)) == lanes


@pytest.mark.parametrize(("load", "lanes"), [(20, 22), (50, 50), (100, 98), (200, 192)])
def test_five_per_cent_lost_can_be_had_below_the_load(load: int, lanes: int) -> None:
    assert least_agents(demand_of(load), erlang_a(300), Targets(abandon_ratio=0.05)) == lanes


@pytest.mark.parametrize(
    ("ratio", "beta"), [(0.8, "0.17"), (0.5, "0.51"), (0.2, "1.06"), (0.1, "1.42"), (0.05, "1.74")]
)
def test_the_beta_of_halfin_and_whitt_for_a_share_that_waits(ratio: float, beta: str) -> None:
    assert equals_printed(beta_for_halfin_whitt(ratio), beta)


def test_halfin_and_whitt_at_one() -> None:
    assert equals_printed(halfin_whitt(1), "0.2234")


@pytest.mark.parametrize(
    ("load", "agents", "exact", "limit"),
    [(10, 14, "17.4", "13.6"), (100, 110, "23.7", "22.3")],
)
def test_halfin_and_whitt_beside_erlang_c(load: int, agents: int, exact: str, limit: str) -> None:
    beta = (agents - load) / load**0.5

    assert equals_printed(100 * probability_of_wait(load, agents), exact)
    assert equals_printed(100 * halfin_whitt(beta), limit)


@pytest.mark.parametrize(
    ("ratio", "load", "by_rule", "exact"),
    [
        (0.5, 100, 106, 106),
        (0.2, 100, 111, 111),
        (0.5, 5_000, 5_036, 5_036),
        (0.2, 5_000, 5_076, 5_076),
        (0.2, 20, 25, 26),
        (0.2, 500, 524, 525),
        (0.2, 1_000, 1_034, 1_034),
    ],
)
def test_the_square_root_rule_hits_or_misses_by_one(
    ratio: float, load: int, by_rule: int, exact: int
) -> None:
    assert agents_by_square_root(load, beta_for_halfin_whitt(ratio)) == by_rule
    needed = next(n for n in range(load, 2 * load) if probability_of_wait(load, n) <= ratio)
    assert needed == exact


@pytest.mark.parametrize(("load", "above"), [(5, 4), (1_000, 3), (2_000, -8), (5_000, -41)])
def test_agents_above_the_load_for_one_per_cent_lost(load: int, above: int) -> None:
    found = least_agents(demand_of(load), erlang_a(300), Targets(abandon_ratio=0.01))

    assert found - load == above


def test_a_thousand_erlangs_and_as_many_lanes() -> None:
    balanced = ErlangA(demand_of(1_000), 1_000, 300)

    assert equals_printed(100 * balanced.probability_of_wait, "57")
    assert equals_printed(100 * balanced.abandon_ratio, "1.1")


@pytest.mark.parametrize(
    ("busy", "gain", "loss"), [(0.5, "1.8", "11.1"), (0.8, "4.2", "19.0"), (0.9, "8.2", "22.0")]
)
@pytest.mark.parametrize("variation", [0, 1, 4])
def test_what_a_fifth_gains_by_going_first_and_the_others_lose(
    busy: float, gain: str, loss: str, variation: int
) -> None:
    moment = HANDLE_SECONDS**2 * (1 + variation)
    shares = (0.2, 0.8, 1.0)
    urgent, standard, everybody = (
        ServiceClass(20 * busy * share, HANDLE_SECONDS, moment) for share in shares
    )

    first, second = single_agent_waits([urgent, standard])
    (fifo,) = single_agent_waits([everybody])

    assert equals_printed(fifo / first, gain)
    assert equals_printed(100 * (second / fifo - 1), loss)


def test_a_fifth_going_first_at_ninety_per_cent() -> None:
    queue = PriorityQueue((0.2 * 18, 0.8 * 18), HANDLE_SECONDS, 1)

    assert equals_printed(queue.mean_wait_seconds(0) / HANDLE_SECONDS, "1.09756")
    assert equals_printed(queue.mean_wait_seconds(1) / HANDLE_SECONDS, "10.97561")
    assert equals_printed(queue.mean_wait_seconds(0) / 60, "3.29")
    assert equals_printed(queue.mean_wait_seconds(1) / 60, "32.93")
