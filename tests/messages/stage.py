"""What the simulators of providers of messages have in common: a hand on all that can go wrong, and reports that go out
in time, twice, never, or when they are released, in whatever order.

Under `/control`: `GET` shows everything; `POST` to `reset`, `faults`, `course`, `reports`, `reports/release` and
`reports/send` changes it.
"""

import asyncio
import contextlib
import itertools
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

RESENDINGS = 20
RESEND_SECONDS = 0.25

Encode = Callable[[dict[str, Any], str, int], tuple[dict[str, str], bytes]]
"""Makes headers and body of a report, signed with a secret so many seconds ago."""


@dataclass
class Fault:
    """What is done wrong to the next `times` requests of an operation."""

    operation: str
    kind: str
    times: int
    seconds: float


class Outbox:
    """Where reports go and how: normal, double, drop, or hold.

    `reaches`: the real addresses behind the public one, as behind a proxy; each report goes to the next of them.
    `ahead`: by how many seconds the clock there is ahead.
    """

    def __init__(self, encode: Encode, secret: str, *, sends_again: bool) -> None:
        self.mode = "normal"
        self.reaches: list[str] = []
        self.ahead = 0.0
        self.secret = secret
        self.held: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self._encode = encode
        self._sends_again = sends_again
        self._turns = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: ClientSession | None = None

    async def open(self) -> None:
        """Be ready to send."""
        self._http = ClientSession(timeout=ClientTimeout(total=10))

    async def close(self) -> None:
        """Send nothing more."""
        for task in self._tasks:
            task.cancel()
        if self._http:
            await self._http.close()

    def put(self, reports: list[dict[str, Any]]) -> None:
        """Take the reports on a message, for now, one after the other, or for later."""
        if self.mode == "hold":
            self.held += reports
        for _ in range({"normal": 1, "double": 2}.get(self.mode, 0)):
            self._later(self._deliver(reports))

    async def release(self, order: str) -> list[int]:
        """Deliver what was held, each once; returns the statuses that came back."""
        held, self.held = self.held, []
        return [await self.send(one) for one in (held[::-1] if order == "reversed" else held)]

    async def send(self, report: dict[str, Any], secret: str | None = None, age: int = 0) -> int:
        """Deliver a report once; returns the status that came back."""
        assert self._http is not None
        headers, body = self._encode(report, secret or self.secret, age - int(self.ahead))
        base = self.reaches[next(self._turns) % len(self.reaches)]
        status = 599
        with contextlib.suppress(ClientError, TimeoutError):
            async with self._http.post(base + urlsplit(report["url"]).path, data=body, headers=headers) as answer:
                status = answer.status
        self.sent.append({"report": report, "status": status})
        return status

    async def _deliver(self, reports: list[dict[str, Any]]) -> None:
        for report in reports:
            for _ in range(RESENDINGS if self._sends_again else 1):
                if self.reaches and await self.send(report) < 300:
                    break
                await asyncio.sleep(RESEND_SECONDS)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Stage:
    """A simulator; `course` is what becomes of the messages that it takes from then on, state by state."""

    def __init__(self, encode: Encode, secret: str, course: list[str], *, sends_again: bool) -> None:
        self.outbox = Outbox(encode, secret, sends_again=sends_again)
        self.messages: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.course, self._usual, self.why = course, course, ""

    def application(self) -> web.Application:
        """Return it as a web application; its own routes are to be added."""
        app = web.Application()
        app.router.add_get("/control", self._show)
        for name in ("reset", "faults", "course", "reports", "reports/release", "reports/send"):
            app.router.add_post(f"/control/{name}", self._control(name))
        app.on_startup.append(lambda _: self.outbox.open())
        app.on_cleanup.append(lambda _: self.outbox.close())
        return app

    def fault(self, operation: str) -> Fault | None:
        """Return what is to be done wrong to this request."""
        for fault in self.faults:
            if fault.operation == operation and fault.times:
                fault.times -= 1
                return fault
        return None

    async def _show(self, request: web.Request) -> web.Response:
        outbox = {"sent": self.outbox.sent, "held": self.outbox.held}
        return web.json_response({"messages": self.messages, "requests": self.requests, **outbox})

    def _control(self, name: str) -> Any:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(await self._obey(name, await request.json()) or {})

        return handle

    async def _obey(self, name: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        match name:
            case "reset":
                self.faults.clear()
                self.outbox.held.clear()
                self.outbox.mode, self.course, self.why = "normal", self._usual, ""
            case "faults":
                self.faults.append(Fault(**asked))
            case "course":
                self.course, self.why = asked["states"], asked["why"]
            case "reports":
                for field, value in asked.items():
                    setattr(self.outbox, field, value)
            case "reports/release":
                return {"statuses": await self.outbox.release(asked["order"])}
            case "reports/send":
                return {"status": await self.outbox.send(**asked)}
        return None


def cut(request: web.Request) -> web.Response:
    """Let the connection go without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def serve(stage: Stage) -> None:
    """Print where it listens, and serve until standard input ends: when whoever started it is gone."""
    runner = web.AppRunner(stage.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()
