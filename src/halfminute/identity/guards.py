"""How a route declares who may call it; what is not declared is refused."""

from __future__ import annotations

from typing import Any, Final

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from halfminute.identity.access import has_permission
from halfminute.identity.permissions import Permission
from halfminute.identity.principals import Principal
from halfminute.kit.errors import Forbidden, HalfminuteError, NotSignedIn

Connection = ASGIConnection[Any, Any, Any, Any]

# For `opt=PUBLIC`: anybody may call the route.
PUBLIC: Final[dict[str, Any]] = {"public": True}


class UndeclaredRoute(HalfminuteError):
    """The route declares neither a permission nor that it is public."""

    code = "undeclared_route"


class _SignedIn:
    """The guard of a route that any signed-in user may call, and no program."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        if get_principal(connection).kind == "api_token":
            raise Forbidden


class _Requires(_SignedIn):
    """The guard of a route that needs a permission in some scope."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        if not has_permission(get_principal(connection), self.permission):
            raise Forbidden


# For `guards=[signed_in]`.
signed_in: Final = _SignedIn()


def requires(permission: Permission) -> _Requires:
    """For `guards=[requires("conversation.reply")]`: some role of the user holds it.

    Whether its scope covers the very thing is asked by the action, which has the row.
    """
    return _Requires(permission)


def get_principal(connection: Connection) -> Principal:
    """Who calls. Raises NotSignedIn."""
    principal = connection.scope.get("user")
    if not isinstance(principal, Principal):
        raise NotSignedIn
    return principal


async def provide_principal(request: Connection) -> Principal:
    """For `dependencies={"principal": Provide(provide_principal)}`."""
    return get_principal(request)


async def refuse_undeclared(_connection: Connection, handler: BaseRouteHandler) -> None:
    """The application's guard: a route that forgot to say who may call it answers nobody."""
    if not _is_declared(handler):
        raise UndeclaredRoute


def list_undeclared_routes(app: Litestar) -> list[str]:
    """`METHOD path` of every route that says neither who may call it nor that it is public."""
    return sorted(
        f"{','.join(sorted(handler.http_methods))} {route.path}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and not _is_declared(handler)
        if set(handler.http_methods) != {"OPTIONS"}
    )


def _is_declared(handler: BaseRouteHandler) -> bool:
    layers = handler.ownership_layers
    return any(
        (layer.opt or {}).get("public") is True
        or any(isinstance(guard, _SignedIn) for guard in layer.guards or ())
        for layer in layers
    )
