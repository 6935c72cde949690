"""The routes of calendars: told as they were given, and what makes no sense is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from tests.callers import AGENT, Caller, Callers, open_application
from tests.routing.centre import Centre

OFFICE: dict[str, Any] = {
    "name": "Office",
    "time_zone": "Asia/Krasnoyarsk",
    "weekly": [
        *[[{"opens": "09:00", "closes": "13:00"}, {"opens": "14:00", "closes": "18:30"}]] * 4,
        [{"opens": "22:00", "closes": "02:00"}],
        [{"opens": "00:00", "closes": "24:00"}],
        [],
    ],
    "days": [
        {"date": "2026-12-31", "name": "Eve", "hours": [{"opens": "10:00", "closes": "12:00"}]},
        {"date": "2027-01-01", "name": "New Year", "hours": []},
    ],
}


@pytest.fixture
async def callers(centre: Centre, tmp_path: Path) -> AsyncIterator[Callers]:
    async with open_application(centre.log, tmp_path) as callers:
        yield callers


@pytest.fixture
async def chief(callers: Callers) -> Caller:
    return await callers.sign_in("Chief", Grant("supervisor", "all"))


async def test_a_calendar_is_told_as_it_was_given_and_changed_by_who_has_seen_it(
    centre: Centre, chief: Caller
) -> None:
    made = (await chief.ask("POST", "/api/calendars", OFFICE)).json()
    assert {key: made[key] for key in OFFICE} == OFFICE
    await centre.add_queue(name="Support", calendar_id=UUID(made["id"]))
    [listed] = (await chief.ask("GET", "/api/calendars")).json()
    assert listed == {**made, "queue_names": ["Support"]}

    path, change = f"/api/calendars/{made['id']}", {**OFFICE, "revision": made["revision"]}
    changed = await chief.ask("PUT", path, {**change, "time_zone": "Europe/Berlin"})
    assert changed.json()["time_zone"] == "Europe/Berlin"
    assert await chief.is_refused(409, "calendar_changed", "PUT", path, change)
    assert await chief.is_refused(409, "calendar_name_taken", "POST", "/api/calendars", OFFICE)
    assert await chief.is_refused(409, "calendar_in_use", "DELETE", path, None)
    await centre.execute("update queues set calendar_id = null")
    assert (await chief.ask("DELETE", path)).status_code == 204
    assert await chief.is_refused(404, "calendar_not_found", "DELETE", path, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "invalid_request"),
        ({"weekly": []}, "invalid_request"),
        ({"weekly": [[{"opens": "25:00", "closes": "26:00"}], *[[]] * 6]}, "invalid_request"),
        ({"days": [{"date": "2026-02-30"}]}, "invalid_request"),
        ({"time_zone": "Europe/Atlantis"}, "invalid_calendar"),
        ({"time_zone": "../etc/passwd"}, "invalid_request"),
        ({"time_zone": "/etc/localtime"}, "invalid_calendar"),
        ({"days": [{"date": "2026-12-31"}, {"date": "2026-12-31"}]}, "invalid_calendar"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    centre: Centre, chief: Caller, change: dict[str, Any], code: str
) -> None:
    assert await chief.is_refused(400, code, "POST", "/api/calendars", {**OFFICE, **change})
    assert await centre.fetchval("select count(*) from calendars") == 0


async def test_a_queue_goes_by_a_calendar_that_is_there(chief: Caller, callers: Callers) -> None:
    body = {"name": "Support", "calendar_id": str(new_id())}
    assert await chief.is_refused(404, "calendar_not_found", "POST", "/api/queues", body)
    ada = await callers.sign_in("Ada", AGENT)
    assert await ada.is_refused(403, "forbidden", "POST", "/api/calendars", OFFICE)
