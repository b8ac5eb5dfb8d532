"""A check as it is handed to the guest: the bill that is to be paid, or the receipt of what was paid.

Here it is put into words and figures, row by row; `models.receipt_text` and `models.receipt_html` only lay it out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.base import Value
from models.bill import Bill, BillPart, PartKind, bill
from models.check import Check
from models.check_line import CheckLine
from models.dining import DiningOption
from models.errors import NotFound
from models.house import Restaurant
from models.money import Money
from models.receipt_words import WORDS
from models.split import REST, Share, shares
from models.tender import RefundStatus, Tender
from models.wording import Wording


class Row(Value):
    """A label and its amount, and what stands below the label. An `is_inner` row explains the one above it."""

    label: str
    amount: str = ""
    details: tuple[str, ...] = ()
    is_inner: bool = False
    is_strong: bool = False


class Receipt(Value):
    """All that is printed, in the order in which it is printed. `is_paid` tells the receipt from the bill."""

    language: str
    is_paid: bool
    house: str
    heading: tuple[str, ...]
    title: str
    facts: tuple[Row, ...]
    sections: tuple[tuple[Row, ...], ...]
    footer: str


def receipt(
    check: Check, house: Restaurant, table_name: str, language: str, at: datetime, share_id: str | None = None
) -> Receipt:
    """Put a check into words: all of it, and with a share's id what of it is to be paid by whom that names.

    Where neither the house nor `models.receipt_words` knows the language, it is English. Raises `NotFound` for a share
    that there is not.
    """
    words = Wording(language=language if language in (*WORDS, *house.languages) else "en")
    share = _share(check, share_id)
    added = bill(check)
    is_paid = bool(check.rounds) and not (share.due if share else check.due).amount
    paying = _paying_share(words, check, share) if share else _paying(words, check)
    sections = (_items(words, check), _sums(words, check, added), _included(words, added), paying)
    return Receipt(
        language=words.language,
        is_paid=is_paid,
        house=house.name,
        heading=_heading(words, house),
        title=words.word("RECEIPT" if is_paid else "BILL"),
        facts=tuple(_facts(words, check, house, table_name, at)),
        sections=tuple(rows for rows in (tuple(section) for section in sections) if rows),
        footer=words.name(house.receipt_footer),
    )


def _share(check: Check, share_id: str | None) -> Share | None:
    if share_id is None:
        return None
    for share in shares(check):
        if share.id == share_id:
            return share
    raise NotFound(share_id=share_id)


def _heading(words: Wording, house: Restaurant) -> tuple[str, ...]:
    """Return whose receipt it is, as far as the house has said it."""
    lines = (
        house.legal_name,
        *house.address,
        f"{words.word('TAX_ID')}: {house.tax_id}" if house.tax_id else "",
        f"{words.word('PHONE')}: {house.phone}" if house.phone else "",
    )
    return tuple(line for line in lines if line)


def _facts(words: Wording, check: Check, house: Restaurant, table_name: str, at: datetime) -> Iterator[Row]:
    if check.number is not None and check.number_date is not None:
        yield Row(label=words.word("NUMBER"), amount=f"{check.number} / {words.date(check.number_date)}")
    yield Row(label=words.word("DATE"), amount=words.moment(at, house.time_zone))
    if check.dining_option is DiningOption.DINE_IN:
        yield Row(label=words.word("TABLE"), amount=table_name)
        yield Row(label=words.word("GUESTS"), amount=str(check.covers))
    else:
        yield Row(label=words.word(check.dining_option))


def _items(words: Wording, check: Check) -> Iterator[Row]:
    for entry in check.rounds:
        for line in entry.lines:
            several = (f"{line.quantity} × {words.amount(line.unit_price)}",) if line.quantity > 1 else ()
            options = tuple(f"+ {words.name(name)}" for name in line.modifiers)
            yield Row(label=words.name(line.name), amount=words.amount(line.price), details=(*several, *options))


def _sums(words: Wording, check: Check, added: Bill) -> Iterator[Row]:
    """Return what makes the total of the dishes: without anything else, the total alone."""
    parts = [part for part in added.parts if part.counts]
    lines = {line.id: line for entry in check.rounds for line in entry.lines}
    if any(part.kind is not PartKind.ITEMS for part in parts):
        for part in parts:
            yield _part(words, part, lines.get(part.line_id or ""))
    label = f"{words.word(PartKind.TOTAL)} {check.currency}"
    yield Row(label=label, amount=words.amount(added.total), is_strong=True)


def _part(words: Wording, part: BillPart, line: CheckLine | None) -> Row:
    name = words.name(part.name)
    rate = "" if part.rate is None else words.rate(part.rate)
    label = name if part.kind is PartKind.TAX and name else words.word(part.kind)
    details = (
        f"{part.quantity} × {words.name(line.name)}" if line else "",
        name if part.kind is PartKind.PROMOTION else "",
        _base(words, part),
    )
    return Row(
        label=f"{label} {rate}".rstrip(),
        amount=words.amount(part.amount),
        details=tuple(detail for detail in details if detail),
    )


def _included(words: Wording, added: Bill) -> Iterator[Row]:
    """Return the taxes that the prices contain: they are no part of the sum."""
    for part in added.of(PartKind.TAX):
        if part.is_inclusive:
            row = _part(words, part, None)
            yield row.with_(label=f"{words.word('INCLUDED')}: {row.label}")


def _base(words: Wording, part: BillPart) -> str:
    return f"{words.word('BASE')} {words.amount(part.base)}" if part.base else ""


def _paying(words: Wording, check: Check) -> Iterator[Row]:
    """Return how a check was paid and what is left of it."""
    yield from _tenders(words, check.tenders)
    for pending in check.pending:
        yield Row(label=words.word("PENDING"), amount=words.amount(pending.amount))
    yield from _balance(words, check.paid if check.tenders else None, check.due, check.overpaid)


def _paying_share(words: Wording, check: Check, share: Share) -> Iterator[Row]:
    """Return what of a check somebody pays, how it was paid and what is left of it."""
    label = words.word("REST") if share.id == REST else f"{words.word('SHARE')}: {share.name}".rstrip(": ")
    yield Row(label=label, amount=words.amount(share.amount), is_strong=True)
    tenders = [one for one in check.tenders if one.share_id == share.id]
    yield from _tenders(words, tenders)
    for pending in check.pending:
        if pending.share_id == share.id:
            yield Row(label=words.word("PENDING"), amount=words.amount(pending.amount))
    yield from _balance(words, share.paid if tenders else None, share.due, None)


def _tenders(words: Wording, tenders: Iterable[Tender]) -> Iterator[Row]:
    for tender in tenders:
        yield Row(label=words.word(tender.method), amount=words.amount(tender.amount))
        inner = (("TIP", tender.tip), ("GIVEN", tender.given), ("CHANGE", tender.change))
        for key, amount in inner:
            if amount is not None and amount.amount and (key != "GIVEN" or tender.given != tender.amount):
                yield Row(label=words.word(key), amount=words.amount(amount), is_inner=True)
        for refund in tender.refunds:
            if refund.status is not RefundStatus.FAILED:
                for key, amount in (("REFUND", refund.amount), ("TIP_REFUND", refund.tip)):
                    if amount is not None and amount.amount:
                        back = amount.with_(amount=-amount.amount)
                        yield Row(label=words.word(key), amount=words.amount(back), is_inner=True)


def _balance(words: Wording, paid: Money | None, due: Money, overpaid: Money | None) -> Iterator[Row]:
    if paid is not None:
        yield Row(label=words.word("PAID"), amount=words.amount(paid))
    if due.amount:
        yield Row(label=words.word("DUE"), amount=words.amount(due), is_strong=True)
    if overpaid is not None and overpaid.amount:
        yield Row(label=words.word("OVERPAID"), amount=words.amount(overpaid), is_strong=True)
