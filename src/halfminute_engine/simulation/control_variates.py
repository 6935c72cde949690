"""Narrower intervals out of the same run, by what is known of its chance: control variates.

In a batch in which more customers came than should on average, or with longer handling, waits are
longer too. How much came, and how much was drawn, is known beside its mean: so the part of the
batch's figure that goes with it can be taken away. The figures of the batches are regressed on
these **controls**, each a difference whose mean is 0, and the intercept is the estimate. (Lavenberg
and Welch, "A perspective on the use of control variables to increase the efficiency of Monte Carlo
simulations", Management Science 27 (1981), 322-335; Law, "Simulation Modeling and Analysis", 5th
ed., 11.4.)

A control has to have mean 0 whatever decides about the customers, else it would explain away what
is wrong: only what was drawn may go into it, never what was made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from halfminute_engine.simulation.batch_means import (
    FEWEST_BATCHES,
    Estimate,
    student_quantile,
)

_ALMOST_NOTHING = 1e-9


def controlled_mean(
    values: Sequence[float], controls: Sequence[Sequence[float]], confidence: float = 0.95
) -> Estimate | None:
    """The mean of a batch's value, with its interval, out of the values and controls of batches.

    Each control has one number for each batch, of mean 0 in the long run. None when not at least
    `FEWEST_BATCHES` batches more are there than controls. A control that says nothing that the
    others do not say is left out.
    """
    count = len(values)
    if count < FEWEST_BATCHES + len(controls):
        return None
    # Against the columns before it each control is turned until it is at right angles to them (Gram
    # and Schmidt): the regression then is one division a column, and nothing has to be inverted.
    columns: list[list[float]] = []
    means: list[float] = []
    residuals = _less_mean(values)
    estimate = sum(values) / count
    variance_factor = 1.0 / count
    for control in controls:
        column, mean = _less_mean(control), sum(control) / count
        length = _dot(column, column)
        for other, other_mean in zip(columns, means, strict=True):
            slope = _dot(column, other) / _dot(other, other)
            column = _less(column, other, slope)
            mean -= slope * other_mean
        square = _dot(column, column)
        if square <= _ALMOST_NOTHING * length:
            continue
        slope = _dot(residuals, column) / square
        residuals = _less(residuals, column, slope)
        estimate -= slope * mean
        variance_factor += mean**2 / square
        columns.append(column)
        means.append(mean)
    degrees = count - 1 - len(columns)
    variance = _dot(residuals, residuals) / degrees * variance_factor
    return Estimate(estimate, student_quantile(confidence, degrees) * sqrt(variance))


def _less_mean(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _less(values: Sequence[float], column: Sequence[float], slope: float) -> list[float]:
    return [value - slope * each for value, each in zip(values, column, strict=True)]


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
