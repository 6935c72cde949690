"""The description of the interface says what is so."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from halfminute.main.description import make_event_data
from halfminute.main.web import describe_api

SOURCES = Path(__file__).parents[2] / "src" / "halfminute"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return describe_api()


@pytest.fixture(scope="module")
def shapes(description: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = description["components"]["schemas"]
    return found


@pytest.mark.parametrize("name", ["DeskView", "QueueView", "StickerPart", "FormPart", "Grant"])
def test_an_answer_has_every_field(shapes: dict[str, Any], name: str) -> None:
    assert shapes[name]["required"] == list(shapes[name]["properties"])


def test_what_is_omitted_by_default_need_not_be_there(shapes: dict[str, Any]) -> None:
    assert shapes["Entity"]["required"] == ["type", "offset", "length"]
    assert shapes["TextPart"]["required"] == ["type", "text", "entities"]
    assert shapes["EventData"]["required"] == []


def test_of_a_file_only_what_it_has_is_told(shapes: dict[str, Any]) -> None:
    told = shapes["MediaPart"]["properties"].keys()
    assert told - set(shapes["MediaPart"]["required"]) == {"thumbnail_url", "waveform"}


def test_a_request_may_leave_out_what_has_a_default(shapes: dict[str, Any]) -> None:
    assert shapes["NewReply"]["required"] == ["client_id"]
    assert shapes["QueueChange"]["properties"]["wrap_up_seconds"]["default"] == 30


def test_a_providers_reference_is_nobodys_business(shapes: dict[str, Any]) -> None:
    assert "source" not in shapes["MediaPart"]["properties"]
    assert shapes["StickerPart"]["properties"].keys().isdisjoint({"source", "thumbnail_source"})


def test_parts_are_told_apart_by_their_type(shapes: dict[str, Any]) -> None:
    part = shapes["MessageView"]["properties"]["parts"]["items"]

    assert part["discriminator"]["propertyName"] == "type"
    assert part["discriminator"]["mapping"]["media"] == "#/components/schemas/MediaPart"
    assert shapes["MediaPart"]["properties"]["type"] == {"enum": ["media"]}


def test_times_are_times(shapes: dict[str, Any]) -> None:
    times = {
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, described in shape.get("properties", {}).items()
        if field.endswith("_at") and "date-time" not in str(described)
    }

    assert times == set()


def test_errors_look_alike_on_every_route(description: dict[str, Any]) -> None:
    for operation in _operations(description):
        refusal = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert refusal == {"$ref": "#/components/schemas/ErrorView"}
        assert operation["responses"].keys() <= {"200", "201", "204", "206", "default"}


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    def references(place: Any) -> Iterator[str]:
        if isinstance(place, dict):
            yield from [place["$ref"]] if "$ref" in place else []
            place = list(place.values())
        if isinstance(place, list):
            for one in place:
                yield from references(one)

    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(references(description)) <= known


def test_a_text_that_is_stored_cannot_hold_a_nul(
    description: dict[str, Any], shapes: dict[str, Any]
) -> None:
    hashed_or_checked_by_its_action = {
        "SignIn.password",
        "SiteSignIn.token",
        "NewReply.text",
        "NewNote.text",
        "NewWords.text",
        "DraftChange.text",
    }
    # By the ids of skills: msgspec checks them, but tells no format of a key.
    by_id = {"QueueChange.requirements", "AccountRequirementsChange.requirements"}
    free = {
        f"{name}.{field}"
        for name in _list_requests(description)
        for field, described in shapes[name]["properties"].items()
        if _takes_any_text(described)
    }

    assert free == hashed_or_checked_by_its_action | by_id


def test_events_carry_views_and_facts(shapes: dict[str, Any]) -> None:
    data = shapes["EventData"]["properties"]

    assert shapes["EventFrame"]["properties"]["data"] == {"$ref": "#/components/schemas/EventData"}
    assert data["conversation"] == {"$ref": "#/components/schemas/ConversationView"}
    assert data["agent"] == {"$ref": "#/components/schemas/AgentView"}
    assert data["by"]["enum"] == ["offer", "pull", "reassign", "reopen"]


def test_events_tell_what_is_described_and_nothing_else() -> None:
    views = {"conversation", "message", "transfer", "consult", "offer", "agent", "queue"}
    described = {field.encode_name for field in msgspec.structs.fields(make_event_data())}

    assert _list_recorded_keys() == described - views


def test_the_description_is_the_same_on_every_run(description: dict[str, Any]) -> None:
    program = "import sys, msgspec; from halfminute.main.web import describe_api; "
    program += "sys.stdout.buffer.write(msgspec.json.encode(describe_api()))"
    for seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert answer.stdout == msgspec.json.encode(description)


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()


def _list_requests(description: dict[str, Any]) -> set[str]:
    bodies = [operation.get("requestBody") for operation in _operations(description)]
    schemas = [body["content"]["application/json"]["schema"] for body in bodies if body]
    return {schema["$ref"].rpartition("/")[2] for schema in schemas}


def _takes_any_text(described: dict[str, Any]) -> bool:
    """Whether some text in it, or some key of it, has neither a pattern nor a format."""
    if described.get("type") == "string":
        return described.keys().isdisjoint({"pattern", "format"})
    inner = [*described.get("anyOf", [])]
    inner += [described["items"]] if "items" in described else []
    if described.get("type") == "object":
        inner += [{"type": "string", **described.get("propertyNames", {})}]
        inner += [described["additionalProperties"]]
    return any(map(_takes_any_text, inner))


def _list_recorded_keys() -> set[str]:
    """The keys of all data that the actions give to `unit.record`."""
    keys: set[str] = set()
    for place in SOURCES.rglob("*.py"):
        if "plugins" in place.relative_to(SOURCES).parts:
            continue
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                keys |= _list_keys_of(node)
    return keys


def _list_keys_of(function: ast.AST) -> set[str]:
    inside = list(ast.walk(function))
    given = [
        node.args[1]
        for node in inside
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "unit.record"
    ]
    names = {node.id for node in given if isinstance(node, ast.Name)}
    tables: list[ast.AST | None] = [*given]
    keys: set[str] = set()
    for node in inside:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in names:
                tables.append(node.value)
            elif isinstance(target, ast.Subscript) and ast.unparse(target.value) in names:
                keys.add(ast.literal_eval(target.slice))
    for table in tables:
        if isinstance(table, ast.Dict):
            keys |= {ast.literal_eval(key) for key in table.keys if key is not None}
    return keys
