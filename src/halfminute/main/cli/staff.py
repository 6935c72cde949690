"""`halfminute staff`: how many agents it takes, and how well so many would serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from halfminute.kit.errors import InvalidRequest
from halfminute.main.cli.staff_intervals import DayRow, plan_day, read_intervals
from halfminute.main.cli.staff_question import MODELS, Answer, Question
from halfminute.main.cli.staff_report import as_json, day_as_json, show_answer, show_day
from halfminute_engine.staffing.errors import StaffingError
from halfminute_engine.staffing.models import Demand
from halfminute_engine.staffing.requirement import Targets


@click.command()
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="erlang-c",
    show_default=True,
    help="Who finds nobody free is lost (b), waits for ever (c), or leaves after a while (a).",
)
@click.option("--arrivals-per-hour", type=float, help="Contacts that come in an hour.")
@click.option("--aht-seconds", type=float, help="Mean handle time: talk, hold and wrap-up.")
@click.option("--agents", type=int, help="Tell how well so many serve.")
@click.option("--patience-seconds", type=float, help="Mean patience, for erlang-a.")
@click.option(
    "--target-seconds",
    type=float,
    default=20.0,
    show_default=True,
    help="What the service level counts as in time.",
)
@click.option("--service-level", type=float, help="Reach this share answered in time: 0.8.")
@click.option("--asa-target", type=float, help="Reach this mean wait of the answered, in seconds.")
@click.option("--abandon-target", type=float, help="Lose this share at most: 0.03.")
@click.option("--occupancy-target", type=float, help="Keep agents this busy at most: 0.85.")
@click.option(
    "--concurrency",
    type=float,
    default=1.0,
    show_default=True,
    help="Contacts an agent has at once; --aht-seconds is then by the wall clock.",
)
@click.option(
    "--shrinkage",
    type=float,
    default=0.0,
    show_default=True,
    help="The share of paid time that is not for contacts: 0.3.",
)
@click.option(
    "--intervals",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV with start, arrivals and aht_seconds of each interval.",
)
@click.option(
    "--interval-minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How long each interval of the file lasts.",
)
@click.option("--json", "is_json", is_flag=True, help="For programs.")
def staff(file: Path | None, interval_minutes: float, *, is_json: bool, **given: Any) -> None:
    """Tell how many agents it takes, by the Erlang formulas.

    With --agents: how well so many would serve. With a target (--service-level, --asa-target,
    --abandon-target, --occupancy-target; all that are given): the least agents that reach it. With
    --intervals: the least for each interval of a file.
    """
    _check_patience(given)
    try:
        if file is None:
            _tell(_question(given, _demand(given)).answer(), is_json=is_json)
        else:
            _tell_day(file, interval_minutes, given, is_json=is_json)
    except StaffingError as error:
        raise InvalidRequest(f"{error}. See `halfminute staff --help`.") from error


def _tell(answer: Answer, *, is_json: bool) -> None:
    click.echo(as_json(answer) if is_json else show_answer(answer))


def _tell_day(file: Path, minutes: float, given: dict[str, Any], *, is_json: bool) -> None:
    if given["agents"] is not None or _targets(given) is None:
        raise InvalidRequest(
            "With --intervals, say what is to be reached (--service-level 0.8), not --agents."
        )
    intervals = read_intervals(file, minutes, given["aht_seconds"])
    rows: list[DayRow] = plan_day(intervals, lambda demand: _question(given, demand).answer())
    click.echo(day_as_json(rows, minutes) if is_json else show_day(rows, minutes))


def _check_patience(given: dict[str, Any]) -> None:
    patience = given["patience_seconds"]
    if given["model"] == "erlang-a" and patience is None:
        raise InvalidRequest(
            "Erlang A needs --patience-seconds: how long contacts would wait before they leave, on "
            "average (60 to 180 is usual for calls)."
        )
    if given["model"] != "erlang-a" and patience is not None:
        click.echo(f"The patience is not used: {given['model']} knows none.", err=True)


def _question(given: dict[str, Any], demand: Demand) -> Question:
    return Question(
        model=given["model"],
        demand=demand,
        patience_seconds=given["patience_seconds"],
        agents=given["agents"],
        targets=_targets(given),
        target_seconds=given["target_seconds"],
        concurrency=given["concurrency"],
        shrinkage=given["shrinkage"],
    )


def _demand(given: dict[str, Any]) -> Demand:
    for option in ("arrivals_per_hour", "aht_seconds"):
        if given[option] is None:
            raise InvalidRequest(f"Say --{option.replace('_', '-')}, or give a file: --intervals.")
    return Demand(given["arrivals_per_hour"], given["aht_seconds"])


def _targets(given: dict[str, Any]) -> Targets | None:
    reached = {
        "service_level": given["service_level"],
        "asa_seconds": given["asa_target"],
        "abandon_ratio": given["abandon_target"],
        "occupancy": given["occupancy_target"],
    }
    if all(value is None for value in reached.values()):
        return None
    for name in ("service_level", "abandon_ratio", "occupancy"):
        if (reached[name] or 0) > 1:
            raise InvalidRequest(f"A {name.replace('_', ' ')} is a share: 80 % is 0.8.")
    return Targets(**reached, target_seconds=given["target_seconds"])
