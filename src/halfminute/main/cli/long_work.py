"""What a command shows of long work, and how it is interrupted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

_STEPS: Final = 1_000


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """A bar where somebody watches; it is told how much is over, as a share of 1."""
    with click.progressbar(
        length=_STEPS, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield lambda share: bar.update(round(share * _STEPS) - bar.pos)


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends with one line."""
    try:
        yield
    except KeyboardInterrupt:
        click.secho("\nInterrupted.", fg="yellow", err=True)
        raise SystemExit(130) from None
