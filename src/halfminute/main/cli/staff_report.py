"""What `halfminute staff` tells: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from halfminute.main.cli.staff_intervals import DayRow
from halfminute.main.cli.staff_question import Answer, Question
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Model

_NEIGHBOURS = 2
# Above this share a short wait is told to be bought by those who leave.
_MANY = 0.05


def as_json(answer: Answer) -> str:
    """One answer as a JSON object."""
    return json.dumps(_fields(answer), indent=2)


def day_as_json(rows: Sequence[DayRow], minutes: float) -> str:
    """All intervals, and their sums."""
    intervals = [{"start": row.interval.start, **_fields(row.answer)} for row in rows]
    return json.dumps({"intervals": intervals, **_sums(rows, minutes)}, indent=2)


def show_answer(answer: Answer) -> str:
    """What was asked, the figures of so many agents, and of a few less and more."""
    question = answer.question
    first = max(answer.agents - _NEIGHBOURS, 1)
    numbers = range(first, answer.agents + _NEIGHBOURS + 1)
    table = [
        (
            ">" if agents == answer.agents else "",
            str(agents),
            *_cells(question.model_of(agents), question),
        )
        for agents in numbers
    ]
    lines = [_title(question), "", *_aligned([("", *_heads(question)), *table])]
    return "\n".join([*lines, *_remarks(answer)])


def show_day(rows: Sequence[DayRow], minutes: float) -> str:
    """A line an interval, and their sums."""
    question = rows[0].answer.question
    table = [
        (
            row.interval.start,
            f"{row.interval.demand.arrivals_per_hour * minutes / 60:.0f}",
            f"{row.interval.demand.load:.1f}",
            str(row.answer.agents),
            *([str(row.answer.rostered)] if question.shrinkage else []),
            *_cells(row.answer.model, question),
        )
        for row in rows
    ]
    scheduled = ["scheduled"] if question.shrinkage else []
    heads = ("start", "arrivals", "load", "agents", *scheduled, *_heads(question)[1:])
    sums = _sums(rows, minutes)
    above = sums["agent_hours_above_handle_ratio"]
    told = "" if above is None else f", {_percent(above)} above the handle time of the answered"
    peak = f"at most {sums['peak_agents']} agents at once"
    lines = [
        *_aligned([heads, *table]),
        "",
        f"{sums['agent_hours']:.1f} agent-hours{told}; {peak}.",
    ]
    return "\n".join(lines)


def _remarks(answer: Answer) -> list[str]:
    question, remarks = answer.question, []
    if question.shrinkage:
        shrinkage = _percent(question.shrinkage)
        remarks += ["", f"With a shrinkage of {shrinkage}: {answer.rostered} people to schedule."]
    targets, leaving = question.targets, answer.model.abandon_ratio
    is_bought = targets is not None and targets.abandon_ratio is None and leaving > _MANY
    if question.model == "erlang-a" and is_bought:
        remarks += [
            "",
            f"{_percent(leaving)} leave, which shortens waits: say --abandon-target too.",
        ]
    return remarks


def _fields(answer: Answer) -> dict[str, Any]:
    question, model = answer.question, answer.model
    fields: dict[str, Any] = {
        "model": question.model,
        "arrivals_per_hour": question.demand.arrivals_per_hour,
        "aht_seconds": question.demand.aht_seconds,
        "load_erlangs": question.demand.load,
        "agents": answer.agents,
        "target_seconds": question.target_seconds,
        "probability_of_wait": model.probability_of_wait,
        "asa_seconds": model.asa_seconds,
        "service_level": model.service_level(question.target_seconds),
        "occupancy": model.occupancy,
        "rostered": answer.rostered,
    }
    if question.model == "erlang-a":
        fields["patience_seconds"] = question.patience_seconds
        fields["abandon_ratio"] = model.abandon_ratio
        fields["mean_wait_seconds"] = model.mean_wait_seconds
    if question.model == "erlang-b":
        fields["blocking_ratio"] = model.abandon_ratio
    return fields


def _sums(rows: Sequence[DayRow], minutes: float) -> dict[str, Any]:
    hours = minutes / 60
    concurrency = rows[0].answer.question.concurrency
    agent_hours = hours * sum(row.answer.agents for row in rows)
    handled = hours * sum(_busy_agents(row.answer.model) for row in rows) / concurrency
    return {
        "agent_hours": agent_hours,
        "handle_hours": handled,
        "agent_hours_above_handle_ratio": agent_hours / handled - 1 if handled else None,
        "rostered_hours": hours * sum(row.answer.rostered for row in rows),
        "peak_agents": max(row.answer.agents for row in rows),
    }


def _busy_agents(model: Model) -> float:
    return model.demand.load * (1 - model.abandon_ratio)


def _title(question: Question) -> str:
    name = question.model.replace("erlang-", "Erlang ").title()
    demand = question.demand
    title = (
        f"{name}: {demand.arrivals_per_hour:g} contacts an hour of {demand.aht_seconds:g} s, "
        f"{demand.load:.2f} Erlangs"
    )
    if question.model == "erlang-a":
        title += f", patience {question.patience_seconds:g} s"
    if question.concurrency != 1:
        title += f", {question.concurrency:g} at once"
    return title


def _heads(question: Question) -> tuple[str, ...]:
    in_time = f"in {question.target_seconds:g} s"
    if question.model == "erlang-b":
        return ("agents", "lost", "answered", "occupancy")
    leaving = ("leave",) if question.model == "erlang-a" else ()
    return ("agents", "wait", in_time, "ASA", *leaving, "occupancy")


def _cells(model: Model, question: Question) -> tuple[str, ...]:
    if isinstance(model, ErlangC) and not model.is_stable:
        return ("all", "none", "endless", "all")
    level = _percent(model.service_level(question.target_seconds))
    waits, busy = _percent(model.probability_of_wait), _percent(model.occupancy)
    if question.model == "erlang-b":
        return (waits, level, busy)
    leaving = (_percent(model.abandon_ratio),) if question.model == "erlang-a" else ()
    return (waits, level, f"{model.asa_seconds:.1f} s", *leaving, busy)


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.1f} %"


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    table = [tuple(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
