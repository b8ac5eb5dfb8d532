"""The demo: a whole dinner in the demonstration house, played through the official client against a running server.

It is a script, and every line of it is done for real: commands of a waiter, a manager, two cooks and two phones, each
on a connection of its own. What is shown is what those clients know.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from comanda_client import Refused, Unreachable
from rich.console import Console
from rich.live import Live

from server.daemon import StartFailed
from server.demo_dinner import Dinner
from server.demo_screen import is_large_enough, line, picture, summary
from server.demo_stage import Entry, Stage

FRAME_SECONDS = 0.1


def play(url: str, pace: float = 1.0, console: Console | None = None) -> None:
    """Play a dinner at a server with the demonstration house and show it; `pace` stretches the pauses, 0 leaves none.

    Raises `StartFailed` when nobody answers there, or when the house is another one.
    """
    console = console or Console()
    try:
        with _shown(console) as show:
            stage = Stage(url, pace, show)
            asyncio.run(_play(stage))
    except Unreachable:
        raise StartFailed(f"No server answers at {url}; start one with `comanda serve`.") from None
    except Refused as refused:
        if refused.code != "INVALID_CREDENTIALS":
            raise
        raise StartFailed(f"The server at {url} has no demonstration house; the demo plays in no other.") from None
    console.print(summary(stage))


@contextmanager
def _shown(console: Console) -> Iterator[Callable[[Stage], None]]:
    """Draw the whole stage, or write each new line of its log."""
    if is_large_enough(console):
        with Live(console=console, auto_refresh=False, screen=True) as live:
            yield lambda stage: None if stage.is_acting else live.update(picture(stage), refresh=True)
        return
    written: list[Entry] = []

    def write(stage: Stage) -> None:
        for entry in stage.log[len(written) :]:
            written.append(entry)
            console.print(line(entry), soft_wrap=True)

    yield write


async def _play(stage: Stage) -> None:
    drawing = asyncio.create_task(_draw(stage))
    dinner = Dinner(stage)
    try:
        await dinner.open_the_house()
        await dinner.seat()
        await dinner.fill_the_cart()
        await dinner.send_it()
        await dinner.cook()
        await dinner.lose_a_phone()
        await dinner.move()
        await dinner.finish()
        await stage.pause(4)
    finally:
        drawing.cancel()
        await dinner.clear_the_table()
        await stage.leave()


async def _draw(stage: Stage) -> None:
    while True:
        stage.show(stage)
        await asyncio.sleep(FRAME_SECONDS)
