"""Keeping open carts true to what can be had: which have to be marked anew, and when.

An item or a menu that changes, an hour that begins or ends, a moment until which something was sold out: then the open
carts of that house are looked at, and at no other time.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from handlers.context import Context, Reply
from handlers.marking import bring_back, mark_cart
from models.base import Aggregate
from models.cart import Cart
from models.house import Restaurant
from models.item import Item
from models.menu import Menu
from models.offer import Offer
from models.store.work import Work
from server.duties import Due, Duty

SECONDS = 1.0

Act = Callable[[Context, Any], Awaitable[Reply]]


class Marking:
    """What one process knows of what is to be marked. `hurry` is called when there may be something to do at once."""

    def __init__(self) -> None:
        self.duty = Duty("mark-carts", SECONDS, self._find, _act)
        self.hurry: Callable[[str], None] = lambda duty: None
        self._changed: set[str] | None = None
        """Houses in which something changed; None: any may have."""
        self._moments: dict[str, datetime] = {}
        """When the offer of a house changes by itself."""

    def notice(self, aggregate: Aggregate) -> None:
        """Hear of something that was committed, here or elsewhere."""
        if isinstance(aggregate, Item | Menu) and not _leaves_some(aggregate):
            if self._changed is not None:
                self._changed.add(aggregate.restaurant_id)
            self.hurry(self.duty.name)

    def look_at_all(self) -> None:
        """What was committed is not known: look at every house."""
        self._changed = None

    async def _find(self, work: Work, now: datetime) -> Sequence[Due]:
        if self._changed is None:
            self._changed = {row["_id"] for row in await work.values(Restaurant)}
        houses = self._changed | {house for house, moment in self._moments.items() if moment <= now}
        found: list[Due] = []
        for house in sorted(houses):
            # What comes in while we look must not be forgotten, nor what was not done: it is looked at once more.
            self._changed.discard(house)
            due = await self._due(work, house, now)
            if due:
                self._changed.add(house)
            found += due
        return found

    async def _due(self, work: Work, house: str, now: datetime) -> list[Due]:
        work.restaurant_id = house
        restaurant = await work.get(Restaurant, house)
        menus = await work.members(Menu, "house", house)
        if restaurant is None or not menus:
            return []
        items = await work.members(Item, "house", house)
        offer = Offer(menus[0], {one.item_id: one for one in items}, restaurant.time_zone, now)
        self._note_next(house, offer, items)
        due: list[tuple[Act, str]] = [(bring_back, one.id) for one in items if one.is_due(now)]
        carts = await work.every(Cart, restaurant_id=house, is_closed=False)
        due += [(mark_cart, cart.id) for cart in carts if offer.marked(cart) != cart.lines]
        return [Due(house, one) for one in due]

    def _note_next(self, house: str, offer: Offer, items: Sequence[Item]) -> None:
        moments = [one.until for one in items if one.until is not None and one.until > offer.now]
        turn = offer.menu.next_change(offer.now, offer.time_zone)
        moments += [turn] if turn else []
        self._moments.pop(house, None)
        if moments:
            self._moments[house] = min(moments)


def _leaves_some(aggregate: Item | Menu) -> bool:
    """Whether a portion was sold that was not the last one."""
    return isinstance(aggregate, Item) and aggregate.was_sold and aggregate.left != 0


async def _act(ctx: Context, subject: tuple[Act, str]) -> Reply:
    act, entry_id = subject
    return await act(ctx, entry_id)
