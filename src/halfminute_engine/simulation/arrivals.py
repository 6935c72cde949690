"""When the next customer comes, and which class it is of."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from math import log

from halfminute_engine.simulation.scenario import HOUR_US, ArrivalStream
from halfminute_engine.simulation.variates import NEVER_US, Uniforms


class Arrivals:
    """The arrivals of one stream, drawn one after another.

    Within an interval of constant rate the gaps are exponential. One that reaches beyond its
    interval is drawn anew from the beginning of the next: the process has no memory, so this is
    exact, and needs no thinning.
    """

    def __init__(
        self, stream: ArrivalStream, class_indexes: dict[str, int], uniforms: Uniforms
    ) -> None:
        self._stream = stream
        self._random = uniforms.random
        self._rates = tuple(rate / HOUR_US for rate in stream.rates_per_hour)
        self._end_us = NEVER_US if stream.end_us is None else stream.end_us
        self._classes = tuple(class_indexes[name] for name, _ in stream.mix)
        weights = tuple(accumulate(weight for _, weight in stream.mix))
        self._total_weight = weights[-1]
        self._bounds = weights[:-1]
        self._rate = 0.0
        self._rate_until_us = stream.start_us

    def next_after(self, now_us: int) -> int | None:
        """When the next one comes, None when nobody comes any more."""
        time_us = max(now_us, self._stream.start_us)
        while time_us < self._end_us:
            if time_us >= self._rate_until_us:
                self._enter_interval(time_us)
            if self._rate > 0:
                due_us = time_us + int(-log(1.0 - self._random()) / self._rate + 0.5)
                if due_us < self._rate_until_us:
                    return due_us if due_us < self._end_us else None
            time_us = self._rate_until_us
        return None

    def draw_class(self) -> int:
        """The index of the class of the one who comes."""
        if not self._bounds:
            return self._classes[0]
        return self._classes[bisect_right(self._bounds, self._random() * self._total_weight)]

    def _enter_interval(self, time_us: int) -> None:
        number = (time_us - self._stream.start_us) // self._stream.interval_us
        self._rate = self._rates[number % len(self._rates)]
        self._rate_until_us = self._stream.start_us + (number + 1) * self._stream.interval_us
