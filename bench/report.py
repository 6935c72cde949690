"""Prints what a bench found: a table for people, one JSON object for machines."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

Figure = float | int | str | bool | None


def percentile(values: Sequence[float], ratio: float) -> float:
    """The nearest-rank percentile; `ratio` 0.99 for the 99th. NaN for no values."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * ratio // 1))
    return ordered[int(rank) - 1]


def print_table(title: str, rows: Sequence[Mapping[str, Figure]]) -> None:
    """Rows with the same keys, under their names."""
    print(f"\n{title}")
    if not rows:
        print("  (nothing measured)")
        return
    names = list(rows[0])
    cells = [[_shown(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(names)]
    print("  " + "  ".join(name.rjust(width) for name, width in zip(names, widths, strict=True)))
    for row in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def print_result(result: Mapping[str, Figure]) -> None:
    """The keys that are followed over time; with JSON=1 as one line at the end."""
    print_table("Result", [{"figure": key, "value": value} for key, value in result.items()])
    if os.environ.get("JSON") == "1":
        print(json.dumps(dict(result)))


def _shown(value: Figure) -> str:
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
