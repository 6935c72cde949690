"""`python -m tests.web.stand_in [PORT]`: the desk with invented people; the password is
"half-minute" for any e-mail."""

from __future__ import annotations

import sys

import uvicorn

from tests.web.stand_in.app import make_app

uvicorn.run(
    make_app(),
    host="127.0.0.1",
    port=int(sys.argv[1]) if len(sys.argv) > 1 else 8099,
    log_level="warning",
)
