"""The command line: `halfminute --help`."""

from __future__ import annotations

import click

from halfminute.main.cli.channels import channel
from halfminute.main.cli.doctor import doctor
from halfminute.main.cli.failures import TellingGroup
from halfminute.main.cli.retranslate import retranslate
from halfminute.main.cli.serve import migrate, serve
from halfminute.main.cli.start import demo, up
from halfminute.main.cli.users import user


@click.group(cls=TellingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="halfminute")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Halfminute, a contact centre: every channel in one queue, half a minute at most."""


for command in (up, demo, serve, migrate, doctor, user, channel, retranslate):
    main.add_command(command)
