"""The intervals of a day that `halfminute staff` plans one by one, out of a CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from halfminute.kit.errors import InvalidRequest
from halfminute.main.cli.staff_question import Answer
from halfminute_engine.staffing.errors import InvalidValue
from halfminute_engine.staffing.models import Demand


@dataclass(frozen=True, slots=True)
class Interval:
    """What comes in one interval; `start` is shown as it was written."""

    start: str
    demand: Demand


@dataclass(frozen=True, slots=True)
class DayRow:
    """An interval and what it takes."""

    interval: Interval
    answer: Answer


def read_intervals(file: Path, minutes: float, aht_seconds: float | None) -> list[Interval]:
    """The rows of the file: columns `start`, `arrivals` (in the interval) and `aht_seconds`.

    Without the last column, or where it is empty, `aht_seconds` is that of the command line. Raises
    `InvalidRequest` naming the line that is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest(f"{file} is no text in UTF-8: save it as CSV (UTF-8).") from None
    try:
        intervals = list(_read_rows(text, file, minutes, aht_seconds))
    except csv.Error as error:
        raise InvalidRequest(f"{file} is no CSV: {error}.") from error
    if not intervals:
        raise InvalidRequest(f"{file} has no intervals below its first line.")
    return intervals


def plan_day(intervals: Iterable[Interval], ask: Callable[[Demand], Answer]) -> list[DayRow]:
    """Ask for each interval."""
    return [DayRow(interval, ask(interval.demand)) for interval in intervals]


def _read_rows(
    text: str, file: Path, minutes: float, aht_seconds: float | None
) -> Iterator[Interval]:
    reader = csv.DictReader(StringIO(text, newline=""))
    missing = {"start", "arrivals"} - set(reader.fieldnames or ())
    if missing:
        raise InvalidRequest(
            f"{file} has no column {' and '.join(sorted(missing))}. Its first line names the "
            "columns: start,arrivals,aht_seconds"
        )
    for row in reader:
        yield _read_row(row, f"{file}, line {reader.line_num}", minutes, aht_seconds)


def _read_row(
    row: Mapping[str, str | None], place: str, minutes: float, aht_seconds: float | None
) -> Interval:
    arrivals = _number(row["arrivals"], place, "arrivals")
    handled = row.get("aht_seconds") or None
    if handled is None and aht_seconds is None:
        raise InvalidRequest(f"{place}: no aht_seconds, and no --aht-seconds for all of them.")
    seconds = aht_seconds if handled is None else _number(handled, place, "aht_seconds")
    try:
        demand = Demand(arrivals * 60 / minutes, seconds or 0.0)
    except InvalidValue as error:
        raise InvalidRequest(f"{place}: {error}") from error
    return Interval(row["start"] or "", demand)


def _number(text: str | None, place: str, name: str) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise InvalidRequest(f"{place}: {name} is no number: {text!r}") from None
