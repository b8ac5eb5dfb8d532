"""Adding a check up once more by the rules of docs/money.md, as a guest with a pencil would: with fractions, and with
nothing of the code that the house adds it up with.
"""

from fractions import Fraction

from models.bill import Bill, PartKind, bill
from models.check import Check
from models.claim import SplitMethod
from models.correction import CorrectionKind
from models.split import REST, Share, cost_of_lines, shares

TAKES_OFF = (PartKind.VOID, PartKind.COMP, PartKind.DISCOUNT, PartKind.PROMOTION)


def add_up(check: Check) -> None:
    """Add a check up with a pencil, and compare."""
    shown = bill(check)
    amounts = [part.amount.amount for part in shown.parts]
    assert sum(part.amount.amount for part in shown.parts if part.counts) == shown.total.amount == check.total.amount
    assert all(
        (amount <= 0) if part.kind in TAKES_OFF else (amount >= 0)
        for part, amount in zip(shown.parts, amounts, strict=True)
    )
    dishes = dishes_after(check, shown)
    fees = charged(check, shown, dishes)
    taxed(check, shown, dishes + fees)
    costs = cost_of_lines(check)
    assert sum(costs.values()) == check.total.amount
    assert min(costs.values(), default=0) >= 0
    divided(check, shares(check), costs)


def half_up(exact: Fraction) -> int:
    """Round to the nearest, of two to the higher."""
    return (exact + Fraction(1, 2)).__floor__()


def dishes_after(check: Check, shown: Bill) -> int:
    """Take off what is taken off, in order; return what the dishes come to."""
    lines = [line for entry in check.rounds for line in entry.lines]
    left = sum(line.unit_price.amount * line.quantity for line in lines)
    assert sum(part.amount.amount for part in shown.of(PartKind.ITEMS)) == left
    off = {part.correction_id: -part.amount.amount for part in shown.of(*TAKES_OFF)}
    assert [part.correction_id for part in shown.of(PartKind.DISCOUNT, PartKind.PROMOTION)] == [
        one.id for one in check.corrections if one.line_id is None and not one.withdrawn_by
    ]
    for one in check.corrections:
        if one.line_id:
            price = next(line.unit_price.amount for line in lines if line.id == one.line_id)
            assert off[one.id] == price * (one.quantity or 0)
            left -= off[one.id]
    ordered = left
    for one in check.corrections:
        if one.line_id or one.withdrawn_by:
            continue
        wanted = one.amount.amount if one.amount else half_up(Fraction(left * (one.percent or 0), 10_000))
        wanted = min(wanted, one.most or wanted, left) if ordered >= one.from_amount else 0
        assert off[one.id] == wanted
        left -= wanted
        assert left >= 0
    return left


def charged(check: Check, shown: Bill, dishes: int) -> int:
    """Return what the fees come to."""
    service, delivery, terms = 0, 0, check.terms
    if check.covers >= terms.service_from_covers:
        service = half_up(Fraction(dishes * terms.service_charge, 10_000))
    ordered = sum(line.quantity for entry in check.rounds for line in entry.lines)
    voided = sum(one.quantity or 0 for one in check.corrections if one.kind is CorrectionKind.VOID)
    if ordered > voided and (terms.delivery_free_from is None or dishes < terms.delivery_free_from):
        delivery = terms.delivery_fee
    assert sum(part.amount.amount for part in shown.of(PartKind.SERVICE_CHARGE)) == service
    assert sum(part.amount.amount for part in shown.of(PartKind.DELIVERY_FEE)) == delivery
    return service + delivery


def taxed(check: Check, shown: Bill, whole: int) -> None:
    """Each tax is its share of its base; a base is of nothing twice; what is not taxed has no base."""
    taxes = shown.of(PartKind.TAX)
    for part in taxes:
        assert part.base is not None
        assert part.rate is not None
        of = 10_000 + part.rate if part.is_inclusive else 10_000
        assert part.amount.amount == half_up(Fraction(part.base.amount * part.rate, of))
        assert not part.is_inclusive or part.amount.amount <= part.base.amount
    bases = sum(part.base.amount for part in taxes if part.base)
    assert bases <= whole
    untaxed = [line for entry in check.rounds for line in entry.lines if line.tax is None]
    terms = check.terms
    if (
        not untaxed
        and not (terms.service_charge and not terms.service_tax)
        and not (terms.delivery_fee and not terms.delivery_tax)
    ):
        assert bases == whole


def divided(check: Check, found: tuple[Share, ...], costs: dict[str, int]) -> None:
    """The shares are the total, and what is due of them is what is due of the check; each is what its method says."""
    amounts = {one.id: one.amount.amount for one in found}
    assert len(amounts) == len(found)
    assert sum(amounts.values()) == check.total.amount
    assert sum(one.due.amount for one in found) == check.due.amount
    assert all(0 <= one.due.amount <= one.amount.amount for one in found)
    assert check.due.amount - check.overpaid.amount == check.total.amount - check.paid.amount
    assert all(one.paid.amount >= 0 for one in found)
    rest, parts = amounts.get(REST, 0), check.split.parts if check.split else ()
    method = check.split.method if check.split else SplitMethod.CLAIMS
    if method is SplitMethod.EVEN:
        assert rest == 0
        assert max(amounts.values()) - min(amounts.values()) <= 1
    if method is SplitMethod.AMOUNTS:
        wanted = sum(one.amount or 0 for one in parts)
        assert all(amounts[one.id] <= (one.amount or 0) for one in parts)
        assert rest == max(0, check.total.amount - wanted)
    if method is SplitMethod.LINES:
        taken = {line_id for one in parts for line_id in one.line_ids}
        assert rest == sum(cost for line_id, cost in costs.items() if line_id not in taken)
        assert all(amounts[one.id] <= sum(costs[line_id] for line_id in one.line_ids) for one in parts)
    if method is SplitMethod.PARTICIPANTS:
        common = sum(costs[line.id] for entry in check.rounds for line in entry.lines if line.by.kind != "GUEST")
        assert rest == (0 if parts else common)
    if method is SplitMethod.CLAIMS:
        as_claimed(check, amounts, costs)


def as_claimed(check: Check, amounts: dict[str, int], costs: dict[str, int]) -> None:
    """Each fraction is less than one minor unit away from what it is exactly, and nobody pays more than the dishes."""
    for guest in {one.by.id for one in check.claims}:
        theirs = [one for one in check.claims if one.by.id == guest]
        exact = sum((Fraction(costs[one.line_id] * one.parts, one.of) for one in theirs), Fraction(0))
        assert abs(amounts[guest] - exact) < len(theirs)
        assert amounts[guest] <= sum(costs[one.line_id] for one in theirs)
