"""Who may see channel accounts, and who may give one a new token."""

from __future__ import annotations

from pathlib import Path

import httpx

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import run_fake
from tests.callers import AGENT, PASSWORD, open_application
from tests.scene import Scene
from tests.web_role import serve_role

ADMIN, SUPERVISOR = Grant("admin", "all"), Grant("supervisor", "all")


async def test_accounts_are_seen_and_mended_by_those_who_may(scene: Scene, tmp_path: Path) -> None:
    account = await add_account(
        scene.accounts, SYSTEM, NewAccount(kind="plain", form={"token": "7:old"})
    )
    path = f"/api/channel-accounts/{account.id}/secrets"
    async with open_application(scene.log, tmp_path, scene.registry) as callers:
        ada = await callers.sign_in("Ada", AGENT)
        sam = await callers.sign_in("Sam", SUPERVISOR)
        eve = await callers.sign_in("Eve", ADMIN)
        body = {"secrets": {"token": "7:new"}}

        assert await ada.is_refused(403, "forbidden", "GET", "/api/channel-accounts", None)
        assert await ada.is_refused(403, "forbidden", "PUT", path, body)
        assert await sam.is_refused(403, "forbidden", "PUT", path, body)
        seen = (await sam.ask("GET", "/api/channel-accounts")).json()
        assert [item["id"] for item in seen["items"]] == [str(scene.account_id), str(account.id)]
        assert seen["secrets"] == {
            "plain": [{"name": "token", "labels": {"en": "Token", "ru": "Токен"}}]
        }
        assert "7:old" not in str(seen)
        wrongs: tuple[dict[str, object], ...] = (
            {},
            {"secrets": {}},
            {"secrets": {"token": ""}},
            {"secrets": {"token": 7}},
        )
        for wrong in wrongs:
            assert (await eve.ask("PUT", path, wrong)).status_code == 400


async def test_a_bots_token_is_replaced_over_http(database_url: str, tmp_path: Path) -> None:
    old, new, rival = "123456:old-token", "123456:new-token", "654321:another-bots"
    async with (
        run_fake(Options(tokens=(old, rival))) as fake,
        serve_role(database_url, tmp_path) as parts,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{parts.settings.port}", timeout=30) as desk,
    ):
        form = {"token": old, "api_base_url": fake.url}
        account = await add_account(parts.accounts, SYSTEM, NewAccount(kind="telegram", form=form))
        await connect_account(parts.accounts, SYSTEM, account.id)
        told_first = fake.parts.world.bots[123456].inbound
        await create_user(
            parts.log,
            SYSTEM,
            email="eve@example.org",
            name="Eve",
            password=PASSWORD,
            grants=(ADMIN,),
        )
        desk.headers["Origin"] = f"http://127.0.0.1:{parts.settings.port}"
        who = {"email": "eve@example.org", "password": PASSWORD}
        assert (await desk.post("/api/session", json=who)).status_code == 201
        async with httpx.AsyncClient(base_url=fake.url) as father:
            await father.post("/control/bots/123456/token", json={"token": new})
        path = f"/api/channel-accounts/{account.id}/secrets"

        refused = await desk.put(path, json={"secrets": {"token": rival}})
        revoked = await desk.put(path, json={"secrets": {"token": old}})
        taken = await desk.put(path, json={"secrets": {"token": new}})

        assert (refused.status_code, refused.json()["code"]) == (400, "another_account")
        assert refused.json()["fields"]["given"]["external_id"] == "654321"
        assert (revoked.status_code, revoked.json()["code"]) == (502, "provider_error")
        assert (taken.status_code, taken.json()["health"]) == (200, "ok")
        told_then = fake.parts.world.bots[123456].inbound
        assert told_then.url == told_first.url
        assert told_then.secret not in ("", told_first.secret)
        for answer in (refused, revoked, taken):
            assert not any(word in answer.text for word in (old, new, rival))
