"""Sets of stickers are added, listed anew and removed; nothing that is shown is lost."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from uuid import UUID

import msgspec
import pytest

from halfminute.files.actions.end_fetch import give_up, mark_ready
from halfminute.files.queries import get_file
from halfminute.files.references import list_references
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.kit.errors import NotFound
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import ListedStickerSet
from halfminute.sdk.errors import InvalidStickerSetName, ProviderError, StickerSetNotFound
from halfminute.stickers.actions import add_sticker_set as adding
from halfminute.stickers.actions.add_sticker_set import add_sticker_set
from halfminute.stickers.actions.refresh_sticker_set import refresh_sticker_set
from halfminute.stickers.actions.remove_sticker_set import remove_sticker_set
from halfminute.stickers.errors import (
    StickersUnsupported,
    TooManyStickerSets,
    UnknownStickerSet,
)
from halfminute.stickers.queries import find_sticker, list_sticker_sets
from halfminute.stickers.schemas import StickerSetView
from halfminute.stickers.types import StickerParts
from tests.plain_channel import PlainClient, message
from tests.routing.centre import eventually
from tests.scene import Scene
from tests.stickers.conftest import listed, rows_of, sticker


@pytest.fixture
async def faces(scene: Scene, parts: StickerParts) -> StickerSetView:
    """The set of three, added."""
    return (await add_sticker_set(parts, SYSTEM, scene.account_id, "plain:Faces")).view


async def _files(scene: Scene) -> dict[UUID, str]:
    rows = await scene.rows("select id, source ->> 'file' as name from files")
    return {row["id"]: row["name"] for row in rows}


async def _show_in_a_message(scene: Scene, file_id: UUID) -> None:
    await scene.tell(message("Look"))
    await scene.execute(
        """insert into message_files (file_id, message_id, conversation_id)
           select $1, id, conversation_id from messages""",
        file_id,
    )


async def test_a_set_is_listed_and_its_files_are_expected(
    scene: Scene, faces: StickerSetView
) -> None:
    assert (faces.name, faces.title, faces.state, faces.reason) == (
        "Faces",
        "Our faces",
        "listed",
        "",
    )
    assert [(each.format, each.emojis) for each in faces.stickers] == [
        ("webp", ("🙂",)),
        ("tgs", ("👋",)),
        ("webm", ("🎉",)),
    ]
    assert all(each.file_state == "pending" for each in faces.stickers)
    assert all(each.thumbnail_file_id is None for each in faces.stickers)
    assert sorted((await _files(scene)).values()) == [
        "party",
        "party-small",
        "smile",
        "smile-small",
        "wave",
        "wave-small",
    ]
    references = await _references(scene, [each.file_id for each in faces.stickers])
    assert list(references.values()) == [{"send": "smile"}, {"send": "wave"}, {"send": "party"}]
    assert await scene.events("channel_account") == [
        "ChannelAccountConfigured",
        "StickerSetAdded",
    ]


async def _references(scene: Scene, file_ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    async with scene.database.connection() as connection:
        found = await list_references(connection, scene.account_id, file_ids)
    return {file_id: found[file_id] for file_id in file_ids if file_id in found}


async def test_files_of_a_set_leave_gaps_for_what_customers_send(
    scene: Scene, faces: StickerSetView
) -> None:
    del faces
    rows = await scene.rows("select next_attempt_at from files order by next_attempt_at")
    apart = [
        (later["next_attempt_at"] - row["next_attempt_at"]).total_seconds()
        for row, later in pairwise(rows)
    ]
    assert apart == pytest.approx([0.1] * 5)


async def test_a_thumbnail_is_told_when_it_is_here(
    scene: Scene, parts: StickerParts, store: FileStore, faces: StickerSetView
) -> None:
    [row, *_] = await rows_of(scene)
    for file_id in (row["file_id"], row["thumbnail_file_id"]):
        await mark_ready(scene.log, file_id, await store.put(b"GIF89a"))

    async with scene.database.connection() as connection:
        [view] = await list_sticker_sets(connection, scene.account_id)

    assert view.id == faces.id
    assert (view.stickers[0].file_state, view.stickers[0].thumbnail_file_id) == (
        "ready",
        row["thumbnail_file_id"],
    )
    del parts


async def test_adding_a_set_again_lists_it_anew(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    again = await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")

    assert (again.is_new, again.view.id) == (False, faces.id)
    assert [each.id for each in again.view.stickers] == [each.id for each in faces.stickers]
    assert len(await _files(scene)) == 6
    assert (await scene.events("channel_account")).count("StickerSetAdded") == 1


async def test_two_who_add_one_set_at_once_add_one(scene: Scene, parts: StickerParts) -> None:
    added = await asyncio.gather(
        *(add_sticker_set(parts, SYSTEM, scene.account_id, "Faces") for _ in range(4))
    )

    assert sorted(each.is_new for each in added) == [False, False, False, True]
    assert len(await rows_of(scene)) == 3
    assert len(await _files(scene)) == 6


@pytest.mark.parametrize(
    ("given", "failure", "error"),
    [
        ("no set", None, InvalidStickerSetName),
        ("Nobodys", None, StickerSetNotFound),
        ("Faces", ProviderError("down", is_retryable=True), ProviderError),
    ],
)
async def test_what_the_provider_does_not_list_is_refused_and_leaves_nothing(
    scene: Scene,
    parts: StickerParts,
    given: str,
    failure: ProviderError | None,
    error: type[Exception],
) -> None:
    scene.channel.failures = [failure] if failure else []

    with pytest.raises(error):
        await add_sticker_set(parts, SYSTEM, scene.account_id, given)

    assert await scene.rows("select from sticker_sets") == []
    assert await _files(scene) == {}


async def test_a_channel_without_stickers_is_not_asked(scene: Scene, parts: StickerParts) -> None:
    scene.channel.capabilities = msgspec.structs.replace(
        scene.channel.capabilities, can_send_stickers=False
    )

    with pytest.raises(StickersUnsupported):
        await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")

    assert scene.channel.asked_sets == []


async def test_only_who_configures_channels_adds_and_removes(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    agent = Principal(kind="user", name="Ira", grants=(Grant("agent", "own"),))

    for call in (
        add_sticker_set(parts, agent, scene.account_id, "Faces"),
        refresh_sticker_set(parts, agent, scene.account_id, faces.id),
        remove_sticker_set(parts, agent, scene.account_id, faces.id),
    ):
        with pytest.raises(NotFound):
            await call

    assert len(await rows_of(scene)) == 3


async def test_an_account_has_so_many_sets_and_no_more(
    scene: Scene, parts: StickerParts, faces: StickerSetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "SETS_OF_ACCOUNT", 1)
    scene.channel.sticker_sets["Cats"] = listed(sticker("cat"), name="Cats")

    with pytest.raises(TooManyStickerSets):
        await add_sticker_set(parts, SYSTEM, scene.account_id, "Cats")
    again = await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")

    assert again.view.id == faces.id


async def test_a_listing_anew_keeps_what_stayed_and_forgets_what_went(
    scene: Scene, parts: StickerParts, faces: StickerSetView, store: FileStore
) -> None:
    before = {row["external_key"]: row for row in await rows_of(scene)}
    stored = await store.put(b"party")
    await mark_ready(scene.log, before["party"]["file_id"], stored)
    scene.channel.sticker_sets["Faces"] = listed(
        sticker("wave", "🙌", "tgs"), sticker("smile"), sticker("new"), title="Faces, new"
    )

    view = await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    after = await rows_of(scene)
    assert [row["external_key"] for row in after] == ["wave", "smile", "new"]
    assert view.title == "Faces, new"
    assert (after[0]["emojis"], after[0]["position"]) == (["🙌"], 0)
    for row in after[:2]:
        assert (row["id"], row["file_id"]) == (
            before[row["external_key"]]["id"],
            before[row["external_key"]]["file_id"],
        )
    assert sorted(set((await _files(scene)).values()) & {"party", "party-small"}) == []
    assert await store.find_size(stored.storage_key) is None


async def test_what_a_message_shows_stays_when_its_sticker_goes(
    scene: Scene, parts: StickerParts, faces: StickerSetView, store: FileStore
) -> None:
    smile = (await rows_of(scene))[0]
    stored = await store.put(b"smile")
    await mark_ready(scene.log, smile["file_id"], stored)
    await _show_in_a_message(scene, smile["file_id"])

    await remove_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    assert await rows_of(scene) == []
    assert await _files(scene) == {smile["file_id"]: "smile"}
    assert await store.find_size(stored.storage_key) == 5


async def test_a_file_that_could_not_be_fetched_is_tried_anew(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    smile, wave, _ = await rows_of(scene)
    await give_up(scene.log, smile["file_id"], "failed", "gone")

    view = await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    fresh, still, _ = await rows_of(scene)
    assert fresh["id"] == smile["id"]
    assert fresh["file_id"] != smile["file_id"]
    assert still["file_id"] == wave["file_id"]
    assert view.stickers[0].file_state == "pending"
    assert smile["file_id"] not in await _files(scene)


async def test_a_set_that_vanished_is_said_and_can_be_used_still(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    del scene.channel.sticker_sets["Faces"]

    view = await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)
    again = await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    assert (view.state, again.state) == ("vanished", "vanished")
    assert len(view.stickers) == 3
    assert (await scene.events("channel_account")).count("StickerSetVanished") == 1

    scene.channel.sticker_sets["Faces"] = listed(sticker("smile"))
    back = await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)
    assert (back.state, back.reason, len(back.stickers)) == ("listed", "", 1)


async def test_a_provider_that_is_down_is_said_and_nothing_changes(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    scene.channel.failures = [ProviderError("no answer\0", is_retryable=True)]

    with pytest.raises(ProviderError):
        await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    async with scene.database.connection() as connection:
        [view] = await list_sticker_sets(connection, scene.account_id)
    assert (view.state, view.reason, len(view.stickers)) == ("listed", "no answer?", 3)


async def test_a_set_that_is_removed_while_it_is_listed_does_not_come_back(
    scene: Scene, parts: StickerParts, faces: StickerSetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PlainClient.list_sticker_set

    async def slow(client: PlainClient, name: str) -> ListedStickerSet:
        answer = await real(client, name)
        await remove_sticker_set(parts, SYSTEM, scene.account_id, faces.id)
        return answer

    monkeypatch.setattr(PlainClient, "list_sticker_set", slow)
    with pytest.raises(UnknownStickerSet):
        await refresh_sticker_set(parts, SYSTEM, scene.account_id, faces.id)

    assert await rows_of(scene) == []
    assert await _files(scene) == {}


async def test_what_is_not_there_cannot_be_listed_or_removed(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    for account_id, set_id in ((scene.account_id, new_id()), (new_id(), faces.id)):
        with pytest.raises(NotFound):
            await refresh_sticker_set(parts, SYSTEM, account_id, set_id)
        with pytest.raises(UnknownStickerSet):
            await remove_sticker_set(parts, SYSTEM, account_id, set_id)


async def test_a_huge_set_and_odd_words_are_cut_to_what_can_be_kept(
    scene: Scene, parts: StickerParts
) -> None:
    many = [sticker(f"s{number}", "🙂\0\ud800" * 40) for number in range(500)]
    scene.channel.sticker_sets["Faces"] = listed(*many, *many, title="T\0" * 5000)

    view = (await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")).view

    assert len(view.stickers) == 200
    assert len(view.title) == 200
    assert view.stickers[0].emojis[0].startswith("🙂??")


async def test_a_sticker_is_found_for_its_own_account_alone(
    scene: Scene, faces: StickerSetView
) -> None:
    async with scene.database.transaction() as connection:
        found = await find_sticker(connection, scene.account_id, faces.stickers[1].id)
        other = await find_sticker(connection, new_id(), faces.stickers[1].id)
        file = await get_file(connection, faces.stickers[1].file_id)

    assert found is not None
    assert (found.format, found.emoji, found.set_name) == ("tgs", "👋", "Faces")
    assert (found.file_id, found.width) == (file.id, 512)
    assert other is None


async def test_a_chosen_stickers_file_is_not_thrown_away_before_it_is_shown(
    scene: Scene, parts: StickerParts, faces: StickerSetView
) -> None:
    smile = (await rows_of(scene))[0]
    await scene.tell(message("Hi"))
    async with scene.log.write() as unit:
        assert await find_sticker(unit.connection, scene.account_id, smile["id"]) is not None
        removing = asyncio.create_task(
            remove_sticker_set(parts, SYSTEM, scene.account_id, faces.id)
        )
        await _somebody_waits(scene)
        await unit.connection.execute(
            """insert into message_files (file_id, message_id, conversation_id)
               select $1, id, conversation_id from messages""",
            smile["file_id"],
        )
    await removing

    assert smile["file_id"] in await _files(scene)


async def _somebody_waits(scene: Scene) -> None:
    async def look() -> bool:
        waiting = "select from pg_stat_activity where wait_event_type = 'Lock'"
        return bool(await scene.rows(f"{waiting} and datname = current_database()"))

    await eventually(look)
