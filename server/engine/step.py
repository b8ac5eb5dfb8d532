"""Run a coroutine's first step at once, without a task; only what really waits becomes one.

Most commands are answered from memory and never wait: for them a task would cost more than the command.
"""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, copy_context
from typing import Any


def run_eagerly(
    coroutine: Coroutine[Any, Any, str],
    loop: asyncio.AbstractEventLoop,
    waits: Callable[[asyncio.Task[str]], None],
) -> str | None:
    """Return the result of a coroutine that never waits; hand the task of one that does to `waits` and return None.

    The first step runs in a context of its own, which the task then keeps: what it sets it can also reset. It runs
    outside any task, so code that needs `asyncio.current_task()` sleeps for zero seconds first. Raises what the first
    step raises.
    """
    context: Context = copy_context()
    try:
        awaited = context.run(coroutine.send, None)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]  # StopIteration carries what the coroutine returns
    waits(loop.create_task(_finish(coroutine, awaited), context=context))
    return None


async def _finish(coroutine: Coroutine[Any, Any, str], awaited: Any) -> str:
    return await _carry_on(coroutine, awaited)


@types.coroutine
def _carry_on(coroutine: Coroutine[Any, Any, str], awaited: Any) -> Generator[Any, Any, str]:
    # The future that the first step waits for is given to the task as if the task had met it itself: its flag
    # `_asyncio_future_blocking` is still set, and a cancellation or a failure of it is thrown where the code waits.
    try:
        while True:
            try:
                sent = yield awaited
            except GeneratorExit:
                coroutine.close()
                raise
            except BaseException as thrown:  # noqa: BLE001  (CancelledError belongs to the code that waits)
                awaited = coroutine.throw(thrown)
            else:
                awaited = coroutine.send(sent)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]
