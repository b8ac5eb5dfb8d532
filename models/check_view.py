"""What clients see of a check. Guests see what was taken off and paid; why, by whom and with whose approval is for the
staff.
"""

from datetime import datetime
from typing import Any, TypeVar, cast

from models.base import Actor, Value
from models.check import Check, CheckStatus
from models.check_line import CheckRound
from models.correction import Correction, CorrectionKind
from models.money import Money
from models.tender import Tender, TenderMethod
from models.view import View

V = TypeVar("V", bound=Value)


class CorrectionView(Value):
    """Something that was taken off, as the guests see it."""

    id: str
    kind: CorrectionKind
    order_id: str | None
    line_id: str | None
    quantity: int | None
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
    amount: Money
    tip: Money
    given: Money | None
    change: Money | None
    refunded: Money
    at: datetime


class RefundView(Value):
    """Money that was given back, as the staff see it."""

    id: str
    amount: Money
    reason: str
    by: Actor
    approver: Actor | None
    at: datetime


class FloorTenderView(TenderView):
    """A payment as the staff see it."""

    reference: str
    by: Actor
    refunds: tuple[RefundView, ...]


class CheckView(View):
    """A check as its guests see it: what is owed, what was taken off and what was paid."""

    session_id: str
    status: CheckStatus
    rounds: tuple[CheckRound, ...]
    corrections: tuple[CorrectionView, ...]
    tenders: tuple[TenderView, ...]
    total: Money
    paid: Money
    due: Money
    overpaid: Money


class FloorCheckView(CheckView):
    """A check as the staff see it."""

    corrections: tuple[FloorCorrectionView, ...]
    tenders: tuple[FloorTenderView, ...]


def check_view(check: Check) -> CheckView:
    """Show a check to its guests."""
    return _show(
        CheckView,
        check,
        corrections=tuple(_show(CorrectionView, one) for one in check.corrections),
        tenders=tuple(_show(TenderView, one) for one in check.tenders),
    )


def floor_check_view(check: Check) -> FloorCheckView:
    """Show a check to the staff."""
    return _show(
        FloorCheckView,
        check,
        corrections=tuple(floor_correction_view(one) for one in check.corrections),
        tenders=tuple(floor_tender_view(one) for one in check.tenders),
    )


def floor_correction_view(correction: Correction) -> FloorCorrectionView:
    """Show a correction to the staff."""
    return _show(FloorCorrectionView, correction)


def floor_tender_view(tender: Tender) -> FloorTenderView:
    """Show a payment to the staff."""
    return _show(FloorTenderView, tender, refunds=tuple(_show(RefundView, one) for one in tender.refunds))


def _show(view: type[V], value: Value, **instead: Any) -> V:
    """Copy the fields that a view has, without validating anew what is valid already."""
    fields = {name: getattr(value, name) for name in view.model_fields if name not in instead}
    return cast("V", view.model_construct(**fields, **instead))
