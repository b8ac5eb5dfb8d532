"""Keeping open carts true to what can be had: which have to be marked anew, and when.

An item or a menu that changes, an hour that begins or ends, a moment until which something was sold out: then the open
carts of that house are looked at, a little later once more, and at no other time.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context, Reply
from handlers.marking import bring_back, mark_cart, rename
from models.base import Aggregate
from models.cart import Cart
from models.dining import DiningOption
from models.house import Restaurant
from models.item import Item
from models.menu import Menu
from models.offer import Offer
from models.store.work import Work
from server.duties import Due, Duty

SECONDS = 1.0

AFTERWARDS = (timedelta(seconds=2), timedelta(seconds=15))
"""When carts are looked at again: a process that had not heard of the change may have put into one what cannot be had.
By the first it has heard, by the second even if its stream was dead.
"""

KEPT_SECONDS = 3.0
"""Of the time for looking: when no more is left, what was found is done first, and the other houses follow at once."""

LOOKED_AT = (
    "dining_option",
    "lines.item_id",
    "lines.modifiers",
    "lines.quantity",
    "lines.is_available",
    "lines.left",
)
"""Of the stored carts."""

Act = Callable[[Context, Any], Awaitable[Reply]]


class Marking:
    """What one process knows of what is to be marked. `hurry` is called when there may be something to do at once."""

    def __init__(self) -> None:
        self.duty = Duty("mark-carts", SECONDS, self._find, _act)
        self.hurry: Callable[[str], None] = lambda duty: None
        self._changed: dict[str, None] = {}
        """Houses in which something changed, the newest change last."""
        self._is_any_changed = True
        """Whether it is not known in which."""
        self._moments: dict[str, datetime] = {}
        """When the offer of a house changes by itself."""
        self._again: dict[str, tuple[datetime, ...]] = {}
        """When the carts of a house in which something changed are looked at once more."""
        self._states: dict[str, tuple[object, ...]] = {}
        """What was heard last of each item, as far as it decides what of it can be had."""

    def notice(self, aggregate: Aggregate) -> None:
        """Hear of something that was committed, here or elsewhere."""
        if isinstance(aggregate, Menu) or (isinstance(aggregate, Item) and self._is_news(aggregate)):
            self._changed.pop(aggregate.restaurant_id, None)
            self._changed[aggregate.restaurant_id] = None
            self.hurry(self.duty.name)

    def look_at_all(self) -> None:
        """What was committed is not known: look at every house."""
        self._is_any_changed = True

    async def _find(self, work: Work, now: datetime) -> Sequence[Due]:
        # What comes in while we look must not be forgotten, nor what could not be read or is not done yet.
        if self._is_any_changed:
            rows = await work.values(Restaurant)
            self._is_any_changed = False
            self._changed = dict.fromkeys(row["_id"] for row in rows) | self._changed
        found: list[Due] = []
        for house in self._in_turn(now):
            if work.seconds_left < KEPT_SECONDS:
                self.hurry(self.duty.name)
                break
            is_changed = house in self._changed
            self._changed.pop(house, None)
            try:
                due = await self._due(work, house, now)
            except BaseException:
                self._changed[house] = None
                raise
            if due:
                self._changed[house] = None
            moments = [now + one for one in AFTERWARDS] if is_changed else self._again.pop(house, ())
            if left := tuple(moment for moment in moments if moment > now):
                self._again[house] = left
            found += due
        return found

    def _in_turn(self, now: datetime) -> list[str]:
        """Return the houses to look at: the newest change first, since there somebody has a phone in hand."""
        houses = dict.fromkeys(reversed(self._changed))
        houses |= {house: None for house, moment in self._moments.items() if moment <= now}
        houses |= {house: None for house, moments in self._again.items() if moments[0] <= now}
        return list(houses)

    def _is_news(self, item: Item) -> bool:
        state = (item.is_out, item.until, item.left)
        is_known = self._states.get(item.id) == state
        self._states[item.id] = state
        return not is_known

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
        due += [(rename, one.id) for one in items if offer.menu.name_of(one.item_id) not in ({}, one.name)]
        carts = await work.values(Cart, *LOOKED_AT, restaurant_id=house, is_closed=False)
        offers = {one: replace(offer, dining_option=one) for one in DiningOption}
        due += [
            (mark_cart, cart["_id"])
            for cart in carts
            if _is_wrong(cart["lines"], offers[cart.get("dining_option", offer.dining_option)])
        ]
        return [Due(house, one) for one in due]

    def _note_next(self, house: str, offer: Offer, items: Sequence[Item]) -> None:
        moments = [one.until for one in items if one.until is not None and one.until > offer.now]
        turn = offer.menu.next_change(offer.now, offer.time_zone)
        moments += [turn] if turn else []
        self._moments.pop(house, None)
        if moments:
            self._moments[house] = min(moments)


def _is_wrong(lines: Sequence[Mapping[str, Any]], offer: Offer) -> bool:
    lefts = offer.left_for([(line["item_id"], tuple(line["modifiers"]), line["quantity"]) for line in lines])
    return any(
        line.get("left") != left
        or line.get("is_available", True) is not offer.has(line["item_id"], tuple(line["modifiers"]))
        for line, left in zip(lines, lefts, strict=True)
    )


async def _act(ctx: Context, subject: tuple[Act, str]) -> Reply:
    act, entry_id = subject
    return await act(ctx, entry_id)
