"""Sends messages: hears from the change stream which of them are waiting, takes a lease, hands them to a provider, and
has what comes of it taken as a command of the house.

Any process may do it; a lease says which one does. Nothing is kept here that a crash could lose: what was not carried
on is found by a duty.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from handlers.context import Context, Reply, Vault
from handlers.messaging import Report, Told, Turn, report, take
from models.base import Aggregate
from models.errors import Refusal
from models.sms import ACCEPT_WITHIN, MessageStatus, SmsMessage, phone_place, text_place
from sms_gateway.provider import Declined, Outgoing, Provider, Unclear, Unreachable

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Messages that one process hands over at a time."""

SPREAD = timedelta(milliseconds=30)
"""Over which the processes that heard the same spread their attempts to take the turn."""

ANSWER_SECONDS = ACCEPT_WITHIN.total_seconds() * 0.8
"""How long a provider may take: what it says must come in while the lease counts."""


class Clock(Protocol):
    """What a sender needs of `server.clock`."""

    def now(self) -> datetime: ...
    def jitter(self) -> float: ...


Perform = Callable[[str, Callable[[Context, Any], Awaitable[Reply]], Any], Awaitable[Reply]]
"""Carries out a command of a house (its id first) without a client."""


class Sender:
    """Sends messages, in one process; `owner` is its name on leases."""

    def __init__(
        self,
        provider: Provider,
        perform: Perform,
        vault: Vault,
        clock: Clock,
        owner: str,
        count: Callable[[str, str], None],
    ) -> None:
        self.provider = provider
        self._perform = perform
        self._vault = vault
        self._clock = clock
        self._owner = owner
        self._count = count
        """Told the kind and the outcome of each message that was handed over."""
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._plans: dict[str, asyncio.TimerHandle] = {}
        self._again: set[str] = set()
        """Messages of which something was heard while they were being sent."""

    def hear(self, aggregate: Aggregate) -> None:
        """Take part in sending a message that was committed and waits."""
        if not isinstance(aggregate, SmsMessage):
            return
        if aggregate.is_finished:
            self._drop_plan(aggregate.id)
        elif aggregate.is_due(self._clock.now()):
            self._plan(aggregate, SPREAD * self._clock.jitter())

    async def stop(self) -> None:
        """Send nothing more; what is open is somebody else's when its lease is over."""
        for plan in self._plans.values():
            plan.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.provider.close()

    def _plan(self, message: SmsMessage, wait: timedelta) -> None:
        self._drop_plan(message.id)
        self._plans[message.id] = asyncio.get_running_loop().call_later(
            max(0, wait.total_seconds()), self._begin, message.restaurant_id, message.id
        )

    def _drop_plan(self, message_id: str) -> None:
        plan = self._plans.pop(message_id, None)
        if plan is not None:
            plan.cancel()

    def _begin(self, restaurant_id: str, message_id: str) -> None:
        self._plans.pop(message_id, None)
        if message_id in self._tasks:
            self._again.add(message_id)
            return
        task = asyncio.get_running_loop().create_task(self._carry_on(restaurant_id, message_id))
        self._tasks[message_id] = task

    async def _carry_on(self, restaurant_id: str, message_id: str) -> None:
        """Send it once, if it is our turn; plan the next time."""
        message: SmsMessage | None = None
        try:
            async with self._places:
                message = await self._turned(restaurant_id, take, Turn(message_id, self._owner))
                if message is not None and message.status is MessageStatus.LEASED:
                    message = await self._send(message)
        except Refusal as refusal:
            log.warning("a message waits", message=message_id, reason=refusal.code)
        except Exception:
            log.exception("a message could not be sent", message=message_id)
        finally:
            self._tasks.pop(message_id, None)
            is_again = message_id in self._again
            self._again.discard(message_id)
        if is_again:
            self._begin(restaurant_id, message_id)
        elif message is not None and message.next_at is not None and message_id not in self._plans:
            self._plan(message, message.next_at - self._clock.now())

    async def _send(self, message: SmsMessage) -> SmsMessage | None:
        """Hand a leased message over; returns it as it is then."""
        status, reason = await self._outcome(message)
        self._count(message.kind.value, status.value if status else "UNREACHABLE")
        if status is None:
            return message
        said = Report(message.id, self._owner, message.epoch, status, reason)
        return await self._turned(message.restaurant_id, report, said)

    async def _outcome(self, message: SmsMessage) -> tuple[MessageStatus | None, str | None]:
        """Return what came of handing a message over, and why where it has failed; None when it is to be tried again,
        once the lease is over.
        """
        house, name = message.restaurant_id, self.provider.name
        if message.phone is None or message.text is None:
            return MessageStatus.FAILED, "erased"
        outgoing = Outgoing(
            message.correlation_id,
            house,
            self._vault.unseal(phone_place(house, message.id), message.phone),
            self._vault.unseal(text_place(house, message.id), message.text),
            message.not_after,
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self.provider.send(outgoing), None
        except Declined as declined:
            log.warning("a message was declined", message=message.id, provider=name, reason=declined.reason)
            return MessageStatus.FAILED, declined.reason
        except Unreachable:
            log.warning("no message can be sent now", message=message.id, provider=name)
            return None, None
        except (Unclear, TimeoutError):
            log.warning("nobody knows whether a message was sent", message=message.id, provider=name)
            return MessageStatus.UNKNOWN, "unclear"

    async def _turned(
        self, restaurant_id: str, act: Callable[[Context, Any], Awaitable[Reply]], subject: Any
    ) -> SmsMessage | None:
        told = await self._perform(restaurant_id, act, subject)
        return told.message if isinstance(told, Told) else None
