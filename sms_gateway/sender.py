"""Sends messages: hears from the change stream which of them are waiting, and takes their turns, those of a house that
are due at the same time together. What a provider is to send it takes one by one, hands it over HTTP, and has what
comes of it taken as a command of the house; what a provider has accepted, and tells nothing of, it is asked. What is
given to a phone, its own process sends.

Any process may do it; a lease says which one does. Nothing is kept here that a crash could lose: what was not carried
on is found by a duty.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from handlers.context import Context, Reply, Vault
from handlers.messaging import Told, delivery_report, report
from handlers.sms_turn import MOST, Taken, Turn, take, take_each, take_next
from models.base import Aggregate
from models.errors import Refusal
from models.sms import MessageStatus, SmsMessage, provider_owner
from sms_gateway.handing import hand_over, look
from sms_gateway.provider import Provider

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Messages that one process hands over at a time."""

SPREAD = timedelta(milliseconds=30)
"""Over which the processes that heard the same spread their attempts to take the turn."""


class Clock(Protocol):
    """What a sender needs of `server.clock`."""

    def now(self) -> datetime: ...
    def jitter(self) -> float: ...


Perform = Callable[[str, Callable[[Context, Any], Awaitable[Reply]], Any], Awaitable[Reply]]
"""Carries out a command of a house (its id first) without a client."""


class Sender:
    """Sends messages, in one process: `process_id`, which is in its name on leases."""

    def __init__(
        self,
        providers: Sequence[Provider],
        perform: Perform,
        vault: Vault,
        clock: Clock,
        process_id: str,
        count: Callable[[str, str], None],
    ) -> None:
        self.providers = tuple(providers)
        """Whom a message is handed to; the next one where one cannot be reached."""
        self._perform = perform
        self._vault = vault
        self._clock = clock
        self._owner = provider_owner(process_id)
        self._count = count
        """Told the kind and the outcome of each message that was handed over."""
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[str, asyncio.Task[bool]] = {}
        self._plans: dict[str, asyncio.TimerHandle] = {}
        self._again: set[str] = set()
        """Messages of which something was heard while they were being sent."""
        self._due: dict[str, dict[str, None]] = {}
        """Messages by house whose turns are about to be taken, in the order in which they fell due."""
        self._turning: dict[str, asyncio.Task[None]] = {}
        """The houses of which turns are being taken."""
        self._waiting: set[str] = set()
        """Houses in which a message waits that nobody could send when its turn came."""
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._wanted: set[str] = set()
        """Houses in which something has come, since it was last asked for, that may be given out."""

    def hear(self, aggregate: Aggregate) -> None:
        """Take part in sending a message that was committed and waits."""
        if not isinstance(aggregate, SmsMessage):
            return
        if aggregate.is_finished:
            self._drop_plan(aggregate.id)
        elif self._is_behind(aggregate):
            self.ask(aggregate.restaurant_id, is_new=False)
        elif aggregate.is_due(self._clock.now()):
            self._plan(aggregate, SPREAD * self._clock.jitter())
        elif aggregate.id in self._plans:
            self.follow(aggregate)

    def _is_behind(self, message: SmsMessage) -> bool:
        """Whether others may be waiting beside a message which was just queued: then all are looked at in order."""
        is_new = message.status is MessageStatus.QUEUED and message.is_due(self._clock.now())
        return is_new and message.restaurant_id in self._waiting

    def follow(self, message: SmsMessage) -> None:
        """Look at a message again when its time is over; until then it is somebody's."""
        if message.next_at is not None:
            self._plan(message, message.next_at - self._clock.now() + SPREAD * self._clock.jitter())

    def ask(self, restaurant_id: str, *, is_new: bool) -> None:
        """Give out what waits in a house: a phone of it has just come (`is_new`), or has room."""
        if not is_new and restaurant_id not in self._waiting:
            return
        self._wanted.add(restaurant_id)
        if restaurant_id not in self._asking:
            self._asking[restaurant_id] = asyncio.get_running_loop().create_task(self._give_out(restaurant_id))

    async def stop(self) -> None:
        """Send nothing more; what is open is somebody else's when its lease is over."""
        for plan in self._plans.values():
            plan.cancel()
        tasks = [*self._tasks.values(), *self._asking.values(), *self._turning.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for provider in self.providers:
            await provider.close()

    def _plan(self, message: SmsMessage, wait: timedelta) -> None:
        self._drop_plan(message.id)
        self._plans[message.id] = asyncio.get_running_loop().call_later(
            max(0, wait.total_seconds()), self._come_to, message.restaurant_id, message.id
        )

    def _drop_plan(self, message_id: str) -> None:
        plan = self._plans.pop(message_id, None)
        if plan is not None:
            plan.cancel()

    def _come_to(self, restaurant_id: str, message_id: str) -> None:
        self._plans.pop(message_id, None)
        self._begin(restaurant_id, message_id)

    def _begin(self, restaurant_id: str, message_id: str) -> None:
        """The time of a message has come: take its turn with those of the house that are due by then."""
        self._due.setdefault(restaurant_id, {})[message_id] = None
        if restaurant_id not in self._turning:
            task = asyncio.get_running_loop().create_task(self._take_turns(restaurant_id))
            self._turning[restaurant_id] = task

    async def _take_turns(self, restaurant_id: str) -> None:
        """Take the turns of what is due in a house until nothing is."""
        ids: list[str] = []
        try:
            while due := self._due.pop(restaurant_id, None):
                ids = list(due)
                for later in ids[MOST:]:
                    self._due.setdefault(restaurant_id, {})[later] = None
                self._start_each(restaurant_id, await self._taken(restaurant_id, take_each, ids[:MOST]))
        except Refusal as refusal:
            log.warning("messages wait", count=len(ids), reason=refusal.code)
        except Exception:
            log.exception("turns of messages could not be taken", count=len(ids))
        finally:
            del self._turning[restaurant_id]

    async def _taken(self, restaurant_id: str, act: Callable[[Context, Any], Awaitable[Taken]], subject: Any) -> Taken:
        """Take turns together, and look at each message again when its time is over."""
        taken = await self._perform(restaurant_id, act, subject)
        if not isinstance(taken, Taken):
            return Taken()
        for message in taken.messages:
            if message.next_at is not None:
                self._plan(message, message.next_at - self._clock.now())
        if taken.is_waiting:
            self._waiting.add(restaurant_id)
        return taken

    def _start_each(self, restaurant_id: str, taken: Taken) -> list[asyncio.Task[bool]]:
        """Carry on with what is left to a provider; returns the tasks of those that nobody here is at already."""
        begun = []
        for message_id in taken.left:
            if message_id in self._tasks:
                self._again.add(message_id)
            else:
                task = asyncio.get_running_loop().create_task(self._carry_on(restaurant_id, message_id))
                self._tasks[message_id] = task
                begun.append(task)
        return begun

    async def _carry_on(self, restaurant_id: str, message_id: str) -> bool:
        """Send it once, if it is our turn, and plan the next time; returns whether its turn was taken."""
        message: SmsMessage | None = None
        try:
            async with self._places:
                message = await self._turned(restaurant_id, take, Turn(message_id, self._owner))
                message = await self._handle(message) if message is not None else None
        except Refusal as refusal:
            log.warning("a message waits", message=message_id, reason=refusal.code)
        except Exception:
            log.exception("a message could not be sent", message=message_id)
        finally:
            self._tasks.pop(message_id, None)
            is_again = message_id in self._again
            self._again.discard(message_id)
        if message is not None and message.next_at is not None and message_id not in self._plans:
            self._plan(message, message.next_at - self._clock.now())
        if is_again:
            self._begin(restaurant_id, message_id)
        return message is not None

    async def _handle(self, message: SmsMessage) -> SmsMessage:
        """Send a message whose turn was taken, or ask about it, where that is for this process; return it as it is
        then.
        """
        if message.status is MessageStatus.LEASED and message.lease is not None and message.lease.owner == self._owner:
            return await self._send(message) or message
        if message.is_in_hand:
            return await self._look(message) or message
        return message

    async def _give_out(self, restaurant_id: str) -> None:
        """Take the turns of what waits, in order, until nobody can send any more or nothing waits."""
        try:
            is_more = False
            while is_more or restaurant_id in self._wanted:
                self._wanted.discard(restaurant_id)
                self._waiting.discard(restaurant_id)
                taken = await self._taken(restaurant_id, take_next, None)
                is_sent = await asyncio.gather(*self._start_each(restaurant_id, taken))
                is_more = any(is_sent) or (taken.is_more and bool(taken.messages))
        except Refusal as refusal:
            self._waiting.add(restaurant_id)
            log.warning("messages wait", reason=refusal.code)
        except Exception:
            log.exception("what waits could not be given out")
        finally:
            self._wanted.discard(restaurant_id)
            del self._asking[restaurant_id]

    async def _send(self, message: SmsMessage) -> SmsMessage | None:
        """Hand a leased message over; returns it as it is then."""
        said = await hand_over(self.providers, self._vault, self._owner, message, self._clock.now())
        self._count(message.kind.value, "UNREACHABLE" if said.status is MessageStatus.QUEUED else said.status.value)
        return await self._turned(message.restaurant_id, report, said)

    async def _look(self, message: SmsMessage) -> SmsMessage | None:
        """Ask a provider what became of a message; returns it as it is then, None when that is not known."""
        said = await look(self.providers, message)
        return await self._turned(message.restaurant_id, delivery_report, said) if said else None

    async def _turned(
        self, restaurant_id: str, act: Callable[[Context, Any], Awaitable[Reply]], subject: Any
    ) -> SmsMessage | None:
        told = await self._perform(restaurant_id, act, subject)
        if not isinstance(told, Told):
            return None
        if told.is_waiting:
            self._waiting.add(restaurant_id)
        return told.message
