"""Who pays what of a check: claims on lines, a split into parts, and payments that are on their way."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Actor, Value
from models.money import Money


class Claim(Value):
    """A participant pays `parts` of `of` equal parts of a line: one of two halves of a shared dish."""

    line_id: str
    by: Actor
    parts: int = Field(ge=1)
    of: int = Field(ge=1, le=100)


class SplitMethod(StrEnum):
    """How a check is divided. CLAIMS: as the guests have claimed, the rest is nobody's yet."""

    EVEN = "EVEN"
    AMOUNTS = "AMOUNTS"
    PARTICIPANTS = "PARTICIPANTS"
    LINES = "LINES"
    CLAIMS = "CLAIMS"


class SplitPart(Value):
    """What one of those who pay takes: an `amount` (AMOUNTS; minor units), some `line_ids` (LINES), or what the method
    says.
    """

    id: str
    name: str = ""
    participant_id: str | None = None
    amount: int | None = Field(default=None, ge=1)
    line_ids: tuple[str, ...] = ()


class Split(Value):
    """How staff have divided a check."""

    method: SplitMethod
    parts: tuple[SplitPart, ...]
    by: Actor
    at: datetime


class Pending(Value):
    """A payment on its way: until it is decided nobody else can pay this amount or claim these lines."""

    payment_id: str
    by: Actor
    amount: Money
    tip: Money
    share_id: str | None = None
    line_ids: tuple[str, ...] = ()
    at: datetime
