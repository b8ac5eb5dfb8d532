"""Twilio's Messages API: messages handed over by a POST, status callbacks that it signs, and a GET where none came.

The interface is that of https://www.twilio.com/docs/messaging/api/message-resource. It knows no idempotency: a request
whose answer was lost may have been carried out, and is not repeated here. Of its errors only the codes are kept: its
sentences repeat the number.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from models.sms import MessageStatus
from sms_gateway.provider import Declined, Forged, Handed, Heard, Outgoing, Unclear, Unreachable, heard
from sms_gateway.providers.exchange import Answer, Exchange, reason_in

SIGNATURE = "X-Twilio-Signature"
PATH = "/webhooks/twilio"

LOOKS = 2
"""How often a message is looked at of which no callback came."""

LONGEST_VALIDITY = 36_000
"""For how many seconds Twilio takes a message at the most."""

MOST_FIELDS = 100

STATES = {
    "accepted": MessageStatus.ACCEPTED,
    "scheduled": MessageStatus.ACCEPTED,
    "queued": MessageStatus.ACCEPTED,
    "sending": MessageStatus.ACCEPTED,
    "sent": MessageStatus.SENT,
    "partially_delivered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.FAILED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
"""https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""

ABOUT_US_STATUSES = frozenset({401, 404})
ABOUT_US = frozenset({20003, 20005, 20006, 20404, 21212, 21603, 21703})
"""Refusals that any message of ours would meet: keys, account, no sender. Another provider may send it, and an operator
has to look; the message is not at fault. What may be due to where a message goes, such as 21606, is not here: nobody
must be able to stop the messages of all others by a number.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at Twilio, and from what messages come: a number or name, or a messaging service.

    `auth_tokens`: each may sign callbacks. `user` and `password` ask for things: the account and its token, or an API
    key and its secret.
    """

    sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    user: str = field(repr=False)
    password: str = field(repr=False)
    sender: str | None = None
    service_sid: str | None = None


class Twilio:
    """Implements `Provider`, `Asked` and `Telling` of `sms_gateway.provider`."""

    name = "twilio"
    path = PATH + "/{restaurant}/{message}/{epoch}"

    def __init__(self, account: Account, address: str, public_url: str | None, now: Callable[[], datetime]) -> None:
        """`public_url`: under which Twilio reaches us, without a slash at its end; without it, it is only asked."""
        self._account = account
        self._messages = f"{address.rstrip('/')}/2010-04-01/Accounts/{quote(account.sid, safe='')}/Messages"
        self._public_url = public_url
        self._now = now
        self._exchange = Exchange(now)
        basic = base64.b64encode(f"{account.user}:{account.password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}

    async def send(self, message: Outgoing) -> Handed:
        """Hand a message over; Twilio may go on trying until the message is too old."""
        headers = self._headers | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(self._form(message)).encode()
        answer = await self._exchange.ask("POST", f"{self._messages}.json", headers, body)
        if answer.is_refused:
            self._refuse(answer)
        sid = answer.body.get("sid")
        if not answer.is_done or not isinstance(sid, str):
            raise Unclear(f"status {answer.status}")
        status, reason = _seen(answer.body)
        if status is MessageStatus.FAILED:
            raise Declined(reason or "failed")
        return Handed(status, sid, LOOKS)

    async def look(self, provider_id: str) -> tuple[MessageStatus, str | None] | None:
        """Ask how far a message is; None while it is on its way, or when Twilio has forgotten it."""
        answer = await self._exchange.ask("GET", f"{self._messages}/{quote(provider_id, safe='')}.json", self._headers)
        if not answer.is_done:
            return None
        status, reason = _seen(answer.body)
        return None if status is MessageStatus.ACCEPTED else (status, reason)

    def read(self, path: str, headers: Mapping[str, str], body: bytes) -> Heard | None:
        """Read a status callback; None for one that says nothing new, or is about nothing of ours."""
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        given = headers.get(SIGNATURE, "").encode("utf-8", "surrogateescape")
        rightful = [
            signature(url, pairs, token).encode()
            for url in (_spellings(self._public_url + path) if self._public_url else ())
            for token in self._account.auth_tokens
        ]
        if not any(hmac.compare_digest(one, given) for one in rightful):
            raise Forged
        return _heard(path.partition("?")[0].removeprefix(PATH).split("/")[1:], dict(pairs))

    async def close(self) -> None:
        """Let its connections go."""
        await self._exchange.close()

    def _form(self, message: Outgoing) -> dict[str, str]:
        left = int((message.not_after - self._now()).total_seconds())
        form = {
            "To": message.phone,
            "Body": message.text,
            "ValidityPeriod": str(min(max(1, left), LONGEST_VALIDITY)),
        }
        if self._account.service_sid:
            form["MessagingServiceSid"] = self._account.service_sid
        else:
            form["From"] = self._account.sender or ""
        if self._public_url is not None:
            # It is told apart by the epoch, too, so that it counts also when the answer with the message's SID is lost.
            form["StatusCallback"] = "/".join((self._public_url + PATH, *message.names))
        return form

    def _refuse(self, answer: Answer) -> None:
        """Say whose fault a refusal is: ours, then nothing is asked for a while, or the message's."""
        code = answer.body.get("code")
        reason = reason_in(code, f"status_{answer.status}")
        if answer.status in ABOUT_US_STATUSES or code in ABOUT_US:
            self._exchange.pause()
            raise Unreachable(f"refused: {reason}")
        raise Declined(reason)


def signature(url: str, pairs: Sequence[tuple[str, str]], token: str) -> str:
    """Return the signature of a callback: https://www.twilio.com/docs/usage/security#validating-requests"""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _spellings(url: str) -> Iterable[str]:
    """Return an address with its port and without it: Twilio signs either."""
    parts = urlsplit(url)
    bare = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [url.replace(parts.netloc, netloc, 1) for netloc in (bare, f"{bare}:{port}")]


def _seen(message: Mapping[str, object]) -> tuple[MessageStatus, str | None]:
    """Return how far a message is, and why it has failed."""
    word = str(message.get("status"))
    status = STATES.get(word, MessageStatus.ACCEPTED)
    return status, reason_in(message.get("error_code"), word) if status is MessageStatus.FAILED else None


def _heard(names: Sequence[str], fields: Mapping[str, str]) -> Heard | None:
    sid = fields.get("MessageSid")
    status, reason = _seen({"status": fields.get("MessageStatus"), "error_code": fields.get("ErrorCode")})
    return heard(names, Twilio.name, sid, status, reason) if sid else None
