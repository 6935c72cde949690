"""`halfminute simulate`: a contact centre under a virtual clock, through the live router."""

from __future__ import annotations

import json
from pathlib import Path

import click

from halfminute.main.cli.long_work import interruptible, progress_bar
from halfminute.main.cli.simulation_table import tell_figures
from halfminute.main.cli.telling_group import Told
from halfminute.workforce.figures import figures_of
from halfminute.workforce.report_page import write_page
from halfminute.workforce.running import Run, run_scenario
from halfminute.workforce.scenario_files import list_scenarios, load_scenario, read_title


@click.command()
@click.argument("scenario", required=False)
@click.option("--list", "is_list", is_flag=True, help="Name the scenarios that we ship.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another run of chance.")
@click.option("--json", "is_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report with charts into this file, whole in itself.",
)
def simulate(
    scenario: str | None, *, is_list: bool, seed: int, is_json: bool, page: Path | None
) -> None:
    """Run SCENARIO, a name of ours or a TOML file of yours, and tell how well it was served.

    The very router that runs live decides; customers and agents are drawn. The same scenario and
    seed give the same decisions, which `command_hash` shows.
    """
    if is_list:
        _tell_scenarios()
        return
    if scenario is None:
        raise Told("Name a scenario, or see those that we ship: `halfminute simulate --list`.")
    if page is not None and not page.absolute().parent.is_dir():
        raise Told(f"There is no folder {page.absolute().parent} for the report.")
    with interruptible():
        run = _run(scenario, seed)
        figures = figures_of(run)
        if page is not None:
            write_page(page, run, figures)
    if is_json:
        click.echo(json.dumps(figures))
        return
    tell_figures(run, figures)
    if page is not None:
        click.echo(f"\nThe report is in {page}.")


def _run(scenario: str, seed: int) -> Run:
    """With a bar where somebody watches."""
    planned = load_scenario(scenario)
    with progress_bar(planned.title) as tell:
        return run_scenario(scenario, planned, seed, tell)


def _tell_scenarios() -> None:
    for name in list_scenarios():
        title, description = read_title(name)
        click.echo(f"{click.style(name, bold=True)}\n  {title}. {description}")
