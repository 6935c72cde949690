"""A set of stickers of the floor's bot, and widgets whose visitors may choose from it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import httpx

from tests.journeys.floor import Api, Floor
from tests.journeys.test_stickers import FACES, hire_chief, wait_for

# Each file is fetched, checked in a process of its own, and made smaller.
_PATIENCE_SECONDS: Final = 120.0


def sign_in_chief(floor: Floor) -> Api:
    """An administrator without a screen; to be closed."""
    chief = floor.sign_in(hire_chief(floor))
    # The first to ask a provider in a web process waits until its client is loaded.
    chief.http.timeout = httpx.Timeout(120)
    return chief


def add_faces(floor: Floor) -> str:
    """A picture, a drawing that moves and a film, all of them here; the set's id."""
    floor.house.telegram.post("/sticker-sets", FACES)
    sets = f"/api/channel-accounts/{floor.account_id}/sticker-sets"
    with sign_in_chief(floor) as chief:
        added = chief.call("POST", sets, {"name": FACES["name"]})

        def are_here() -> bool:
            [view] = chief.call("GET", sets)
            return all(
                each["file_state"] == "ready" and each["thumbnail_file_id"]
                for each in view["stickers"]
            )

        wait_for(are_here, _PATIENCE_SECONDS)
    return str(added["id"])


def offer(floor: Floor, widget_id: UUID | str, *set_ids: str) -> None:
    """From now on the widget's visitors choose from these."""
    path = f"/api/widgets/{widget_id}"
    with sign_in_chief(floor) as chief:
        seen: dict[str, Any] = chief.call("GET", path)
        seen["settings"]["sticker_sets"] = list(set_ids)
        names = ("name", "is_enabled", "settings", "revision")
        chief.call("PUT", path, {name: seen[name] for name in names})
