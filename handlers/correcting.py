"""What is taken off a check after a round was sent: lines that are voided or made free, and discounts.

The order stays as it was placed, but for the status of its lines. Everything here has a reason, and above the house's
limit the PIN of a second person.
"""

from typing import Self

from pydantic import Field, model_validator

from handlers import access
from handlers.approval import Approval, Giving, authorise
from handlers.context import Context, Reply
from handlers.recounting import recount
from handlers.registry import FLOOR, Limit, command
from handlers.stock import give_back
from models.allowance import GivingKind
from models.base import Id, OperationId, Reason, Request
from models.cart import MOST_PORTIONS
from models.check import Check, entered, named, with_order
from models.check_view import FloorCheckView, FloorCorrectionView, floor_check_view, floor_correction_view
from models.correction import Correction, CorrectionKind, Entry
from models.errors import (
    ApproverRefused,
    ApproverRequired,
    CheckFull,
    DailyCeiling,
    DiscountOutOfRange,
    IdempotencyKeyReused,
    LineTakenOff,
    LoginLocked,
    SessionClosed,
    SessionMerged,
)
from models.money import LARGEST_AMOUNT
from models.offer import portions
from models.order import Order, OrderLine, fingerprint
from models.principal import SERVICE
from models.status import LineStatus

CHANGES = Limit(20, per=10)
ERRORS = (
    ApproverRefused,
    ApproverRequired,
    CheckFull,
    DailyCeiling,
    IdempotencyKeyReused,
    LoginLocked,
    SessionClosed,
    SessionMerged,
)
WHOLE = 10_000
"""All of it, in basis points."""


class VoidLine(Request):
    """Which portions come off the check; without `quantity` all that are left on it."""

    order_id: Id
    line_id: Id
    quantity: int | None = Field(default=None, ge=1, le=MOST_PORTIONS)
    reason: Reason
    approval: Approval | None = None
    op_id: OperationId


class CompLine(VoidLine):
    """Which portions are made free; without `quantity` all that are left on the check."""


class ApplyDiscount(Request):
    """Either `amount` in minor units or `percent` in basis points (1,000 are 10%) of what the check comes to now.

    `check_id` is needed only for a check that came with a merged party.
    """

    check_id: Id | None = None
    amount: int | None = Field(default=None, ge=1, le=LARGEST_AMOUNT)
    percent: int | None = Field(default=None, ge=1, le=WHOLE)
    reason: Reason
    approval: Approval | None = None
    op_id: OperationId

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("either amount or percent")
        return self


class CorrectionReply(Reply):
    """The check as it is now and what was taken off; `replayed` when the operation had been carried out before."""

    check: FloorCheckView
    correction: FloorCorrectionView
    replayed: bool = False


@command("line:void", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=(*ERRORS, LineTakenOff), about_session=True)
async def void_line(ctx: Context, request: VoidLine) -> CorrectionReply:
    """Take a line that was sent off the check; the kitchen sees it struck until somebody there acknowledges it."""
    return await _take_off(ctx, request, CorrectionKind.VOID)


@command("line:comp", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=(*ERRORS, LineTakenOff), about_session=True)
async def comp_line(ctx: Context, request: CompLine) -> CorrectionReply:
    """Make a line free; the kitchen goes on."""
    return await _take_off(ctx, request, CorrectionKind.COMP)


@command(
    "discount:apply",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(*ERRORS, DiscountOutOfRange),
    about_session=True,
)
async def apply_discount(ctx: Context, request: ApplyDiscount) -> CorrectionReply:
    """Cut the price of the check, by an amount or by a share of what it comes to now."""
    asked = fingerprint("DISCOUNT", request.check_id or "", str(request.amount), str(request.percent), request.reason)
    session, checks = await access.session_with_checks(ctx)
    if known := entered(checks, request.op_id, asked):
        return _replayed(*known)
    session.require_open()
    check = named(checks, request.check_id)
    correction = check.discount(request.amount, request.percent, _entry(ctx, request, asked))
    approved = await _authorised(ctx, request, check, correction, "discount:apply")
    stored = ctx.store.save(check.corrected(approved))
    _record(ctx, "discount-applied", check, stored, approved, subject=check.id, percent=request.percent)
    return _reply(stored, approved)


async def _take_off(ctx: Context, request: VoidLine, kind: CorrectionKind) -> CorrectionReply:
    asked = fingerprint(kind, request.order_id, request.line_id, str(request.quantity), request.reason)
    session, checks = await access.session_with_checks(ctx)
    if known := entered(checks, request.op_id, asked):
        return _replayed(*known)
    session.require_open()
    order = await access.order(ctx, session, request.order_id)
    line, check = order.line(request.line_id), with_order(checks, order.id)
    if not check.has_line(line.id):
        raise LineTakenOff(left=0)  # cancelled before the rest was sent
    correction = check.taking_off(kind, order.id, line, request.quantity, _entry(ctx, request, asked))
    approved = await _authorised(ctx, request, check, correction, f"line:{kind.lower()}")
    stored, is_void = ctx.store.save(check.corrected(approved)), kind is CorrectionKind.VOID
    uncooked = await _strike(ctx, order, line.with_(quantity=approved.quantity), stored) if is_void else None
    _record(
        ctx,
        "line-voided" if is_void else "line-comped",
        check,
        stored,
        approved,
        subject=line.id,
        order=order.id,
        quantity=approved.quantity,
        left=stored.portions_left(order.id, line),
        uncooked=uncooked,
    )
    return _reply(stored, approved)


async def _strike(ctx: Context, order: Order, taken: OrderLine, check: Check) -> int:
    """Show on the tickets, and on the order when none is left, that portions of a line were taken off; return how many
    of them can be sold again, because no station had begun them.
    """
    by, voided = ctx.principal.actor, check.portions_voided(order.id, taken.id)
    tickets = await access.tickets_of_line(ctx, order, taken)
    for ticket in tickets:
        ctx.store.save(ticket.with_voided(taken.id, voided, by, ctx.now))
    if voided >= order.line(taken.id).quantity:
        ctx.store.save(order.with_status(taken.id, LineStatus.CANCELLED, by, ctx.now))
    uncooked = taken.quantity if all(ticket.is_untouched(taken.id) for ticket in tickets) else 0
    await recount(ctx, order, -uncooked, -taken.price.amount)
    if uncooked:
        await give_back(ctx, portions((taken,)))
    return uncooked


async def _authorised(
    ctx: Context, request: VoidLine | ApplyDiscount, check: Check, correction: Correction, act: str
) -> Correction:
    """Ask for a second person where one is needed. A percentage that nobody approved never takes off more than now,
    however much is ordered afterwards: limit and ceiling have counted that.
    """
    amount = check.takes_off(correction).amount
    giving = Giving(GivingKind(correction.kind), amount, check.taken_off_alone(correction.by.id), act)
    approver = await authorise(ctx, request.approval, giving)
    is_bounded = correction.percent is not None and approver is None
    return correction.with_(approver=approver, most=amount if is_bounded else None)


def _entry(ctx: Context, request: VoidLine | ApplyDiscount, asked: str) -> Entry:
    return Entry(ctx.ids.new_id(), request.op_id, asked, ctx.principal.actor, ctx.now, request.reason)


def _record(
    ctx: Context,
    act: str,
    before: Check,
    after: Check,
    correction: Correction,
    *,
    subject: str,
    **details: str | int | None,
) -> None:
    ctx.record(
        act,
        session_id=before.session_id,
        subject=subject,
        before={"total": before.total.amount},
        after={"total": after.total.amount},
        check=before.id,
        correction=correction.id,
        amount=after.takes_off(correction).amount,
        reason=correction.reason,
        approver=correction.approver.id if correction.approver else None,
        **details,
    )


def _reply(check: Check, correction: Correction) -> CorrectionReply:
    shown = floor_correction_view(check, correction)
    return CorrectionReply.model_construct(check=floor_check_view(check), correction=shown)


def _replayed(check: Check, correction_id: str) -> CorrectionReply:
    correction = next(one for one in check.corrections if one.id == correction_id)
    return _reply(check, correction).with_(replayed=True)
