"""`halfminute staff`: a planner asks, and is told; a program asks, and reads JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from halfminute.main.cli import main
from halfminute_engine.staffing.erlang_a import ErlangA
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Demand

CALLS = ("--arrivals-per-hour", "200", "--aht-seconds", "180")
MODELS = [("erlang-b",), ("erlang-c",), ("erlang-a", "--patience-seconds", "120")]


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["staff", *arguments])


def read(*arguments: str) -> dict[str, Any]:
    answer = ask(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


@pytest.mark.parametrize("model", MODELS)
def test_a_program_is_told_how_well_so_many_serve(model: tuple[str, ...]) -> None:
    told = read("--model", *model, *CALLS, "--agents", "14", "--target-seconds", "30")

    for name in ("probability_of_wait", "service_level", "occupancy"):
        assert 0 < told[name] < 1
    assert told["asa_seconds"] >= 0
    assert (told["agents"], told["target_seconds"], told["load_erlangs"]) == (14, 30, 10)
    assert ("abandon_ratio" in told) == (model[0] == "erlang-a")
    assert ("blocking_ratio" in told) == (model[0] == "erlang-b")


def test_what_is_told_is_what_the_models_say() -> None:
    leaves = ErlangA(Demand(2_880, 60), 50, 120)

    told = read(
        *("--model", "erlang-a", "--arrivals-per-hour", "2880", "--aht-seconds", "60"),
        *("--patience-seconds", "120", "--agents", "50"),
    )

    assert told["probability_of_wait"] == leaves.probability_of_wait
    assert told["asa_seconds"] == leaves.asa_seconds
    assert told["service_level"] == leaves.service_level(20)
    assert told["occupancy"] == leaves.occupancy
    assert told["abandon_ratio"] == leaves.abandon_ratio
    assert told["mean_wait_seconds"] == leaves.mean_wait_seconds


def test_in_erlang_b_whoever_finds_nobody_free_is_lost() -> None:
    told = read("--model", "erlang-b", *CALLS, "--agents", "15")

    assert told["probability_of_wait"] == told["blocking_ratio"]
    assert told["blocking_ratio"] == pytest.approx(1 - told["service_level"])
    assert told["asa_seconds"] == 0


def test_the_least_agents_for_a_service_level() -> None:
    told = read(*CALLS, "--service-level", "0.8", "--shrinkage", "0.3")

    assert (told["agents"], told["rostered"]) == (14, 20)
    assert told["service_level"] == ErlangC(Demand(200, 180), 14).service_level(20) > 0.8


def test_the_least_agents_for_a_mean_wait() -> None:
    told = read(*CALLS, "--asa-target", "30")

    fewer = ErlangC(Demand(200, 180), told["agents"] - 1)
    assert told["asa_seconds"] <= 30 < fewer.asa_seconds


def test_all_targets_together() -> None:
    told = read(
        *("--model", "erlang-a", "--patience-seconds", "120", *CALLS, "--asa-target", "30"),
        *("--abandon-target", "0.01", "--occupancy-target", "0.6"),
    )

    assert told["asa_seconds"] <= 30
    assert told["abandon_ratio"] <= 0.01
    assert told["occupancy"] <= 0.6


def test_a_person_is_shown_a_few_less_and_more() -> None:
    lines = ask(*CALLS, "--service-level", "0.8", "--shrinkage", "0.3").output.splitlines()

    assert lines[0] == "Erlang C: 200 contacts an hour of 180 s, 10.00 Erlangs"
    assert [line.split()[0] for line in lines[3:8]] == ["12", "13", ">", "15", "16"]
    assert lines[5].split() == [">", "14", "17.4", "%", "88.8", "%", "7.8", "s", "71.4", "%"]
    assert lines[-1] == "With a shrinkage of 30.0 %: 20 people to schedule."


def test_fewer_than_can_keep_up_are_shown_as_endless() -> None:
    answer = ask(*CALLS, "--agents", "11")

    assert answer.output.count("endless") == 2


def test_who_buys_a_short_wait_by_losing_contacts_is_told() -> None:
    bought = ("--model", "erlang-a", "--patience-seconds", "90", *CALLS, "--asa-target", "30")

    assert "leave, which shortens waits" in ask(*bought).output
    assert "leave, which" not in ask(*bought, "--abandon-target", "0.03").output


def test_chats_at_once_take_fewer_agents() -> None:
    alone = read(*CALLS, "--service-level", "0.8")
    shared = read(*CALLS, "--service-level", "0.8", "--concurrency", "2")

    assert shared["agents"] == alone["agents"] / 2


def test_where_nothing_comes_nobody_is_needed() -> None:
    told = read("--arrivals-per-hour", "0", "--aht-seconds", "180", "--service-level", "0.8")

    assert (told["agents"], told["probability_of_wait"]) == (0, 0)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    file = tmp_path / "day.csv"
    file.write_text("start,arrivals,aht_seconds\n08:00,60,180\n08:30,100,180\n09:00,0,\n")
    return file


def test_a_day_is_planned_interval_by_interval(day: Path) -> None:
    told = read("--intervals", str(day), "--aht-seconds", "200", "--service-level", "0.8")

    assert [row["start"] for row in told["intervals"]] == ["08:00", "08:30", "09:00"]
    assert [row["arrivals_per_hour"] for row in told["intervals"]] == [120, 200, 0]
    assert [row["agents"] for row in told["intervals"]] == [9, 14, 0]
    assert (told["agent_hours"], told["peak_agents"]) == (11.5, 14)
    assert told["handle_hours"] == pytest.approx(8)
    assert told["agent_hours_above_handle_ratio"] == pytest.approx(11.5 / 8 - 1)


def test_a_person_is_shown_the_day(day: Path) -> None:
    arguments = ("--intervals", str(day), "--aht-seconds", "200", "--service-level", "0.8")

    lines = ask(*arguments, "--shrinkage", "0.3").output.splitlines()

    assert lines[0].split()[:5] == ["start", "arrivals", "load", "agents", "scheduled"]
    assert lines[2].split()[:5] == ["08:30", "100", "10.0", "14", "20"]
    assert lines[-1].startswith("11.5 agent-hours, 43.8 % above the handle time of the answered")
    assert lines[-1].endswith("at most 14 agents at once.")


def test_a_shorter_interval_has_the_same_arrivals_in_less_time(day: Path) -> None:
    arguments = ("--intervals", str(day), "--aht-seconds", "200", "--service-level", "0.8")

    told = read(*arguments, "--interval-minutes", "15")

    assert [row["arrivals_per_hour"] for row in told["intervals"]] == [240, 400, 0]
    assert told["agent_hours"] == sum(row["agents"] for row in told["intervals"]) / 4


ERLANG_A = ("--model", "erlang-a", *CALLS, "--agents", "5")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (CALLS, "Give either --agents"),
        ((*CALLS, "--agents", "5", "--asa-target", "3"), "Give either --agents"),
        (("--aht-seconds", "5", "--agents", "5"), "Say --arrivals-per-hour"),
        (("--arrivals-per-hour", "5", "--agents", "5"), "Say --aht-seconds"),
        (ERLANG_A, "Erlang A needs --patience-seconds"),
        ((*ERLANG_A, "--patience-seconds", "-1"), "patience_seconds must be above zero"),
        ((*CALLS, "--agents", "10"), "Give 11 or more, or let contacts leave"),
        ((*CALLS, "--agents", "4", "--concurrency", "2.5"), "Give 5 or more"),
        ((*CALLS, "--agents", "0"), "agents must be 1"),
        ((*CALLS, "--service-level", "80"), "80 % is 0.8"),
        ((*CALLS, "--service-level", "1"), "service_level must lie between 0 and 1"),
        ((*CALLS, "--agents", "14", "--shrinkage", "1"), "shrinkage must be"),
        ((*CALLS, "--agents", "14", "--concurrency", "0"), "concurrency must be"),
        ((*CALLS, "--agents", "14", "--target-seconds", "-1"), "seconds must not be negative"),
        (("--model", "erlang-b", *CALLS, "--asa-target", "3"), "In Erlang B nobody waits"),
        (
            ("--arrivals-per-hour", "1e9", "--aht-seconds", "9e9", "--asa-target", "3"),
            "would take more than",
        ),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    answer = ask(*arguments)

    assert answer.exit_code == 1
    assert answer.output.startswith("Halfminute: ")
    assert answer.output.count("\n") == 1
    assert told in answer.output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "has no column arrivals and start"),
        (b"start,calls\n8,1\n", "has no column arrivals"),
        (b"start,arrivals,aht_seconds\n", "has no intervals"),
        (b"start,arrivals\n8,1\n", "line 2: no aht_seconds"),
        (b"start,arrivals,aht_seconds\n8,1,60\n9,many,60\n", "line 3: arrivals is no number"),
        (b"start,arrivals,aht_seconds\n8,-1,60\n", "line 2: arrivals_per_hour must not be"),
        (b"start,arrivals,aht_seconds\n8\n", "line 2: arrivals is no number"),
        (b"start,arrivals,aht_seconds\n\xff\xfe\n", "is no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "day.csv"
    file.write_bytes(content)

    answer = ask("--intervals", str(file), "--service-level", "0.8")

    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert told in answer.output


def test_a_day_is_not_asked_of_a_number_of_agents(day: Path) -> None:
    answer = ask("--intervals", str(day), "--agents", "5")

    assert (answer.exit_code, "what is to be reached" in answer.output) == (1, True)


def test_a_patience_that_is_not_used_is_told_beside_the_answer() -> None:
    answer = ask(*CALLS, "--agents", "14", "--patience-seconds", "90", "--json")

    assert json.loads(answer.stdout)["agents"] == 14
    assert answer.stderr == "The patience is not used: erlang-c knows none.\n"


def test_it_starts_without_the_server() -> None:
    asked = ["staff", *CALLS, "--agents", "14"]
    program = (
        "import sys\n"
        "from halfminute.main.cli import main\n"
        f"main({asked!r}, standalone_mode=False)\n"
        "print(sorted({'litestar', 'uvicorn', 'aiogram', 'msgspec', 'PIL'} & set(sys.modules)))\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout.splitlines()[-1] == "[]"
