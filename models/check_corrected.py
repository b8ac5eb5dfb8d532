"""What is taken off a check after a round was sent: voids, comps, discounts and promotions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Self

from models.base import Actor
from models.check_content import CheckContent
from models.check_line import CheckLine
from models.correction import Correction, CorrectionKind, Entry, correction
from models.errors import DiscountOutOfRange, LineTakenOff, NotFound
from models.money import Money
from models.order import OrderLine
from models.pricing import Promotion
from models.reckoning import reckon

KINDS = {
    CorrectionKind.VOID: "line-voided",
    CorrectionKind.COMP: "line-comped",
    CorrectionKind.DISCOUNT: "discounted",
    CorrectionKind.PROMOTION: "promotion-applied",
}
"""What happened to a check that was corrected."""


class CorrectedCheck(CheckContent):
    """A check that can be corrected. What a correction takes off follows what the check comes to."""

    def portions_left(self, order_id: str, line: OrderLine | CheckLine) -> int:
        """Return how many portions of a line are neither taken off nor made free."""
        return line.quantity - sum(one.quantity or 0 for one in self._about(order_id, line.id))

    def portions_voided(self, order_id: str, line_id: str) -> int:
        """Return how many portions of a line were taken off."""
        return sum(one.quantity or 0 for one in self._about(order_id, line_id) if one.kind is CorrectionKind.VOID)

    def taking_off(
        self, kind: CorrectionKind, order_id: str, line: OrderLine, quantity: int | None, entry: Entry
    ) -> Correction:
        """Return the correction that voids or comps portions of a line, all that are left when no quantity is named.

        Raises `LineTakenOff`.
        """
        left = self.portions_left(order_id, line)
        portions = left if quantity is None else quantity
        if not 1 <= portions <= left:
            raise LineTakenOff(left=left)
        amount = line.unit_price.times(portions)
        return correction(entry, kind, amount, order_id=order_id, line_id=line.id, quantity=portions)

    def discount(self, amount: int | None, percent: int | None, entry: Entry) -> Correction:
        """Return the correction that takes an amount (minor units) off what the dishes come to, or a share of it (basis
        points). Raises `DiscountOutOfRange` where it takes off nothing, or an amount more than there is.
        """
        dishes = Money(amount=sum(reckon(self).nets), currency=self.currency)
        off = dishes.share(percent) if percent is not None else dishes.with_(amount=amount or 0)
        if not 1 <= off.amount <= dishes.amount:
            raise DiscountOutOfRange(left=dishes.model_dump())
        return correction(entry, CorrectionKind.DISCOUNT, off if percent is None else None, percent=percent)

    def promotion(self, promotion: Promotion, entry: Entry) -> Correction:
        """Return the correction of a promotion, as the house has it now. Whether its code can be used, and used again,
        is for the caller; `takes_off` says what it comes to.
        """
        money = None if promotion.amount is None else Money(amount=promotion.amount, currency=self.currency)
        entered = correction(entry, CorrectionKind.PROMOTION, money, percent=promotion.percent)
        terms = {"code": promotion.code, "name": promotion.name, "most": promotion.most}
        return entered.with_(**terms, from_amount=promotion.from_amount)

    def has_code(self, code: str) -> bool:
        """Whether a promotion's code is on the check."""
        return any(one.code == code and one.withdrawn_by is None for one in self.corrections)

    def takes_off(self, correction: Correction) -> Money:
        """Return what a correction takes off what the dishes come to, at this moment; also one that is not entered."""
        is_entered = any(one.id == correction.id for one in self.corrections)
        check = self if is_entered else self.with_(corrections=(*self.corrections, correction))
        return Money(amount=reckon(check).off[correction.id], currency=self.currency)

    def taken_off_alone(self, actor_id: str) -> int:
        """Return what one person takes off this check with nobody's approval, in minor units, at this moment.

        A promotion is the house's own word, whoever enters its code.
        """
        off = reckon(self).off
        own = [one for one in self.corrections if one.by.id == actor_id and one.approver is None]
        return sum(off[one.id] for one in own if one.kind is not CorrectionKind.PROMOTION)

    def corrected(self, correction: Correction) -> Self:
        """Put a correction on the check; raises `SessionClosed` or `CheckFull`."""
        self.require_open().require_room()
        corrections = (*self.corrections, correction)
        kind = KINDS[correction.kind]
        claims = tuple(
            one for one in self.claims if one.line_id != correction.line_id or self._keeps_claims(correction)
        )
        parts = {"corrections": corrections, "claims": claims}
        return self._settled(kind, correction.by, correction.at, correction.line_id, **parts)

    def withdrawn(self, correction_id: str, by: Actor, now: datetime) -> Self:
        """Take a correction back: it takes nothing off any more. Raises `NotFound` or `SessionClosed`."""
        self.require_open()
        found = next((one for one in self.corrections if one.id == correction_id and one.withdrawn_by is None), None)
        if found is None:
            raise NotFound(correction_id=correction_id)
        corrections = tuple(one.with_(withdrawn_by=by) if one is found else one for one in self.corrections)
        return self._settled("withdrawn", by, now, corrections=corrections)

    def _about(self, order_id: str, line_id: str) -> Iterator[Correction]:
        return (one for one in self.corrections if (one.order_id, one.line_id) == (order_id, line_id))

    def _portions_left(self, line_id: str) -> int:
        gone = sum(one.quantity or 0 for one in self.corrections if one.line_id == line_id)
        return self.line(line_id).quantity - gone

    def _keeps_claims(self, correction: Correction) -> bool:
        """Whether something is left to pay for of the line that a correction is about."""
        return correction.line_id is None or self._portions_left(correction.line_id) > (correction.quantity or 0)
