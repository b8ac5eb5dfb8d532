"""The commands `comanda keys …` and `comanda customer …`; what they do is in modules of their own, loaded when they are
needed.
"""

import asyncio
import json
import sys
from typing import Annotated, NoReturn

import typer

from server.config import load
from server.footing import ConfigOption, one_sentence, services
from server.telemetry import set_up_logging

HouseOption = Annotated[
    str | None, typer.Option("--restaurant", "--house", help="The id of the house, where there are several.")
]
PhoneArgument = Annotated[
    str | None,
    typer.Argument(
        help="The phone number. Better let yourself be asked for it: what stands on the command line is seen by others "
        "on this machine, and kept by the shell.",
        show_default=False,
    ),
]

keys = typer.Typer(help="The keys under which personal data is sealed.", no_args_is_help=True)

customer = typer.Typer(help="What is held of one person. These commands may run beside a server.", no_args_is_help=True)


@keys.command("rotate")
def rotate_keys(config: ConfigOption = None) -> None:
    """Seal all personal data under the newest key, while the server runs; goes on where it was stopped.

    Ends with 0 when nothing is left under an older key, which can then be taken away, else with 1.
    """
    from server.keys_command import rotate

    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            is_done = asyncio.run(rotate(ready))
    raise typer.Exit(0 if is_done else 1)


@customer.command("export")
def export_customer(phone: PhoneArgument = None, config: ConfigOption = None, restaurant: HouseOption = None) -> None:
    """Print everything that is held of the person of a phone number, as JSON. Ends with 1 when that is nothing."""
    from server.customer_command import export

    number = phone or _asked()
    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            held = asyncio.run(export(ready, restaurant, number))
    if held is None:
        _nobody()
    typer.echo(json.dumps(held, indent=2, ensure_ascii=False))


@customer.command("erase")
def erase_customer(
    phone: PhoneArgument = None,
    config: ConfigOption = None,
    restaurant: HouseOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also while an order is under way: nobody can read then where it goes.")
    ] = False,
) -> None:
    """Erase the person of a phone number for good; their orders stay, without name, phone and address.

    Ends with 1 when there is nobody, or an order is under way.
    """
    from server.customer_command import OrderUnderWay, erase

    number = phone or _asked()
    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            try:
                was_there = asyncio.run(erase(ready, restaurant, number, force=force))
            except OrderUnderWay as refused:
                typer.secho(str(refused), err=True, fg="red")
                raise typer.Exit(1) from None
    if not was_there:
        _nobody()
    typer.echo("Erased. What backups hold goes when they do.")


def _asked() -> str:
    """Ask for the number where nothing else is printed: what comes out may go into a file."""
    typer.echo("Phone number: ", nl=False, err=True)
    return sys.stdin.readline().strip()


def _nobody() -> NoReturn:
    typer.echo("Nothing is held of anybody with this number.", err=True)
    raise typer.Exit(1)
