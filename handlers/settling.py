"""What becomes of payments online: the house's own commands, by which the provider's answers and messages are taken.

Money is booked in one transaction with the payment, and only where payment, amount and currency are those that were
asked for. Whatever else the provider says of a payment moves it forward or changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from handlers import access
from handlers.alarms import raise_alarm
from handlers.context import Context, Done, Reply
from models.alarm import AlarmKind
from models.base import Nothing
from models.check import Check, with_payment
from models.check_content import CheckStatus
from models.errors import NotFound
from models.payment import Payment, ProviderEvent
from models.payment_state import OnlineRefund, PaymentStatus, Seen, SeenRefund
from models.session import TableSession
from models.tender import RefundStatus, Tender, TenderMethod

EVENTS_KEPT = timedelta(days=30)
"""How long a message of the provider is known again: far longer than it is sent again, or its signature counts."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it may be; `jitter` is drawn by whoever asks, from 0 to `models.payment.JITTER`."""

    payment_id: str
    jitter: int = 0


@dataclass(frozen=True, slots=True)
class Answer(Turn):
    """What the provider has answered: about the payment, or about a refund of it."""

    seen: Seen | None = None
    refund_id: str | None = None
    refund: SeenRefund | None = None


@dataclass(frozen=True, slots=True)
class Refused(Turn):
    """The provider will not do what it was asked; `refund_id` where that was a refund."""

    reason: str = ""
    refund_id: str | None = None


@dataclass(frozen=True, slots=True)
class Told(Answer):
    """What the provider has told by itself, under an id of its own."""

    event_id: str = ""


class Turned(Reply):
    """The payment that the provider is to be asked about next, as it is now; None when that is nobody's turn."""

    payment: Payment | None = None


async def claim(ctx: Context, turn: Turn) -> Turned:
    """Take the turn to ask the provider about a payment; nothing when another process has it.

    A payment that is to end, and that the provider was never asked about, ends here.
    """
    payment = await _payment(ctx, turn.payment_id)
    if payment is None or not payment.is_due(ctx.now):
        return Turned()
    end = payment.end_without_provider(ctx.now) if not payment.tries else None
    if end is not None:
        return Turned(payment=await _end(ctx, payment, end))
    return Turned(payment=ctx.store.save(payment.claimed(ctx.now)))


async def wake(ctx: Context, payment_id: str) -> Done:
    """Have a payment heard again that nobody has asked about in time: a process has died over it."""
    payment = await ctx.store.get(Payment, payment_id)
    if ctx.online is not None and payment is not None and payment.is_due(ctx.now):
        ctx.store.save(payment.woken(ctx.now))
    return Done()


async def postpone(ctx: Context, turn: Turn) -> Turned:
    """The provider could not be reached: it is asked again, unless nobody is to pay it any more and nobody can."""
    payment = await _payment(ctx, turn.payment_id)
    if payment is None or payment.is_finished:
        return Turned()
    end = payment.end_without_provider(ctx.now)
    if end is not None:
        return Turned(payment=await _end(ctx, payment, end))
    return Turned(payment=ctx.store.save(payment.postponed(ctx.now, turn.jitter)))


async def refuse(ctx: Context, refused: Refused) -> Turned:
    """The provider will not do it: a payment that was to start has failed, and so has a refund."""
    payment = await _payment(ctx, refused.payment_id)
    if payment is None or payment.is_finished:
        return Turned()
    refund = payment.refund(refused.refund_id) if refused.refund_id else None
    if refund is not None:
        changed = payment.refund_refused(refund, refused.reason, ctx.now, refused.jitter)
        return Turned(payment=await _store_refund(ctx, payment, changed, refund))
    if payment.intent_id is None:
        return Turned(payment=await _end(ctx, payment, payment.ending or PaymentStatus.FAILED, refused.reason))
    return Turned(payment=ctx.store.save(payment.postponed(ctx.now, refused.jitter)))


async def answer(ctx: Context, answered: Answer) -> Turned:
    """Take what the provider has answered."""
    payment = await _payment(ctx, answered.payment_id)
    if payment is None:
        return Turned()
    return Turned(payment=await _learn(ctx, payment, answered))


async def tell(ctx: Context, told: Told) -> Done:
    """Take what the provider tells by itself, once.

    What is final is taken at its word. Anything else may be late or out of order: then the provider is asked.
    """
    payment = await _payment(ctx, told.payment_id)
    if payment is None or await ctx.store.get(ProviderEvent, told.event_id):
        return Done()
    seen, is_known = told.seen, payment.intent_id is not None
    is_final = seen is not None and seen.status in (PaymentStatus.SUCCEEDED, PaymentStatus.CANCELLED)
    if (is_final and (is_known or payment.is_decided)) or told.refund is not None:
        await _learn(ctx, payment, told)
    elif not payment.is_decided:
        ctx.store.save(payment.woken(ctx.now))
    ctx.store.add(
        ProviderEvent(
            id=told.event_id, restaurant_id=payment.restaurant_id, at=ctx.now, expires_at=ctx.now + EVENTS_KEPT
        )
    )
    return Done()


async def report_forgeries(ctx: Context, _: Nothing) -> Done:
    """Raise the alarm about messages that only pretend to be the provider's."""
    await raise_alarm(ctx, AlarmKind.WEBHOOK_FORGED, "payments")
    return Done()


async def _payment(ctx: Context, payment_id: str) -> Payment | None:
    """Return a payment under the lock of the session that its check is with by now."""
    payment = await ctx.store.get(Payment, payment_id)
    check = await ctx.store.get(Check, payment.check_id) if payment else None
    if check is None:
        return None
    await access.lock(ctx, check.session_id)
    return await ctx.store.get(Payment, payment_id)


async def _check(ctx: Context, payment: Payment) -> Check:
    """Return the check of a payment, wherever its party is."""
    check = await ctx.store.get(Check, payment.check_id)
    if check is None:
        raise NotFound(check_id=payment.check_id)
    return check


async def _learn(ctx: Context, payment: Payment, answered: Answer) -> Payment | None:
    """Take what the provider says of a payment or of a refund; what is not what we asked for is only reported."""
    if answered.refund is not None:
        return await _learn_of_refund(ctx, payment, answered.refund, answered)
    seen = answered.seen
    if seen is None:
        return None
    if not payment.is_about(seen) or payment.contradicts(seen):
        return await _report(ctx, payment, seen.intent_id, (seen.received or seen.asked).amount, answered.jitter)
    moved = payment.moved(seen, ctx.now, answered.jitter)
    if moved is payment:
        return payment
    if moved.status is payment.status:
        return ctx.store.save(moved)
    if moved.status is PaymentStatus.SUCCEEDED:
        await _book(ctx, moved)
    elif moved.is_decided:
        await _free(ctx, moved)
    return ctx.store.save(moved)


async def _book(ctx: Context, payment: Payment) -> None:
    """Put the money on the check, whatever happened to check and party meanwhile; tell the floor what is unusual."""
    check = await _check(ctx, payment)
    tender = Tender(
        id=ctx.ids.new_id(),
        method=TenderMethod.ONLINE,
        amount=payment.amount,
        tip=payment.tip,
        reference=payment.intent_id or "",
        share_id=payment.share_id,
        payment_id=payment.id,
        by=payment.by,
        at=ctx.now,
        key=payment.key,
        fingerprint=payment.fingerprint,
    )
    stored = ctx.store.save(check.received(tender))
    ctx.record(
        "payment-received",
        session_id=check.session_id,
        subject=payment.id,
        before={"paid": check.paid.amount},
        after={"paid": stored.paid.amount},
        check=check.id,
        tender=tender.id,
        amount=payment.amount.amount,
        tip=payment.tip.amount,
        reference=tender.reference,
    )
    if check.status is CheckStatus.CLOSED:
        await _alarm(ctx, AlarmKind.PAYMENT_AFTER_CLOSE, check, payment, payment.charged.amount)
    if stored.overpaid.amount > check.overpaid.amount:
        await _alarm(ctx, AlarmKind.PAYMENT_OVERPAID, check, payment, stored.overpaid.amount)


async def _end(ctx: Context, payment: Payment, status: PaymentStatus, reason: str | None = None) -> Payment:
    """End a payment without money."""
    ended = payment.ended(status, None, ctx.now, reason)
    await _free(ctx, ended)
    return ctx.store.save(ended)


async def _free(ctx: Context, payment: Payment) -> None:
    """Let others pay what a payment was on its way to pay."""
    check = await _check(ctx, payment)
    stored = ctx.store.save(check.without_pending(payment.id, payment.by, ctx.now))
    ctx.record(
        "payment-ended",
        session_id=check.session_id,
        subject=payment.id,
        before={"payable": check.payable.amount},
        after={"payable": stored.payable.amount},
        check=check.id,
        status=payment.status.value,
        failure=payment.failure,
    )


async def _learn_of_refund(ctx: Context, payment: Payment, seen: SeenRefund, answered: Answer) -> Payment | None:
    refund = payment.refund(answered.refund_id or "")
    if refund is None or not payment.is_about_refund(refund, seen):
        return await _report(ctx, payment, seen.provider_id, seen.amount.amount, answered.jitter)
    changed = payment.refund_moved(refund, seen, ctx.now, answered.jitter)
    return await _store_refund(ctx, payment, changed, refund)


async def _store_refund(ctx: Context, before: Payment, after: Payment, refund: OnlineRefund) -> Payment:
    """Store what became of a refund, and have the check say so."""
    now = after.refund(refund.id)
    if now is None or now.status is refund.status:
        return ctx.store.save(after)
    check = await _check(ctx, before)
    tender = with_payment(check, before.id)
    if tender is None:
        raise NotFound(payment_id=before.id)
    stored = ctx.store.save(check.refund_decided(tender.id, refund.id, now.status, ctx.principal.actor, ctx.now))
    ctx.record(
        "refund-decided",
        session_id=check.session_id,
        subject=refund.id,
        before={"status": refund.status.value, "paid": check.paid.amount},
        after={"status": now.status.value, "paid": stored.paid.amount},
        check=check.id,
        tender=tender.id,
        amount=refund.amount.amount,
        failure=now.failure,
    )
    if now.status is RefundStatus.FAILED:
        await _alarm(ctx, AlarmKind.REFUND_FAILED, check, before, refund.amount.amount, refund.id)
    return ctx.store.save(after)


async def _report(ctx: Context, payment: Payment, provider_id: str, amount: int, jitter: int) -> Payment | None:
    """Tell the floor that the provider speaks of another payment or amount than we asked for; nothing is booked."""
    check = await _check(ctx, payment)
    if await _alarm(ctx, AlarmKind.PAYMENT_MISMATCH, check, payment, amount):
        ctx.record(
            "payment-mismatch",
            session_id=check.session_id,
            subject=payment.id,
            check=check.id,
            reference=provider_id,
            amount=amount,
            expected=payment.charged.amount,
        )
    return None if payment.is_finished else ctx.store.save(payment.postponed(ctx.now, jitter))


async def _alarm(
    ctx: Context, kind: AlarmKind, check: Check, payment: Payment, amount: int, subject: str | None = None
) -> bool:
    """Raise an alarm about a payment; False when the floor has it already."""
    session = await ctx.store.get(TableSession, check.session_id)
    raised = await raise_alarm(
        ctx,
        kind,
        subject or payment.id,
        session_id=check.session_id,
        table_name=session.table_name if session else None,
        check=check.id,
        payer=payment.by.name,
        amount=amount,
        currency=check.currency,
    )
    return raised is not None
