"""A replayed day as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Final

from halfminute.kit.time import to_us
from halfminute.workforce.charts import Chart, Series
from halfminute.workforce.page import draw_page
from halfminute.workforce.replay.running import Comparison, document_of
from halfminute.workforce.replay.told import COLUMNS, ROWS, describe, describe_trust, format_figure
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.waits import abandon_ratio, mean_wait_seconds
from halfminute_engine.simulation.replay.results import INTERVAL_US, sum_by_interval

_SECOND_US: Final = 1_000_000
_TONES: Final = ("third", "first", "second")


def write_page(place: Path, comparison: Comparison) -> None:
    """Write the page, over what is there."""
    place.write_text(page_of(comparison), encoding="utf-8")


def page_of(comparison: Comparison) -> str:
    """The whole page."""
    document = document_of(comparison)
    sentences = "".join(f"<p>{escape(each)}</p>" for each in describe(document))
    body = f"""<p class="verdict">{escape(describe_trust(document))}</p>
<section><h2>All queues</h2>{_table(document["total"], "All queues")}</section>
<section><h2>Over the day</h2>{"".join(chart.draw() for chart in _charts(comparison))}</section>
{"".join(_queue(queue) for queue in document["queues"])}
<footer>{sentences}<p>Seed {document["seed"]}, commands {document["command_hash"]}.</p></footer>"""
    title = f"{document['day']} ({document['time_zone']})"
    return draw_page(title, "A recorded day, replayed through the live router.", body)


def _queue(queue: dict[str, Any]) -> str:
    name = escape(queue["name"])
    target = f"<p>Target: {queue['target_seconds']} s.</p>"
    return f"<section><h2>{name}</h2>{target}{_table(queue, queue['name'])}</section>"


def _table(figures: dict[str, Any], caption: str) -> str:
    columns = [(name, word) for name, word in COLUMNS if name in figures]
    head = "".join(f'<th scope="col">{escape(word)}</th>' for _, word in columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(word)}</th>'
        + "".join(f"<td>{escape(format_figure(key, figures[n][key]))}</td>" for n, _ in columns)
        + "</tr>"
        for key, word in ROWS
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _charts(comparison: Comparison) -> tuple[Chart, ...]:
    hours = INTERVAL_US / (3_600 * _SECOND_US)
    arrived = _lines(comparison, lambda counters: counters.offered / hours)[:1]
    return (
        Chart("Conversations", "an hour", tuple(arrived), hours),
        Chart("Mean wait", "seconds", tuple(_lines(comparison, mean_wait_seconds)), hours),
        Chart(
            "Abandoned", "per cent", tuple(_lines(comparison, abandon_ratio)), hours, is_ratio=True
        ),
    )


def _lines(
    comparison: Comparison, figure: Callable[[ContactCounters], float | None]
) -> list[Series]:
    """A line for each column, by quarters of an hour from the beginning of the day."""
    day = comparison.recording.day
    starts = range(to_us(day.start_at), to_us(comparison.recording.until), INTERVAL_US)
    columns = [comparison.recording.counters, comparison.as_is.counters]
    if comparison.as_would_be is not None:
        columns.append(comparison.as_would_be.counters)
    lines = []
    for counters, (_, word), tone in zip(columns, COLUMNS, _TONES, strict=False):
        found = sum_by_interval(counters)
        values = [figure(found.get(start, ContactCounters())) for start in starts]
        lines.append(Series(word, values, tone))
    return lines
