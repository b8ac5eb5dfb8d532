"""Checks to be added up: built by hand where a test is about one rule, or drawn at random where it is about all."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from math import lcm
from random import Random
from typing import Any

from models.base import Actor
from models.check import Check, new_check
from models.check_line import CheckLine, CheckRound
from models.claim import Claim, Pending, Split, SplitMethod, SplitPart
from models.correction import Correction, CorrectionKind, Entry
from models.money import WHOLE, Money
from models.pricing import Tax, Terms
from models.reckoning import reckon
from models.tender import Refund, Tender, TenderMethod

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
WAITER = Actor(kind="STAFF", id="ion", name="Ion")
ANA, BOB, EVA = (Actor(kind="GUEST", id=name.lower(), name=name) for name in ("Ana", "Bob", "Eva"))
FOOD = Tax(class_id="food", name={"en": "Food"}, rate=1100)
WINE = Tax(class_id="wine", name={"en": "Wine"}, rate=2100)
MEALS_ON_TOP = Tax(class_id="meals", name={"en": "Meals"}, rate=700, is_inclusive=False)
DRINKS_ON_TOP = Tax(class_id="drinks", name={"en": "Drinks"}, rate=1025, is_inclusive=False)


@cache
def money(amount: int, currency: str = "RON") -> Money:
    """An amount."""
    return Money(amount=amount, currency=currency)


def line(name: str, price: int, quantity: int = 1, tax: Tax | None = None, by: Actor = ANA) -> CheckLine:
    """A dish on the check."""
    return CheckLine(
        id=name, item_id=name, name={"en": name}, quantity=quantity, unit_price=money(price), tax=tax, by=by
    )


def round_of(order_id: str, *lines: CheckLine) -> CheckRound:
    """What an order puts on a check."""
    amount = sum(one.price.amount for one in lines)
    return CheckRound(order_id=order_id, number=1, amount=money(amount), lines=lines)


def check_of(*lines: CheckLine, terms: Terms | None = None, covers: int = 2) -> Check:
    """A check with one round of these lines."""
    check = new_check("k", "r", "s", "RON", covers=covers, terms=terms or Terms(), now=NOW)
    return check.with_order(round_of("o", *lines), WAITER, NOW)


def entry(key: str = "entry") -> Entry:
    """Who corrects something."""
    return Entry(key, f"key-{key}", "print", WAITER, NOW, "because")


def taken_off(check: Check, line_id: str, quantity: int | None = None, *, is_comp: bool = False) -> Check:
    """The check with portions of a line voided, or free."""
    kind, number = CorrectionKind.COMP if is_comp else CorrectionKind.VOID, len(check.corrections)
    return check.corrected(check.taking_off(kind, "o", check.line(line_id), quantity, entry(f"c{number}")))  # type: ignore[arg-type]


def discounted(check: Check, amount: int | None = None, percent: int | None = None) -> Check:
    """The check with a discount."""
    return check.corrected(check.discount(amount, percent, entry(f"c{len(check.corrections)}")))


def tender(amount: int, *, tip: int = 0, share_id: str | None = None, name: str = "t") -> Tender:
    """A payment at the card terminal."""
    return Tender(
        id=name,
        method=TenderMethod.CARD_TERMINAL,
        amount=money(amount),
        tip=money(tip),
        share_id=share_id,
        by=WAITER,
        at=NOW,
        key=name,
        fingerprint="print",
    )


def refund(amount: int, name: str = "b") -> Refund:
    """Money given back."""
    return Refund(id=name, amount=money(amount), reason="cold", by=WAITER, at=NOW, key=name, fingerprint="print")


def on_its_way(amount: int, by: Actor = ANA, name: str = "p") -> Pending:
    """A payment that is not decided."""
    return Pending(payment_id=name, by=by, amount=money(amount), tip=money(0), at=NOW)


def split(method: SplitMethod, *parts: SplitPart) -> Split:
    """How the staff divide a check."""
    return Split(method=method, parts=parts, by=WAITER, at=NOW)


# ── at random ─────────────────────────────────────────────────────────────────────────────────────────────────────────

GUESTS = (ANA, BOB, EVA)
TAXES = (None, FOOD, WINE, FOOD.with_(rate=0), MEALS_ON_TOP, DRINKS_ON_TOP, WINE.with_(is_inclusive=False))
NOTHING: dict[str, Any] = {"order_id": None, "line_id": None, "quantity": None, "amount": None, "percent": None}
NOTHING |= {"most": None, "from_amount": 0, "code": None, "name": {}, "withdrawn_by": None, "approver": None}
WRITTEN: dict[str, Any] = {"reason": "", "by": WAITER, "at": NOW, "fingerprint": ""}


def any_check(random: Random) -> Check:
    """Any check that there can be. Built past validation, because a hundred thousand are."""
    lines = tuple(_any_line(random, number) for number in range(random.randint(0, 7)))
    cut = random.randint(0, len(lines))
    rounds = tuple(
        CheckRound.model_construct(order_id=f"o{number}", number=number, amount=money(0), lines=part)
        for number, part in enumerate((lines[:cut], lines[cut:]))
    )
    corrections = _any_corrections(random, lines)
    check = Check.model_construct(
        id="k",
        restaurant_id="r",
        session_id="s",
        covers=random.randint(1, 8),
        terms=_any_terms(random),
        rounds=rounds,
        corrections=corrections,
        claims=_any_claims(random, lines),
        total=money(0),
        paid=money(0),
    )
    check = check.with_(total=Money.model_construct(amount=reckon(check).total, currency="RON"))
    return _any_payments(random, check)


def _any_line(random: Random, number: int) -> CheckLine:
    price = random.choice((0, 1, random.randint(2, 99), random.randint(100, 20_000), random.randint(0, 2_000_000)))
    return CheckLine.model_construct(
        id=f"l{number}",
        item_id="dish",
        name={},
        quantity=random.choice((1, 1, 2, 3, random.randint(4, 99))),
        modifiers=(),
        unit_price=Money.model_construct(amount=price, currency="RON"),
        tax=random.choice(TAXES),
        by=random.choice((WAITER, *GUESTS)),
    )


def _any_terms(random: Random) -> Terms:
    fields: dict[str, Any] = {"service_charge": 0, "service_from_covers": 1, "service_tax": None}
    fields |= {"delivery_fee": 0, "delivery_free_from": None, "delivery_tax": None}
    if random.random() < 0.5:
        fields |= {"service_charge": random.choice((1, 333, 1000, 1250, WHOLE)), "service_tax": random.choice(TAXES)}
        fields["service_from_covers"] = random.choice((1, 4, 6))
    if random.random() < 0.4:
        fields |= {"delivery_fee": random.choice((1, 999, 1500)), "delivery_tax": random.choice(TAXES)}
        fields["delivery_free_from"] = random.choice((None, 0, 10_000))
    return Terms.model_construct(**fields)


def _any_corrections(random: Random, lines: Sequence[CheckLine]) -> tuple[Correction, ...]:
    left = {one.id: one.quantity for one in lines}
    found = []
    for number in range(random.choice((0, 0, 1, 2, 5))):
        one = _any_voided(random, lines, left) if random.random() < 0.5 else _any_cut(random)
        if one is not None:
            fields = NOTHING | WRITTEN | {"id": f"c{number}", "key": f"key{number}"} | one
            found.append(Correction.model_construct(**fields))
    return tuple(found)


def _any_voided(random: Random, lines: Sequence[CheckLine], left: dict[str, int]) -> dict[str, Any] | None:
    open_ = [one for one in lines if left[one.id]]
    if not open_:
        return None
    chosen = random.choice(open_)
    quantity = random.randint(1, left[chosen.id])
    left[chosen.id] -= quantity
    kind = random.choice((CorrectionKind.VOID, CorrectionKind.COMP))
    amount = chosen.unit_price.times(quantity)
    return {"kind": kind, "order_id": "o", "line_id": chosen.id, "quantity": quantity, "amount": amount}


def _any_cut(random: Random) -> dict[str, Any]:
    kind = random.choice((CorrectionKind.DISCOUNT, CorrectionKind.PROMOTION))
    fields: dict[str, Any] = {"kind": kind, "withdrawn_by": WAITER if random.random() < 0.1 else None}
    if random.random() < 0.5:
        fields["amount"] = money(random.choice((1, 500, 10_000, 10_000_000)))
    else:
        fields["percent"] = random.choice((1, 333, 1000, 5000, WHOLE))
    if kind is CorrectionKind.PROMOTION:
        fields |= {
            "code": "CODE",
            "most": random.choice((None, None, 1, 300)),
            "from_amount": random.choice((0, 5_000)),
        }
    return fields


def _any_claims(random: Random, lines: Sequence[CheckLine]) -> tuple[Claim, ...]:
    found = []
    for one in lines:
        if random.random() < 0.4:
            whole = claimed = 0
            for guest in random.sample(GUESTS, random.randint(1, 3)):
                of = random.choice((1, 2, 3, 7, 100))
                parts = random.randint(1, of)
                whole, claimed = (lcm(whole, of), claimed * (lcm(whole, of) // whole)) if whole else (of, 0)
                if claimed + parts * (whole // of) <= whole:
                    claimed += parts * (whole // of)
                    found.append(Claim.model_construct(line_id=one.id, by=guest, parts=parts, of=of))
    return tuple(found)


def _any_payments(random: Random, check: Check) -> Check:
    """The check with payments; sometimes more than it comes to now, because something was taken off since."""
    tenders: list[Tender] = []
    paid, most = 0, check.total.amount if random.random() < 0.8 else check.total.amount * 2 + 100
    for number in range(random.choice((0, 0, 1, 3))):
        amount = random.randint(0, most - paid)
        if amount:
            paid += amount
            share = random.choice((None, "rest", "ana", "bob", "p0", "p1", "gone"))
            tenders.append(TENDER.with_(id=f"t{number}", amount=money(amount), tip=money(amount // 7), share_id=share))
    if tenders and random.random() < 0.2:
        back = random.randint(1, tenders[0].amount.amount)
        tenders[0] = tenders[0].refund(REFUND.with_(amount=money(back)))
        paid -= back
    return check.with_(tenders=tuple(tenders), paid=money(paid))


TENDER, REFUND = tender(1), refund(1)


def any_split(random: Random, check: Check) -> Split | None:
    """Any way to divide a check, or none."""
    method = random.choice((None, *SplitMethod))
    if method is None:
        return None
    return Split.model_construct(method=method, parts=tuple(_any_parts(random, check, method)), by=WAITER, at=NOW)


def _any_parts(random: Random, check: Check, method: SplitMethod) -> list[SplitPart]:
    names = [f"p{number}" for number in range(random.randint(0 if method is SplitMethod.PARTICIPANTS else 1, 6))]
    lines = [one.id for entry in check.rounds for one in entry.lines]
    fields: list[dict[str, Any]] = [{"id": name, "name": "", "participant_id": None, "line_ids": ()} for name in names]
    for number, one in enumerate(fields):
        if method is SplitMethod.AMOUNTS:
            one["amount"] = random.randint(1, check.total.amount + 1)
        if method is SplitMethod.LINES:
            one["line_ids"] = tuple(random.sample(lines, random.randint(0, len(lines))))
        if method is SplitMethod.PARTICIPANTS:
            one["participant_id"] = ("ana", "bob", "eva", "dan", "mia", "teo")[number]
    return [SplitPart.model_construct(**({"amount": None} | one)) for one in fields]
