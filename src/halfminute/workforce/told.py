"""Figures in words, the same in the terminal and on the page."""

from __future__ import annotations

from halfminute.workforce.figures import Figures
from halfminute_engine.simulation.document import Targets

NOTHING = "–"


def format_ratio(ratio: float | None) -> str:
    """In per cent."""
    return NOTHING if ratio is None else f"{100 * ratio:.2f} %"


def format_seconds(seconds: float | None) -> str:
    """With one digit."""
    return NOTHING if seconds is None else f"{seconds:.1f} s"


def describe_promise(figures: Figures, targets: Targets) -> str:
    """What keeps the share solved within three minutes from its target: handling, or waiting."""
    solved, limit = figures["solved_within_180_ratio"], figures["handled_within_180_ratio"]
    if solved is None or limit is None:
        return "Nobody came."
    promised = format_ratio(targets.solved_ratio)
    found = f"{format_ratio(solved)} were solved within 180 s of their arrival"
    if solved >= targets.solved_ratio:
        return f"{found}: the promise of {promised} is kept."
    by_handling = max(0.0, targets.solved_ratio - limit)
    by_staffing = max(0.0, limit - solved)
    if limit < targets.solved_ratio:
        return (
            f"{found}, of {promised} promised. Handle time alone makes that impossible: only "
            f"{format_ratio(limit)} of conversations can be handled in 180 s, with any number of "
            f"agents and no wait at all. It costs {format_points(by_handling)}, waiting and "
            f"leaving cost {format_points(by_staffing)}: shorter conversations would help, "
            "more agents hardly."
            if by_handling > by_staffing
            else f"{found}, of {promised} promised. Waiting and leaving cost "
            f"{format_points(by_staffing)}; but handle time alone limits it to "
            f"{format_ratio(limit)}, with any number of agents."
        )
    return (
        f"{found}, of {promised} promised. Handle time would allow {format_ratio(limit)}: waiting "
        f"and leaving cost {format_points(by_staffing)}, which more agents can win back."
    )


def format_points(share: float) -> str:
    """A difference of two ratios."""
    return f"{100 * share:.2f} points"
