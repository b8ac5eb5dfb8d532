"""What can be ordered at this moment: the menu without what is sold out, out of its hours, or not for this dining
option.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.cart import Cart, CartLine
from models.dining import DiningOption
from models.dish import Selection
from models.errors import ItemUnavailable, ModifiersInvalid, UnknownItem
from models.item import Item
from models.menu import Menu
from models.order import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Offer:
    """A menu at a moment; `items` has what is not simply there, by the id of the dish or option.

    What is sold out is so `now`; whether a dish is within its hours is asked of `eaten_at`, if that is another moment.
    """

    menu: Menu
    items: Mapping[str, Item]
    time_zone: str
    now: datetime
    dining_option: DiningOption = DiningOption.DINE_IN
    eaten_at: datetime | None = None

    def select(self, item_id: str, modifiers: tuple[str, ...]) -> Selection:
        """Check a choice and price one portion of it; `modifiers` are option ids in any order.

        Raises `UnknownItem`, `ModifiersInvalid` or `ItemUnavailable`.
        """
        selection = self.menu.select(item_id, modifiers, self.dining_option)
        dish = selection.dish
        is_served = self.menu.is_served(dish, self.eaten_at or self.now, self.time_zone)
        if self.dining_option not in dish.dining_options or not is_served:
            raise ItemUnavailable(item_id=item_id)
        for named in (item_id, *modifiers) if self.items else ():
            self._require(named, item_id)
        return selection

    def has(self, item_id: str, modifiers: tuple[str, ...]) -> bool:
        """Whether a dish can be had with these options."""
        try:
            self.select(item_id, modifiers)
        except (UnknownItem, ModifiersInvalid, ItemUnavailable):
            return False
        return True

    def select_line(self, line: CartLine) -> Selection:
        """Check and price a line of a cart; a refusal names it."""
        try:
            return self.select(line.item_id, line.modifiers)
        except (UnknownItem, ModifiersInvalid, ItemUnavailable) as refusal:
            refusal.details["lineId"] = line.id
            raise

    def repriced(self, cart: Cart) -> tuple[CartLine, ...]:
        """Return a cart's lines as they can be sent now; raises what `select_line` raises."""
        return tuple(line.with_(unit_price=self.select_line(line).unit_price, is_available=True) for line in cart.lines)

    def marked(self, cart: Cart) -> tuple[CartLine, ...]:
        """Return a cart's lines, each saying whether it can still be had, and of what there is too little how much."""
        return tuple(
            line
            if line.is_available is (is_there := self.has(line.item_id, line.modifiers))
            else line.with_(is_available=is_there)
            for line in self.limited(cart).lines
        )

    def limited(self, cart: Cart) -> Cart:
        """Return a cart whose lines say of what there is too little how much there is."""
        lefts = self.left_for([(line.item_id, line.modifiers, line.quantity) for line in cart.lines])
        if all(line.left == left for line, left in zip(cart.lines, lefts, strict=True)):
            return cart
        return cart.with_(
            lines=tuple(line.with_(left=left) for line, left in zip(cart.lines, lefts, strict=True)),
        )

    def left_for(self, lines: Sequence[tuple[str, tuple[str, ...], int]]) -> list[int | None]:
        """Return how many portions there are for each line of a cart (dish, options and how many it asks for), None
        where these are enough: the first line takes of what is counted first.
        """
        there = {one.item_id: one.left for one in self.items.values() if one.left is not None}
        lefts: list[int | None] = []
        for item_id, modifiers, quantity in lines if there else ():
            counted = [named for named in (item_id, *modifiers) if named in there]
            least = min((there[named] for named in counted), default=quantity)
            lefts.append(least if least < quantity else None)
            there |= {named: max(0, there[named] - quantity) for named in counted}
        return lefts if there else [None] * len(lines)

    def require_there(self, order: Order) -> None:
        """Raise `ItemUnavailable` when something of a round that waited is sold out by now, or on the menu no more.

        What it costs may have changed, and its hours may have ended: the guest has ordered in time.
        """
        for line in order.to_send:
            if line.item_id not in self.menu.dishes_by_id:
                raise ItemUnavailable(item_id=line.item_id, line_id=line.id)
            for named in (line.item_id, *(option.id for option in line.modifiers)):
                self._require(named, line.item_id, line_id=line.id)

    def _require(self, named: str, item_id: str, **details: str) -> None:
        item = self.items.get(named)
        if item is not None and not item.can_be_had(self.now):
            option = {} if named == item_id else {"option_id": named}
            left = {"left": 0} if item.left == 0 else {}
            raise ItemUnavailable(item_id=item_id, **option, **left, **details)


def portions(lines: tuple[OrderLine, ...]) -> dict[str, int]:
    """Return how many portions of each dish and option some lines are, in the order of their ids."""
    counts: dict[str, int] = {}
    for line in lines:
        for named in (line.item_id, *(option.id for option in line.modifiers)):
            counts[named] = counts.get(named, 0) + line.quantity
    return dict(sorted(counts.items()))
