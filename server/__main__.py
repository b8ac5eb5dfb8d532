"""`python -m server` is the same as `comanda`."""

from server.cli import app

app(prog_name="comanda")
