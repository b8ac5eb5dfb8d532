"""Speaks to the provider about payments: hears from the change stream which of them needs something, asks, and has the
answer taken as a command of the house.

Any process may do it; a turn is taken by a version, and the provider knows our keys, so that two who ask at the same
moment do no harm. Nothing is kept here that a crash could lose: what was not carried on is found by a duty.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog

from handlers.context import Context, Reply
from handlers.settling import Answer, Refused, Turn, Turned, answer, claim, postpone, refuse
from models.base import Aggregate
from models.errors import Refusal
from models.payment import JITTER, Payment
from models.payment_state import OnlineRefund, Seen, SeenRefund, Step
from models.principal import the_house
from server.clock import Clock
from server.dispatch import Dispatcher
from server.payments.provider import Charge, Declined, Misconfigured, Provider, Return, Unreachable
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Requests to the provider that one process has open."""

SPREAD = timedelta(milliseconds=30)
"""Over which the processes that heard the same spread their attempts to take the turn."""


class Worker:
    """Carries payments on, in one process."""

    def __init__(self, provider: Provider, dispatcher: Dispatcher, clock: Clock, metrics: Metrics) -> None:
        self._provider = provider
        self._dispatcher = dispatcher
        self._clock = clock
        self._metrics = metrics
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._plans: dict[str, asyncio.TimerHandle] = {}
        self._again: set[str] = set()
        """Payments of which something was heard while they were being carried on."""

    def hear(self, aggregate: Aggregate) -> None:
        """Take part in carrying on a payment that was committed and is due."""
        if not isinstance(aggregate, Payment):
            return
        if aggregate.is_finished:
            self._drop_plan(aggregate.id)
        elif aggregate.is_due(self._clock.now()):
            self._plan(aggregate, SPREAD * self._clock.jitter())

    async def stop(self) -> None:
        """Ask nothing more; what is open is somebody else's turn when its lease is over."""
        for plan in self._plans.values():
            plan.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._provider.close()

    def _plan(self, payment: Payment, wait: timedelta) -> None:
        self._drop_plan(payment.id)
        self._plans[payment.id] = asyncio.get_running_loop().call_later(
            max(0, wait.total_seconds()), self._come_to, payment.restaurant_id, payment.id
        )

    def _drop_plan(self, payment_id: str) -> None:
        plan = self._plans.pop(payment_id, None)
        if plan is not None:
            plan.cancel()

    def _come_to(self, restaurant_id: str, payment_id: str) -> None:
        self._plans.pop(payment_id, None)
        self._begin(restaurant_id, payment_id)

    def _begin(self, restaurant_id: str, payment_id: str) -> None:
        if payment_id in self._tasks:
            self._again.add(payment_id)
            return
        task = asyncio.get_running_loop().create_task(self._carry_on(restaurant_id, payment_id))
        self._tasks[payment_id] = task

    async def _carry_on(self, restaurant_id: str, payment_id: str) -> None:
        """Ask the provider once, if it is our turn; plan the next time."""
        payment: Payment | None = None
        try:
            async with self._places:
                payment = await self._perform(restaurant_id, claim, Turn(payment_id))
                if payment is not None and payment.step is not None:
                    act, outcome = await self._ask(payment, payment.step)
                    payment = await self._perform(restaurant_id, act, outcome)
        except Refusal as refusal:
            log.warning("a payment waits", payment=payment_id, code=refusal.code)
        except Exception:
            log.exception("a payment could not be carried on", payment=payment_id)
        finally:
            self._tasks.pop(payment_id, None)
            is_again = payment_id in self._again
            self._again.discard(payment_id)
        if payment is not None and payment.next_at is not None and payment_id not in self._plans:
            self._plan(payment, payment.next_at - self._clock.now())
        if is_again:
            self._begin(restaurant_id, payment_id)

    async def _perform(
        self, restaurant_id: str, act: Callable[[Context, Any], Awaitable[Reply]], subject: Any
    ) -> Payment | None:
        turned = await self._dispatcher.perform(the_house(restaurant_id), act, subject)
        return turned.payment if isinstance(turned, Turned) else None

    async def _ask(self, payment: Payment, step: Step) -> tuple[Callable[[Context, Any], Awaitable[Reply]], Turn]:
        """Ask the provider; returns the command by which what came of it is taken."""
        jitter = int(JITTER * self._clock.jitter())
        refund = payment.refund_to_ask if payment.is_decided else None
        refund_id = refund.id if refund else None
        try:
            if refund is None:
                answered = Answer(payment.id, jitter, seen=await self._seen(payment, step))
            else:
                seen = await self._seen_refund(payment, refund)
                answered = Answer(payment.id, jitter, refund_id=refund.id, refund=seen)
        except Declined as declined:
            self._metrics.provider(step.value, "declined")
            log.info("the provider declined", payment=payment.id, step=step.value, reason=declined.reason)
            return refuse, Refused(payment.id, jitter, declined.reason, refund_id)
        except Misconfigured as wrong:
            self._metrics.provider(step.value, "misconfigured")
            log.error("the provider does not accept us", payment=payment.id, step=step.value, reason=str(wrong))
            if step is Step.START:
                return refuse, Refused(payment.id, jitter, "misconfigured")
            return postpone, Turn(payment.id, jitter)
        except Unreachable as lost:
            self._metrics.provider(step.value, "unreachable")
            log.warning("the provider does not answer", payment=payment.id, step=step.value, reason=str(lost))
            return postpone, Turn(payment.id, jitter)
        self._metrics.provider(step.value, "answered")
        return answer, answered

    async def _seen(self, payment: Payment, step: Step) -> Seen:
        if payment.intent_id is None:
            return await self._provider.start(Charge(payment.restaurant_id, payment.id, payment.charged))
        ask = self._provider.cancel if step is Step.CANCEL else self._provider.look
        return await ask(payment.intent_id)

    async def _seen_refund(self, payment: Payment, refund: OnlineRefund) -> SeenRefund:
        if refund.provider_id is not None:
            return await self._provider.look_at_refund(refund.provider_id)
        back = Return(payment.restaurant_id, payment.id, refund.id, payment.intent_id or "", refund.amount)
        # It may have been made although its answer was lost, and our key is forgotten there after a day.
        found = await self._provider.find_refund(back) if payment.tries > 1 else None
        return found or await self._provider.give_back(back)
