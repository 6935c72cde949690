"""Secrets at rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.kit.ids import new_id
from halfminute.kit.secrets import (
    SecretBox,
    UnreadableSecret,
    ensure_secret_key,
)

KEY = bytes(range(32))
SECRETS = {"token": "123456:abc", "webhook_secret": "тайна"}


def test_what_is_sealed_opens_for_the_same_row_alone() -> None:
    box, row, other = SecretBox(KEY), new_id(), new_id()
    sealed = box.seal(SECRETS, row_id=row)
    assert b"abc" not in sealed
    assert box.open(sealed, row_id=row) == SECRETS
    with pytest.raises(UnreadableSecret):
        box.open(sealed, row_id=other)
    with pytest.raises(UnreadableSecret):
        SecretBox(bytes(32)).open(sealed, row_id=row)


def test_the_same_secret_is_never_sealed_alike() -> None:
    box = SecretBox(KEY)
    assert box.seal(SECRETS, row_id=1) != box.seal(SECRETS, row_id=1)


@given(st.binary(max_size=200))
def test_bytes_of_another_origin_are_unreadable_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(UnreadableSecret):
        SecretBox(KEY).open(noise, row_id=1)


@given(st.data())
def test_a_changed_byte_anywhere_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(SecretBox(KEY).seal(SECRETS, row_id=1))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnreadableSecret):
        SecretBox(KEY).open(bytes(sealed), row_id=1)


def test_the_first_start_makes_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    key_file = tmp_path / "secret.key"
    sealed = SecretBox(ensure_secret_key(key_file)).seal(SECRETS, row_id=1)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"]
    assert SecretBox(ensure_secret_key(key_file)).open(sealed, row_id=1) == SECRETS


def test_two_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    for attempt in range(20):
        key_file = tmp_path / f"{attempt}.key"
        with ThreadPoolExecutor(max_workers=4) as executor:
            keys = set(executor.map(lambda _: ensure_secret_key(key_file), range(4)))  # noqa: B023
        assert len(keys) == 1
    assert len(list(tmp_path.iterdir())) == 20


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31, "00" * 33])
def test_a_damaged_key_file_is_told_and_not_replaced(tmp_path: Path, text: str) -> None:
    key_file = tmp_path / "secret.key"
    key_file.write_text(text)
    with pytest.raises(UnreadableSecret, match=r"secret\.key"):
        ensure_secret_key(key_file)
    assert key_file.read_text() == text
