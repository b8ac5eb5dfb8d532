"""What is taken off a check after a round was sent, and why. The order itself stays as it was placed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Actor, Value
from models.money import Money


class CorrectionKind(StrEnum):
    """Void: a line is taken off. Comp: a line is made free. Discount: the check costs less."""

    VOID = "VOID"
    COMP = "COMP"
    DISCOUNT = "DISCOUNT"


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
    """A line of its own on the check. `order_id`, `line_id` and `quantity` (portions) are those of a void or a comp."""

    id: str
    kind: CorrectionKind
    order_id: str | None = None
    line_id: str | None = None
    quantity: int | None = Field(default=None, ge=1)
    amount: Money
    reason: str
    by: Actor
    approver: Actor | None = None
    at: datetime
    key: str
    fingerprint: str


def correction(
    entry: Entry,
    kind: CorrectionKind,
    amount: Money,
    *,
    order_id: str | None = None,
    line_id: str | None = None,
    quantity: int | None = None,
) -> Correction:
    """Return what an entry takes off."""
    return Correction(
        id=entry.id,
        kind=kind,
        order_id=order_id,
        line_id=line_id,
        quantity=quantity,
        amount=amount,
        reason=entry.reason,
        by=entry.by,
        at=entry.at,
        key=entry.key,
        fingerprint=entry.fingerprint,
    )
