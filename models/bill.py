"""What a check comes to, part by part, as a phone and a receipt show it.

The parts stand in the order in which they are computed (`models.reckoning`); docs/money.md has the rules and examples:

1. ITEMS: all that was ordered, at the prices of the order.
2. VOID, COMP: what their portions cost.
3. DISCOUNT, PROMOTION, in the order in which they were entered: an amount, or a percentage of what is then left.
4. SERVICE_CHARGE: a share of what the dishes come to now.
5. DELIVERY_FEE.
6. TAX, one for each class and rate: those on top add to the total, those that the prices contain are for information.
7. TOTAL.
"""

from enum import StrEnum

from pydantic import Field

from models.base import Text, Value
from models.correction import Correction, CorrectionKind
from models.money import Money
from models.reckoning import Charged, Reckoning, Taxed, reckon


class PartKind(StrEnum):
    """What a part of the bill is."""

    ITEMS = "ITEMS"
    VOID = "VOID"
    COMP = "COMP"
    DISCOUNT = "DISCOUNT"
    PROMOTION = "PROMOTION"
    SERVICE_CHARGE = "SERVICE_CHARGE"
    DELIVERY_FEE = "DELIVERY_FEE"
    TAX = "TAX"
    TOTAL = "TOTAL"


class BillPart(Value):
    """One line of the bill. `amount` is below zero for what is taken off.

    `rate` (basis points) is that of a percentage; a tax has its class and the `base` it is a share of. A tax that the
    prices contain (`is_inclusive`) is not added to the total. `correction_id` and `line_id` say what was taken off.
    """

    kind: PartKind
    amount: Money
    name: Text = Field(default_factory=dict)
    rate: int | None = None
    correction_id: str | None = None
    line_id: str | None = None
    quantity: int | None = None
    code: str | None = None
    class_id: str | None = None
    base: Money | None = None
    is_inclusive: bool = False

    @property
    def counts(self) -> bool:
        """Whether the total is the sum of this and others."""
        return self.kind is not PartKind.TOTAL and not self.is_inclusive


class Bill(Value):
    """All parts of what a check comes to, in order; the last one is the total."""

    parts: tuple[BillPart, ...]

    @property
    def total(self) -> Money:
        """What is to be paid in all, without tips."""
        return self.parts[-1].amount

    def of(self, *kinds: PartKind) -> tuple[BillPart, ...]:
        """Return the parts of some kinds."""
        return tuple(part for part in self.parts if part.kind in kinds)


def bill(check: Charged, reckoning: Reckoning | None = None) -> Bill:
    """Return what a check comes to, part by part. Items and fees that come to nothing have no part.

    Who has its reckoning already gives it.
    """
    reckoning, currency = reckoning or reckon(check), check.currency
    kept = sorted((one for one in check.corrections if one.withdrawn_by is None), key=_rank)
    sums = (
        (PartKind.ITEMS, reckoning.items, None),
        (PartKind.SERVICE_CHARGE, reckoning.service, check.terms.service_charge),
        (PartKind.DELIVERY_FEE, reckoning.delivery, None),
    )
    items, *fees = (
        (BillPart(kind=kind, amount=Money(amount=amount, currency=currency), rate=rate),) if amount else ()
        for kind, amount, rate in sums
    )
    corrections = (_correction(one, Money(amount=-reckoning.off[one.id], currency=currency)) for one in kept)
    taxes = (_tax(taxed, currency) for taxed in reckoning.taxes)
    total = BillPart(kind=PartKind.TOTAL, amount=Money(amount=reckoning.total, currency=currency))
    return Bill(parts=(*items, *corrections, *fees[0], *fees[1], *taxes, total))


def _rank(one: Correction) -> int:
    """Voids first, then comps, then the others as they were entered: the order in which they are computed."""
    return {CorrectionKind.VOID: 0, CorrectionKind.COMP: 1}.get(one.kind, 2)


def _correction(one: Correction, amount: Money) -> BillPart:
    return BillPart(
        kind=PartKind(one.kind),
        amount=amount,
        name=one.name,
        rate=one.percent,
        correction_id=one.id,
        line_id=one.line_id,
        quantity=one.quantity,
        code=one.code,
    )


def _tax(taxed: Taxed, currency: str) -> BillPart:
    tax = taxed.tax
    return BillPart(
        kind=PartKind.TAX,
        amount=Money(amount=taxed.amount, currency=currency),
        name=tax.name,
        rate=tax.rate,
        class_id=tax.class_id,
        base=Money(amount=taxed.base, currency=currency),
        is_inclusive=tax.is_inclusive,
    )
