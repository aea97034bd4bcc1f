"""``caretaker local``: the local AWS, until Ctrl-C."""

import signal
import threading
from pathlib import Path

import click

from caretaker.authoring import ConfigurationError
from caretaker.build.errors import BuildError
from caretaker.cli.configuration import BadConfiguration, config_option
from caretaker.local.aws import LocalAws
from caretaker.local.errors import LocalAwsError, PortTaken, TemplateError

DEFAULT_PORT = 4566
_LOOK = 0.5  # seconds between two looks whether the server is still there


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where to listen, on loopback only; 0 takes a free port.",
)
@config_option
@click.option("--schedules/--no-schedules", default=True, help="Whether the clock starts what is scheduled (it does).")
def local(port: int, config: Path, schedules: bool) -> None:
    """Serve the whole stack on this machine until Ctrl-C.

    The functions really run, from template.yaml and the configuration; nothing leaves this machine but
    what they look at and tell.
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    try:
        with LocalAws(config, port, schedules=schedules, retry_after=(1, 2), say=_say_progress) as aws:
            _say_ready(aws)
            while not ended.wait(_LOOK):
                if aws.wait(0):
                    raise click.ClickException("the local AWS has ended; start it again")
    except ConfigurationError as error:
        raise BadConfiguration(error) from None
    except (PortTaken, TemplateError, BuildError) as error:
        raise click.UsageError(str(error)) from error
    except LocalAwsError as error:
        raise click.ClickException(str(error)) from error


def _say_progress(progress: str) -> None:
    click.echo(progress, err=True)


def _say_ready(aws: LocalAws) -> None:
    click.echo("For boto3, the AWS CLI and caretaker in another terminal:\n")
    for name, value in aws.environment.items():
        click.echo(f"    export {name}={value}")
    click.echo(f"\nFunctions: {', '.join(aws.description['functions'])}. Run one now: caretaker invoke uptime")
    for name, kind in aws.description["left_out"].items():
        click.echo(f"Not served here: {name} ({kind})")
    click.echo(f"\nThe local AWS is ready on {aws.endpoint_url} (Ctrl-C ends it)")
