"""One socket in one namespace, from its greeting until it is lost, on the official Socket.IO client."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import socketio
from socketio.exceptions import ConnectionError as SocketConnectionError
from socketio.exceptions import SocketIOError

from comanda_client.error import Refused, Unreachable

GREETING_SECONDS = 5.0
"""How long a server may take to let us in, and then to say who we are."""


class Link:
    """A socket that is opened once and does not come back. `heard` gets the name and the payload of each message,
    `gone` that it is lost.
    """

    def __init__(
        self,
        namespace: str,
        heard: Callable[["Link", str, dict[str, Any]], None],
        gone: Callable[["Link"], None],
    ) -> None:
        self.address = ""
        self.lost = asyncio.Event()
        self._namespace = namespace
        self._heard = heard
        self._gone = gone
        self._greeted = asyncio.Event()
        self._refusals: list[Any] = []
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._socket = socketio.AsyncClient(
            # Its own handler of Ctrl-C would stop the loop under whoever runs it.
            reconnection=False,
            logger=False,
            engineio_logger=False,
            handle_sigint=False,
        )
        self._socket.on("*", self._hear, namespace=namespace)
        self._socket.on("connect_error", self._be_refused, namespace=namespace)
        self._socket.on("disconnect", self._be_lost, namespace=namespace)

    @property
    def is_connected(self) -> bool:
        """Whether something can be asked."""
        return bool(self._socket.connected)

    async def open(
        self, address: str, auth: dict[str, Any], headers: dict[str, str], transports: Sequence[str]
    ) -> None:
        """Connect and wait for the greeting, or leave nothing behind; raises `Refused` or `Unreachable`."""
        self.address = address
        try:
            await self._socket.connect(
                address,
                headers=headers,
                auth=auth or None,
                namespaces=[self._namespace],
                transports=list(transports),
                wait_timeout=GREETING_SECONDS,
            )
            await asyncio.wait_for(self._greeted.wait(), GREETING_SECONDS)
        except (SocketConnectionError, OSError, TimeoutError, ValueError) as error:
            await self._socket.disconnect()
            for reason in self._refusals:
                if isinstance(reason, dict) and isinstance(reason.get("data"), dict):
                    raise Refused.of({"message": reason.get("message"), **reason["data"]}) from error
            raise Unreachable(address) from error
        except asyncio.CancelledError:
            await self._socket.disconnect()
            raise

    async def ask(self, name: str, data: dict[str, Any], seconds: float) -> Any:
        """Return what a command is acknowledged with; raises `Unreachable`. A socket that is lost meanwhile is not
        waited for.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(*arguments: Any) -> None:
            if not answer.done():
                answer.set_result(arguments[0] if arguments else None)

        self._unanswered.add(answer)
        try:
            await self._socket.emit(name, data, namespace=self._namespace, callback=answered)
            return await asyncio.wait_for(answer, seconds)
        except (SocketIOError, OSError, ValueError, TimeoutError) as error:
            raise Unreachable(name) from error
        finally:
            self._unanswered.discard(answer)

    async def close(self) -> None:
        """Lose it."""
        self.lost.set()
        self._give_up()
        await self._socket.disconnect()

    async def _hear(self, name: str, payload: dict[str, Any] | None = None) -> None:
        self._heard(self, name, payload or {})
        if name == "hello":
            self._greeted.set()

    async def _be_refused(self, reason: Any) -> None:
        self._refusals.append(reason)

    async def _be_lost(self, reason: Any = None) -> None:
        self._give_up()
        self.lost.set()
        self._gone(self)

    def _give_up(self) -> None:
        """End the waiting for answers that cannot come any more."""
        for answer in self._unanswered:
            if not answer.done():
                answer.set_exception(ConnectionResetError("the socket was lost"))
