"""One request to a provider over HTTP, and what it means for a message when something goes wrong with it.

What counts is whether the request may have been read. Before a connection stands it was surely not; once something was
written nobody can tell, unless there is an answer. Nothing that was sent or answered is in any text of an error.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    StreamReader,
    TCPConnector,
)

from models.phone import without_numbers
from sms_gateway.provider import Unclear, Unreachable

TIMEOUT = ClientTimeout(total=3.5, sock_connect=2)
"""In seconds: shorter than a sender waits, so that it is here that is said what it means."""

LARGEST = 64 * 1024
"""Bytes of an answer that are read."""

PAUSE_SECONDS = 5
"""How long nothing is asked of a provider that has too much to do and does not say how long."""

LONGEST_PAUSE = 60
"""How long nothing is asked of one that does not accept us, and of none for longer."""

REASON = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}|[0-9]{1,6}", re.ASCII)

TOO_MANY = 429
TIMED_OUT = 408
FAULTY = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider has answered; `body` is empty where it is no JSON object."""

    status: int
    body: Mapping[str, Any] = field(repr=False)

    @property
    def is_done(self) -> bool:
        """Whether what was asked for was done."""
        return 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        """Whether it was not done, because of what was asked or of who asked."""
        return 400 <= self.status < FAULTY


class Exchange:
    """Asks one provider."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._session: ClientSession | None = None
        self._paused_until: datetime | None = None

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Ask; raises `Unreachable` where nothing can have been done, and `Unclear` where that is not known."""
        if self._paused_until is not None and self._now() < self._paused_until:
            raise Unreachable("paused")
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                status, retry_after = response.status, response.headers.get("Retry-After", "")
                given = await _beginning(response.content)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        except (ClientError, OSError) as error:
            raise Unclear(type(error).__name__) from None
        if status == TOO_MANY:
            self.pause(int(retry_after) if retry_after.isdecimal() else PAUSE_SECONDS)
            raise Unreachable("too many requests")
        if status == TIMED_OUT or status >= FAULTY:
            raise Unclear(f"status {status}")
        return Answer(status, _object(given))

    def pause(self, seconds: int = LONGEST_PAUSE) -> None:
        """Ask nothing for a while."""
        self._paused_until = self._now() + timedelta(seconds=min(max(1, seconds), LONGEST_PAUSE))

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> ClientSession:
        # A connection that was kept may be closed by the other side in the moment in which we write, and then nobody
        # can tell what it has read. Messages are few: each has a connection of its own.
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(force_close=True), cookie_jar=DummyCookieJar(), timeout=TIMEOUT
            )
        return self._session


async def _beginning(content: StreamReader) -> bytes:
    given = b""
    async for portion in content.iter_any():
        given += portion
        if len(given) > LARGEST:
            return b""
    return given


def _object(given: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(given)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def reason_in(value: object, otherwise: str) -> str:
    """Return a provider's word for why, if it is one: what is longer or freer may repeat a number or a text."""
    word = without_numbers(str(value)) if isinstance(value, str | int) else ""
    return word if REASON.fullmatch(word) else otherwise
