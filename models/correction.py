"""What is taken off a check after a round was sent, and why. The order itself stays as it was placed.

What a correction takes off is computed by `models.bill` whenever the check is: a percentage stays a percentage.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Actor, Text, Value
from models.money import WHOLE, Money


class CorrectionKind(StrEnum):
    """Void: a line is taken off. Comp: a line is made free. Discount: the check costs less. Promotion: so by a code."""

    VOID = "VOID"
    COMP = "COMP"
    DISCOUNT = "DISCOUNT"
    PROMOTION = "PROMOTION"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters something on a check, when and why. `key` names it, so that a repeat changes nothing; `fingerprint`
    is the hash of what was asked under the key.
    """

    id: str
    key: str
    fingerprint: str
    by: Actor
    at: datetime
    reason: str = ""


class Correction(Value):
    """A line of its own on the check.

    A void or a comp is about `quantity` portions of a line and takes off their `amount`. A discount or a promotion is
    an `amount` or a `percent` (basis points of what is left then); it takes off no more than what is left, and no more
    than `most` (minor units). A promotion has its `code` and `name`, and takes nothing off while the dishes come to
    less than `from_amount` (minor units).

    `withdrawn_by` took it back: it takes nothing off any more, and stays so that a repeat of it changes nothing.
    """

    id: str
    kind: CorrectionKind
    order_id: str | None = None
    line_id: str | None = None
    quantity: int | None = Field(default=None, ge=1)
    amount: Money | None = None
    percent: int | None = Field(default=None, ge=1, le=WHOLE)
    most: int | None = Field(default=None, ge=1)
    from_amount: int = Field(default=0, ge=0)
    code: str | None = None
    name: Text = Field(default_factory=dict)
    reason: str
    by: Actor
    approver: Actor | None = None
    at: datetime
    withdrawn_by: Actor | None = None
    key: str
    fingerprint: str


def correction(
    entry: Entry,
    kind: CorrectionKind,
    amount: Money | None,
    *,
    order_id: str | None = None,
    line_id: str | None = None,
    quantity: int | None = None,
    percent: int | None = None,
) -> Correction:
    """Return what an entry takes off."""
    return Correction(
        id=entry.id,
        kind=kind,
        order_id=order_id,
        line_id=line_id,
        quantity=quantity,
        amount=amount,
        percent=percent,
        reason=entry.reason,
        by=entry.by,
        at=entry.at,
        key=entry.key,
        fingerprint=entry.fingerprint,
    )
