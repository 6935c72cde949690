"""What `up` and `demo` tell in the terminal."""

from __future__ import annotations

import click

from halfminute.main.installation import Running
from halfminute.main.supervisor.child import Death

_WIDTH = 11


def report_up(
    running: Running,
    sign_in: tuple[str, str] | None,
    simulated: tuple[str, ...],
    seconds: float,
) -> None:
    """One screen: where the desk is, how to sign in, what is real and what is not."""
    place = running.place
    click.secho(f"\nHalfminute is ready ({seconds:.1f} s).\n", fg="green", bold=True)
    _line("Desk", click.style(place.url, bold=True))
    if sign_in is not None:
        _line("Sign in", "  ".join(sign_in))
        if not simulated:
            _line("", "Write the password down: it is told this once.")
    else:
        _line("Sign in", "as before (another person: halfminute user add)")
    if running.is_database_embedded:
        _line("Database", f"PostgreSQL of our own, in {place.directory}")
    else:
        _line("Database", "the one the settings name")
    for number, told in enumerate(simulated):
        _line("" if number else "Simulated", told)
    _line("Logs", str(place.logs))
    if place.host not in {"127.0.0.1", "localhost", "::1"}:
        _line("Network", f"open to others on {place.host}: put HTTPS before it")
    click.echo("\nCtrl-C stops everything.")


def report_death(death: Death) -> None:
    """A part ended unasked, and is started again."""
    words = death.last_words.splitlines()[-1:] or ["it said nothing"]
    click.secho(
        f"The part `{death.name}` ended ({_tell_status(death.status)}); it starts again in "
        f"{death.pause_seconds:.1f} s. Its last words: {words[0][:300]}",
        fg="yellow",
        err=True,
    )


def report_stop() -> None:
    """Ctrl-C was heard."""
    click.echo("\nStopping: the parts first, then the database.")


def _line(name: str, text: str) -> None:
    click.echo(f"  {name:<{_WIDTH}}{text}")


def _tell_status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
