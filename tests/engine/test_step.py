"""A command's first step runs at once; what waits goes on as a task, as if it had been one from the start."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

import pytest

from server.engine.step import run_eagerly

subject: contextvars.ContextVar[str] = contextvars.ContextVar("subject", default="none")


def run(coroutine: Coroutine[Any, Any, str]) -> tuple[str | None, list["asyncio.Task[str]"]]:
    """Return what came at once, and the task if there is one."""
    tasks: list[asyncio.Task[str]] = []
    return run_eagerly(coroutine, asyncio.get_running_loop(), tasks.append), tasks


async def test_coroutine_that_never_waits_makes_no_task() -> None:
    async def answer() -> str:
        return "now"

    assert run(answer()) == ("now", [])


async def test_coroutine_that_waits_goes_on_as_a_task() -> None:
    async def answer() -> str:
        first = await asyncio.sleep(0.001, "a")
        await asyncio.sleep(0)
        assert asyncio.current_task() is not None
        return first + await asyncio.sleep(0.001, "b")

    at_once, (task,) = run(answer())
    assert at_once is None
    assert await task == "ab"


async def test_future_that_is_done_before_the_task_begins_is_met() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def answer() -> str:
        return await future

    _, (task,) = run(answer())
    future.set_result("done")
    assert await task == "done"


async def test_failure_of_what_is_waited_for_is_raised_where_the_code_waits() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def answer() -> str:
        try:
            return await future
        except LookupError:
            await asyncio.sleep(0)
            return "caught"

    _, (task,) = run(answer())
    future.set_exception(LookupError())
    assert await task == "caught"


async def test_cancellation_reaches_the_code_and_what_it_waits_for() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    cleaned: list[str] = []

    async def answer() -> str:
        try:
            return await future
        finally:
            cleaned.append("yes")

    _, (task,) = run(answer())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == ["yes"]
    assert future.cancelled()


async def test_task_that_is_cancelled_before_it_begins_still_cleans_up() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    cleaned: list[str] = []

    async def answer() -> str:
        try:
            return await future
        finally:
            cleaned.append("yes")

    _, (task,) = run(answer())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == ["yes"]


async def test_timeout_counts_after_a_sleep_of_zero() -> None:
    async def answer() -> str:
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    _, (task,) = run(answer())
    assert await task == "late"


async def test_variable_set_before_the_first_wait_can_be_reset_after_it() -> None:
    async def answer() -> str:
        token = subject.set("me")
        await asyncio.sleep(0)
        inside = subject.get()
        subject.reset(token)
        return inside

    _, (task,) = run(answer())
    assert await task == "me"
    assert subject.get() == "none"


async def test_what_the_first_step_raises_is_raised_at_once() -> None:
    async def answer() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        run(answer())


async def test_lock_is_handed_from_a_first_step_to_the_next_in_order() -> None:
    lock, order = asyncio.Lock(), list[str]()

    async def answer(name: str) -> str:
        async with lock:
            order.append(name)
            await asyncio.sleep(0.001)
        return name

    tasks = [run(answer(name))[1][0] for name in "abc"]
    assert await asyncio.gather(*tasks) == ["a", "b", "c"]
    assert order == ["a", "b", "c"]
