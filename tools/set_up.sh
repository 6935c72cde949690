#!/bin/sh
# Makes .venv ready for `run` or for `dev`; does nothing when it is ready already.
# usage: tools/set_up.sh run|dev
set -eu
cd "$(dirname "$0")/.."
kind=$1
python=.venv/bin/python

fail() {
    echo "Halfminute: $1" >&2
    exit 1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed: install it (Debian: apt-get install python3 python3-venv)."
}

make_environment() {
    # A moved or half-made environment, or one whose Python went away, cannot be mended.
    if ! "$python" -c 'import sys' 2>/dev/null || [ ! -f .venv/.is-made ]; then
        found=$(find_python)
        "$found" -c 'import venv, ensurepip' 2>/dev/null ||
            fail "Python's venv is missing: install it (Debian: apt-get install python3-venv)."
        echo "Making .venv with $found"
        "$found" -m venv --clear .venv
        touch .venv/.is-made
    fi
}

digest() {
    "$python" - "$@" <<'PYTHON'
import hashlib
import os
import sys
from pathlib import Path

total = hashlib.sha256(os.getcwdb())
for name in sys.argv[1:]:
    total.update(Path(name).read_bytes())
print(total.hexdigest())
PYTHON
}

install() {
    list=requirements/$1.txt
    stamp=.venv/.installed-$1
    wanted=$(digest pyproject.toml requirements/bootstrap.txt requirements/build.txt "$list")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return
    fi
    echo "Installing what $list names"
    rm -f "$stamp"
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements/bootstrap.txt
    "$python" -m uv pip install --quiet --python "$python" --require-hashes \
        -r requirements/build.txt -r "$list"
    "$python" -m uv pip install --quiet --python "$python" --no-deps --no-build-isolation -e .
    echo "$wanted" >"$stamp"
}

make_environment
# A developer's environment holds all that running needs, in the same versions.
if [ "$kind" = run ] && [ -f .venv/.installed-dev ]; then
    kind=dev
fi
install "$kind"
