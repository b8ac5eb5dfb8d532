"""A dinner of three on one check, and ways to divide it."""

from unit.charged import (
    ANA,
    BOB,
    NOW,
    WAITER,
    check_of,
    line,
    split,
)

from models.base import Actor
from models.check import Check
from models.claim import Claim, SplitMethod, SplitPart
from models.split import shares

DINNER = (line("soup", 2000), line("pizza", 4001, by=BOB), line("bread", 1000, by=WAITER))


def dinner(method: SplitMethod | None = None, *parts: SplitPart) -> Check:
    """Ana's soup, Bob's pizza, bread that the waiter brought; divided in some way."""
    check = check_of(*DINNER)
    return check.divided(split(method, *parts), WAITER, NOW) if method else check


def claim(line_id: str, by: Actor = ANA, parts: int = 1, of: int = 1) -> Claim:
    """A part of a dish."""
    return Claim(line_id=line_id, by=by, parts=parts, of=of)


def claimed(check: Check, *claims: Claim) -> Check:
    """The check with claims."""
    for one in claims:
        check = check.claimed(one, NOW)
    return check


def amounts(check: Check) -> dict[str, int]:
    """What each share comes to."""
    return {one.id: one.amount.amount for one in shares(check)}


def dues(check: Check) -> dict[str, int]:
    """What is due of each share."""
    return {one.id: one.due.amount for one in shares(check)}


def people(*names: str) -> tuple[SplitPart, ...]:
    """Parts, one for each name."""
    return tuple(SplitPart(id=name, name=name.title(), participant_id=name) for name in names)
