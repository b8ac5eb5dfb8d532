"""The command line: `comanda`. It reads the configuration, starts what is needed, or says in one sentence why not.

What the commands do is in other modules, loaded when they are needed, so that `comanda --help` answers at once.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.config import Settings, load, new_key, with_secrets
from server.footing import ConfigOption, one_sentence, services
from server.menu_cli import menu
from server.message_options import TwilioKeys, WebhookKeys
from server.options import Secrets
from server.payment_options import StripeKeys
from server.privacy_cli import customer, keys
from server.sms_phone_cli import sms_phone
from server.telemetry import set_up_logging
from server.workers import end_with_parent, require_free
from server.workers import run as run_workers

app = typer.Typer(
    name="comanda",
    help="Comanda, a real-time ordering server for restaurants. Begin with `comanda serve`: it brings its own MongoDB "
    "and Redis and a demonstration restaurant, and tells you where everything is.",
    no_args_is_help=True,
    # Their boxes show local variables, and with them PINs and passwords.
    pretty_exceptions_enable=False,
)

audit = typer.Typer(help="The audit log.", no_args_is_help=True)
app.add_typer(audit, name="audit")

app.add_typer(menu, name="menu")

app.add_typer(keys, name="keys")

app.add_typer(customer, name="customer")

app.command("sms-phone")(sms_phone)


@app.command()
def serve(
    config: ConfigOption = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8080.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; 0.0.0.0 lets phones in your network in.")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", "-w", help="Server processes on that port.")] = None,
) -> None:
    """Start the server. Ctrl-C lets the clients go, then stops it and everything that it started."""
    with one_sentence():
        given = {"port": port, "host": host, "workers": workers}
        settings = load(config, server={name: value for name, value in given.items() if value is not None})
        set_up_logging(settings.log)
        require_free(settings.server.host, settings.server.port)
        was_embedded = settings.is_embedded
        with services(settings) as ready:
            from server.opening import furnish
            from server.welcome import welcome

            opening = asyncio.run(furnish(ready)) if was_embedded else None

            def announce(_port: int) -> None:
                welcome(ready, opening)

            if ready.server.workers > 1:
                code = run_workers(ready, config, announce)
            else:
                from server.process import run

                run(ready, announce)
                code = 0
    raise typer.Exit(code)


@app.command(hidden=True)
def worker() -> None:
    """Serve as one of several processes; only the parent calls this."""
    end_with_parent()
    with one_sentence():
        settings = with_secrets(load())
        set_up_logging(settings.log)
        from server.process import run

        run(settings)


@app.command()
def demo(
    url: Annotated[str | None, typer.Option(help="A running server. Default: one is started for the demo.")] = None,
    pace: Annotated[
        float, typer.Option(min=0, help="Stretches the pauses between two acts; 0 plays as fast as the server answers.")
    ] = 1.0,
) -> None:
    """Play a whole dinner and watch it: waiter, two phones, kitchen, a lost connection, a moved table."""
    from server.demo import play

    with one_sentence():
        if url:
            play(url, pace)
        else:
            from server.trial import server_for_a_while

            with server_for_a_while() as address:
                play(address, pace)


@app.command()
def seed(config: ConfigOption = None) -> None:
    """Write the demonstration restaurant into the database, if there is none, and open one of its tables."""
    from server.opening import furnish

    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings) as ready:
            opening = asyncio.run(furnish(ready))
    if opening is None:
        typer.echo("The database belongs to another restaurant; nothing was changed.")
        return
    typer.echo(
        f"{opening.house} is there. {opening.table} is open: table token {opening.table_token}, PIN {opening.pin}."
    )
    for title, login, password in opening.staff:
        typer.echo(f"{title}: log-in {login}, password {password}")


@app.command("check-config")
def check_config(config: ConfigOption = None) -> None:
    """Read the configuration, say what is wrong with it, or list what holds."""
    with one_sentence():
        settings = load(config)
    table = Table("option", "value", "meaning", title="The configuration is valid.", title_justify="left")
    for name, value, meaning in _options(settings):
        table.add_row(name, value, meaning)
    Console().print(table)


@audit.command("verify")
def verify_audit(
    config: ConfigOption = None,
    restaurant: Annotated[str | None, typer.Option(help="The id of one house. Default: all houses.")] = None,
    anchors: Annotated[
        list[Path] | None, typer.Option(help="An anchor file, or several. Default: the one of this installation.")
    ] = None,
) -> None:
    """Check that no audit entry was changed, removed, reordered or added; name the first that is not right.

    Ends with 1 when something is wrong. It only reads, and may run beside a server.
    """
    from server.audit_command import verify

    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            is_whole = asyncio.run(verify(ready, restaurant, anchors or []))
    raise typer.Exit(0 if is_whole else 1)


@app.command("new-secrets")
def new_secrets() -> None:
    """Print new secrets for a production server, as environment variables. PINs and log-ins depend on them."""
    for name in Secrets.model_fields:
        typer.echo(f"COMANDA_SECRETS__{name.upper()}={new_key()}")


@app.command()
def asyncapi() -> None:
    """Print the AsyncAPI document: every socket command and message."""
    from server.asyncapi import document

    _print_json(document())


@app.command()
def openapi() -> None:
    """Print the OpenAPI document: the HTTP calls."""
    from server.openapi import document

    _print_json(document())


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"comanda {installed_version('comanda')}")


def _options(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for section_name, field in Settings.model_fields.items():
        section = getattr(settings, section_name)
        options = getattr(type(section), "model_fields", None)
        if options is None:
            yield section_name, str(section), field.description or ""
            continue
        for name, option in options.items():
            yield f"{section_name}.{name}", _shown(section_name, getattr(section, name)), option.description or ""


def _shown(section: str, value: Any) -> str:
    """Keys show their names only, and addresses no password."""
    if isinstance(value, StripeKeys | TwilioKeys | WebhookKeys):
        return value.summary
    if section == "secrets":
        return ", ".join(key.id for key in value) or "made at first start"
    return re.sub(r"(?<=://)[^/\s@]+@", "***@", "" if value is None else str(value))


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
