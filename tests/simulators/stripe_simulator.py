"""A stand-in for Stripe that speaks its documented HTTP interface, as a program of its own, with a hand on everything
that can go wrong.

    cd tests; python -m simulators.stripe_simulator

prints the address at which it listens. What a server and a guest's phone use is under `/v1`, as Stripe documents it
(https://docs.stripe.com/api): form-encoded requests, keys as Basic or Bearer authentication, idempotency,
PaymentIntents, refunds. `/v3/stripe.js` is Stripe.js, as a page loads it. Webhooks go to the address that
`/control/webhooks` was given. Whatever Stripe does not do on request (to lose an answer, to fail, to be slow, to
double) is asked for under `/control`.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from simulators.stripe_books import Books, Form, Refused
from simulators.stripe_outbox import Outbox
from simulators.stripe_page import frame, let_pages_read, script

SECRET_KEY = "sk_test_simulated51Hk2LmQ9vT4xZ8aB"
PUBLISHABLE_KEY = "pk_test_simulated51Hk2LmQ9vT4xZ8aB"
WEBHOOK_SECRET = "whsec_simulatedQ7wE2rT9yU4iO1pA"

Run = Callable[[web.Request, Form], dict[str, Any]]


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


class Simulator:
    """The interface, and the hand behind it."""

    def __init__(self) -> None:
        self.outbox = Outbox(WEBHOOK_SECRET)
        self.books = Books(self.outbox.put)
        self.requests: list[dict[str, Any]] = []
        self.answered: dict[str, Answered] = {}
        self.faults: list[Fault] = []

    def application(self) -> web.Application:
        """Return it as a web application."""
        app, books = web.Application(), self.books
        named = "/v1/payment_intents/{id}"
        for method, path, name, run in (
            ("POST", "/v1/payment_intents", "create", lambda _, form: books.create(form)),
            ("GET", named, "retrieve", lambda request, _: books.intent(_id(request))),
            ("POST", f"{named}/cancel", "cancel", lambda request, _: books.cancel(_id(request))),
            ("POST", f"{named}/confirm", "confirm", lambda request, form: books.confirm(_id(request), form)),
            ("POST", "/v1/refunds", "refund", lambda _, form: books.give_back(form)),
            ("GET", "/v1/refunds", "list_refunds", lambda _, form: books.refunds_of(form)),
            ("GET", "/v1/refunds/{id}", "retrieve_refund", lambda request, _: books.refund(_id(request))),
        ):
            app.router.add_route(method, path, self._operation(name, run))
        app.router.add_get("/v3/stripe.js", script)
        app.router.add_get("/elements", frame)
        app.on_response_prepare.append(let_pages_read)
        app.router.add_get("/control", self.show)
        app.router.add_post("/control/reset", self.reset)
        app.router.add_post("/control/forget-keys", self.forget_keys)
        app.router.add_post("/control/faults", self.add_fault)
        app.router.add_post("/control/webhooks", self.set_webhooks)
        app.router.add_post("/control/webhooks/release", self.release)
        app.router.add_post("/control/webhooks/send", self.send)
        app.router.add_post("/control/refunds", self.set_refunds)
        app.router.add_post("/control/refunds/{id}", self.decide_refund)
        app.router.add_post("/control/intents/{id}", self.decide)
        app.on_startup.append(lambda _: self.outbox.open())
        app.on_cleanup.append(lambda _: self.outbox.close())
        return app

    # ── what every request of the interface goes through ──────────────────────────────────────────────────────────────

    def _operation(self, name: str, run: Run) -> Any:
        """Wrap an operation: who asks, what goes wrong, and what was answered under the same key before."""

        async def handle(request: web.Request) -> web.StreamResponse:
            form = dict(await request.post()) if request.method == "POST" else dict(request.query)
            key = request.headers.get("Idempotency-Key", "")
            shown = {field: value for field, value in form.items() if field != "client_secret"}
            self.requests.append({"operation": name, "key": key, "path": request.path, "form": shown})
            fault = self._fault(name)
            try:
                _require_key(request, form, is_public=name == "confirm")
                _fail(fault)
                if fault and fault.kind == "delay":
                    await asyncio.sleep(fault.seconds)
                status, body = await self._once(request, form, key, run, fault)
            except Refused as refused:
                return web.json_response(refused.body, status=refused.status)
            if fault and fault.kind == "lose":
                assert request.transport is not None
                request.transport.close()
            return web.json_response(body, status=status)

        return handle

    async def _once(
        self, request: web.Request, form: Form, key: str, run: Run, fault: Fault | None
    ) -> tuple[int, dict[str, Any]]:
        """Carry a request out, or answer what was answered under its key: success and refusal alike."""
        if request.method != "POST" or not key:
            return 200, run(request, form)
        asked = hashlib.sha256(json.dumps([request.path, sorted(form.items())]).encode()).hexdigest()
        known = self.answered.get(key)
        if known and known.asked != asked:
            raise Refused(400, "idempotency_error", None, "Keys can only be used with the same parameters.")
        if known and known.body is None:
            raise Refused(409, "invalid_request_error", "idempotency_key_in_use", "Still running.")
        if known and known.body is not None:
            return known.status, known.body
        answered = self.answered[key] = Answered(asked)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        try:
            answered.status, answered.body = 200, json.loads(json.dumps(run(request, form)))
        except Refused as refused:
            answered.status, answered.body = refused.status, refused.body
        return answered.status, answered.body or {}

    def _fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation == operation and fault.times:
                fault.times -= 1
                return fault
        return None

    # ── control ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, request: web.Request) -> web.Response:
        """Everything that there is."""
        return web.json_response(
            {
                "intents": list(self.books.intents.values()),
                "refunds": list(self.books.refunds.values()),
                "requests": self.requests,
                "sent": self.outbox.sent,
                "held": self.outbox.held,
            }
        )

    async def reset(self, request: web.Request) -> web.Response:
        """Forget the faults and send webhooks as Stripe does; what was made stays."""
        self.faults.clear()
        self.outbox.mode, self.books.refund_state = "normal", "succeeded"
        self.outbox.held.clear()
        return web.json_response({})

    async def forget_keys(self, request: web.Request) -> web.Response:
        """Forget what was answered under which idempotency key, as Stripe does after a day."""
        self.answered.clear()
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
        return web.json_response({"statuses": await self.outbox.release((await request.json())["order"])})

    async def send(self, request: web.Request) -> web.Response:
        """Deliver one event once: `{event, secret?, age?}`, signed with a secret and as old as is asked."""
        asked = await request.json()
        secret = asked.get("secret", self.outbox.secret)
        return web.json_response({"status": await self.outbox.send(asked["event"], secret, asked.get("age", 0))})

    async def set_refunds(self, request: web.Request) -> web.Response:
        """`{state}`: what a new refund is."""
        self.books.refund_state = (await request.json())["state"]
        return web.json_response({})

    async def decide_refund(self, request: web.Request) -> web.Response:
        """`{status}`: what becomes of a refund."""
        return web.json_response(self.books.decide_refund(_id(request), (await request.json())["status"]))

    async def decide(self, request: web.Request) -> web.Response:
        """`{status, ...fields}`: what becomes of a payment."""
        asked = await request.json()
        return web.json_response(self.books.decide(_id(request), asked.pop("status"), asked))


def _id(request: web.Request) -> str:
    return request.match_info["id"]


def _fail(fault: Fault | None) -> None:
    """Raise what is answered instead of anything being done."""
    if fault and fault.kind == "busy":
        raise Refused(429, "invalid_request_error", "rate_limit", "Too many requests.")
    if fault and fault.kind == "conflict":
        raise Refused(409, "invalid_request_error", "idempotency_key_in_use", "Still running.")
    if fault and fault.kind == "fail":
        raise Refused(500, "api_error", None, "Ours.")


def _require_key(request: web.Request, form: Form, *, is_public: bool) -> None:
    """Require a key, as Bearer or as the name of Basic; phones have the publishable one."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        given = base64.b64decode(given).decode().partition(":")[0]
    given = given or form.get("key", "")
    if given == SECRET_KEY or (is_public and given == PUBLISHABLE_KEY):
        return
    raise Refused(401, "invalid_request_error", None, "Invalid API Key provided.")


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
