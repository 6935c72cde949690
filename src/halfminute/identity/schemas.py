"""What the session's routes take and give."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.identity.access import list_permissions
from halfminute.identity.permissions import Permission
from halfminute.identity.principals import Grant, Principal
from halfminute.kit.errors import NotSignedIn
from halfminute.kit.text import STORABLE

Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Z]{2})?$")]


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to sign in."""

    email: Annotated[str, msgspec.Meta(min_length=1, max_length=254, pattern=STORABLE)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class LanguageChoice(msgspec.Struct, forbid_unknown_fields=True):
    """The language of the user's screens."""

    language: Language


class UserView(msgspec.Struct):
    """A user, as the user sees itself."""

    id: UUID
    name: str
    email: str
    language: str


class SessionView(msgspec.Struct):
    """Who is signed in, and what that allows; what is not in `permissions` would be refused."""

    user: UserView
    roles: list[Grant]
    permissions: list[Permission]


def view_session(principal: Principal) -> SessionView:
    """The view of a signed-in user."""
    if principal.user_id is None:
        raise NotSignedIn
    user = UserView(principal.user_id, principal.name, principal.email, principal.language)
    return SessionView(user, list(principal.grants), list_permissions(principal))
