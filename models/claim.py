"""Who pays what of a check: claims on lines, a split into parts, and payments that are on their way."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from pydantic import Field

from models.base import Actor, Value
from models.money import Money

MOST_PARTS = 100
"""Of one line, or of one check."""


class Claim(Value):
    """A participant pays `parts` of `of` equal parts of a line: one of two halves of a shared dish.

    A participant has one claim on a line; it stays when they leave or are sent away, until staff take it back.
    """

    line_id: str
    by: Actor
    parts: int = Field(ge=1)
    of: int = Field(ge=1, le=MOST_PARTS)


def unclaimed(claims: Iterable[Claim], line_id: str) -> Fraction:
    """Return how much of a line nobody has claimed, between 0 and 1."""
    return 1 - sum((Fraction(one.parts, one.of) for one in claims if one.line_id == line_id), Fraction(0))


class SplitMethod(StrEnum):
    """How a check is divided.

    EVEN: the same for each part. AMOUNTS: so much for each part. PARTICIPANTS: each participant what they added; what
    staff added is shared evenly by the participants that the parts name. LINES: each part its lines; a line of several
    parts is shared evenly by them. CLAIMS: as the guests have claimed. What that leaves is a share of its own.
    """

    EVEN = "EVEN"
    AMOUNTS = "AMOUNTS"
    PARTICIPANTS = "PARTICIPANTS"
    LINES = "LINES"
    CLAIMS = "CLAIMS"


class SplitPart(Value):
    """What one of those who pay takes: an `amount` (AMOUNTS; minor units), some `line_ids` (LINES), or what the method
    says. `id` names its share. CLAIMS has no parts.
    """

    id: str
    name: str = ""
    participant_id: str | None = None
    amount: int | None = Field(default=None, ge=1)
    line_ids: tuple[str, ...] = ()


class Split(Value):
    """How staff have divided a check."""

    method: SplitMethod
    parts: tuple[SplitPart, ...] = ()
    by: Actor
    at: datetime


class Pending(Value):
    """A payment on its way: until it is decided nobody else can pay this amount, or claim the lines that its payer has
    claimed (`line_ids`).
    """

    payment_id: str
    by: Actor
    amount: Money
    tip: Money
    share_id: str | None = None
    line_ids: tuple[str, ...] = ()
    at: datetime
