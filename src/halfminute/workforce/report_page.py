"""A run as one page that needs nothing else, for a screen in any light and for paper."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from halfminute.workforce.charts import Chart, Series
from halfminute.workforce.figures import SOLVED_SECONDS, Figures
from halfminute.workforce.page import draw_page
from halfminute.workforce.running import Run
from halfminute.workforce.told import (
    describe_promise,
    format_ratio,
    format_seconds,
)
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.outcomes import solved_within_of_offered
from halfminute_engine.service_level.service_level import service_level
from halfminute_engine.service_level.waits import abandon_ratio, mean_wait_seconds
from halfminute_engine.simulation.results import agents_planned

_HOUR_US: Final = 3_600_000_000
_MOST_CLASSES: Final = 60
_NEARLY_ALL: Final = 0.98


def write_page(place: Path, run: Run, figures: Figures) -> None:
    """Write the page, over what is there."""
    place.write_text(page_of(run, figures), encoding="utf-8")


def page_of(run: Run, figures: Figures) -> str:
    """The whole page."""
    body = f"""<section aria-label="Promises">{_tiles(run, figures)}</section>
<p class="verdict">{escape(describe_promise(figures, run.planned.targets))}</p>
<section><h2>Agent-hours</h2>{_hours(figures)}</section>
<section><h2>Over time</h2>{"".join(chart.draw() for chart in _charts(run))}</section>
<section><h2>By class</h2>{_classes(figures)}</section>
<footer>{_fine_print(run, figures)}</footer>"""
    return draw_page(run.planned.title, run.planned.description, body)


def _tiles(run: Run, figures: Figures) -> str:
    targets = run.planned.targets
    wait, left = figures["mean_wait_seconds"], figures["abandon_ratio"]
    served, solved = figures["service_level"], figures["solved_within_180_ratio"]
    interval = figures["mean_wait_interval"]
    spread = "" if interval is None else f"; {interval[0]:.1f} to {interval[1]:.1f} s at 95 %"
    return "".join(
        (
            _tile(
                "Mean wait",
                format_seconds(wait),
                f"at most {targets.mean_wait_seconds:g} s{spread}",
                is_kept=wait is not None and wait <= targets.mean_wait_seconds,
            ),
            _tile(
                "Abandoned",
                format_ratio(left),
                f"at most {format_ratio(targets.abandon_ratio)}",
                is_kept=left is not None and left <= targets.abandon_ratio,
            ),
            _tile(
                f"Answered within {targets.service_level_seconds} s",
                format_ratio(served),
                f"at least {format_ratio(targets.service_level_ratio)}",
                is_kept=served is not None and served >= targets.service_level_ratio,
            ),
            _tile(
                f"Solved within {SOLVED_SECONDS} s",
                format_ratio(solved),
                f"at least {format_ratio(targets.solved_ratio)}; handle time allows "
                f"{format_ratio(figures['handled_within_180_ratio'])}",
                is_kept=solved is not None and solved >= targets.solved_ratio,
            ),
        )
    )


def _tile(name: str, value: str, target: str, *, is_kept: bool) -> str:
    mark, word = ("✓", "kept") if is_kept else ("✗", "not kept")
    return (
        f'<div class="tile {"kept" if is_kept else "missed"}"><h2>{escape(name)}</h2>'
        f'<p class="value">{escape(value)}</p>'
        f'<p><span class="mark"><span aria-hidden="true">{mark}</span> {word}</span>: '
        f"{escape(target)}</p></div>"
    )


def _hours(figures: Figures) -> str:
    floor, hours = figures["floor_agent_hours"], figures["agent_hours"]
    above = figures["agent_hours_above_floor_ratio"]
    longest = max(floor, hours) or 1.0
    bars = "".join(
        f'<div class="bar"><span>{name}</span><span class="track"><i class="{tone}" '
        f'style="width:{100 * value / longest:.1f}%"></i></span><b>{value:,.0f} h</b></div>'
        for name, value, tone in (
            ("Physical floor", floor, "second"),
            ("Planned", hours, "first"),
        )
    )
    if above is None:
        return bars
    plan = f"The plan is {format_ratio(above)} above it"
    if above < 0:
        plan = f"The plan is {format_ratio(-above)} below it, so that some had to leave unserved"
    return (
        f"{bars}<p>The physical floor is {figures['conversations']:,} conversations times their "
        f"mean handle time: what nothing can go below without losing customers. {plan}; agents "
        f"were busy {format_ratio(figures['occupancy'])} of their time.</p>"
    )


def _charts(run: Run) -> tuple[Chart, ...]:
    result = run.result
    counted = result.by_interval
    rows = [counted.get(number, ContactCounters()) for number in result.interval_range]
    hours = result.scenario.interval_us / _HOUR_US
    arrived = Series("arrived", [row.offered / hours for row in rows])
    return (
        Chart("Conversations", "an hour", (arrived,), hours),
        Chart("Agents", "at work", _agents(run), hours),
        *_promise_charts(run, rows, hours),
    )


def _agents(run: Run) -> tuple[Series, ...]:
    scenario, intervals = run.result.scenario, run.result.interval_range
    planned = agents_planned(scenario)
    work = [run.result.floor_us_of(number) / scenario.interval_us for number in intervals]
    return (
        Series("planned", [planned[number] for number in intervals], is_step=True),
        Series("busy at the least, by handle time", work, "second"),
    )


def _promise_charts(run: Run, rows: list[ContactCounters], hours: float) -> tuple[Chart, ...]:
    targets = run.planned.targets
    served = [service_level(row, targets.service_level_seconds) for row in rows]
    return (
        Chart(
            "Mean wait",
            "seconds",
            (Series("mean wait", [mean_wait_seconds(row) for row in rows]),),
            hours,
            targets.mean_wait_seconds,
            f"target {targets.mean_wait_seconds:g} s",
        ),
        Chart(
            "Abandoned",
            "per cent",
            (Series("abandoned", [abandon_ratio(row) for row in rows], "third"),),
            hours,
            targets.abandon_ratio,
            f"target {format_ratio(targets.abandon_ratio)}",
            is_ratio=True,
        ),
        Chart(
            f"Answered within {targets.service_level_seconds} s, solved within {SOLVED_SECONDS} s",
            "per cent",
            (
                Series("answered", served),
                Series("solved", [_solved_ratio(row) for row in rows], "second"),
            ),
            hours,
            run.result.handled_within(SOLVED_SECONDS * 1_000_000),
            "handle time allows",
            is_ratio=True,
        ),
    )


def _solved_ratio(counters: ContactCounters) -> float | None:
    """None while much of the interval is still being handled: at the end of a run."""
    over = counters.handled + counters.abandoned.count
    if over < _NEARLY_ALL * counters.offered:
        return None
    return solved_within_of_offered(counters, SOLVED_SECONDS)


def _classes(figures: Figures) -> str:
    classes = sorted(figures["classes"], key=lambda item: -item["conversations"])
    rows = "".join(
        f"<tr><th scope=row>{escape(item['name'])}</th><td>{item['conversations']:,}</td>"
        f"<td>{format_seconds(item['mean_wait_seconds'])}</td>"
        f"<td>{format_seconds(item['asa_seconds'])}</td>"
        f"<td>{format_seconds(item['longest_wait_seconds'])}</td>"
        f"<td>{format_ratio(item['abandon_ratio'])}</td><td>{format_ratio(item['service_level'])}</td>"
        f"<td>{format_ratio(item['solved_within_180_ratio'])}</td></tr>"
        for item in classes[:_MOST_CLASSES]
    )
    more = len(classes) - _MOST_CLASSES
    rest = f"<p>{more} more are in the figures of --json.</p>" if more > 0 else ""
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="By class"><table><thead><tr>'
        "<th scope=col>Class</th><th scope=col>Conversations</th><th scope=col>Mean wait</th>"
        "<th scope=col>ASA</th><th scope=col>Longest wait</th><th scope=col>Abandoned</th>"
        f"<th scope=col>Within {figures['service_level_seconds']} s</th>"
        f"<th scope=col>Solved in {SOLVED_SECONDS} s</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></div>{rest}"
    )


def _fine_print(run: Run, figures: Figures) -> str:
    overrun = figures["overrun_agent_hours"]
    aht = figures["aht_seconds"]
    return (
        "<p>All shares are of those who came: whoever left was neither answered nor solved. Mean "
        "wait is that of all; ASA is that of the answered, and can be bought by losing customers. "
        f"AHT {format_seconds(aht)}; agents finished what they had begun for "
        f"{overrun:,.1f} hours after their time. The decisions are those of the router that runs "
        "live; customers and agents are drawn.</p>"
        f"<p>Scenario {escape(run.name)}, seed {run.seed}, commands "
        f"<code>{figures['command_hash']}</code>: the same scenario and seed give the same "
        "commands.</p>"
    )
