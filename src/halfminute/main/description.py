"""The description of the HTTP interface and the socket, from which screens generate their types.

Litestar tells of the routes. The shapes come from msgspec, which reads and writes them: it knows
the tags of unions and the docstrings, and a field with a default may be left out of a request but
is always there in an answer. OpenAPI knows no sockets: their frames stand there as further shapes.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition
from msgspec import UNSET, UnsetType

from halfminute.agents.types import Presence
from halfminute.conversations.types import AssignedBy
from halfminute.kit.http.errors import ErrorView
from halfminute.main.streams import PROJECTORS
from halfminute.realtime.protocol import ClientFrame, EventFrame, ServerFrame

_REFERENCE: Final = "#/components/schemas/{name}"
# What an answer has no body for.
_EMPTY: Final = "204"


class EventFacts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What events tell beside the ids that views are joined to; which of it, goes by their type."""

    address_id: UUID | UnsetType = UNSET
    by: AssignedBy | UnsetType = UNSET
    channel_account_id: UUID | UnsetType = UNSET
    channel_kind: str | UnsetType = UNSET
    contact_id: UUID | UnsetType = UNSET
    epoch: int | UnsetType = UNSET
    file_id: UUID | UnsetType = UNSET
    is_by_agent: bool | UnsetType = UNSET
    is_reachable: bool | UnsetType = UNSET
    is_retryable: bool | UnsetType = UNSET
    is_solved: bool | UnsetType | None = UNSET
    offer_number: int | UnsetType = UNSET
    presence: Presence | UnsetType = UNSET
    priority_credit_seconds: int | UnsetType = UNSET
    queued_at_us: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    revision: int | UnsetType = UNSET
    score: int | UnsetType = UNSET
    skill_id: UUID | UnsetType = UNSET
    sticker_set_id: UUID | UnsetType = UNSET


class DescriptionPlugin(JsonRenderPlugin):
    """Serves the description, made when somebody first asks for it."""

    def __init__(self) -> None:
        """At the root of the schema's router, and under the usual name."""
        super().__init__(path=["/", "/openapi.json"])
        self._encoded: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The whole description as JSON; `openapi_schema` is what Litestar alone would say."""
        if self._encoded is None:
            self._encoded = msgspec.json.encode(describe(request.app))
        return self._encoded


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document of the application's routes; the same on every run."""
    document = app.openapi_schema.to_schema()
    document["paths"] = {
        path: {method: _mend(operation) for method, operation in sorted(methods.items())}
        for path, methods in sorted(document["paths"].items())
    }
    document["components"] = {"schemas": _describe_shapes(*_list_shapes(app))}
    return document


def make_event_data() -> type[msgspec.Struct]:
    """The shape of an event's data: facts, and ids with the views that are joined to them."""
    joined: list[tuple[str, Any, Any]] = []
    for projector in PROJECTORS:
        joined.append((projector.key, UUID | None | UnsetType, UNSET))
        joined.append((projector.view_name, projector.view | UnsetType, UNSET))
    return msgspec.defstruct(
        "EventData",
        joined,
        bases=(EventFacts,),
        kw_only=True,
        omit_defaults=True,
        namespace={"__doc__": "Ids, the present views of what they name, and facts, by the type."},
    )


def _mend(operation: dict[str, Any]) -> dict[str, Any]:
    """Errors look alike everywhere, and not as Litestar thinks; an empty answer has no body."""
    answers = {status: answer for status, answer in operation["responses"].items() if status < "4"}
    if _EMPTY in answers:
        answers[_EMPTY].pop("content", None)
    refusal = {"schema": {"$ref": _REFERENCE.format(name=ErrorView.__name__)}}
    answers["default"] = {
        "description": "Why it could not be done.",
        "content": {"application/json": refusal},
    }
    return {**operation, "responses": dict(sorted(answers.items()))}


def _list_shapes(app: Litestar) -> tuple[list[Any], list[Any]]:
    """What the routes take, and what they give."""
    taken: list[Any] = []
    given: list[Any] = []
    for handler in _list_handlers(app):
        if handler.parsed_data_field is not None:
            taken.append(handler.parsed_data_field.annotation)
        given.append(_inside(handler.parsed_return_field))
    return taken, given


def _list_handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    for handler in chain.from_iterable(route.route_handlers for route in routes):
        if handler.resolve_include_in_schema() and handler.http_methods != {"OPTIONS"}:
            yield handler


def _inside(field: FieldDefinition) -> Any:
    if not field.is_subclass_of(Response):
        return field.annotation
    return field.inner_types[0].annotation if field.inner_types else Any


def _describe_shapes(taken: list[Any], given: list[Any]) -> dict[str, Any]:
    event_data = make_event_data()
    sent = [*given, ErrorView, ServerFrame, event_data]
    unions = {"ClientFrame": ClientFrame, "ServerFrame": ServerFrame}
    described, shapes = msgspec.json.schema_components(
        [*unions.values(), *taken, *sent], ref_template=_REFERENCE
    )
    for struct in _find_structs(sent) - _find_structs(taken):
        _mend_answer(shapes[struct.__name__], struct)
    for shape in shapes.values():
        shape["description"] = inspect.cleandoc(shape["description"])
    data = {"$ref": _REFERENCE.format(name=event_data.__name__)}
    shapes[EventFrame.__name__]["properties"]["data"] = data
    return dict(sorted({**shapes, **dict(zip(unions, described, strict=False))}.items()))


def _find_structs(types: Iterable[Any]) -> set[type[msgspec.Struct]]:
    """Every struct that is within the types."""
    found: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = list(msgspec.inspect.multi_type_info(types))
    while waiting:
        told = waiting.pop()
        if isinstance(told, msgspec.inspect.StructType):
            if told.cls in found:
                continue
            found.add(told.cls)
        if isinstance(told, tuple):
            waiting.extend(told)
        elif isinstance(told, msgspec.inspect.Type | msgspec.inspect.Field):
            waiting.extend(getattr(told, name) for name in told.__struct_fields__)
    return found


def _mend_answer(shape: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    """msgspec describes what it reads; what it writes has every field that it does not omit."""
    is_sparse = struct.__struct_config__.omit_defaults
    omitted = {
        field.encode_name
        for field in msgspec.structs.fields(struct)
        if field.default is UNSET or (is_sparse and not field.required)
    }
    properties = shape["properties"]
    for name in [name for name, one in properties.items() if one.get("writeOnly")]:
        del properties[name]
    for name in properties.keys() - omitted:
        properties[name].pop("default", None)
    shape["required"] = [name for name in properties if name not in omitted]
