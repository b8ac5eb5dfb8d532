"""One server process: it serves until a signal comes."""

import asyncio
import signal
from collections.abc import Callable

import structlog
import uvloop

from server.app import App
from server.config import Settings

log = structlog.get_logger(__name__)


def run(settings: Settings, announce: Callable[[int], None] | None = None) -> None:
    """Serve until a signal comes."""
    uvloop.run(_serve(settings, announce))


async def _serve(settings: Settings, announce: Callable[[int], None] | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    app = App(settings)
    port = await app.start()
    log.info("serving", port=port, process=app.process_id)
    if announce:
        announce(port)
    await stopping.wait()
    log.info("stopping")
    await app.stop(settings.server.drain_seconds if settings.environment == "production" else 0.2)
