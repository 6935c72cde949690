#!/bin/sh
# Compiles requirements/*.txt; dev.txt keeps the versions of run.txt, so tests run what users run.
set -eu
cd "$(dirname "$0")/.."

compile() {
    target="requirements/$1.txt"
    shift
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        "$@" --output-file "$target"
    echo "$target"
}

compile bootstrap requirements/bootstrap.in
compile build requirements/build.in
compile node requirements/node.in
compile bench requirements/bench.in
compile run pyproject.toml
compile dev pyproject.toml --extra dev --constraint requirements/run.txt
