"""The webhooks of the simulator of Stripe: signed as documented, sent again until they are taken, or held back.

The signature is computed here by the documented rule and not with Stripe's package, which is what is tested.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

RESENDINGS = 40
RESEND_SECONDS = 0.25
"""Stripe sends again what was not taken, for three days and ever more slowly."""


def signature(body: str, secret: str, at: int) -> str:
    """Return the header of a webhook: https://docs.stripe.com/webhooks#verify-manually"""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest},v0={'0' * 64}"


class Outbox:
    """Where webhooks go and how: normal, double, drop, or hold (until they are released, in whatever order)."""

    def __init__(self, secret: str) -> None:
        self.url: str | None = None
        self.secret = secret
        self.mode = "normal"
        self.held: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
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

    def put(self, event: dict[str, Any]) -> None:
        """Take an event, for now or for later."""
        if self.mode == "hold":
            self.held.append(event)
        elif self.mode == "double":
            self._later(self._deliver(event))
            self._later(self._deliver(event))
        elif self.mode == "normal":
            self._later(self._deliver(event))

    async def release(self, order: str) -> list[int]:
        """Deliver what was held, each once; returns the statuses that came back."""
        held, self.held = self.held, []
        return [await self.send(one, self.secret, 0) for one in (held[::-1] if order == "reversed" else held)]

    async def send(self, event: dict[str, Any], secret: str, age: int) -> int:
        """Deliver an event once, signed with a secret so many seconds ago; returns the status that came back."""
        assert self._http is not None
        assert self.url is not None
        body = json.dumps(event, indent=2)
        header = signature(body, secret, int(time.time()) - age)
        headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
        status = 599
        with contextlib.suppress(ClientError, TimeoutError):
            async with self._http.post(self.url, data=body.encode(), headers=headers) as answer:
                status = answer.status
        self.sent.append({"event": event, "status": status})
        return status

    async def _deliver(self, event: dict[str, Any]) -> None:
        """Send an event, and again until it is taken."""
        for _ in range(RESENDINGS):
            if self.url and await self.send(event, self.secret, 0) < 300:
                return
            await asyncio.sleep(RESEND_SECONDS)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
