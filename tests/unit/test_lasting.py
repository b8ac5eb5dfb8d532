"""A loop that is to run for as long as the process lives begins again, whatever ended it."""

import asyncio
import io
from collections.abc import Callable

import pytest

from server import lasting as module
from server.lasting import lasting


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)


def failing(times: int, goes_on: asyncio.Event) -> Callable[[], object]:
    """A loop that fails so often, and then goes on."""
    left = [True] * times

    async def run() -> None:
        if left and left.pop():
            raise RuntimeError("nobody has foreseen this")
        goes_on.set()
        await asyncio.Event().wait()

    return run


async def test_a_loop_that_fails_begins_again_and_it_is_said(log_output: io.StringIO) -> None:
    goes_on = asyncio.Event()
    running = asyncio.create_task(lasting("test", failing(3, goes_on)))  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await goes_on.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert log_output.getvalue().count("a loop failed and begins again") == 3


async def test_a_loop_that_is_cancelled_is_over() -> None:
    goes_on = asyncio.Event()
    running = asyncio.create_task(lasting("test", failing(0, goes_on)))  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await goes_on.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
