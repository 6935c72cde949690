"""Spoils sound payloads in all the ways that strangers' payloads are spoilt; seeded."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

Json = dict[str, Any]
_Slot = tuple[Any, Any]

_ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    -(2**63) - 1,
    10**30,
    0.5,
    -1e308,
    1e308,
    "",
    " ",
    "0",
    "\0",
    "a\0b",
    "\\u0000",
    "\ud83d",
    "\udc4d\ud83d",
    "👍" * 3,
    "e\u0301\u202e\ufeff",
    "'; drop table messages; --",
    "/start x",
    [],
    {},
    [None],
    [[]],
    {"": ""},
    {"\0": "\0"},
)
_LONG_NUMBER_DIGITS: Final = (20, 400, 4000)
_DEPTHS: Final = (50, 500, 5000)


class Mutator:
    """Makes payloads; the same seed makes the same ones."""

    def __init__(self, sound: list[Json], seed: int) -> None:
        """Begins with `sound` updates without numbers."""
        self._sound = sound
        self._dice = random.Random(seed)
        # Once a payload: growth upon growth soon outgrows the machine, not to speak of the limit
        # of a body.
        self._may_grow = True
        self._ways: tuple[Callable[[Any], None], ...] = (
            self._remove,
            self._replace,
            self._replace,
            self._replace,
            self._rename,
            self._transplant,
            self._transplant,
            self._enlarge,
            self._multiply,
            self._renumber,
            self._renumber,
        )

    def make(self, number: int) -> bytes:
        """The `number`-th payload: sound now and then, spoilt in one place or in some."""
        dice = self._dice
        update = {"update_id": number, **copy.deepcopy(dice.choice(self._sound))}
        self._may_grow = True
        _people_of(update, dice.randrange(1, 400), dice.randrange(1, 60))
        for _ in range(dice.choice((0, 1, 1, 1, 2, 3, 8))):
            dice.choice(self._ways)(update)
        raw = self._encode(update)
        return self._spoil_bytes(raw) if dice.random() < 0.08 else raw

    def _remove(self, update: Any) -> None:
        holder, key = self._slot(update)
        del holder[key]

    def _replace(self, update: Any) -> None:
        holder, key = self._slot(update)
        holder[key] = copy.deepcopy(self._dice.choice(_ODD))

    def _rename(self, update: Any) -> None:
        holder, key = self._slot(update)
        if isinstance(holder, dict):
            _, other = self._slot(self._dice.choice(self._sound))
            name = self._dice.choice((f"{key}\0", "", "\ud800", f"{key}_of_next_year", str(other)))
            holder[name] = holder.pop(key)

    def _transplant(self, update: Any) -> None:
        """Something sound, where it does not belong or does once more."""
        holder, key = self._slot(update)
        donor, donor_key = self._slot(self._dice.choice(self._sound))
        graft = copy.deepcopy(donor[donor_key])
        if isinstance(holder, dict) and isinstance(donor, dict) and self._dice.random() < 0.5:
            holder[donor_key] = graft
        else:
            holder[key] = graft

    def _enlarge(self, update: Any) -> None:
        if not self._may_grow:
            return
        self._may_grow = False
        holder, key = self._slot(update)
        size = self._dice.choice((300, 300, 300, 5000, 5000, 5000, 60_000, 300_000))
        unit = self._dice.choice(("я", "👍", "a", "\0", " ", "\\"))
        value = holder[key]
        if isinstance(value, str) and self._dice.random() < 0.7:
            holder[key] = value + unit * size
        else:
            many = [copy.deepcopy(value) for _ in range(100)]
            holder[key] = self._dice.choice((unit * size, many))

    def _multiply(self, update: Any) -> None:
        if not self._may_grow:
            return
        self._may_grow = False
        holder, key = self._slot(update)
        if isinstance(holder, list):
            times = self._dice.choice((1, 3, 50))
            holder += [copy.deepcopy(holder[key]) for _ in range(times)]
        else:
            holder[f"{key}s"] = [copy.deepcopy(holder[key])]

    def _renumber(self, update: Any) -> None:
        """A wrong number, of what there is or of what there cannot be."""
        numbers = [
            (holder, key)
            for holder, key in _slots(update)
            if isinstance(holder[key], int) and not isinstance(holder[key], bool)
        ]
        if numbers:
            holder, key = self._dice.choice(numbers)
            far = self._dice.choice((2**31, 2**52, 2**63, 10**19))
            near = self._dice.randrange(-5, 100)
            holder[key] = self._dice.choice((near, far, -far, holder[key] + near))

    def _slot(self, update: Any) -> _Slot:
        """A place of the tree, deep ones as likely as others. The update keeps one at least."""
        slots = list(_slots(update))
        if not slots:
            update["update_id"] = 1
            return update, "update_id"
        return self._dice.choice(slots)

    def _encode(self, update: Json) -> bytes:
        """JSON: lone surrogates escaped, or as bytes that are no UTF-8."""
        if self._dice.random() < 0.5:
            return json.dumps(update).encode()
        return json.dumps(update, ensure_ascii=False).encode(errors="surrogatepass")

    def _spoil_bytes(self, raw: bytes) -> bytes:
        dice = self._dice
        at = dice.randrange(len(raw) + 1)
        return dice.choice(
            (
                raw[:at],
                raw[at:],
                raw[:at] + dice.randbytes(dice.randrange(1, 9)) + raw[at:],
                raw.replace(b":", b":" + b"[" * dice.choice(_DEPTHS), 1),
                _deep(raw, dice.choice(_DEPTHS)),
                raw.replace(b'"id": 7', b'"id": ' + b"9" * dice.choice(_LONG_NUMBER_DIGITS), 1),
                raw.replace(b'_id": ', b'_id": ' + b"9" * dice.choice(_LONG_NUMBER_DIGITS)),
                raw.replace(b'"date": ', b'"date": ' + dice.choice((b"-", b"NaN", b"1e5", b"0"))),
                raw.replace(b": ", b": null, " + b'"x": ', 1),
                raw + raw,
                b"\xef\xbb\xbf" + raw,
                dice.randbytes(dice.randrange(200)),
            )
        )


def _people_of(update: Json, user_id: int, message_id: int) -> None:
    """Makes it of one of many people, and of one of their messages."""
    for content in update.values():
        if not isinstance(content, dict):
            continue
        for name in ("chat", "from", "user"):
            who = content.get(name)
            if isinstance(who, dict) and who.get("id") == 7:
                content[name] = {**who, "id": user_id}
        if content.get("message_id"):
            content["message_id"] = message_id
        if isinstance(content.get("message"), dict):
            _people_of(content, user_id, message_id)


def _slots(tree: Any) -> Iterator[_Slot]:
    """Every place where a value stands; at most some levels down, for the tree may be deep."""
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(min(len(holder), 20))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])


def _deep(raw: bytes, depth: int) -> bytes:
    """The whole of it, sound, with something deep inside that nobody reads or somebody does."""
    inside = b"[" * depth + b"]" * depth
    return raw.replace(b'"date": ', b'"poll": ' + inside + b', "date": ', 1)
