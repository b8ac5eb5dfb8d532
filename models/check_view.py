"""What clients see of a check. Guests see what was taken off and paid; why, by whom and with whose approval is for the
staff. What a correction takes off, the parts of the bill and what each share comes to are computed here, as they are
now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from models.base import Actor, Text, Value
from models.bill import BillPart, bill
from models.check import Check
from models.check_content import CheckStatus
from models.check_line import CheckRound
from models.claim import Claim, SplitMethod
from models.correction import Correction, CorrectionKind
from models.dining import DiningOption
from models.money import Money
from models.reckoning import reckon
from models.split import Share, shares
from models.tender import RefundStatus, Tender, TenderMethod
from models.view import View

V = TypeVar("V", bound=Value)


class CorrectionView(Value):
    """Something that was taken off, as the guests see it. `amount` is what it takes off now."""

    id: str
    kind: CorrectionKind
    order_id: str | None
    line_id: str | None
    quantity: int | None
    percent: int | None
    code: str | None
    name: Text
    amount: Money
    at: datetime


class FloorCorrectionView(CorrectionView):
    """Something that was taken off, as the staff see it."""

    reason: str
    by: Actor
    approver: Actor | None


class TenderView(Value):
    """A payment as the guests see it."""

    id: str
    method: TenderMethod
    share_id: str | None
    amount: Money
    tip: Money
    given: Money | None
    change: Money | None
    refunded: Money
    tip_refunded: Money
    at: datetime


class RefundView(Value):
    """Money that was given back, as the staff see it."""

    id: str
    amount: Money
    tip: Money | None
    total: Money
    status: RefundStatus
    reason: str
    by: Actor
    approver: Actor | None
    at: datetime


class FloorTenderView(TenderView):
    """A payment as the staff see it."""

    reference: str
    by: Actor
    kept: Money
    tip_kept: Money
    refunds: tuple[RefundView, ...]


class PendingView(Value):
    """A payment on its way, as everybody at the table sees it."""

    by: Actor
    amount: Money
    tip: Money
    share_id: str | None
    line_ids: tuple[str, ...]
    at: datetime


class FloorPendingView(PendingView):
    """A payment on its way, as the staff see it, who can cancel it."""

    payment_id: str


class CheckView(View):
    """A check as its guests see it: what is owed part by part, what was taken off, who pays what, and what was paid."""

    session_id: str
    status: CheckStatus
    dining_option: DiningOption
    covers: int
    number: int | None
    number_date: str | None
    rounds: tuple[CheckRound, ...]
    corrections: tuple[CorrectionView, ...]
    bill: tuple[BillPart, ...]
    split_method: SplitMethod | None
    shares: tuple[Share, ...]
    claims: tuple[Claim, ...]
    pending: tuple[PendingView, ...]
    tenders: tuple[TenderView, ...]
    total: Money
    paid: Money
    due: Money
    payable: Money
    overpaid: Money


class FloorCheckView(CheckView):
    """A check as the staff see it."""

    corrections: tuple[FloorCorrectionView, ...]
    tenders: tuple[FloorTenderView, ...]
    pending: tuple[FloorPendingView, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """What is computed of a check and is the same for all who see it. `off` is what each correction takes off."""

    off: dict[str, Money]
    bill: tuple[BillPart, ...]
    shares: tuple[Share, ...]


def computed(check: Check) -> Computed:
    """Compute what all views of a check have in common; who shows it twice computes it once."""
    reckoning = reckon(check)
    off = {key: Money(amount=amount, currency=check.currency) for key, amount in reckoning.off.items()}
    return Computed(off, bill(check, reckoning).parts, shares(check, reckoning))


def check_view(check: Check, common: Computed | None = None) -> CheckView:
    """Show a check to its guests."""
    tenders = tuple(_show(TenderView, one) for one in check.tenders)
    pending = tuple(_show(PendingView, one) for one in check.pending)
    return _check(CheckView, CorrectionView, check, common or computed(check), tenders=tenders, pending=pending)


def floor_check_view(check: Check, common: Computed | None = None) -> FloorCheckView:
    """Show a check to the staff."""
    tenders = tuple(floor_tender_view(one) for one in check.tenders)
    pending = tuple(_show(FloorPendingView, one) for one in check.pending)
    common = common or computed(check)
    return _check(FloorCheckView, FloorCorrectionView, check, common, tenders=tenders, pending=pending)


def floor_correction_view(check: Check, correction: Correction) -> FloorCorrectionView:
    """Show a correction of a check to the staff; one that was withdrawn takes nothing off."""
    return _show(FloorCorrectionView, correction, amount=check.takes_off(correction))


def floor_tender_view(tender: Tender) -> FloorTenderView:
    """Show a payment to the staff."""
    return _show(FloorTenderView, tender, refunds=tuple(_show(RefundView, one) for one in tender.refunds))


def _check(view: type[V], correction_view: type[CorrectionView], check: Check, common: Computed, **instead: Any) -> V:
    kept, split = (one for one in check.corrections if one.withdrawn_by is None), check.split
    return _show(
        view,
        check,
        corrections=tuple(_show(correction_view, one, amount=common.off[one.id]) for one in kept),
        bill=common.bill,
        split_method=split.method if split else None,
        shares=common.shares,
        **instead,
    )


def _show(view: type[V], value: Value, **instead: Any) -> V:
    """Copy the fields that a view has, without validating anew what is valid already."""
    fields = {name: getattr(value, name) for name in view.model_fields if name not in instead}
    return cast("V", view.model_construct(**fields, **instead))
