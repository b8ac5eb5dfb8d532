"""How much may be ordered: ceilings on lines, portions and amount, of one round and of all rounds of a session.

They keep a slip of the finger, or a joke, from reaching the kitchen; the figures are the house's (`models.rules`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from models.errors import OrderTooLarge
from models.order import Order, OrderStatus
from models.rules import Rules


@dataclass(frozen=True, slots=True)
class Size:
    """How much is ordered; `amount` in minor units of the house's currency."""

    lines: int = 0
    portions: int = 0
    amount: int = 0


def size(orders: Iterable[Order]) -> Size:
    """Return how much some rounds are together, without what was cancelled."""
    lines = [line for order in orders for line in order.to_send]
    return Size(
        lines=len(lines),
        portions=sum(line.quantity for line in lines),
        amount=sum(line.unit_price.amount * line.quantity for line in lines),
    )


def require_within(rules: Rules, order: Order, others: Iterable[Order]) -> None:
    """Raise `OrderTooLarge` when a round is above the ceiling of one, or with the session's others above that of all.

    What was rejected, cancelled or voided does not count.
    """
    asked = size([order])
    _require("round", asked, Size(), Size(rules.cart_lines, rules.round_portions, rules.round_amount))
    counted = [one for one in others if one.id != order.id and one.status is not OrderStatus.REJECTED]
    most = Size(rules.session_lines, rules.session_portions, rules.session_amount)
    _require("session", asked, size(counted), most)


def _require(scope: str, asked: Size, used: Size, most: Size) -> None:
    for what in ("lines", "portions", "amount"):
        limit: int = getattr(most, what)
        left = limit - getattr(used, what)
        if getattr(asked, what) > left:
            raise OrderTooLarge(scope=scope, what=what, limit=limit, left=max(0, left))
