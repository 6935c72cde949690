"""The skills of agents who cannot be trained for everything."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.simulation.cross_training import Skills, deal_skills

LANGUAGES = (0.97, 0.02, 0.01)
TOPICS = (0.18, 0.16, 0.13, 0.11, 0.09, 0.08, 0.07, 0.06, 0.05, 0.03, 0.02, 0.02)
OPERATOR = [language * topic for language in LANGUAGES for topic in TOPICS]


def covers_of(dealt: list[Skills], classes: int) -> list[int]:
    return [sum(index in skills for skills in dealt) for index in range(classes)]


@given(
    shares=st.lists(st.floats(0.001, 1), min_size=2, max_size=36),
    agents=st.integers(1, 200),
    skills_per_agent=st.sampled_from([1, 1.5, 2, 2.25, 3, 4]),
)
def test_every_beginning_of_the_agents_is_balanced(
    shares: list[float], agents: int, skills_per_agent: float
) -> None:
    most = min(skills_per_agent, len(shares))
    dealt = deal_skills(shares, agents, skills_per_agent)
    assert all(len(set(skills)) == len(skills) for skills in dealt)
    assert all(int(most) <= len(skills) <= -(-most // 1) for skills in dealt)
    assert sum(map(len, dealt)) == int(agents * most)
    shorter = deal_skills(shares, agents // 2 + 1, skills_per_agent)
    assert dealt[: len(shorter)] == shorter


def test_a_quarter_of_a_skill_is_a_skill_more_for_every_fourth() -> None:
    assert [len(skills) for skills in deal_skills([0.4, 0.3, 0.2, 0.1], 8, 2.25)] == [
        *(2, 2, 2, 3),
        *(2, 2, 2, 3),
    ]


def test_two_skills_cover_what_one_leaves_out() -> None:
    shares = [0.5, 0.4, 0.09, 0.001]
    one, two = (deal_skills(shares, 20, count) for count in (1, 2))
    assert covers_of(one, 4)[3] == 0
    assert covers_of(two, 4)[3] >= 1


def test_rare_classes_are_covered_beyond_their_share() -> None:
    """By the share to the power 0.6: 873 times as much work, 58 times the agents."""
    covers = covers_of(deal_skills(OPERATOR, 320, 2), len(OPERATOR))
    powers = [share**0.6 for share in OPERATOR]
    expected = [640 * power / sum(powers) for power in powers]
    assert covers == [pytest.approx(each, abs=2.1) for each in expected]


@pytest.mark.parametrize("skills_per_agent", [1, 2, 3])
def test_no_class_has_fewer_agents_than_its_share_of_the_work(skills_per_agent: int) -> None:
    """Of one large class and a hundred tiny ones the power alone would starve the large one."""
    shares = [0.5, *[0.005] * 100]
    dealt = deal_skills(shares, 300, skills_per_agent)
    assert covers_of(dealt, 101)[0] >= 149


def test_an_agent_is_trained_for_different_partners_each_time() -> None:
    """All 66 pairs of the twelve large classes occur, none of them in more than one of thirty."""
    dealt = deal_skills(OPERATOR, 320, 2)
    large = [skills for skills in dealt if max(skills) < len(TOPICS)]
    counts = [large.count(pair) for pair in combinations(range(len(TOPICS)), 2)]
    assert sum(count > 0 for count in counts) >= 60
    assert max(counts) <= len(large) / 30


def test_thirty_agents_of_the_night_hang_together() -> None:
    """From the largest class one comes to every other that is covered, over agents with both."""
    dealt = deal_skills(OPERATOR, 32, 2)
    reached = {0}
    for _ in dealt:
        reached |= {index for skills in dealt if reached & set(skills) for index in skills}
    assert reached == {index for skills in dealt for index in skills}
    assert reached >= set(range(len(TOPICS)))
