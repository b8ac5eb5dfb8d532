"""`comanda sms-phone`: a phone of the house without a phone. What it is to send stands on the terminal."""

from pathlib import Path
from typing import Annotated

import typer

from server.config import load
from server.footing import ConfigOption, one_sentence

_FAULTS = "Faults that real phones show"


def sms_phone(
    server: Annotated[str | None, typer.Option(help="Address of the server. Default: as configured.")] = None,
    code: Annotated[
        str | None, typer.Option(help="The one-time code of `device:enrol`. Without it: the phone that it was before.")
    ] = None,
    login: Annotated[
        str | None, typer.Option(help="Instead of a code: log in as this manager and take the phone into the house.")
    ] = None,
    name: Annotated[str, typer.Option(help="With --login: what the house is to call it.")] = "Simulated phone",
    restaurant: Annotated[
        str | None,
        typer.Option("--restaurant", "--house", help="With --login: the id of the house, if there are many."),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Its memory: secret and journal. Default: sms-phone.json in the data folder.")
    ] = None,
    two_sims: Annotated[bool, typer.Option("--two-sims", help="It has two cards.")] = False,
    send_seconds: Annotated[float, typer.Option(min=0, help="How long its radio takes for a message.")] = 1.0,
    dies_after_accept: Annotated[
        int,
        typer.Option(
            min=0,
            rich_help_panel=_FAULTS,
            help="With every Nth message the app dies once `accepted` was answered, and starts again after 3 seconds.",
        ),
    ] = 0,
    repeats_acks: Annotated[
        bool, typer.Option("--repeats-acks", rich_help_panel=_FAULTS, help="It says everything twice.")
    ] = False,
    reorders_acks: Annotated[
        bool,
        typer.Option("--reorders-acks", rich_help_panel=_FAULTS, help="It says `delivered`, then `sent`, `accepted`."),
    ] = False,
    goes_silent: Annotated[
        int,
        typer.Option(
            min=0,
            rich_help_panel=_FAULTS,
            help="With every Nth message the app hangs: it says nothing until it is cut off, and 15 seconds more.",
        ),
    ] = 0,
    quota: Annotated[
        int | None,
        typer.Option(min=0, rich_help_panel=_FAULTS, help="Each card refuses after so many messages."),
    ] = None,
    rogue: Annotated[
        bool, typer.Option("--rogue", rich_help_panel=_FAULTS, help="It says `sent`, and sends nothing.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Be one of the house's SMS phones: what it sends is printed here. Ctrl-C switches it off.

    It is a client of a running server, and keeps who it is and what it is at in a file, as a real phone does.
    """
    from comanda_client.sms_phone import ONE_CARD, TWO_CARDS, Faults

    from server.sms_phone_command import Enrolment, Handset, be

    faults = Faults(
        dies_after_accept=dies_after_accept,
        goes_silent=goes_silent,
        repeats_acks=repeats_acks,
        reorders_acks=reorders_acks,
        quota=quota,
        is_rogue=rogue,
    )
    with one_sentence():
        settings = load(config)
        handset = Handset(
            url=server or settings.public_url,
            journal=state or settings.data_dir / "sms-phone.json",
            sims=TWO_CARDS if two_sims else ONE_CARD,
            faults=faults,
            send_seconds=send_seconds,
        )
        enrolment = None
        if login and not code:
            password = typer.prompt("Password", hide_input=True, err=True)
            enrolment = Enrolment(login, password, name, restaurant)
        be(handset, code, enrolment)
