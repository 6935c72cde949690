"""Who was erased stays so: no later backup has a word of them, no older one brings them back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from halfminute.contacts.erasure_journal import ErasureJournal
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.erasing import complete_erasure
from halfminute.identity.principals import SYSTEM
from halfminute.main.backup import Installation
from tests.conversations.erasing.canary import (
    CHAT,
    SENDER,
    find_in_database,
    find_in_folder,
    is_in,
    live,
)
from tests.main.backup.vault import ask, back_up, execute, mode_of, read, restore, write
from tests.plain_channel import message
from tests.scene import Scene


async def erase(scene: Scene, source: Installation, contact_id: UUID) -> ErasureJournal:
    journal = ErasureJournal(source.erasure_journal, bytes(32))
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation=SENDER.name, keep=journal.keep)
    await complete_erasure(scene.log, source.files, contact_id)
    return journal


def with_journal_of(source: Installation, empty: Installation) -> Installation:
    return replace(empty, erasure_journal=source.erasure_journal)


async def test_an_older_backup_does_not_bring_back_who_was_erased_since(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    contact_id = await live(scene, source.files)
    await back_up(source, archive)
    await erase(scene, source, contact_id)

    restored = await restore(with_journal_of(source, empty), archive)

    assert (restored.erased_again.contacts, restored.erased_again.torn) == (1, 0)
    assert await find_in_database(empty.database_url) == {}
    assert find_in_folder(empty.directory) == []
    others = await ask(empty.database_url, "select name from contacts where erased_at is null")
    assert [row["name"] for row in others] == ["Bohdan"]


async def test_without_the_journal_it_is_told(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    contact_id = await live(scene, source.files)
    await back_up(source, archive)
    await erase(scene, source, contact_id)

    restored = await restore(empty, archive)

    assert not restored.erased_again.is_journal_there
    assert await find_in_database(empty.database_url) != {}


async def test_a_backup_made_afterwards_has_no_word_of_them(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    contact_id = await live(scene, source.files)
    await erase(scene, source, contact_id)
    await back_up(source, archive)
    assert not is_in(read(archive))

    await restore(empty, archive)

    assert await find_in_database(empty.database_url) == {}
    assert find_in_folder(empty.directory) == []


async def test_the_journal_has_no_name_in_it_and_passes_over_a_torn_line(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    contact_id = await live(scene, source.files)
    await back_up(source, archive)
    write(source.erasure_journal, b'{"erased_at":"2026-')
    journal = await erase(scene, source, contact_id)

    assert not is_in(read(journal.place))
    kept = journal.read()
    assert kept is not None
    assert ([line.contact_id for line in kept.lines], kept.torn) == ([contact_id], 1)
    restored = await restore(with_journal_of(source, empty), archive)
    assert restored.erased_again == (1, 1, True)


async def test_the_journal_is_for_its_owner_alone(scene: Scene, source: Installation) -> None:
    contact_id = await live(scene, source.files)
    journal = await erase(scene, source, contact_id)
    assert mode_of(journal.place) == 0o600


async def test_one_whom_the_backup_knows_by_another_id_is_found_by_address(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    await scene.tell(message("Hello", chat=CHAT, name=SENDER.name))
    await back_up(source, archive)
    # As after an earlier restore: the same person came in anew, under another id.
    await execute(
        source.database_url,
        "insert into contacts (id, name) select gen_random_uuid(), name from contacts",
        "update addresses set contact_id ="
        " (select id from contacts order by created_at desc limit 1)",
        "update conversations set contact_id = (select contact_id from addresses)",
    )
    [other] = await ask(source.database_url, "select contact_id from addresses")
    await erase(scene, source, other["contact_id"])

    restored = await restore(with_journal_of(source, empty), archive)

    assert restored.erased_again.contacts == 1
    assert await find_in_database(empty.database_url) == {}


async def test_an_erasure_that_the_backup_found_half_done_is_finished(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    contact_id = await live(scene, source.files)
    journal = ErasureJournal(source.erasure_journal, bytes(32))
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation=SENDER.name, keep=journal.keep)
    await back_up(source, archive)

    await restore(empty, archive)

    assert await find_in_database(empty.database_url) == {}
    assert find_in_folder(empty.directory) == []
