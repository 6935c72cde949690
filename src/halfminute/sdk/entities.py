"""The rules of entities: what an agent's client may send, and what of a provider's we keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from halfminute.sdk.errors import InvalidEntities
from halfminute.sdk.model import Entity

# Schemes that a screen may open. Anything else (javascript:, data:) is an attack on the agent.
LINK_SCHEMES: Final = frozenset({"http", "https", "tg", "mailto", "tel"})


def check_entities(text: str, entities: Sequence[Entity]) -> None:
    """InvalidEntities unless all are in range, sorted, nested or apart, and link to safe schemes.

    Sorted means by offset, and the longer before the shorter it holds.
    """
    open_ends: list[int] = []
    previous = (-1, 0)
    for index, entity in enumerate(entities):
        fault = _fault_of(entity, len(text))
        place = (entity.offset, -entity.length)
        if fault is None and place < previous:
            fault = "is not sorted by offset, longest first"
        if fault is None and _crosses(entity, open_ends):
            fault = "overlaps another without lying inside it"
        if fault is not None:
            raise InvalidEntities(f"entity {index} {fault}", index=index)
        open_ends.append(entity.end)
        previous = place


def clean_entities(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities that pass `check_entities`, sorted; the others are left out, the text stays."""
    kept: list[Entity] = []
    open_ends: list[int] = []
    for entity in sorted(entities, key=lambda each: (each.offset, -each.length)):
        if _fault_of(entity, len(text)) is None and not _crosses(entity, open_ends):
            kept.append(entity)
            open_ends.append(entity.end)
    return tuple(kept)


def _fault_of(entity: Entity, text_length: int) -> str | None:
    if entity.offset < 0 or entity.length <= 0 or entity.end > text_length:
        return f"is out of the text's {text_length} code points"
    if entity.type == "text_link" and not entity.url:
        return "is a text_link without a url"
    if entity.url is not None and not is_safe_link(entity.url):
        return "has a url that may not be opened"
    return None


def is_safe_link(url: str) -> bool:
    """Whether a screen may open this address."""
    try:
        return urlsplit(url.strip()).scheme.lower() in LINK_SCHEMES
    except ValueError:
        return False


def _crosses(entity: Entity, open_ends: list[int]) -> bool:
    """Whether it begins inside an open entity and ends outside; drops the ones that are over."""
    while open_ends and open_ends[-1] <= entity.offset:
        open_ends.pop()
    return bool(open_ends) and entity.end > open_ends[-1]
