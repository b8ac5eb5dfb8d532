"""Payments online, as far as people ask for them: a guest begins one and may cancel it, staff may cancel it, too.

A command only writes what is wanted. The provider is asked by whoever hears the commit (`server.payments.worker`), and
what it says comes back as a command of the house (`handlers.settling`).
"""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from handlers import access
from handlers.context import Context, Online, Reply
from handlers.registry import CHECKOUT, FLOOR, TABLE, Limit, command
from models.base import Id, OperationId, Request
from models.check import Check, named
from models.claim import Pending
from models.errors import (
    AmountNotPayable,
    CheckFull,
    IdempotencyKeyReused,
    NotFound,
    NotJoined,
    OnlinePaymentOff,
    PaymentInProgress,
    PaymentTooLarge,
    SessionClosed,
)
from models.money import LARGEST_AMOUNT, Money
from models.order import fingerprint
from models.payment import Payment
from models.payment_view import PaymentView, payment_view
from models.principal import CUSTOMERS, GUEST, SERVICE, Guest, PhoneCustomer
from models.split import require_payable

ERRORS = (
    AmountNotPayable,
    CheckFull,
    IdempotencyKeyReused,
    NotFound,
    OnlinePaymentOff,
    PaymentInProgress,
    PaymentTooLarge,
    SessionClosed,
)


class StartPayment(Request):
    """`amount` goes to the check and `tip` to the staff, both in minor units. `share_id` is the share that it pays;
    `check_id` is needed only where there are several checks.
    """

    method: Literal["ONLINE"]
    amount: int = Field(ge=1, le=LARGEST_AMOUNT)
    tip: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    check_id: Id | None = None
    share_id: Id | None = None
    idempotency_key: OperationId


class PayOrder(Request):
    """`amount` goes to the check of one's order and `tip` to the staff, both in minor units."""

    method: Literal["ONLINE"]
    order_id: Id
    amount: int = Field(ge=1, le=LARGEST_AMOUNT)
    tip: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    idempotency_key: OperationId


class CancelPayment(Request):
    """Which payment shall not go on."""

    payment_id: Id
    op_id: OperationId | None = None


class OnlinePaymentReply(Reply):
    """The payment as it is now; `replayed` when it had been started before."""

    payment: PaymentView
    replayed: bool = False


@command("payment:start", on=(TABLE,), roles=GUEST, limit=Limit(10, per=10), errors=(*ERRORS, NotJoined))
async def start_payment(ctx: Context, request: StartPayment) -> OnlinePaymentReply:
    """Begin to pay a part of the check online; `payment:changed` brings what the phone needs to go on.

    Until it is decided nobody else can pay this amount. It also writes the session: so a close, a merge or an eject on
    another server is noticed by the version.
    """
    named_as = (request.check_id or "", request.share_id or "")
    return await _start(ctx, request, fingerprint("ONLINE", *named_as, str(request.amount), str(request.tip)))


@command("payment:start", on=(CHECKOUT,), roles=CUSTOMERS, limit=Limit(10, per=10), errors=ERRORS)
async def pay_order(ctx: Context, request: PayOrder) -> OnlinePaymentReply:
    """Begin to pay what one has ordered online; `payment:changed` brings what the phone needs to go on."""
    ctx.session_id = (await access.own_order(ctx, request.order_id)).session_id
    asked = fingerprint("ONLINE", request.order_id, str(request.amount), str(request.tip))
    fields = {name: getattr(request, name) for name in ("method", "amount", "tip", "idempotency_key")}
    return await _start(ctx, StartPayment.model_construct(**fields), asked)


@command(
    "payment:cancel",
    on=(TABLE, FLOOR, CHECKOUT),
    roles=GUEST | SERVICE | CUSTOMERS,
    limit=Limit(10, per=10),
    errors=(NotFound,),
)
async def cancel_payment(ctx: Context, request: CancelPayment) -> OnlinePaymentReply:
    """Have a payment cancelled that is on its way: one's own, or as staff anyone's whose phone has died.

    It is free for others once the provider has cancelled it. One that succeeds meanwhile is paid, and one that is
    decided stays as it is.
    """
    payment, payer_id = await ctx.store.get(Payment, request.payment_id), _payer_id(ctx)
    if payment is None or payer_id not in (None, payment.participant_id):
        raise NotFound(payment_id=request.payment_id)
    if not payment.is_decided and payment.ending is None:
        check = await ctx.store.get(Check, payment.check_id)
        payment = ctx.store.save(payment.cancelling(ctx.principal.actor, ctx.now))
        ctx.record(
            "payment-cancel-requested",
            session_id=check.session_id if check else None,
            subject=payment.id,
            before={"ending": None},
            after={"ending": payment.ending.value if payment.ending else None},
            check=payment.check_id,
        )
    return OnlinePaymentReply(payment=payment_view(payment if payer_id else payment.with_(client_secret=None)))


def _payer_id(ctx: Context) -> str | None:
    """Return as whom somebody pays; None for staff, who do not."""
    pays = isinstance(ctx.principal, Guest | PhoneCustomer)
    return ctx.principal.actor.id if pays else None


async def _start(ctx: Context, request: StartPayment, asked: str) -> OnlinePaymentReply:
    by = ctx.principal.actor
    session, checks = await access.session_with_checks(ctx)
    key = {"restaurant_id": ctx.store.restaurant_id, "participant_id": by.id, "key": request.idempotency_key}
    known = await ctx.store.first(Payment, **key)
    if known is not None:
        if known.fingerprint != asked:
            raise IdempotencyKeyReused
        return OnlinePaymentReply(payment=payment_view(known), replayed=True)
    session.require_open()
    check = named(checks, request.check_id)
    provider = access.provider(ctx, request.amount + request.tip, check.currency)
    payment = _payment(ctx, provider, request, check, asked)
    require_payable(check, payment.amount, payment.share_id)
    stored = ctx.store.save(_on_its_way(check, payment))
    ctx.store.save(session.asked("payment-started", by, ctx.now))
    ctx.record(
        "payment-started",
        session_id=session.id,
        subject=payment.id,
        before={"payable": check.payable.amount},
        after={"payable": stored.payable.amount},
        check=check.id,
        amount=request.amount,
        tip=request.tip,
        share=request.share_id,
    )
    return OnlinePaymentReply(payment=payment_view(ctx.store.add(payment)))


def _payment(ctx: Context, provider: Online, request: StartPayment, check: Check, asked: str) -> Payment:
    def money(amount: int) -> Money:
        return Money(amount=amount, currency=check.currency)

    by = ctx.principal.actor
    return Payment(
        id=ctx.ids.new_id(),
        restaurant_id=ctx.store.restaurant_id,
        check_id=check.id,
        participant_id=by.id,
        customer_id=by.id if isinstance(ctx.principal, PhoneCustomer) else None,
        by=by,
        provider=provider.name,
        amount=money(request.amount),
        tip=money(request.tip),
        share_id=request.share_id,
        key=request.idempotency_key,
        fingerprint=asked,
        started_at=ctx.now,
        expires_at=ctx.now + timedelta(minutes=ctx.rules.payment_minutes),
        next_at=ctx.now,
    )


def _on_its_way(check: Check, payment: Payment) -> Check:
    """Return the check with a payment on its way; raises `PaymentInProgress` when its payer is paying it already."""
    for one in check.pending:
        if one.by.id == payment.participant_id:
            raise PaymentInProgress(payment_id=one.payment_id)
    return check.with_pending(
        Pending(
            payment_id=payment.id,
            by=payment.by,
            amount=payment.amount,
            tip=payment.tip,
            share_id=payment.share_id,
            at=payment.started_at,
        )
    )
