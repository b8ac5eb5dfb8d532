"""Any other service that sends messages: a POST of JSON to an address of the house, and its reports back to ours.

Both directions are signed in the same way (`standard_webhook`). docs/operations.md describes it for those who write
the other side.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from models.sms import MessageStatus
from sms_gateway.provider import Declined, Forged, Handed, Heard, Outgoing, Unclear, Unreachable, heard
from sms_gateway.providers.exchange import Exchange, reason_in
from sms_gateway.providers.standard_webhook import is_signed, signed

PATH = "/webhooks/messages"

STATES = {
    "accepted": MessageStatus.ACCEPTED,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "failed": MessageStatus.FAILED,
}

ABOUT_US = frozenset({401, 403, 404, 405})
"""Refusals that any message of ours would meet."""


class Webhook:
    """Implements `Provider` and `Telling` of `sms_gateway.provider`."""

    name = "webhook"
    path = PATH

    def __init__(self, url: str, keys: Sequence[bytes], now: Callable[[], datetime]) -> None:
        """`keys`: each signs what is sent, and each may sign what comes back."""
        self._url = url
        self._keys = tuple(keys)
        self._now = now
        self._exchange = Exchange(now)

    async def send(self, message: Outgoing) -> Handed:
        """Hand a message over."""
        sending = ".".join(message.names)
        not_after = message.not_after.isoformat(timespec="seconds").replace("+00:00", "Z")
        given = {"id": sending, "to": message.phone, "text": message.text, "notAfter": not_after}
        body = json.dumps(given, ensure_ascii=False).encode()
        headers = signed(self._keys, sending, self._now(), body) | {"Content-Type": "application/json"}
        answer = await self._exchange.ask("POST", self._url, headers, body)
        reason = reason_in(answer.body.get("reason"), f"status_{answer.status}")
        if answer.status in ABOUT_US:
            self._exchange.pause()
            raise Unreachable(f"refused: {reason}")
        if answer.is_refused:
            raise Declined(reason)
        status = STATES.get(str(answer.body.get("status", "accepted")))
        if not answer.is_done or status is None:
            raise Unclear(f"status {answer.status}")
        if status is MessageStatus.FAILED:
            raise Declined(reason_in(answer.body.get("reason"), "failed"))
        known = answer.body.get("id")
        return Handed(status, known if isinstance(known, str) and len(known) <= 64 else None)

    def read(self, path: str, headers: Mapping[str, str], body: bytes) -> Heard | None:
        """Read a report; None for one that says nothing new, or is about nothing of ours."""
        if not is_signed(self._keys, headers, body, self._now()):
            raise Forged
        given = json.loads(body)
        if not isinstance(given, dict) or str(given.get("status")) not in STATES:
            raise ValueError("not a report")
        status = STATES[given["status"]]
        reason = reason_in(given.get("reason"), "failed") if status is MessageStatus.FAILED else None
        return heard(str(given.get("id")).split("."), self.name, None, status, reason)

    async def close(self) -> None:
        """Let its connections go."""
        await self._exchange.close()
