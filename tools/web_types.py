"""Generates the web's types from the server's description: python -m tools.web_types write|check.

The description is made from the code: neither a database nor a server is needed.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from halfminute.main.web import describe_api
from tools.tracked import told
from tools.web import WEB, call_program

GENERATED: Final = WEB / "packages" / "api" / "src" / "server.generated.ts"
_HEAD: Final = "/* The shapes and routes of the server. `make types` writes this file. */\n"
# A response's field with a default is required by the description itself; a request's is not.
_OPTIONS: Final = (
    "--root-types",
    "--root-types-no-schema-prefix",
    "--empty-objects-unknown",
    "--default-non-nullable=false",
)


def generate() -> str:
    """The text that the generated file should have."""
    return _HEAD + call_program("openapi-typescript", *_OPTIONS, given=json.dumps(describe_api()))


def find_fault(present: str, wanted: str) -> str | None:
    """What to say of the file as it is; None when it is as it should be."""
    if present == wanted:
        return None
    return f"{told(GENERATED)} is not what the server's description says: run `make types`."


def main(arguments: list[str]) -> None:
    """Write the file, or say that it is old."""
    if arguments not in (["write"], ["check"]):
        raise SystemExit("usage: python -m tools.web_types write|check")
    wanted = generate()
    if arguments == ["write"]:
        GENERATED.write_text(wanted, encoding="utf-8")
        return
    present = GENERATED.read_text(encoding="utf-8") if GENERATED.exists() else ""
    fault = find_fault(present, wanted)
    if fault is not None:
        raise SystemExit(fault)


if __name__ == "__main__":
    main(sys.argv[1:])
