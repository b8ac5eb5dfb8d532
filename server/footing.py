"""What commands of the command line stand on: configuration, a database, and one sentence when something is missing."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from models.store.client import DatabaseRefused
from server.config import ConfigurationWrong, Settings, with_secrets
from server.daemon import StartFailed
from server.workers import SIGNALS

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file. Default: config.yaml, if there is one.")
]


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn what a person can put right into one sentence; anything else is our fault and keeps its traceback."""
    try:
        yield
    except (ConfigurationWrong, StartFailed, DatabaseRefused) as error:
        typer.secho(str(error), err=True, fg="red")
        raise typer.Exit(os.EX_CONFIG) from None


@contextmanager
def services(settings: Settings, *, is_beside: bool = False) -> Iterator[Settings]:
    """Have a database for the settings: theirs, or an embedded one that lives as long as the context.

    `is_beside`: while a server has the embedded one, it is that.
    """
    settings = with_secrets(settings)
    if not settings.is_embedded:
        yield settings
        return
    from server import embedded

    running = embedded.beside(settings.data_dir) if is_beside else None
    if running is not None:
        yield settings.with_services(running, settings.redis.url)
        return
    for number in SIGNALS:
        signal.signal(number, _end)
    with embedded.running(
        settings.data_dir,
        cache_mb=settings.mongodb.embedded_cache_mb,
        port=settings.mongodb.embedded_port,
        with_redis=settings.redis.enabled and settings.redis.url is None,
    ) as services:
        for note in services.notes:
            typer.secho(note, err=True, fg="yellow")
        try:
            yield settings.with_services(services.mongo_url, services.redis_url or settings.redis.url)
        finally:
            # Stopping takes about a second and is bounded; an impatient second Ctrl-C must not leave a database behind.
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
