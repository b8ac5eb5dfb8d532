"""Payments that staff take: cash and card terminals, recorded on the check, and money that is given back."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from handlers import access
from handlers.approval import Approval, Giving, authorise
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.allowance import GivingKind
from models.audit import Fact, Facts
from models.base import Id, OperationId, Reason, Request
from models.check import Check, entered, named, with_tender
from models.check_view import FloorCheckView, FloorTenderView, floor_check_view, floor_tender_view
from models.errors import (
    AmountNotPayable,
    ApproverRefused,
    ApproverRequired,
    CheckFull,
    DailyCeiling,
    IdempotencyKeyReused,
    LoginLocked,
    NotFound,
    OnlinePaymentOff,
    PaymentTooLarge,
    RefundTooLarge,
    SessionClosed,
    SessionMerged,
)
from models.money import LARGEST_AMOUNT, Money
from models.order import fingerprint
from models.payment import Payment
from models.principal import SERVICE
from models.split import require_payable
from models.tender import Refund, RefundStatus, Tender, TenderMethod

CHANGES = Limit(20, per=10)

MOST_DIGITS = 12
"""Of a reference: the number of a card has at least 13 (ISO/IEC 7812)."""

Minor = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
"""Minor units of the check's currency."""


class RecordPayment(Request):
    """`amount` goes to the check and `tip` to the staff, both in minor units. `given` is the cash that was handed over,
    exactly what is needed when it is left out; what is more is the change. `reference` is that of the terminal's slip,
    with at most 12 digits: no card's number is kept. `share_id` is the share that it pays. `check_id` is needed only
    for a check of a merged party.
    """

    check_id: Id | None = None
    share_id: Id | None = None
    method: Annotated[TenderMethod, Field(strict=False)]
    amount: Minor
    tip: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    given: Minor | None = None
    reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._/\-]{0,40}$")] = ""
    idempotency_key: OperationId

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        is_cash = self.method is TenderMethod.CASH
        if self.method is TenderMethod.ONLINE:
            raise ValueError("only the provider says what was paid online")
        if self.given is not None and (not is_cash or self.given < self.amount + self.tip):
            raise ValueError("given is for cash, and at least amount and tip")
        if sum(mark.isdigit() for mark in self.reference) > MOST_DIGITS:
            raise ValueError("a card number is no reference")
        return self


class RefundPayment(Request):
    """How much of which payment is given back, in minor units: `amount` of what was paid to the check, and `tip` of the
    tip.
    """

    tender_id: Id
    amount: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    tip: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    reason: Reason
    approval: Approval | None = None
    idempotency_key: OperationId

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if not self.amount + self.tip:
            raise ValueError("amount, tip or both")
        return self


class PaymentReply(Reply):
    """The check and the payment as they are now; `replayed` when it had been recorded before."""

    check: FloorCheckView
    tender: FloorTenderView
    replayed: bool = False


@command(
    "payment:record",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(CheckFull, IdempotencyKeyReused, NotFound, PaymentTooLarge, SessionClosed, SessionMerged),
    about_session=True,
)
async def record_payment(ctx: Context, request: RecordPayment) -> PaymentReply:
    """Record a payment in cash or at a card terminal.

    It is of no more than can be paid now, of the check or of the share that it pays; a tip comes on top.
    """
    asked = fingerprint(
        "PAYMENT",
        request.check_id or "",
        request.share_id or "",
        request.method,
        *(str(one) for one in (request.amount, request.tip, request.given)),
        request.reference,
    )
    session, checks = await access.session_with_checks(ctx)
    if known := entered(checks, request.idempotency_key, asked):
        return _replayed(*known)
    session.require_open()
    check = named(checks, request.check_id)
    tender = _tender(ctx, request, asked, check.total.currency)
    require_payable(check, tender.amount, tender.share_id)
    stored = ctx.store.save(check.paid_by(tender))
    terms: Facts = {
        "method": request.method.value,
        "amount": request.amount,
        "tip": request.tip,
        "share": request.share_id,
        "reference": tender.reference or None,
    }
    _record(ctx, "payment-recorded", check, stored, tender.id, **terms)
    return _reply(stored, tender)


@command(
    "payment:refund",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(
        AmountNotPayable,
        ApproverRefused,
        ApproverRequired,
        CheckFull,
        DailyCeiling,
        IdempotencyKeyReused,
        LoginLocked,
        OnlinePaymentOff,
        RefundTooLarge,
        SessionMerged,
    ),
    about_session=True,
)
async def refund_payment(ctx: Context, request: RefundPayment) -> PaymentReply:
    """Give money of a payment back, as it was paid; also after the party is gone.

    What was paid online the provider gives back: the refund is `PENDING` until it says that it has, or cannot.
    """
    asked = fingerprint("REFUND", request.tender_id, str(request.amount), str(request.tip), request.reason)
    _, checks = await access.session_with_checks(ctx)
    if known := entered(checks, request.idempotency_key, asked):
        return _replayed(*known)
    check = with_tender(checks, request.tender_id)
    refund = _refund(ctx, request, asked, check.total.currency)
    payment = await _paid_online(ctx, check.tender(request.tender_id), refund)
    if payment is not None:
        refund = refund.with_(status=RefundStatus.PENDING)
    check.refunded(request.tender_id, refund)  # what cannot be given back needs nobody's approval
    giving = Giving(GivingKind.REFUND, refund.worth, check.given_back_alone(refund.by.id), "payment:refund")
    approver = await authorise(ctx, request.approval, giving)
    stored = ctx.store.save(check.refunded(request.tender_id, refund.with_(approver=approver)))
    if payment is not None:
        back = Money(amount=refund.worth, currency=check.currency)
        ctx.store.save(payment.refunding(refund.id, back, refund.by, ctx.now))
    why: Facts = {
        "refund": refund.id,
        "amount": request.amount,
        "tip": request.tip,
        "reason": request.reason,
        "approver": approver.id if approver else None,
    }
    _record(ctx, "payment-refunded", check, stored, request.tender_id, **why)
    return _reply(stored, stored.tender(request.tender_id))


def _tender(ctx: Context, request: RecordPayment, asked: str, currency: str) -> Tender:
    def money(amount: int) -> Money:
        return Money(amount=amount, currency=currency)

    is_cash = request.method is TenderMethod.CASH
    given = request.amount + request.tip if request.given is None else request.given
    return Tender(
        id=ctx.ids.new_id(),
        method=request.method,
        amount=money(request.amount),
        tip=money(request.tip),
        given=money(given) if is_cash else None,
        reference=request.reference.strip(),
        share_id=request.share_id,
        by=ctx.principal.actor,
        at=ctx.now,
        key=request.idempotency_key,
        fingerprint=asked,
    )


async def _paid_online(ctx: Context, tender: Tender, refund: Refund) -> Payment | None:
    """Return the payment that the provider gives money back of; None for what was not paid online.

    Raises `OnlinePaymentOff` or `AmountNotPayable`.
    """
    if tender.payment_id is None:
        return None
    access.provider(ctx, refund.worth, tender.amount.currency)
    return await ctx.store.get(Payment, tender.payment_id)


def _refund(ctx: Context, request: RefundPayment, asked: str, currency: str) -> Refund:
    return Refund(
        id=ctx.ids.new_id(),
        amount=Money(amount=request.amount, currency=currency),
        tip=Money(amount=request.tip, currency=currency) if request.tip else None,
        reason=request.reason,
        by=ctx.principal.actor,
        at=ctx.now,
        key=request.idempotency_key,
        fingerprint=asked,
    )


def _record(ctx: Context, act: str, before: Check, after: Check, tender_id: str, **details: Fact) -> None:
    was, now = _sums(before), _sums(after)
    changed = [name for name in was if was[name] != now[name]]
    ctx.record(
        act,
        session_id=before.session_id,
        subject=tender_id,
        before={name: was[name] for name in changed},
        after={name: now[name] for name in changed},
        check=before.id,
        **details,
    )


def _sums(check: Check) -> dict[str, int]:
    """Return what a payment or a refund may change of a check, in minor units."""
    return {"paid": check.paid.amount, "tips": sum(one.tip_kept.amount for one in check.tenders)}


def _reply(check: Check, tender: Tender) -> PaymentReply:
    return PaymentReply.model_construct(check=floor_check_view(check), tender=floor_tender_view(tender))


def _replayed(check: Check, entry_id: str) -> PaymentReply:
    tender = next(one for one in check.tenders if entry_id in (one.id, *(refund.id for refund in one.refunds)))
    return _reply(check, tender).with_(replayed=True)
