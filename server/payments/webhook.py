"""The door for what the provider tells by itself: `POST /webhooks/stripe`.

The signature is checked on the bytes as they came, before anything is parsed; how many there may be is a limit of the
whole site. Only what is committed is acknowledged; whatever is not, the provider sends again.
"""

from collections import deque

import structlog
from aiohttp import web

from handlers.settling import Told, report_forgeries, tell
from models.base import Nothing
from models.errors import OrderInProgress, OutcomeUnknown, Refusal, Unavailable
from models.house import Restaurant
from models.payment import JITTER
from models.principal import the_house
from models.store.outcome import Interrupted
from models.store.work import Store
from server.bodies import Unacceptable, read_all
from server.clock import Clock
from server.dispatch import Dispatcher
from server.payments.provider import Forged, Notice, Provider
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

PATH = "/webhooks/stripe"
SIGNATURE = "Stripe-Signature"

MANY, WINDOW_SECONDS = 20, 600
"""Forged messages in so many seconds that raise an alarm in every house."""


class Webhooks:
    """Takes the provider's messages in one process."""

    def __init__(
        self, provider: Provider, dispatcher: Dispatcher, store: Store, clock: Clock, metrics: Metrics
    ) -> None:
        self._provider = provider
        self._dispatcher = dispatcher
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._forged: deque[int] = deque(maxlen=MANY)

    def attach(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_post(PATH, self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await read_all(request)
        except Unacceptable as fault:
            # Anybody can send them: what comes too slowly keeps nothing open.
            response = self._answer("unreadable", fault.status)
            response.force_close()
            return response
        try:
            notice = self._provider.read(body, request.headers.get(SIGNATURE, ""))
        except Forged:
            await self._note_forgery()
            return self._answer("forged", 400)
        except ValueError:
            return self._answer("unreadable", 400)
        if notice is None:
            return self._answer("ignored", 200)
        try:
            await self._dispatcher.perform(the_house(notice.restaurant_id), tell, self._told(notice))
        except (OrderInProgress, OutcomeUnknown, Unavailable) as refusal:
            log.warning("a message of the provider waits", event_id=notice.id, code=refusal.code)
            return self._answer("postponed", 503)
        except Refusal as refusal:
            log.error("a message of the provider was refused", event_id=notice.id, code=refusal.code)
            return self._answer("refused", 503)
        return self._answer("taken", 200)

    def _told(self, notice: Notice) -> Told:
        return Told(
            notice.payment_id,
            int(JITTER * self._clock.jitter()),
            notice.seen,
            notice.refund_id,
            notice.refund,
            notice.id,
        )

    async def _note_forgery(self) -> None:
        """Count it, and raise an alarm when there are many."""
        now = int(self._clock.monotonic())
        self._forged.append(now)
        if len(self._forged) < MANY or now - self._forged[0] > WINDOW_SECONDS:
            return
        self._forged.clear()
        log.error("somebody pretends to be the provider of payments", times=MANY)
        work = self._store.begin("", self._clock.monotonic() + 5)
        try:
            for row in await work.values(Restaurant, "_id"):
                await self._dispatcher.perform(the_house(row["_id"]), report_forgeries, Nothing())
        except (Interrupted, Refusal) as error:
            log.warning("the alarm about it has to wait", error=type(error).__name__)

    def _answer(self, outcome: str, status: int) -> web.Response:
        self._metrics.webhook(outcome)
        return web.json_response({"received": status < 300}, status=status)
