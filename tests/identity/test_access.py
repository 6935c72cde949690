"""Role, resource and scope: one mechanism, every combination."""

from __future__ import annotations

from typing import get_args

import pytest

from halfminute.identity.access import Facts, allows, has_permission, list_permissions, require
from halfminute.identity.permissions import PERMISSIONS, ROLE_PERMISSIONS, Permission
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import Role, Scope, UserId
from halfminute.kit.errors import Forbidden, NotFound
from halfminute.kit.ids import new_id

ME, OTHER, TEAM, QUEUE = UserId(new_id()), new_id(), new_id(), new_id()
SCOPE_IDS = {"team": TEAM, "queue": QUEUE}
# What each scope covers; a thing with no such owner is covered by `all` alone.
THINGS = {
    "mine": (Facts(agent_id=ME), {"own", "all"}),
    "another's": (Facts(agent_id=OTHER), {"all"}),
    "my team's": (Facts(agent_id=OTHER, team_id=TEAM), {"team", "all"}),
    "another team's": (Facts(agent_id=OTHER, team_id=new_id()), {"all"}),
    "my queue's": (Facts(queue_id=QUEUE), {"queue", "all"}),
    "another queue's": (Facts(queue_id=new_id()), {"all"}),
    "nobody's": (Facts(), {"all"}),
    "everything of mine": (Facts(agent_id=ME, team_id=TEAM, queue_id=QUEUE), set(get_args(Scope))),
}


def user(*grants: Grant) -> Principal:
    return Principal(kind="user", name="Olena", user_id=ME, grants=grants)


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("scope", get_args(Scope))
@pytest.mark.parametrize("thing", THINGS)
def test_a_grant_reaches_as_far_as_its_role_and_its_scope(
    role: Role, scope: Scope, thing: str
) -> None:
    principal = user(Grant(role, scope, SCOPE_IDS.get(scope)))
    facts, covering = THINGS[thing]
    for permission in get_args(Permission):
        expected = permission in ROLE_PERMISSIONS[role] and scope in covering
        assert allows(principal, permission, facts) is expected, permission


def test_two_grants_do_not_lend_each_other_their_scope() -> None:
    principal = user(Grant("supervisor", "team", TEAM), Grant("agent", "all"))
    assert allows(principal, "conversation.read", Facts(queue_id=QUEUE))
    assert not allows(principal, "queue.configure", Facts(queue_id=QUEUE))
    assert allows(principal, "queue.configure", Facts(team_id=TEAM))


def test_who_may_not_see_a_thing_is_told_that_it_is_not_there() -> None:
    agent = user(Grant("agent", "own"))
    with pytest.raises(NotFound):
        require(agent, "conversation.reply", Facts(agent_id=OTHER))
    with pytest.raises(NotFound):
        require(agent, "conversation.read", Facts(agent_id=OTHER))
    with pytest.raises(Forbidden):
        require(agent, "conversation.reassign", Facts(agent_id=ME))
    require(agent, "conversation.reply", Facts(agent_id=ME))


def test_without_a_role_nothing_is_allowed() -> None:
    for permission in get_args(Permission):
        assert not has_permission(user(), permission)
        assert not allows(user(), permission, Facts(agent_id=ME))
        with pytest.raises(NotFound):
            require(user(), permission, Facts(agent_id=ME))


def test_the_holder_of_a_conversations_token_reads_that_one_and_does_nothing() -> None:
    conversation_id = new_id()
    contact = Principal(kind="conversation", name="Contact", conversation_id=conversation_id)
    own = Facts(conversation_id=conversation_id)
    allowed = {one for one in get_args(Permission) if allows(contact, one, own)}
    assert allowed == {"conversation.read", "file.read"}
    for facts in (Facts(), Facts(conversation_id=new_id()), Facts(agent_id=ME)):
        assert not any(allows(contact, one, facts) for one in get_args(Permission))
    nobody = Principal(kind="conversation", name="?")
    assert not allows(nobody, "conversation.read", Facts())


def test_halfminute_itself_may_do_everything() -> None:
    assert all(allows(SYSTEM, one, Facts()) for one in get_args(Permission))


def test_a_session_lists_what_its_roles_allow() -> None:
    assert list_permissions(user()) == []
    assert set(list_permissions(user(Grant("admin", "all")))) == PERMISSIONS
    agent = list_permissions(user(Grant("agent", "own")))
    assert agent == sorted(agent)
    assert set(agent) < PERMISSIONS
