"""The few lines that a person reads after `comanda serve`: what is where, and how to begin."""

from rich.console import Console

from server.config import Settings
from server.opening import Opening

MESSAGES = {
    "console": "codes are printed here instead of being sent",
    "none": "off: codes are sent to nobody (messages.provider)",
    "twilio": "on, with Twilio",
    "webhook": "on, with a service of your own",
}


def welcome(settings: Settings, opening: Opening | None, console: Console | None = None) -> None:
    """Print where the server answers and, for the demonstration house, who can log in and which table is open."""
    url = settings.public_url
    out = console or Console(highlight=False, soft_wrap=True)
    out.print("\n[bold green]Comanda is ready.[/]")
    _line(out, "Address", url)
    _line(out, "For staff", f"{url}/floor  {url}/kitchen")
    _line(out, "For guests", f"{url}/order  {url}/t/<token of a table>, as its QR code has it")
    _line(out, "For developers", f"{url}/docs  {url}/asyncapi.json  {url}/openapi.json")
    _line(out, "For operators", f"{url}/readyz  {url}/metrics")
    _line(out, "Online payment", settings.payments.stripe.summary)
    _line(out, "Messages", MESSAGES[settings.sends_messages])
    if opening is not None:
        _line(out, "Demonstration", f"{opening.house}, for a first look only: its passwords are public")
        for title, login, password in opening.staff:
            _line(out, "", f"{title}: log-in [bold]{login}[/], password [bold]{password}[/]")
        _line(out, "An open table", f"{opening.table}: {url}/t/{opening.table_token}  PIN [bold]{opening.pin}[/]")
        _line(out, "Data", f"{settings.data_dir.resolve()}  (delete it to begin anew)")
    out.print("[dim]Ctrl-C stops it and everything that it started.[/]\n")


def _line(out: Console, label: str, text: str) -> None:
    out.print(f"  [cyan]{label:<15}[/] {text}")
