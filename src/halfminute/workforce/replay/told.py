"""A replayed day in words, the same in the terminal and on the page."""

from __future__ import annotations

from typing import Any, Final

from halfminute.workforce.told import NOTHING, format_ratio, format_seconds

COLUMNS: Final = (
    ("recorded", "recorded"),
    ("as_is", "as it is"),
    ("as_would_be", "as it would be"),
)
ROWS: Final = (
    ("conversations", "conversations"),
    ("waiting", "waiting at the end"),
    ("mean_wait_seconds", "mean wait"),
    ("longest_wait_seconds", "longest wait"),
    ("service_level", "answered within the target"),
    ("abandon_ratio", "abandoned"),
    ("solved_within_180_ratio", "solved within 180 s"),
)
_COUNTS: Final = ("conversations", "waiting")
_TRUST: Final = {
    "close": "The replay of the day as all is configured comes close to what was recorded.",
    "fair": "The replay comes fairly near to what was recorded: trust its direction, not its "
    "digits.",
    "poor": "The replay is far from what was recorded: do not trust it.",
}


def format_figure(key: str, value: float | None) -> str:
    """One figure of `ROWS`."""
    if value is None:
        return NOTHING
    if key.endswith("_seconds"):
        return format_seconds(value)
    return f"{value:,}" if key in _COUNTS else format_ratio(value)


def describe_trust(document: dict[str, Any]) -> str:
    """How far the replay can be trusted."""
    return _TRUST[document["trust"]]


def describe(document: dict[str, Any]) -> list[str]:
    """What was modelled, what was not there, and what would have gone elsewhere."""
    modelled = document["modelled"]
    told = [
        (
            "Not recorded, and taken from others of the day: for how long "
            f"{modelled['patience']:,} would have waited who did not leave, and how "
            f"{modelled['handling']:,} would have been handled who were not."
        )
    ]
    if modelled["unasked"]:
        told.append(
            f"{modelled['unasked']:,} were taken by agents themselves; they take them at the same "
            "moment, if they have room."
        )
    told += _describe_record(document)
    if document["stranded"]:
        told.append(f"{document['stranded']:,} came to queues that are off by now.")
    if document["moved_to_another_agent"] is not None:
        told.append(
            f"As it would be, {document['moved_to_another_queue']:,} are taken out of another "
            f"queue, and {document['moved_to_another_agent']:,} by another agent."
        )
    return told


def _describe_record(document: dict[str, Any]) -> list[str]:
    told = []
    if not document["is_whole"]:
        told.append(f"Recorded from {document['since']} to {document['until']} only.")
    configured = {what: count for what, count in document["configured_since"].items() if count}
    if configured:
        listed = ", ".join(f"{what} {count}" for what, count in configured.items())
        told.append(
            f"Configured since that day began: {listed}. The replay goes by what is configured now."
        )
    if document["unknown_agents"]:
        told.append(f"{document['unknown_agents']} who worked then are agents no more.")
    return told
