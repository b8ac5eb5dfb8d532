"""Promotion codes of a house: which of them can be used now, and how often each was. What they are stands in
`models.pricing`, what one takes off a check in `models.correction`.
"""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from models.base import Actor, Aggregate, Change
from models.dining import DiningOption
from models.pricing import Pricing, Promotion

PromotionCode = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=20, pattern=r"^[A-Za-z0-9-]+$", to_upper=True),
]
"""As somebody types it: small letters are as good as capitals."""


class PromotionCount(Aggregate):
    """How often a code is in use on checks of the house, whatever the house publishes under it meanwhile.

    It is written in the transaction that puts the promotion on a check, so that the last use is given once.
    """

    code: str
    used: int = Field(default=0, ge=0)

    def is_used_up(self, promotion: Promotion) -> bool:
        """Whether the promotion was used as often as it may be."""
        return promotion.uses is not None and self.used >= promotion.uses

    def taken(self, by: Actor, now: datetime) -> Self:
        """Count one use more."""
        return self.with_(used=self.used + 1, change=Change(kind="taken", by=by, at=now))

    def returned(self, by: Actor, now: datetime) -> Self:
        """Count one use less: the promotion was taken off a check again."""
        return self.with_(used=max(0, self.used - 1), change=Change(kind="returned", by=by, at=now))


def promotion_now(pricing: Pricing, code: str, dining_option: DiningOption, now: datetime) -> Promotion | None:
    """Return the promotion of a code if it is running and for this dining option."""
    for one in pricing.promotions:
        begun = one.starts_at is None or one.starts_at <= now
        ended = one.ends_at is not None and one.ends_at <= now
        if one.code == code and begun and not ended and dining_option in one.dining_options:
            return one
    return None
