"""One connection to one namespace that survives the loss of its socket."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import uuid4

from comanda_client.error import Refused, Unreachable
from comanda_client.link import Link
from comanda_client.state import State

ANSWER_SECONDS = 7.0
"""Longer than the server's own deadline of 5 s: after this the answer is not coming."""

LONGEST_PAUSE = 30.0

REMEMBERED = 1_000
"""How many messages `heard` holds: a screen stays for weeks."""

TEMPORARY = frozenset({"OUTCOME_UNKNOWN", "UNAVAILABLE", "ORDER_IN_PROGRESS", "RATE_LIMITED", "TOO_MANY_SOCKETS"})
"""Refusals that say nothing about what was asked, only that it was the wrong moment."""


class Connection:
    """A client in a namespace: commands, what is heard, and the state that follows from it.

    `addresses` are servers of one installation; each connect takes the next one. `log` gets `(kind, name, data)`
    for everything that is sent, answered and heard.
    """

    def __init__(
        self,
        addresses: str | Sequence[str],
        namespace: str,
        auth: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        first_pause: float = 0.5,
        log: Callable[[str, str, Any], None] | None = None,
        transports: Sequence[str] = ("websocket",),
    ) -> None:
        self.addresses = [addresses] if isinstance(addresses, str) else list(addresses)
        self.namespace = namespace
        self.auth = dict(auth or {})
        self.headers = dict(headers or {})
        self.state = State()
        self.hello: dict[str, Any] = {}
        self.heard: deque[tuple[str, dict[str, Any]]] = deque(maxlen=REMEMBERED)
        self.is_live = asyncio.Event()
        self.refusal: Refused | None = None
        """Why a kept connection has ended for good: the session is over, the log-in was revoked."""
        self._ended = asyncio.Event()
        self._transports = list(transports)
        self._first_pause = first_pause
        self._log = log or (lambda kind, name, data: None)
        self._turn = 0
        self._link: Link | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        self._changed = asyncio.Event()
        self._is_closing = False
        self.is_member = True
        """Whether to catch up after a connect; a visitor has nothing to catch up with yet."""

    async def open(self) -> "Connection":
        """Connect once; raises `Refused` when the server does not let us in, `Unreachable` when there is none."""
        await self._connect()
        return self

    async def keep_open(self) -> "Connection":
        """Connect and stay connected until `close`, waiting longer and longer, with jitter, between tries.

        If the server does not let us in any more, `refusal` says why, and whoever waits here is told.
        """
        self.refusal = None
        self._ended.clear()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def close(self) -> None:
        """Leave."""
        self._is_closing = True
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self.drop()

    async def drop(self) -> None:
        """Lose the socket, as a phone does in a lift; a kept connection comes back."""
        link, self._link = self._link, None
        self.is_live.clear()
        if link is not None:
            await link.close()

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket now."""
        return self._link is not None and self._link.is_connected

    async def lost(self) -> None:
        """Wait until the socket that there is now is lost."""
        if self._link is not None:
            await self._link.lost.wait()

    async def send(
        self, name: str, data: dict[str, Any] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Send a command once and return its result; raises `Refused`, or `Unreachable` when no answer came."""
        link = self._link
        if link is None or not link.is_connected:
            raise Unreachable(name)
        self._log("sent", name, data)
        answer = await link.ask(name, data or {}, seconds)
        if not isinstance(answer, dict):
            raise Unreachable(name)
        self._log("answered", name, answer)
        if not answer.get("success"):
            raise Refused.of(answer.get("error") or {})
        if "snapshot" in answer:
            await self._take_snapshot(answer["snapshot"])
        return answer

    async def _take_snapshot(self, snapshot: dict[str, Any] | None) -> None:
        """Take what came with a join or a log-in; where the server could not read it in time, ask for it."""
        if snapshot is None:
            await self.sync()
        else:
            for message in snapshot["messages"]:
                self._take(message["event"], message["payload"])

    async def operate(self, name: str, data: dict[str, Any], *, within: float = 120.0) -> dict[str, Any]:
        """Send a command that changes something until it is answered, under one id; safe at any fault.

        Gives it an `opId` unless it carries an id of its own; raises `Refused` (also when we are shut out), or
        `Unreachable` after `within` seconds.
        """
        if "idempotencyKey" not in data:
            data = {"opId": str(uuid4()), **data}
        try:
            async with asyncio.timeout(within):
                while True:
                    await self._until_live()
                    try:
                        return await self.send(name, data)
                    except Refused as refused:
                        if refused.code not in ("OUTCOME_UNKNOWN", "UNAVAILABLE", "ORDER_IN_PROGRESS", "RATE_LIMITED"):
                            raise
                        await asyncio.sleep(_pause(refused))
                    except Unreachable:
                        await asyncio.sleep(random.uniform(0.05, 0.2))
        except TimeoutError as error:
            raise Unreachable(name) from error

    async def sync(self) -> None:
        """Catch up with everything that is newer than what is known."""
        question = self.state.ask()
        told: list[dict[str, Any]] = []
        gone: list[str] = []
        async for answer in self._pages(question.have):
            for message in answer["messages"]:
                self._take(message["event"], message["payload"])
                told.append(message["payload"])
            gone += answer["gone"]
        self.state.settle(question, told, gone)
        self._changed.set()

    async def fresh(self) -> State:
        """Return what a client that knows nothing would be told now."""
        while True:
            try:
                state = State()
                async for answer in self._pages({}):
                    for message in answer["messages"]:
                        state.merge(message["payload"])
                return state
            except Refused as refused:
                if refused.code not in TEMPORARY:
                    raise
                await asyncio.sleep(_pause(refused))

    async def _pages(self, have: dict[str, int]) -> AsyncIterator[dict[str, Any]]:
        """Ask what is newer than what we have until that was all."""
        question: dict[str, Any] = {"have": have}
        while True:
            answer = await self.send("sync:get", question)
            yield answer
            if not answer.get("next"):
                return
            question["after"] = answer["next"]

    async def until(self, is_true: Callable[[State], bool], seconds: float = 5.0) -> State:
        """Wait until what is known satisfies a condition; raises `TimeoutError`, or `Refused` if we are shut out."""
        async with asyncio.timeout(seconds):
            while not is_true(self.state):
                if self.refusal is not None:
                    raise self.refusal
                self._changed.clear()
                await self._changed.wait()
        return self.state

    async def _until_live(self) -> None:
        """Wait for a socket that has caught up; raises `refusal` when there will be none."""
        while not self.is_live.is_set():
            if self.refusal is not None:
                raise self.refusal
            waiting = [asyncio.ensure_future(event.wait()) for event in (self.is_live, self._ended)]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waiting:
                    one.cancel()

    async def _keep(self) -> None:
        pause = self._first_pause
        while not self._is_closing:
            try:
                await self._connect()
                pause = self._first_pause
                await self.lost()
            except Unreachable:
                pass
            except Refused as refused:
                if refused.code not in TEMPORARY:
                    self._log("failed", "connect", str(refused))
                    self.refusal = refused
                    self._ended.set()
                    self._changed.set()
                    return
            self.is_live.clear()
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _connect(self) -> None:
        address = self.addresses[self._turn % len(self.addresses)]
        self._turn += 1
        link = Link(self.namespace, self._heard, self._gone)
        await link.open(address, self.auth, self.headers, self._transports)
        self._link = link
        if self.is_member and not set(self.hello.get("principal", {}).get("roles", ())) & {"VISITOR", "STRANGER"}:
            await self._catch_up(link)
        if link.is_connected and self._link is link:
            self.is_live.set()

    def _heard(self, link: Link, name: str, payload: dict[str, Any]) -> None:
        if name == "hello":
            self.hello = payload
        elif name == "sync:required":
            self._fall_behind(link)
        self._take(name, payload)

    def _gone(self, link: Link) -> None:
        if self._link is link:
            self.is_live.clear()

    def _fall_behind(self, link: Link) -> None:
        """Catch up: once more after the question that is under way, however often we are told meanwhile."""
        self._is_behind = True
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.get_running_loop().create_task(self._catch_up(link))

    async def _catch_up(self, link: Link) -> None:
        """Try until it is done: a client that is connected and has not caught up would stay wrong unnoticed."""
        self._is_behind = True
        while self._is_behind and link.is_connected and self._link is link:
            self._is_behind = False
            try:
                await self.sync()
            except Refused as refused:
                self._log("failed", "sync:get", str(refused))
                if refused.code not in TEMPORARY:
                    return
                self._is_behind = True
                await asyncio.sleep(_pause(refused))
            except Unreachable:
                self._is_behind = True
                self._log("failed", "sync:get", "no answer")

    def _take(self, name: str, payload: dict[str, Any]) -> None:
        self._log("heard", name, payload)
        self.heard.append((name, payload))
        self.state.merge(payload)
        self._changed.set()


def _pause(refused: Refused) -> float:
    """Return how many seconds to wait before asking again: at most what the server says, spread."""
    return min(2.0, float(refused.details.get("retryAfter", 1))) * random.uniform(0.2, 1)
