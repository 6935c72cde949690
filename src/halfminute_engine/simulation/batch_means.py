"""How sure a mean out of one long run is: batch means.

The run is cut into batches of equal length. Long enough, they are nearly independent, and the
spread of their means tells how far the mean of all may be off, though what follows each other
within the run does not come independently. (Law, "Simulation Modeling and Analysis", 5th ed.,
9.5.3; for ratios of two sums, the jackknife of the same section.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

NORMAL_QUANTILES = {0.90: 1.6448536, 0.95: 1.9599640, 0.99: 2.5758293}
"""By confidence, two-sided."""

FEWEST_BATCHES = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its confidence interval, `mean` - `half_width` to `mean` + `half_width`."""

    mean: float
    half_width: float

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.mean + self.half_width

    @property
    def relative_width(self) -> float:
        """The whole interval's width as a share of the mean; infinite around zero."""
        return 2 * self.half_width / abs(self.mean) if self.mean else float("inf")

    def holds(self, value: float) -> bool:
        """Whether the value lies in the interval, its ends included."""
        return self.low <= value <= self.high


def ratio_of_sums(
    pairs: Sequence[tuple[float, float]], confidence: float = 0.95
) -> Estimate | None:
    """Sum of numerators / sum of denominators over batches, by the jackknife.

    None for fewer than `FEWEST_BATCHES` batches, or when nothing is there to divide by.
    """
    count = len(pairs)
    numerator, denominator = sum(top for top, _ in pairs), sum(bottom for _, bottom in pairs)
    if count < FEWEST_BATCHES or any(denominator <= bottom for _, bottom in pairs):
        return None
    whole = numerator / denominator
    pseudo = [
        count * whole - (count - 1) * (numerator - top) / (denominator - bottom)
        for top, bottom in pairs
    ]
    mean = sum(pseudo) / count
    variance = sum((value - mean) ** 2 for value in pseudo) / (count - 1)
    return Estimate(mean, student_quantile(confidence, count - 1) * sqrt(variance / count))


def student_quantile(confidence: float, degrees: int) -> float:
    """Two-sided quantile of Student's t, by its expansion around the normal one.

    Abramowitz and Stegun, 26.7.5; from nine degrees on the error is below 0.2 per cent at 99 per
    cent. Raises KeyError for a confidence that `NORMAL_QUANTILES` does not list.
    """
    z = NORMAL_QUANTILES[confidence]
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return sum(term / float(degrees) ** power for power, term in enumerate(terms))
