"""What the store says it has kept outlives a power cut: the order of its writes proves it."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from halfminute.files.store import FileStore, open_file_store

CONTENT = b"GIF89a" + bytes(70_000)


class Disk:
    """Notes what reaches the disk, and what stood in the folder at that time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
        self.synced: list[tuple[str, list[str]]] = []
        self.threads: set[int] = set()
        self.fails_at = ""
        self._media = media
        self._really = os.fsync
        monkeypatch.setattr(os, "fsync", self._fsync)

    def names(self) -> list[str]:
        """The files there are, those half written too."""
        return sorted(path.name for path in self._media.rglob("*") if path.is_file())

    def _fsync(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        self.synced.append((path.name, self.names()))
        self.threads.add(threading.get_ident())
        if path.name.startswith(self.fails_at or "\0"):
            raise OSError(errno.EIO, "the disk broke")
        self._really(descriptor)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_file_store(tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: FileStore) -> Disk:
    return Disk(monkeypatch, tmp_path / "media")


async def test_bytes_then_name_then_folders_reach_the_disk(store: FileStore, disk: Disk) -> None:
    stored = await store.put(CONTENT)

    shard, _, name = stored.storage_key.partition("/")
    (first, names_then), *folders = disk.synced
    assert names_then == [first] != [name]  # nobody can find it before its bytes are safe
    assert folders == [(shard, [name]), ("media", [name])]


async def test_the_event_loop_does_not_wait_for_the_disk(store: FileStore, disk: Disk) -> None:
    await store.put(CONTENT)
    assert disk.threads
    assert threading.get_ident() not in disk.threads


async def test_what_the_disk_refused_is_not_kept(store: FileStore, disk: Disk) -> None:
    disk.fails_at = "."
    with pytest.raises(OSError, match="the disk broke"):
        await store.put(CONTENT)
    assert disk.names() == []


async def test_a_name_that_may_not_have_reached_the_disk_is_not_told(
    store: FileStore, disk: Disk
) -> None:
    disk.fails_at = "media"
    with pytest.raises(OSError, match="the disk broke"):
        await store.put(CONTENT)


async def test_the_folder_of_all_media_is_itself_safe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = Disk(monkeypatch, tmp_path / "media")
    open_file_store(tmp_path)
    assert [name for name, _ in disk.synced] == [tmp_path.name]
    assert (tmp_path / "media").is_dir()


async def test_what_was_kept_is_read_and_deleted_once_or_twice(
    store: FileStore, disk: Disk
) -> None:
    stored = await store.put(CONTENT)
    pieces = [piece async for piece in store.read(stored.storage_key, 3, len(CONTENT) - 3)]
    assert b"".join(pieces) == CONTENT[3:]
    await store.delete(stored.storage_key)
    await store.delete(stored.storage_key)
    assert disk.names() == []
