"""Results that others have printed, reproduced to their last printed digit.

Each case names where the numbers stand. Numbers that were computed here by another method are in
`test_exact.py`, apart from these. Where somebody has printed all digits of a float, we agree to
what floats can tell (`FLOAT`).
"""

from __future__ import annotations

import pytest

from halfminute_engine.staffing.erlang_a import ErlangA
from halfminute_engine.staffing.erlang_b import blocking, load_for_blocking
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Demand
from halfminute_engine.staffing.priority import (
    PriorityQueue,
    ServiceClass,
    single_agent_waits,
)
from halfminute_engine.staffing.requirement import Rule, Targets, least_agents, require
from halfminute_engine.staffing.roster import rostered
from tests.halfminute_engine.staffing.printed import equals_printed

FLOAT = 1e-14


# D. Collins, "Carrier Grade Voice over IP", 2nd ed. (2003), Appendix A, "Table of Erlang B", as at
# https://www.globalspec.com/reference/55139/203279/appendix-a-table-of-erlang-b : the load in
# Erlangs that so many channels carry at this blocking probability.
COLLINS_RATIOS = (
    *(0.0001, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006),
    *(0.007, 0.008, 0.009, 0.01, 0.02, 0.03, 0.04, 0.05),
)
COLLINS = {
    5: "0.5 0.6 0.8 0.9 1.0 1.1 1.1 1.2 1.2 1.3 1.3 1.4 1.7 1.9 2.1 2.2",
    6: "0.7 1.0 1.1 1.3 1.4 1.5 1.6 1.7 1.8 1.8 1.9 1.9 2.3 2.5 2.8 3.0",
    7: "1.1 1.4 1.6 1.8 1.9 2.1 2.2 2.2 2.3 2.4 2.4 2.5 2.9 3.2 3.5 3.7",
    8: "1.4 1.8 2.1 2.3 2.5 2.6 2.7 2.8 2.9 3.0 3.1 3.1 3.6 4.0 4.3 4.5",
    9: "1.8 2.3 2.6 2.9 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 4.3 4.7 5.1 5.4",
}


@pytest.mark.parametrize("channels", COLLINS)
def test_erlang_b_the_traffic_table_of_collins(channels: int) -> None:
    for ratio, printed in zip(COLLINS_RATIOS, COLLINS[channels].split(), strict=True):
        assert equals_printed(load_for_blocking(ratio, channels), printed), (ratio, printed)


def test_erlang_b_fifteen_lines_at_one_per_cent() -> None:
    """Westbay Engineers, manual of the Erlang calculator, "How much traffic can a trunk group
    handle?", https://erlang.com/calculatormanual/howmuchtrafficcanatrunkgrouphandle.htm"""
    assert equals_printed(load_for_blocking(0.01, 15), "8.108")


def test_erlang_b_thirty_lines_and_twenty_five_erlangs() -> None:
    """Wolfram, "Enhanced core algorithms: compute loss probabilities for a queue" (ErlangB[30,
    25.] is "approximately 0.05").
    """
    assert equals_printed(blocking(25, 30), "0.05")


CALLS_100 = Demand(arrivals_per_hour=200, aht_seconds=180)


def test_erlang_c_a_hundred_calls_in_half_an_hour() -> None:
    """The example of Call Centre Helper, "Erlang C formula - made simple with an easy worked
    example", as printed by the README of the R package ErlangC 0.1.0 (CRAN, December 2024): 14
    agents, and the first line of its table, 11 agents.
    """
    fourteen, eleven = ErlangC(CALLS_100, 14), ErlangC(CALLS_100, 11)

    assert CALLS_100.load == 10
    assert equals_printed(fourteen.probability_of_wait, "0.1741319")
    assert equals_printed(fourteen.service_level(20), "0.88835")
    assert fourteen.asa_seconds == pytest.approx(7.83593701177724, rel=FLOAT)
    assert equals_printed(1 - fourteen.probability_of_wait, "0.8258681")
    assert equals_printed(fourteen.occupancy, "0.7142857")
    assert equals_printed(eleven.probability_of_wait, "0.6821182")
    assert equals_printed(eleven.service_level(20), "0.3896138")


def test_erlang_c_the_requirement_of_pyworkforce() -> None:
    """The description of pyworkforce 0.1.0 on PyPI: positions for a service level of 80 % in 20 s,
    an occupancy of 85 % at most, and a shrinkage of 30 %.
    """
    rule = Rule(
        ErlangC, Targets(service_level=0.8, target_seconds=20, occupancy=0.85), shrinkage=0.3
    )

    needed = require(CALLS_100, rule)

    assert (needed.agents, needed.rostered) == (14, 20)
    model = ErlangC(CALLS_100, 14)
    assert model.service_level(20) == pytest.approx(0.8883500191794669, rel=FLOAT)
    assert model.probability_of_wait == pytest.approx(0.1741319335950498, rel=FLOAT)


def test_erlang_c_fifty_seven_calls_of_eighteen_and_a_half_minutes() -> None:
    """Forum of Call Centre Helper on CC-Excel and the Westbay traffic calculators, 12 January
    2021, #77995 and #78012: 21 agents answer 80.7 % of 57 calls an hour of 1110 s within 180 s;
    with a target of 20 s it takes 23.
    """
    calls = Demand(57, 1110)

    assert equals_printed(100 * ErlangC(calls, 21).service_level(180), "80.7")
    assert least_agents(calls, ErlangC, Targets(service_level=0.8, target_seconds=180)) == 21
    assert least_agents(calls, ErlangC, Targets(service_level=0.8, target_seconds=20)) == 23


def test_m_m_4_the_grocery_of_gross_and_harris() -> None:
    """D. Gross and C. M. Harris, "Fundamentals of Queueing Theory", 3rd ed. (1998), Example 4.1,
    p. 170: 40 an hour, 4 minutes, 4 counters; the wait as quoted by bookstore.pl of PDQ
    (Performance Dynamics).
    """
    assert equals_printed(ErlangC(Demand(40, 240), 4).asa_seconds / 60, "1.14")


def test_m_m_1_and_m_m_2_at_burger_dome() -> None:
    """The waiting line of the textbooks of D. R. Anderson, D. J. Sweeney and T. A. Williams: 0.75
    customers and one service a minute, one server and two; as at
    https://www.coursehero.com/file/p76g4626/
    """
    customers = Demand(45, 60)
    one, two = ErlangC(customers, 1), ErlangC(customers, 2)

    assert equals_printed(one.queue_length, "2.25")
    assert equals_printed(one.asa_seconds / 60, "3")
    assert equals_printed(one.probability_of_wait, "0.75")
    assert equals_printed(two.queue_length, "0.1227")
    assert equals_printed(two.asa_seconds / 60, "0.1636")
    assert equals_printed(two.probability_of_wait, "0.2045")


@pytest.mark.parametrize(
    ("servers", "waiting", "in_queue", "in_system", "has_to_wait"),
    [
        (2, "0.175", "0.018", "0.101", "0.245"),
        (3, "0.022", "0.002", "0.086", "0.058"),
        (4, "0.003", "0.000", "0.084", "0.011"),
        (5, "0.000", "0.000", "0.083", "0.002"),
    ],
)
def test_m_m_s_the_template_of_cengage(
    servers: int, waiting: str, in_queue: str, in_system: str, has_to_wait: str
) -> None:
    """Cengage Learning, spreadsheet "Multiple Server Queueing Model", lambda = 10, mu = 12:
    https://www.scribd.com/document/820718700/Multiple-Server-Queue"""
    model = ErlangC(Demand(10, 300), servers)

    assert equals_printed(model.queue_length, waiting)
    assert equals_printed(model.asa_seconds / 3600, in_queue)
    assert equals_printed((model.asa_seconds + 300) / 3600, in_system)
    assert equals_printed(model.probability_of_wait, has_to_wait)


def test_m_m_2_five_an_hour_of_twenty_minutes() -> None:
    """P. A. Jensen, Operations Research Models and Methods, problems on queueing,
    "finite_infinite", http://www.me.utexas.edu/~jensen/ORMM/ : lambda = 5, mu = 3, two servers,
    mean time in queue.
    """
    assert equals_printed(ErlangC(Demand(5, 1200), 2).asa_seconds / 3600, "0.758")


def test_m_m_2_a_practice_question_of_quantitative_methods() -> None:
    """Practice questions to chapter 14, answer 14.161, at http://www.ronmower.com/zhandouts/QM/ :
    two workers, 15 an hour each, utilisation 0.833."""
    model = ErlangC(Demand(25, 240), 2)

    assert equals_printed(model.occupancy, "0.833")
    assert equals_printed(model.queue_length, "3.788")
    assert equals_printed(model.asa_seconds / 3600, "0.152")
    assert equals_printed(model.asa_seconds / 60, "9.09")


def test_m_m_2_the_information_desk_of_render() -> None:
    """B. Render, R. M. Stair, M. E. Hanna, "Quantitative Analysis for Management", instructor's
    manual, Alternative Example 14.3: 20 an hour, 2 minutes, two employees; 3/4 people in the
    system; at https://freebooksummary.com/waiting-line-and-queuing-theory-models
    """
    model = ErlangC(Demand(20, 120), 2)

    assert equals_printed(model.queue_length, "0.08")
    assert equals_printed(model.queue_length + model.demand.load, "0.75")


ERLANG_R = Demand(120, 280)


@pytest.mark.parametrize(
    ("agents", "printed"),
    [
        (9, "0.17955929"),
        (10, "0.12735028"),
        (11, "0.08627226"),
        (12, "0.05563469"),
        (13, "0.03407010"),
        (14, "0.01978727"),
        (15, "0.01089631"),
    ],
)
def test_erlang_a_the_curve_of_erlang_r(agents: int, printed: str) -> None:
    """README of the R package erlangR, https://github.com/chjacamp/erlangR : P(abandon) by agents
    with 120 calls an hour of 280 s and a patience of 100 s.
    """
    assert equals_printed(ErlangA(ERLANG_R, agents, 100).abandon_ratio, printed)


def test_erlang_a_the_queue_of_erlang_r() -> None:
    """The same README: the queue with 12 agents; 19 agents for 2 % at 170 calls an hour."""
    model = ErlangA(ERLANG_R, 12, 100)

    assert equals_printed(model.demand.load, "9.333")
    assert equals_printed(model.abandon_ratio, "0.05563")
    assert equals_printed(model.probability_of_wait, "0.1882")
    assert equals_printed(model.mean_wait_seconds, "5.563")
    assert equals_printed(model.occupancy, "0.7345")
    patient = Demand(170, 280)
    assert ErlangA(patient, 19, 100).abandon_ratio <= 0.02 < ErlangA(patient, 18, 100).abandon_ratio


def test_erlang_c_is_stable_only_with_forty_nine_agents_or_more() -> None:
    """Zinnov, "Introduction to Erlang", http://zinnov.com/blog/introduction-to-erlang/ : 2880
    calls an hour of one minute; "Erlang-C is stable only with 49 or more agents, while Erlang-A
    is always stable".
    """
    calls = Demand(2880, 60)

    assert [ErlangC(calls, agents).is_stable for agents in (47, 48, 49, 50)] == [
        False,
        False,
        True,
        True,
    ]
    assert ErlangA(calls, 20, 120).asa_seconds < 120


def test_priorities_the_hot_lots_of_a_workstation() -> None:
    """FabTime, "M/M/1 queue with two priority classes", http://www.fabtime.com/MM1Priority.shtml ,
    by Table 4.4 of N. U. Prabhu, "Basic Queueing Theory" (1981): 1 and 9 lots an hour of 5 minutes;
    times in the system, service included.
    """
    queue = PriorityQueue((1, 9), 300, 1)
    general = single_agent_waits(
        [ServiceClass(1, 300, 2 * 300**2), ServiceClass(9, 300, 2 * 300**2)]
    )

    high, low = (queue.mean_wait_seconds(rank) / 3600 for rank in (0, 1))
    assert equals_printed(high, "0.0758")
    assert equals_printed(high + 1 / 12, "0.15909")
    assert equals_printed(60 * high + 5, "9.545")
    assert equals_printed(low, "0.4545")
    assert equals_printed(60 * low + 5, "32.27")
    assert general == pytest.approx((3600 * high, 3600 * low))


def test_priorities_the_tool_repair_shop_of_stevenson() -> None:
    """W. J. Stevenson, "Operations Management", 14th ed. (2021), chapter 18, Example 8 and p.
    806: six servers of one repair an hour, 2, 2 and 1 requests an hour; the first class waits
    .147 hour.
    """
    queue = PriorityQueue((2, 2, 1), 3600, 6)

    assert equals_printed(queue.mean_wait_seconds(0) / 3600, "0.147")


def test_shrinkage_fourteen_agents_take_twenty_people() -> None:
    """pyworkforce, as above: 14 positions at a shrinkage of 30 % are 20; README of erlangR, as
    above: 16 are 23.
    """
    assert rostered(14, 0.3) == 20
    assert rostered(16, 0.3) == 23
