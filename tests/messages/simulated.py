"""A simulator as tests use it: started as a program of its own, and told what to do wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from simulators.running import running

SECONDS = 8.0


@dataclass
class Simulated:
    """One simulator that runs."""

    address: str
    _http: ClientSession

    async def fault(self, operation: str, kind: str, times: int = 1, seconds: float = 0) -> None:
        """Do something wrong to the next requests of an operation."""
        await self._control("faults", operation=operation, kind=kind, times=times, seconds=seconds)

    async def course(self, *states: str, why: str = "") -> None:
        """Say what becomes of messages from now on."""
        await self._control("course", states=states, why=why)

    async def reports(self, **options: Any) -> None:
        """Say which addresses reports reach (`reaches`) and how they go (`mode`)."""
        await self._control("reports", **options)

    async def release(self, order: str = "as-made") -> list[int]:
        """Deliver the reports that were held."""
        return list((await self._control("reports/release", order=order))["statuses"])

    async def send(self, report: dict[str, Any], **how: Any) -> int:
        """Deliver one report: signed with another `secret`, or so many seconds ago (`age`)."""
        return int((await self._control("reports/send", report=report, **how))["status"])

    async def reset(self) -> None:
        """Do nothing wrong any more."""
        await self._control("reset")

    async def everything(self) -> dict[str, Any]:
        """Return all that was taken, asked and told."""
        async with self._http.get(f"{self.address}/control") as answer:
            return dict(await answer.json())

    async def sendings(self, message_id: str) -> list[dict[str, Any]]:
        """Return what was asked for on a message, as it came in."""
        found = (await self.everything())["requests"]
        return [one for one in found if message_id in str(one)]

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until something holds for all that there is."""
        async with asyncio.timeout(SECONDS):
            while not holds(found := await self.everything()):  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        return found

    async def _control(self, path: str, **asked: Any) -> dict[str, Any]:
        async with self._http.post(f"{self.address}/control/{path}", json=asked) as answer:
            answer.raise_for_status()
            return dict(await answer.json())


@asynccontextmanager
async def simulated(program: str) -> AsyncIterator[Simulated]:
    """Have a simulator while the context lasts."""
    async with running(program) as address, ClientSession() as http:
        yield Simulated(address, http)
