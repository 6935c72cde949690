"""A simulated run as a table on the terminal."""

from __future__ import annotations

import click

from halfminute.workforce.figures import Figures
from halfminute.workforce.running import Run
from halfminute.workforce.told import describe_promise, format_ratio, format_seconds
from halfminute_engine.simulation.document import Targets

Row = tuple[str, str, str]


def tell_figures(run: Run, figures: Figures) -> None:
    """The promises together, what they cost, and what keeps the last one from being kept."""
    targets = run.planned.targets
    click.secho(run.planned.title, bold=True)
    _tell_rows(*_promises(figures, targets), *_cost(figures))
    click.echo(f"\n{describe_promise(figures, targets)}")
    click.echo(
        f"\nSeed {run.seed}, commands {figures['command_hash']}, "
        f"{figures['wall_seconds']:.1f} s, {figures['conversations_per_second']:,.0f} a second."
    )


def _promises(figures: Figures, targets: Targets) -> tuple[Row, ...]:
    return (
        ("conversations", f"{figures['conversations']:,}", ""),
        (
            "mean wait",
            format_seconds(figures["mean_wait_seconds"]),
            f"target {targets.mean_wait_seconds:g} s",
        ),
        ("ASA (the answered)", format_seconds(figures["asa_seconds"]), "tells nothing alone"),
        (
            "abandoned",
            format_ratio(figures["abandon_ratio"]),
            f"target {format_ratio(targets.abandon_ratio)}",
        ),
        (
            f"answered within {targets.service_level_seconds} s",
            format_ratio(figures["service_level"]),
            f"target {format_ratio(targets.service_level_ratio)}",
        ),
        (
            "solved within 180 s",
            format_ratio(figures["solved_within_180_ratio"]),
            f"target {format_ratio(targets.solved_ratio)}",
        ),
        (
            "handled within 180 s",
            format_ratio(figures["handled_within_180_ratio"]),
            "of any number of agents",
        ),
    )


def _cost(figures: Figures) -> tuple[Row, ...]:
    return (
        ("AHT", format_seconds(figures["aht_seconds"]), ""),
        ("occupancy", format_ratio(figures["occupancy"]), ""),
        ("agent-hours", f"{figures['agent_hours']:,.0f}", ""),
        (
            "physical floor",
            f"{figures['floor_agent_hours']:,.0f}",
            _told_above(figures["agent_hours_above_floor_ratio"]),
        ),
    )


def _told_above(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"the plan is {format_ratio(abs(ratio))} {'above' if ratio >= 0 else 'below'} it"


def _tell_rows(*rows: Row) -> None:
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, note in rows:
        click.echo(f"  {name.ljust(widths[0])}  {value.rjust(widths[1])}  {note}".rstrip())
