"""A check added up, in minor units: everything that is computed of a check is computed here, in the order of the bill.

It is a pure function of what is on the check, and runs at every change of one: integers only, one pass over the lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from models.check_line import CheckLine, CheckRound
from models.correction import Correction, CorrectionKind
from models.money import WHOLE, apportion, portion
from models.pricing import Tax, Terms


class Charged(Protocol):
    """What a bill is computed from: a check."""

    @property
    def rounds(self) -> tuple[CheckRound, ...]: ...
    @property
    def corrections(self) -> tuple[Correction, ...]: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def covers(self) -> int: ...
    @property
    def currency(self) -> str: ...


@dataclass(slots=True)
class Taxed:
    """What one tax is levied on: lines by their place in the reckoning, and fees."""

    tax: Tax
    base: int = 0
    lines: list[int] = field(default_factory=list)
    service: int = 0
    delivery: int = 0

    @property
    def amount(self) -> int:
        """The tax, in minor units."""
        whole = WHOLE + self.tax.rate if self.tax.is_inclusive else WHOLE
        return portion(self.base, self.tax.rate, whole)


@dataclass(slots=True)
class Reckoning:
    """A check added up, in minor units: what the bill shows and what its shares are made from.

    `nets` is what each of `lines` comes to after all that is taken off; `off` is what each correction takes off.
    """

    lines: list[CheckLine]
    items: int
    portions: list[int]
    """Of each line, how many are not voided."""
    nets: list[int]
    off: dict[str, int]
    service: int
    delivery: int
    taxes: list[Taxed]
    total: int


def reckon(check: Charged) -> Reckoning:
    """Add a check up."""
    lines = [line for entry in check.rounds for line in entry.lines]
    nets = [line.unit_price.amount * line.quantity for line in lines]
    portions = [line.quantity for line in lines]
    items = sum(nets)
    off = _take_off_lines(check.corrections, lines, nets, portions) if check.corrections else {}
    off |= _take_off_all(check.corrections, nets)
    dishes, terms = sum(nets), check.terms
    service = portion(dishes, terms.service_charge, WHOLE) if check.covers >= terms.service_from_covers else 0
    is_free = terms.delivery_free_from is not None and dishes >= terms.delivery_free_from
    delivery = terms.delivery_fee if any(portions) and not is_free else 0
    taxes = _taxes(lines, nets, terms, service, delivery)
    on_top = sum(one.amount for one in taxes if not one.tax.is_inclusive)
    return Reckoning(lines, items, portions, nets, off, service, delivery, taxes, dishes + service + delivery + on_top)


def _take_off_lines(
    corrections: Iterable[Correction], lines: Sequence[CheckLine], nets: list[int], portions: list[int]
) -> dict[str, int]:
    """Take voids and comps off the lines that they are about; return what each takes off."""
    places = {line.id: place for place, line in enumerate(lines)}
    off = {}
    for one in corrections:
        if one.line_id is None or one.quantity is None:
            continue
        place = places[one.line_id]
        off[one.id] = lines[place].unit_price.amount * one.quantity
        nets[place] -= off[one.id]
        if one.kind is CorrectionKind.VOID:
            portions[place] -= one.quantity
    return off


def _take_off_all(corrections: Iterable[Correction], nets: list[int]) -> dict[str, int]:
    """Take discounts and promotions off, in the order in which they were entered; return what each takes off.

    Together they are spread over the lines by what these come to, so that each tax is that of its own dishes.
    """
    off: dict[str, int] = {}
    dishes = left = sum(nets)
    for one in corrections:
        if one.line_id is None:
            off[one.id] = _off(one, dishes, left)
            left -= off[one.id]
    if left < dishes:
        nets[:] = [net - share for net, share in zip(nets, apportion(dishes - left, nets), strict=True)]
    return off


def _off(one: Correction, dishes: int, left: int) -> int:
    """Return what a discount or a promotion takes off what is left of what the dishes come to."""
    if one.withdrawn_by is not None or dishes < one.from_amount:
        return 0
    wanted = one.amount.amount if one.amount else portion(left, one.percent or 0, WHOLE)
    return min(wanted, left, one.most or left)


def _taxes(lines: Sequence[CheckLine], nets: Sequence[int], terms: Terms, service: int, delivery: int) -> list[Taxed]:
    """Return what each tax is levied on: those on top first, the lower rate first."""
    taxes: dict[tuple[bool, int, str], Taxed] = {}

    def levied(tax: Tax) -> Taxed:
        key = (tax.is_inclusive, tax.rate, tax.class_id)
        return taxes.get(key) or taxes.setdefault(key, Taxed(tax))

    for place, line in enumerate(lines):
        if line.tax is not None and nets[place]:
            taxed = levied(line.tax)
            taxed.base += nets[place]
            taxed.lines.append(place)
    if terms.service_tax is not None and service:
        taxed = levied(terms.service_tax)
        taxed.service, taxed.base = service, taxed.base + service
    if terms.delivery_tax is not None and delivery:
        taxed = levied(terms.delivery_tax)
        taxed.delivery, taxed.base = delivery, taxed.base + delivery
    return [taxes[key] for key in sorted(taxes)]
