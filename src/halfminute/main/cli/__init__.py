"""The command line: `halfminute --help`."""

from __future__ import annotations

import click

from halfminute.main.cli.telling_group import TellingGroup

# Imported only when called: `up` starts in half the time without what `serve` needs.
_COMMANDS = {
    "up": "halfminute.main.cli.start:up",
    "demo": "halfminute.main.cli.start:demo",
    "serve": "halfminute.main.cli.serve:serve",
    "migrate": "halfminute.main.cli.serve:migrate",
    "doctor": "halfminute.main.cli.doctor:doctor",
    "user": "halfminute.main.cli.users:user",
    "channel": "halfminute.main.cli.channels:channel",
    "retranslate": "halfminute.main.cli.retranslate:retranslate",
}


@click.group(
    cls=TellingGroup,
    places=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="halfminute")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Halfminute, a contact centre: every channel in one queue, half a minute at most."""
