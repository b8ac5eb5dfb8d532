"""Run a coroutine's first step at once, without a task; only what really waits becomes one.

Most commands are answered from memory and never wait: for them a task would cost more than the command.
"""

import asyncio
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
    waits(loop.create_task(_Resumed(coroutine, awaited), context=context))
    return None


class _Resumed(Coroutine[Any, Any, str]):
    """A coroutine that has run to its first wait, as something that a task can begin.

    The task is handed the future that the first step waits for as if it had met it itself: the future's flag
    `_asyncio_future_blocking` is still set. A cancellation or a failure is thrown where the code waits, also one that
    comes before the task's own first step.
    """

    __slots__ = ("_awaited", "_coroutine", "_is_begun")

    def __init__(self, coroutine: Coroutine[Any, Any, str], awaited: Any) -> None:
        self._coroutine = coroutine
        self._awaited = awaited
        self._is_begun = False

    def send(self, value: Any) -> Any:
        if self._is_begun:
            return self._coroutine.send(value)
        self._is_begun = True
        awaited, self._awaited = self._awaited, None
        return awaited

    def throw(self, *thrown: Any) -> Any:
        self._is_begun = True
        self._awaited = None
        return self._coroutine.throw(*thrown)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, str]:
        raise TypeError("it is for a task only")
