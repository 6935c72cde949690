"""How long customers wait, of a day on which most were answered before they would have left.

Of who left, the patience is known; of who was answered, only that it was longer than the wait. The
product-limit estimator counts both for what they are: at each time at which somebody left, the
share that stays is 1 - left / still waiting. (Kaplan and Meier, "Nonparametric estimation from
incomplete observations", JASA 53 (1958); for calls: Brown et al., JASA 100 (2005), 5.2.)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import groupby

from halfminute_engine.simulation.variates import NEVER_US


class PatienceCurve:
    """The share of customers whose patience is longer, by time.

    Beyond the longest wait after which anybody left nothing is known; whoever would stay until then
    is taken to stay for ever.
    """

    __slots__ = ("_remaining", "_times_us", "left_count", "seen_count")

    def __init__(self, waits: Iterable[tuple[int, bool]]) -> None:
        """`waits` are (microseconds, whether the customer left then)."""
        self._times_us: list[int] = []
        self._remaining: list[float] = []
        self.left_count = 0
        ordered = sorted(waits)
        self.seen_count = at_risk = len(ordered)
        share = 1.0
        for time_us, group in groupby(ordered, key=lambda wait: wait[0]):
            ends = [has_left for _, has_left in group]
            left = sum(ends)
            if left:
                share *= 1.0 - left / at_risk
                self._times_us.append(time_us)
                self._remaining.append(share)
                self.left_count += left
            at_risk -= len(ends)

    def share_beyond(self, time_us: int) -> float:
        """The share whose patience is longer than this."""
        number = bisect_right(self._times_us, time_us)
        return self._remaining[number - 1] if number else 1.0

    def draw_beyond(self, waited_us: int, chance: float) -> int:
        """The patience of one who has waited so long and not left; `chance` is of [0, 1)."""
        limit = self.share_beyond(waited_us) * (1.0 - chance)
        first = bisect_right(self._times_us, waited_us)
        # The shares fall: the first that has come down to the limit.
        found = bisect_left(self._remaining, -limit, lo=first, key=lambda share: -share)
        return self._times_us[found] if found < len(self._times_us) else NEVER_US
