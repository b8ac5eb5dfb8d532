"""A stand-in for Stripe that speaks its documented HTTP interface, as a program of its own, with a hand on everything
that can go wrong.

    python tests/simulators/stripe_simulator.py

prints the address at which it listens. What a server and a guest's phone use is under `/v1`, as Stripe documents it
(https://docs.stripe.com/api): form-encoded requests, keys as Basic or Bearer authentication, idempotency,
PaymentIntents, refunds. Webhooks go to the address that `/control/webhooks` was given, signed as Stripe signs them.
Whatever Stripe does not do on request (to lose an answer, to fail, to be slow, to double) is asked for under
`/control`.

The signature is computed here by the documented rule and not with Stripe's package, which is what is tested.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

SECRET_KEY = "sk_test_simulated51Hk2LmQ9vT4xZ8aB"
PUBLISHABLE_KEY = "pk_test_simulated51Hk2LmQ9vT4xZ8aB"
WEBHOOK_SECRET = "whsec_simulatedQ7wE2rT9yU4iO1pA"

RESENDINGS = 40
RESEND_SECONDS = 0.25
"""Stripe sends again what was not taken, for three days and ever more slowly."""

CARDS = {
    "pm_card_visa": "succeeded",
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_authenticationRequired": "requires_action",
    "pm_usBankAccount_processing": "processing",
}
"""What happens with Stripe's documented test cards."""

CANCELLABLE = {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
THREE_DIGITS = {"bhd", "jod", "kwd", "omr", "tnd"}
MINIMUM = {"ron": 200, "eur": 50, "jpy": 50, "kwd": 150}


class Refused(Exception):  # noqa: N818  (as in the server)
    """An error of the interface: status, type, code and message."""

    def __init__(self, status: int, kind: str, code: str | None, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message, **more}}


@dataclass
class Fault:
    """What is done wrong to the next `times` requests of an operation."""

    operation: str
    kind: str
    times: int
    seconds: float


@dataclass
class Answered:
    """What was answered under an idempotency key; `body` is None while it is in progress."""

    asked: str
    status: int = 0
    body: dict[str, Any] | None = None


@dataclass
class Outbox:
    """Where webhooks go and how: normal, double, drop, or hold (until they are released, in whatever order)."""

    url: str | None = None
    secret: str = WEBHOOK_SECRET
    mode: str = "normal"
    held: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


class Simulator:
    """All of it: what was made, what was asked, what goes wrong."""

    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.answered: dict[str, Answered] = {}
        self.faults: list[Fault] = []
        self.outbox = Outbox()
        self.refund_state = "succeeded"
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: ClientSession | None = None

    def application(self) -> web.Application:
        """Return it as a web application."""
        app = web.Application()
        app.router.add_post("/v1/payment_intents", self.operation("create", self.create))
        app.router.add_get("/v1/payment_intents/{id}", self.operation("retrieve", self.retrieve))
        app.router.add_post("/v1/payment_intents/{id}/cancel", self.operation("cancel", self.cancel))
        app.router.add_post("/v1/payment_intents/{id}/confirm", self.operation("confirm", self.confirm))
        app.router.add_post("/v1/refunds", self.operation("refund", self.refund))
        app.router.add_get("/v1/refunds", self.operation("list_refunds", self.list_refunds))
        app.router.add_get("/v1/refunds/{id}", self.operation("retrieve_refund", self.retrieve_refund))
        app.router.add_get("/control", self.show)
        app.router.add_post("/control/reset", self.reset)
        app.router.add_post("/control/faults", self.add_fault)
        app.router.add_post("/control/webhooks", self.set_webhooks)
        app.router.add_post("/control/webhooks/release", self.release)
        app.router.add_post("/control/webhooks/send", self.send_again)
        app.router.add_post("/control/refunds", self.set_refunds)
        app.router.add_post("/control/refunds/{id}", self.decide_refund)
        app.router.add_post("/control/intents/{id}", self.decide)
        app.on_startup.append(self._open)
        app.on_cleanup.append(self._close)
        return app

    async def _open(self, _: web.Application) -> None:
        self._http = ClientSession(timeout=ClientTimeout(total=10))

    async def _close(self, _: web.Application) -> None:
        for task in self._tasks:
            task.cancel()
        if self._http:
            await self._http.close()

    # ── what every request of the interface goes through ──────────────────────────────────────────────────────────────

    def operation(self, name: str, run: Any) -> Any:
        """Wrap an operation: who asks, what goes wrong, and what was answered under the same key before."""

        async def handle(request: web.Request) -> web.StreamResponse:
            form = dict(await request.post()) if request.method == "POST" else dict(request.query)
            key = request.headers.get("Idempotency-Key", "")
            self.requests.append({"operation": name, "key": key, "path": request.path, "form": _masked(form)})
            try:
                _require_key(request, form, is_public=name == "confirm")
                fault = self._fault(name)
                if fault and fault.kind == "busy":
                    raise Refused(429, "invalid_request_error", "rate_limit", "Too many requests.")
                if fault and fault.kind == "conflict":
                    raise Refused(409, "invalid_request_error", "idempotency_key_in_use", "Still running.")
                if fault and fault.kind == "fail":
                    return web.json_response({"error": {"type": "api_error", "message": "Ours."}}, status=500)
                if fault and fault.kind == "delay":
                    await asyncio.sleep(fault.seconds)
                status, body = await self._once(request, form, key, run, fault)
            except Refused as refused:
                status, body = refused.status, refused.body
                fault = None
            if fault and fault.kind == "lose":
                assert request.transport is not None
                request.transport.close()
                return web.Response(status=500)
            return web.json_response(body, status=status)

        return handle

    async def _once(
        self, request: web.Request, form: dict[str, Any], key: str, run: Any, fault: Fault | None
    ) -> tuple[int, dict[str, Any]]:
        """Carry a request out, or answer what was answered under its key: success, refusal or fault alike."""
        if request.method != "POST" or not key:
            return 200, await run(request, form)
        asked = hashlib.sha256(json.dumps([request.path, sorted(form.items())]).encode()).hexdigest()
        known = self.answered.get(key)
        if known and known.asked != asked:
            raise Refused(400, "idempotency_error", None, "Keys can only be used with the same parameters.")
        if known and known.body is None:
            raise Refused(409, "invalid_request_error", "idempotency_key_in_use", "Still running.")
        if known and known.body is not None:
            return known.status, known.body
        answered = self.answered[key] = Answered(asked)
        try:
            if fault and fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            answered.status, answered.body = 200, json.loads(json.dumps(await run(request, form)))
        except Refused as refused:
            answered.status, answered.body = refused.status, refused.body
        assert answered.body is not None
        return answered.status, answered.body

    def _fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation == operation and fault.times:
                fault.times -= 1
                return fault
        return None

    # ── PaymentIntents ────────────────────────────────────────────────────────────────────────────────────────────────

    async def create(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        amount, currency = _amount(form), form.get("currency", "")
        if amount < MINIMUM.get(currency, 1):
            raise Refused(400, "invalid_request_error", "amount_too_small", "Amount is too small.", param="amount")
        if currency in THREE_DIGITS and amount % 10:
            raise Refused(400, "invalid_request_error", "invalid_amount", "The last digit must be 0.", param="amount")
        intent_id = self._id("pi")
        intent = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "currency": currency,
            "client_secret": f"{intent_id}_secret_{secrets.token_hex(12)}",
            "created": int(time.time()),
            "last_payment_error": None,
            "livemode": False,
            "metadata": _metadata(form),
            "status": "requires_payment_method",
        }
        self.intents[intent_id] = intent
        self._tell("payment_intent.created", intent)
        return intent

    async def retrieve(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        return self._intent(request)

    async def cancel(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        intent = self._intent(request)
        if intent["status"] not in CANCELLABLE:
            raise Refused(400, "invalid_request_error", "payment_intent_unexpected_state", f"It is {intent['status']}.")
        return self._become(intent, "canceled")

    async def confirm(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        """What Stripe.js does on the guest's phone: with the publishable key and the client secret."""
        intent = self._intent(request)
        if not hmac.compare_digest(form.get("client_secret", ""), intent["client_secret"]):
            raise Refused(400, "invalid_request_error", "payment_intent_invalid_parameter", "Not its client secret.")
        if intent["status"] not in CANCELLABLE:
            raise Refused(400, "invalid_request_error", "payment_intent_unexpected_state", f"It is {intent['status']}.")
        outcome = CARDS[form.get("payment_method", "pm_card_visa")]
        if outcome in ("succeeded", "requires_action", "processing"):
            return self._become(intent, outcome)
        self._decline(intent, outcome)
        raise Refused(402, "card_error", "card_declined", "Your card was declined.", decline_code=outcome)

    def _become(self, intent: dict[str, Any], status: str) -> dict[str, Any]:
        intent["status"] = status
        intent["amount_received"] = intent["amount"] if status == "succeeded" else 0
        self._tell(f"payment_intent.{status}", intent)
        return intent

    def _decline(self, intent: dict[str, Any], code: str) -> None:
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"code": "card_declined", "decline_code": code, "type": "card_error"}
        self._tell("payment_intent.payment_failed", intent)

    def _intent(self, request: web.Request) -> dict[str, Any]:
        found = self.intents.get(request.match_info["id"])
        if found is None:
            raise Refused(404, "invalid_request_error", "resource_missing", "No such payment_intent.")
        return found

    # ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def refund(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        intent = self.intents.get(form.get("payment_intent", ""))
        if intent is None or intent["status"] != "succeeded":
            raise Refused(400, "invalid_request_error", "resource_missing", "Nothing was charged.")
        amount = _amount(form)
        of_it = [one for one in self.refunds.values() if one["payment_intent"] == intent["id"]]
        returned = sum(one["amount"] for one in of_it if one["status"] not in ("failed", "canceled"))
        if amount > intent["amount_received"] - returned:
            raise Refused(400, "invalid_request_error", "charge_already_refunded", "More than what was charged.")
        refund = {
            "id": self._id("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "created": int(time.time()),
            "metadata": _metadata(form),
            "payment_intent": intent["id"],
            "reason": form.get("reason"),
            "status": self.refund_state,
        }
        if self.refund_state == "failed":
            refund["failure_reason"] = "expired_or_canceled_card"
        self.refunds[str(refund["id"])] = refund
        self._tell("refund.created", refund)
        return refund

    async def list_refunds(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in self.refunds.values() if one["payment_intent"] == form.get("payment_intent")]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    async def retrieve_refund(self, request: web.Request, form: dict[str, Any]) -> dict[str, Any]:
        found = self.refunds.get(request.match_info["id"])
        if found is None:
            raise Refused(404, "invalid_request_error", "resource_missing", "No such refund.")
        return found

    # ── webhooks ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, kind: str, subject: dict[str, Any]) -> None:
        event = {
            "id": self._id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "data": {"object": json.loads(json.dumps(subject))},
            "livemode": False,
            "type": kind,
        }
        if self.outbox.mode == "hold":
            self.outbox.held.append(event)
        elif self.outbox.mode == "double":
            self._later(self._deliver(event))
            self._later(self._deliver(event))
        elif self.outbox.mode == "normal":
            self._later(self._deliver(event))

    async def _deliver(self, event: dict[str, Any], resendings: int = RESENDINGS) -> None:
        """Send an event, and again until it is taken."""
        for _ in range(resendings):
            url = self.outbox.url
            if url and await self._send(url, event, self.outbox.secret, int(time.time())) < 300:
                return
            await asyncio.sleep(RESEND_SECONDS)

    async def _send(self, url: str, event: dict[str, Any], secret: str, at: int) -> int:
        assert self._http is not None
        body = json.dumps(event, indent=2)
        headers = {"Stripe-Signature": signature(body, secret, at), "Content-Type": "application/json"}
        status = 599
        with contextlib.suppress(ClientError, TimeoutError):
            async with self._http.post(url, data=body.encode(), headers=headers) as answer:
                status = answer.status
        self.outbox.sent.append({"event": event, "status": status})
        return status

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── control ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, request: web.Request) -> web.Response:
        """Everything that there is."""
        return web.json_response(
            {
                "intents": list(self.intents.values()),
                "refunds": list(self.refunds.values()),
                "requests": self.requests,
                "sent": self.outbox.sent,
                "held": self.outbox.held,
            }
        )

    async def reset(self, request: web.Request) -> web.Response:
        """Forget the faults and send webhooks as Stripe does; what was made stays."""
        self.faults.clear()
        self.outbox.mode, self.refund_state = "normal", "succeeded"
        self.outbox.held.clear()
        return web.json_response({})

    async def add_fault(self, request: web.Request) -> web.Response:
        """`{operation, kind: lose|delay|slow|fail|busy|conflict, times, seconds}`; lose: done, and not answered."""
        asked = await request.json()
        self.faults.append(Fault(asked["operation"], asked["kind"], asked.get("times", 1), asked.get("seconds", 0)))
        return web.json_response({})

    async def set_webhooks(self, request: web.Request) -> web.Response:
        """`{url?, secret?, mode?: normal|double|drop|hold}`"""
        for name, value in (await request.json()).items():
            setattr(self.outbox, name, value)
        return web.json_response({})

    async def release(self, request: web.Request) -> web.Response:
        """Deliver what was held: `{order: as-made|reversed}`; answers with the statuses that came back."""
        asked = await request.json()
        held, self.outbox.held = self.outbox.held, []
        if asked.get("order") == "reversed":
            held.reverse()
        assert self.outbox.url
        statuses = [await self._send(self.outbox.url, one, self.outbox.secret, int(time.time())) for one in held]
        return web.json_response({"statuses": statuses})

    async def send_again(self, request: web.Request) -> web.Response:
        """Deliver one event once: `{event, secret?, age?}`, signed with a secret and as old as is asked."""
        asked = await request.json()
        assert self.outbox.url
        at = int(time.time()) - int(asked.get("age", 0))
        status = await self._send(self.outbox.url, asked["event"], asked.get("secret", self.outbox.secret), at)
        return web.json_response({"status": status})

    async def set_refunds(self, request: web.Request) -> web.Response:
        """`{state}`: what a new refund is."""
        self.refund_state = (await request.json())["state"]
        return web.json_response({})

    async def decide_refund(self, request: web.Request) -> web.Response:
        """`{status}`: what becomes of a refund."""
        refund = self.refunds[request.match_info["id"]]
        refund["status"] = (await request.json())["status"]
        if refund["status"] == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
        self._tell("refund.failed" if refund["status"] == "failed" else "refund.updated", refund)
        return web.json_response(refund)

    async def decide(self, request: web.Request) -> web.Response:
        """`{status, ...fields}`: what becomes of a payment, at the bank or on Stripe's own pages."""
        intent = self.intents[request.match_info["id"]]
        asked = await request.json()
        status = asked.pop("status")
        intent |= asked
        if status == "requires_payment_method":
            self._decline(intent, "generic_decline")
        elif not asked:
            self._become(intent, status)
        else:
            intent["status"] = status
            self._tell(f"payment_intent.{status}", intent)
        return web.json_response(intent)

    def _id(self, kind: str) -> str:
        return f"{kind}_3Sim{next(self._numbers):06d}{secrets.token_hex(6)}"


def signature(body: str, secret: str, at: int) -> str:
    """Return the header of a webhook: https://docs.stripe.com/webhooks#verify-manually"""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest},v0={'0' * 64}"


def _require_key(request: web.Request, form: dict[str, Any], *, is_public: bool) -> None:
    """Require a key, as Bearer or as the name of Basic; phones have the publishable one."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        given = base64.b64decode(given).decode().partition(":")[0]
    given = given or form.get("key", "")
    if given == SECRET_KEY or (is_public and given == PUBLISHABLE_KEY):
        return
    raise Refused(401, "invalid_request_error", None, "Invalid API Key provided.")


def _amount(form: dict[str, Any]) -> int:
    try:
        return int(form["amount"])
    except (KeyError, ValueError):
        raise Refused(400, "invalid_request_error", "parameter_missing", "No amount.", param="amount") from None


def _metadata(form: dict[str, Any]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


def _masked(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name != "client_secret"}


async def main() -> None:
    """Serve until standard input ends: when whoever started it is gone."""
    runner = web.AppRunner(Simulator().application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
