"""Messages to phones in this process: who brings them, the sender, and the duty about those that nobody sends."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context, Reply
from handlers.sms_turn import wake
from models.principal import the_house
from models.store.waiting import overdue_messages
from models.store.work import Work
from server.auth import Vault
from server.clock import Clock
from server.config import Settings
from server.dispatch import Dispatcher
from server.duties import Due, Duty
from server.message_options import TwilioKeys
from server.telemetry import Metrics
from sms_gateway.provider import Provider
from sms_gateway.providers.console import Console
from sms_gateway.providers.twilio import Account, Twilio
from sms_gateway.providers.webhook import Webhook
from sms_gateway.sender import Sender

GRACE = timedelta(seconds=3)
"""Time for the processes that have heard of a message: it is the duty's turn only afterwards."""


async def find_overdue(work: Work, before: datetime) -> Sequence[Due]:
    """Find messages that should have been sent by now, or of which something should have been said."""
    return [Due(house, subject) for house, subject in await overdue_messages(work, before)]


MESSAGES = Duty("messages", 2, find_overdue, wake, age=lambda rules: GRACE)


def open_providers(settings: Settings, clock: Clock) -> list[Provider]:
    """Return who brings messages to phones, in the order in which they are tried: what `messages.provider` says, else
    on a development machine its terminal, and in production nobody. Nothing is asked of them yet.
    """
    options, name = settings.messages, settings.sends_messages
    if name == "twilio":
        # Callbacks need an address that Twilio can reach; where there is none, it is asked.
        return [Twilio(_account(options.twilio), options.twilio_url, settings.server.public_url, clock.now)]
    if name == "webhook":
        return [Webhook(options.webhook.url or "", options.webhook.keys, clock.now)]
    return [Console()] if name == "console" else []


def _account(keys: TwilioKeys) -> Account:
    tokens = tuple(one.get_secret_value() for one in keys.auth_tokens)
    sid, secret = keys.account_sid or "", keys.api_key_secret
    return Account(
        sid=sid,
        auth_tokens=tokens,
        user=keys.api_key_sid or sid,
        password=secret.get_secret_value() if secret else tokens[0],
        sender=keys.sender,
        service_sid=keys.service_sid,
    )


class Texts:
    """What commands know of messages: whether there is somebody beside the house's phones who brings them, and the
    numbers of tests.
    """

    def __init__(self, providers: Sequence[Provider], test_codes: dict[str, str]) -> None:
        self._test_codes = test_codes
        self.has_provider = bool(providers)
        self.is_stand_in = all(one.name == Console.name for one in providers)

    def test_code(self, phone: str) -> str | None:
        """Return the code that a test number (E.164) always has; None for every number that is somebody's."""
        return self._test_codes.get(phone)


def open_sender(
    providers: Sequence[Provider], dispatcher: Dispatcher, vault: Vault, clock: Clock, metrics: Metrics, process_id: str
) -> Sender:
    """Return what sends messages in this process."""

    async def perform(restaurant_id: str, act: Callable[[Context, Any], Awaitable[Reply]], subject: Any) -> Reply:
        return await dispatcher.perform(the_house(restaurant_id), act, subject)

    return Sender(providers, perform, vault, clock, process_id, metrics.text_message)
