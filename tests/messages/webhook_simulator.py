"""A stand-in for a service of the house that sends messages: the other side of docs/operations.md, as a program.

    cd tests; python -m messages.webhook_simulator

prints the address at which it listens; messages are posted to `/outgoing`. Signatures, its own and those it checks, are
computed here by https://www.standardwebhooks.com and not by the code that is tested. What goes wrong is asked for as in
`messages.stage`: `busy`, `fail`, `revoked`, `refuse`, `reset` (not done), `lose` (done, and not answered).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from aiohttp import web
from messages.stage import Stage, cut, serve

SECRET = "whsec_" + base64.b64encode(b"simulated service of a house").decode()
FORMER_SECRET = "whsec_" + base64.b64encode(b"the secret of it before this").decode()

ERRORS = {"busy": (429, None), "fail": (502, None), "revoked": (403, None), "refuse": (422, "landline")}


class Simulator(Stage):
    """The service."""

    def __init__(self) -> None:
        super().__init__(_encoded, SECRET, ["accepted", "sent", "delivered"], sends_again=True)

    def application(self) -> web.Application:
        """Return it as a web application."""
        app = super().application()
        app.router.add_post("/outgoing", self.take)
        return app

    async def take(self, request: web.Request) -> web.Response:
        """Take a message; what its course begins with is answered, the rest is reported."""
        body, fault = await request.read(), self.fault("take")
        self.requests.append({"operation": "take", "headers": dict(request.headers), "body": body.decode()})
        kind = fault.kind if fault else ""
        if kind == "reset":
            return cut(request)
        if not _is_signed(request, body):
            return web.json_response({}, status=401)
        if kind in ERRORS:
            status, reason = ERRORS[kind]
            return web.json_response({"reason": reason} if reason else {}, status=status)
        message = json.loads(body)
        is_new = all(one["id"] != message["id"] for one in self.messages)
        if is_new:
            self.messages.append(message)
            self.outbox.put([_report(message["id"], state, self.why) for state in self.course[1:]])
        if kind == "lose":
            return cut(request)
        answer = {"status": self.course[0], "id": f"out-{secrets.token_hex(4)}"}
        return web.json_response(answer | ({"reason": self.why} if self.why else {}), status=202)


def _report(message_id: str, state: str, why: str) -> dict[str, Any]:
    content = {"id": message_id, "status": state} | ({"reason": why} if state == "failed" and why else {})
    return {"url": "http://order.example.com/webhooks/messages", "content": content}


def _encoded(report: dict[str, Any], secret: str, age: int) -> tuple[dict[str, str], bytes]:
    body = json.dumps(report["content"]).encode()
    report_id, at = f"msg_{secrets.token_hex(8)}", str(int(time.time()) - age)
    headers = {
        "webhook-id": report_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{_digest(secret, report_id, at, body)}",
        "Content-Type": "application/json",
    }
    return headers, body


def _is_signed(request: web.Request, body: bytes) -> bool:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, at, given = (request.headers.get(name, "") for name in names)
    return f"v1,{_digest(SECRET, message_id, at, body)}" in given.split(" ")


def _digest(secret: str, message_id: str, at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256)).decode()


if __name__ == "__main__":
    asyncio.run(serve(Simulator()))
