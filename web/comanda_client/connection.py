"""One connection to one namespace that survives the loss of its socket, on the official Socket.IO client."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import uuid4

import socketio
from socketio.exceptions import ConnectionError as SocketConnectionError
from socketio.exceptions import SocketIOError

from comanda_client.error import Refused
from comanda_client.state import State

ANSWER_SECONDS = 7.0
"""Longer than the server's own deadline of 5 s: after this the answer is not coming."""

LONGEST_PAUSE = 30.0

REMEMBERED = 1_000
"""How many messages `heard` holds: a screen stays for weeks."""

TEMPORARY = frozenset({"OUTCOME_UNKNOWN", "UNAVAILABLE", "ORDER_IN_PROGRESS", "RATE_LIMITED", "TOO_MANY_SOCKETS"})
"""Refusals that say nothing about what was asked, only that it was the wrong moment."""


class Unreachable(Exception):  # noqa: N818
    """No server answered in time; what was asked may or may not have happened."""


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
        self._socket: socketio.AsyncClient | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        self._changed = asyncio.Event()
        self._is_closing = False
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._lost = asyncio.Event()
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
        socket, self._socket = self._socket, None
        self.is_live.clear()
        self._lost.set()
        _give_up(self._unanswered)
        if socket is not None:
            await socket.disconnect()

    async def lost(self) -> None:
        """Wait until the socket that there is now is lost."""
        await self._lost.wait()

    async def send(
        self, name: str, data: dict[str, Any] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Send a command once and return its result; raises `Refused`, or `Unreachable` when no answer came."""
        socket = self._socket
        if socket is None or not socket.connected:
            raise Unreachable(name)
        self._log("sent", name, data)
        try:
            answer = await self._ask(socket, name, data or {}, seconds)
        except (SocketIOError, OSError, ValueError, TimeoutError) as error:
            raise Unreachable(name) from error
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

    async def _ask(self, socket: socketio.AsyncClient, name: str, data: dict[str, Any], seconds: float) -> Any:
        """Return what a command is acknowledged with; a socket that is lost meanwhile is not waited for."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(*arguments: Any) -> None:
            if not answer.done():
                answer.set_result(arguments[0] if arguments else None)

        unanswered = self._unanswered
        unanswered.add(answer)
        try:
            await socket.emit(name, data, namespace=self.namespace, callback=answered)
            return await asyncio.wait_for(answer, seconds)
        finally:
            unanswered.discard(answer)

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
                # Not the socket's own wait: that takes a second longer, for a reconnect that we do ourselves.
                await self._lost.wait()
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
        socket = socketio.AsyncClient(
            # Its own handler of Ctrl-C would stop the loop under whoever runs it.
            reconnection=False,
            logger=False,
            engineio_logger=False,
            handle_sigint=False,
        )
        refusals: list[Any] = []
        greeted, lost = asyncio.Event(), asyncio.Event()
        unanswered: set[asyncio.Future[Any]] = set()

        async def heard(name: str, payload: dict[str, Any] | None = None) -> None:
            if name == "hello":
                self.hello = payload or {}
                greeted.set()
            elif name == "sync:required":
                self._fall_behind(socket)
            self._take(name, payload or {})

        async def refused(reason: Any) -> None:
            refusals.append(reason)

        async def gone(reason: Any = None) -> None:
            _give_up(unanswered)
            lost.set()
            if self._socket is socket:
                self.is_live.clear()

        socket.on("*", heard, namespace=self.namespace)
        socket.on("connect_error", refused, namespace=self.namespace)
        socket.on("disconnect", gone, namespace=self.namespace)
        address = self.addresses[self._turn % len(self.addresses)]
        self._turn += 1
        await self._enter(socket, address, greeted, refusals)
        self._socket, self._unanswered, self._lost = socket, unanswered, lost
        if self.is_member and not set(self.hello.get("principal", {}).get("roles", ())) & {"VISITOR", "STRANGER"}:
            await self._catch_up(socket)
        if socket.connected and self._socket is socket:
            self.is_live.set()

    async def _enter(
        self, socket: socketio.AsyncClient, address: str, greeted: asyncio.Event, refusals: list[Any]
    ) -> None:
        """Connect and wait for the greeting, or leave nothing behind."""
        try:
            await socket.connect(
                address,
                headers=self.headers,
                auth=self.auth or None,
                namespaces=[self.namespace],
                transports=self._transports,
                wait_timeout=5,
            )
            await asyncio.wait_for(greeted.wait(), 5)
        except (SocketConnectionError, OSError, TimeoutError, ValueError) as error:
            await socket.disconnect()
            for reason in refusals:
                if isinstance(reason, dict) and isinstance(reason.get("data"), dict):
                    raise Refused.of({"message": reason.get("message"), **reason["data"]}) from error
            raise Unreachable(address) from error
        except asyncio.CancelledError:
            await socket.disconnect()
            raise

    def _fall_behind(self, socket: socketio.AsyncClient) -> None:
        """Catch up: once more after the question that is under way, however often we are told meanwhile."""
        self._is_behind = True
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.get_running_loop().create_task(self._catch_up(socket))

    async def _catch_up(self, socket: socketio.AsyncClient) -> None:
        """Try until it is done: a client that is connected and has not caught up would stay wrong unnoticed."""
        self._is_behind = True
        while self._is_behind and socket.connected and self._socket is socket:
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


def _give_up(unanswered: set[asyncio.Future[Any]]) -> None:
    """End the waiting for answers that cannot come any more."""
    for answer in unanswered:
        if not answer.done():
            answer.set_exception(ConnectionResetError("the socket was lost"))


def _pause(refused: Refused) -> float:
    """Return how many seconds to wait before asking again: at most what the server says, spread."""
    return min(2.0, float(refused.details.get("retryAfter", 1))) * random.uniform(0.2, 1)
