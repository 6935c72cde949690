"""A replayed day as a table on the terminal."""

from __future__ import annotations

from typing import Any, Final

import click

from halfminute.workforce.replay.told import COLUMNS, ROWS, describe, describe_trust, format_figure

_GAP: Final = "  "


def tell_comparison(document: dict[str, Any]) -> None:
    """What was recorded, beside it what a replay shows; then queue by queue."""
    title = f"{document['day']} ({document['time_zone']})"
    click.secho(title, bold=True)
    _tell_figures(document["total"])
    click.echo(f"\n{describe_trust(document)}")
    for sentence in describe(document):
        click.echo(sentence)
    if len(document["queues"]) > 1:
        for queue in document["queues"]:
            click.secho(f"\n{queue['name']}", bold=True)
            _tell_figures(queue)
    click.echo(f"\nSeed {document['seed']}, commands {document['command_hash']}.")


def _tell_figures(figures: dict[str, Any]) -> None:
    columns = [(name, word) for name, word in COLUMNS if name in figures]
    rows = [("", *(word for _, word in columns))]
    for key, word in ROWS:
        rows.append((word, *(format_figure(key, figures[name][key]) for name, _ in columns)))
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    for row in rows:
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [each.rjust(width) for each, width in zip(others, widths[1:], strict=True)]
        click.echo(f"{_GAP}{_GAP.join(cells)}".rstrip())
