"""The door for what providers tell by themselves about messages to phones: a POST below `/webhooks` for each of them.

A report is checked by its provider before anything is believed of it. Only what is committed is acknowledged, with 204,
and so is what is about nothing of ours. One that comes twice, late or out of order changes nothing wrongly: the message
itself judges it.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web

from handlers.messaging import DeliveryReport, Told, delivery_report
from models.errors import Refusal
from models.principal import the_house
from server.bodies import UNREAD, Unacceptable, read_all
from server.clock import Clock
from server.dispatch import Dispatcher
from server.telemetry import Metrics
from sms_gateway.provider import Forged, Provider, Telling

log = structlog.get_logger(__name__)

TOLD_EVERY = 60.0
"""Seconds between two entries of the log about reports of one provider that are not its own: anybody can send them."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


class MessageReports:
    """Takes the reports of all providers that make some, in one process."""

    def __init__(self, providers: Sequence[Provider], dispatcher: Dispatcher, clock: Clock, metrics: Metrics) -> None:
        self._providers = providers
        self._dispatcher = dispatcher
        self._clock = clock
        self._metrics = metrics
        self._forged: dict[str, tuple[int, float]] = {}
        """By provider: the forged reports that the log does not say yet, and when it may say so again."""

    def attach(self, app: web.Application) -> None:
        """Add a route for each of them."""
        for provider in self._providers:
            if isinstance(provider, Telling):
                app.router.add_post(provider.path, self._door(provider))

    def _door(self, provider: Telling) -> Handler:
        async def receive(request: web.Request) -> web.Response:
            try:
                outcome, status = await self._take(provider, request, await read_all(request))
            except Unacceptable as fault:
                # Anybody can send them: what comes too slowly keeps nothing open.
                outcome, status = "unreadable", fault.status
            self._metrics.message_report(provider.name, outcome)
            response = web.Response(status=status)
            if status in UNREAD:
                response.force_close()
            return response

        return receive

    async def _take(self, provider: Telling, request: web.Request, body: bytes) -> tuple[str, int]:
        """Return what became of a report, and the status that says so."""
        try:
            heard = provider.read(request.raw_path, request.headers, body)
        except Forged:
            self._notice_forged(provider.name)
            return "forged", 403
        except ValueError:
            return "unreadable", 400
        if heard is None:
            return "ignored", 204
        told = DeliveryReport(heard.message_id, heard.report)
        try:
            taken = await self._dispatcher.perform(the_house(heard.restaurant_id), delivery_report, told)
        except Refusal as refusal:
            log.warning("a report on a message has to come again", message=heard.message_id, reason=refusal.code)
            return "postponed", 503
        return "taken" if isinstance(taken, Told) and taken.message else "ignored", 204

    def _notice_forged(self, provider: str) -> None:
        """Say in the log how many reports were not signed by their provider, once a minute at the most."""
        now = self._clock.monotonic()
        amount, silent_until = self._forged.get(provider, (0, now))
        if now >= silent_until:
            log.warning("reports on messages are not signed by their provider", provider=provider, amount=amount + 1)
            amount, silent_until = -1, now + TOLD_EVERY
        self._forged[provider] = amount + 1, silent_until
