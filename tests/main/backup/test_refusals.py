"""What cannot be restored is refused in one line, and a restore that broke is begun again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from halfminute.kit.errors import HalfminuteError
from halfminute.kit.postgres_programs import ProgramFailed
from halfminute.kit.secrets import SecretBox, read_secret_key, write_secret_key
from halfminute.main.backup import Installation, check_backup, restore_backup
from halfminute.main.backup import restore as restoring
from halfminute.main.backup.archive import ArchiveWriter, list_members, read_member
from halfminute.main.backup.check import check_file
from halfminute.main.backup.errors import (
    DamagedBackup,
    KeyNeeded,
    NewerBackup,
    NotABackup,
    PlaceNotEmpty,
    WrongKey,
)
from halfminute.main.unfinished_restore import (
    RestoreUnfinished,
    has_unfinished_restore,
    require_no_unfinished_restore,
)
from tests.main.backup.vault import (
    ask,
    back_up,
    contents,
    execute,
    fetching,
    picture,
    read,
    restore,
    until_fetched,
    untold,
    write,
)
from tests.scene import Scene

ANYTHING = "select from pg_class where relnamespace = 'public'::regnamespace"


@pytest.fixture
async def made(scene: Scene, source: Installation, archive: Path) -> Path:
    """A backup with a few media and the key."""
    async with fetching(scene, source.files):
        await scene.tell(*(picture(scene, number) for number in range(3)))
        await until_fetched(scene)
    await back_up(source, archive, is_with_key=True)
    return archive


def rewritten(archive: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same members, each as `change` has it; None leaves it out."""
    target = archive.with_name("changed.backup")
    with archive.open("rb") as old, target.open("wb") as new:
        writer = ArchiveWriter(new)
        for member in list_members(old):
            content = change(member.name, b"".join(read_member(old, member)))
            if content is not None:
                writer.add(member.name, content)
        writer.end()
    return target


def flipped(content: bytes) -> bytes:
    """One bit in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


async def is_refused(archive: Path, error: type[HalfminuteError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        await check_backup(archive, untold)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "name", ["database.dump", "media/", "media.jsonl", "secret.key", "manifest.json"]
)
async def test_a_changed_bit_is_found_and_named(made: Path, name: str) -> None:
    def change(member: str, content: bytes) -> bytes:
        return flipped(content) if member.startswith(name) else content

    named = {"media/": "the medium [0-9a-f]{2}/", "manifest.json": "its manifest"}
    await is_refused(rewritten(made, change), DamagedBackup, named.get(name, name))


@pytest.mark.parametrize("name", ["database.dump", "media/", "secret.key", "manifest.sha256"])
async def test_a_member_that_is_left_out_is_missed(made: Path, name: str) -> None:
    def change(member: str, content: bytes) -> bytes | None:
        return None if member.startswith(name) else content

    await is_refused(rewritten(made, change), DamagedBackup, "damaged")


async def test_a_file_that_is_cut_short_anywhere_is_refused(made: Path) -> None:
    whole = read(made)
    cuts = [*range(512, len(whole) - 1024, len(whole) // 40), len(whole) - 1024, len(whole) - 513]
    for cut in cuts:
        write(made, whole[:cut])
        with pytest.raises(DamagedBackup, match="cut short"):
            await check_backup(made, untold)


async def test_members_that_we_never_write_are_refused(made: Path) -> None:
    with made.open("r+b") as file:
        file.seek(-1024, io.SEEK_END)
        ArchiveWriter(file).add("media/../../etc/passwd", b"root")
        file.write(bytes(1024))
    await is_refused(made, DamagedBackup, "never write: media/../../etc/passwd")


@pytest.mark.parametrize("content", [b"", b"PGDMP", bytes(2048), b"\xff" * 2048])
async def test_another_file_is_not_taken_for_a_backup(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "other"
    write(place, content)
    await is_refused(place, NotABackup, "not made by `halfminute backup`")


async def test_one_of_a_newer_format_is_refused(made: Path) -> None:
    def change(member: str, content: bytes) -> bytes:
        is_format = member == "halfminute-backup.json"
        return b'{"format":2,"version":"9.0"}' if is_format else content

    await is_refused(rewritten(made, change), NewerBackup, "by Halfminute 9.0 .*: upgrade")


async def test_one_of_a_newer_schema_is_refused(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.execute(
        "insert into schema_migrations (name, sha256) values ('9999_later.sql', '')"
    )
    await back_up(source, archive)
    await is_refused(archive, NewerBackup, "schema 9999.*upgrade Halfminute first")


async def test_restoring_twice_is_refused_and_changes_nothing(
    scene: Scene, made: Path, empty: Installation, tmp_path: Path
) -> None:
    await restore(empty, made)
    await execute(empty.database_url, "update contacts set name = 'Since then'")

    with pytest.raises(PlaceNotEmpty, match="There are media of an installation in"):
        await restore(empty, made)
    for kept in (empty.directory / "media").rglob("*/*"):
        kept.unlink()
    with pytest.raises(PlaceNotEmpty, match="The database is not empty"):
        await restore(empty, made)

    names = await ask(empty.database_url, "select distinct name from contacts")
    assert [row["name"] for row in names] == ["Since then"]
    assert not has_unfinished_restore(empty.directory)


async def test_a_database_with_anything_in_it_is_not_empty(made: Path, empty: Installation) -> None:
    await execute(empty.database_url, "create table somebody_elses (n int)")
    with pytest.raises(PlaceNotEmpty, match="The database is not empty"):
        await restore(empty, made)
    assert await empty.files.is_empty()


async def test_the_key_comes_back_and_opens_the_secrets(
    scene: Scene, made: Path, empty: Installation
) -> None:
    empty.key_file.unlink()

    await restore(empty, made)

    assert empty.key_file.stat().st_mode & 0o777 == 0o600
    [account] = await ask(empty.database_url, "select id, encrypted_secrets from channel_accounts")
    box = SecretBox(read_secret_key(empty.key_file))
    assert box.open(account["encrypted_secrets"], row_id=account["id"]) == {"token": "secret"}


async def test_a_wrong_key_is_refused_and_stays(made: Path, empty: Installation) -> None:
    empty.key_file.unlink()
    write_secret_key(empty.key_file, bytes(31) + b"\1")

    with pytest.raises(WrongKey, match=r"this backup needs the key [0-9a-f]{16}: put that one"):
        await restore(empty, made)

    assert read_secret_key(empty.key_file) == bytes(31) + b"\1"
    assert await ask(empty.database_url, ANYTHING) == []


async def test_without_its_key_the_one_it_needs_is_named(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    manifest = await back_up(source, archive)
    empty.key_file.unlink()

    with pytest.raises(KeyNeeded, match=f"{manifest.key_fingerprint}: put that key at"):
        await restore(empty, archive)
    assert await ask(empty.database_url, ANYTHING) == []

    await restore(empty, archive, is_without_key=True)
    assert not empty.key_file.exists()


async def test_counts_other_than_the_manifests_restore_nothing_and_it_is_begun_again(
    made: Path, empty: Installation
) -> None:
    with made.open("rb") as file:
        checked = await check_file(file, untold)
        counts = {**checked.manifest.row_counts, "public.messages": 4}
        manifest = msgspec.structs.replace(checked.manifest, row_counts=counts)

        with pytest.raises(
            ProgramFailed, match=r"public.messages has 3 rows, and the manifest says 4"
        ):
            await restore_backup(
                empty, file, checked._replace(manifest=manifest), is_without_key=False, tell=untold
            )

    assert await ask(empty.database_url, ANYTHING) == []
    with pytest.raises(RestoreUnfinished, match="run `halfminute restore` again"):
        require_no_unfinished_restore(empty.directory)

    restored = await restore(empty, made)

    assert restored.is_begun_again
    assert len(await contents(empty.database_url, empty.files)) == 3
    require_no_unfinished_restore(empty.directory)


async def test_one_that_was_cut_short_after_its_commit_is_finished(
    made: Path, empty: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_installation: Installation) -> int:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_finish", die)
        with pytest.raises(OSError, match="killed"):
            await restore(empty, made)
    assert has_unfinished_restore(empty.directory)

    restored = await restore(empty, made)

    assert (restored.is_begun_again, restored.media, restored.missing) == (True, 3, 0)
    assert not has_unfinished_restore(empty.directory)


async def test_an_interrupted_one_does_not_open_the_door_to_another_database(
    made: Path, empty: Installation
) -> None:
    (empty.directory / "restore.unfinished").write_text("of another backup")
    await execute(empty.database_url, "create table somebody_elses (n int)")

    with pytest.raises(PlaceNotEmpty, match="The database is not empty"):
        await restore(empty, made)
