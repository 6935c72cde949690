"""The command line: `halfminute --help`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from halfminute.kit.setting_sources import CONFIG_VARIABLE, STANDARD_FILE
from halfminute.main.cli.telling_group import TellingGroup

# Imported only when called: `up` starts in half the time without what `serve` needs.
_COMMANDS = {
    "up": "halfminute.main.cli.start:up",
    "demo": "halfminute.main.cli.demo:demo",
    "serve": "halfminute.main.cli.serve:serve",
    "migrate": "halfminute.main.cli.serve:migrate",
    "config": "halfminute.main.cli.config:config",
    "doctor": "halfminute.main.cli.doctor:doctor",
    "user": "halfminute.main.cli.users:user",
    "channel": "halfminute.main.cli.channels:channel",
    "sign-in": "halfminute.main.cli.sign_in:sign_in",
    "token": "halfminute.main.cli.tokens:token",
    "backup": "halfminute.main.cli.backup:backup",
    "restore": "halfminute.main.cli.backup:restore",
    "upgrade": "halfminute.main.cli.upgrade:upgrade",
    "reports": "halfminute.main.cli.reports:reports",
    "contacts": "halfminute.main.cli.contacts:contacts",
    "staff": "halfminute.main.cli.staff:staff",
    "simulate": "halfminute.main.cli.simulate:simulate",
    "replay": "halfminute.main.cli.replay:replay",
    "retention": "halfminute.main.cli.retention:retention",
    "retranslate": "halfminute.main.cli.retranslate:retranslate",
}


@click.group(
    cls=TellingGroup,
    places=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="halfminute")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--config",
    "file",
    type=click.Path(dir_okay=False, path_type=Path, resolve_path=True),
    help=f"The file with the settings.  [default: ${CONFIG_VARIABLE}, else {STANDARD_FILE}]",
)
@click.pass_context
def main(context: click.Context, *, debug: bool, file: Path | None) -> None:
    """Halfminute, a contact centre: every channel in one queue, half a minute at most."""
    # In the environment, because the processes that `up` starts must read the same file.
    if file is not None:
        os.environ[CONFIG_VARIABLE] = str(file)
    elif context.invoked_subcommand == "demo":
        # Invented people must not come into the installation of this machine.
        os.environ.setdefault(CONFIG_VARIABLE, "")
