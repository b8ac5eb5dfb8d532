"""Counted stock: taken in the transaction that sells it, given back by the one that takes it off uncooked.

Who wants the same counted item waits for the others in this process under the item's lock, taken after the session's
and in the order of their ids; between processes the version decides.
"""

from collections.abc import Mapping

from handlers import access
from handlers.context import Context
from models.errors import ItemUnavailable, OrderInProgress
from models.item import Item
from models.offer import portions
from models.order import Order


async def reserve(ctx: Context, order: Order) -> None:
    """Stage that what a round takes of counted items is sold; raises `ItemUnavailable` when there is too little."""
    wanted = portions(order.to_send)
    items = await _counted(ctx, wanted)
    if not items:
        return
    _require_enough(order, wanted, items)  # who comes too late does not queue
    items = await _own(ctx, wanted, items)
    _require_enough(order, wanted, items)
    for item_id, item in items.items():
        ctx.store.save(item.sold(wanted[item_id], ctx.principal.actor, ctx.now))


async def give_back(ctx: Context, returned: Mapping[str, int]) -> None:
    """Stage that portions of dishes and options, by their ids, can be sold again: of those that are still counted."""
    items = await _counted(ctx, returned)
    for item_id, item in (await _own(ctx, returned, items)).items():
        ctx.store.save(item.given_back(returned[item_id], ctx.principal.actor, ctx.now))


def _require_enough(order: Order, wanted: Mapping[str, int], items: Mapping[str, Item]) -> None:
    for item_id, item in items.items():
        left = item.left or 0
        if left < wanted[item_id]:
            line = next(
                one for one in order.to_send if item_id in (one.item_id, *(option.id for option in one.modifiers))
            )
            option = {} if line.item_id == item_id else {"option_id": item_id}
            raise ItemUnavailable(item_id=line.item_id, line_id=line.id, left=left, **option)


async def _own(ctx: Context, wanted: Mapping[str, int], items: Mapping[str, Item]) -> dict[str, Item]:
    """Wait for one's turn at each item and return them as they are then."""
    try:
        for item_id in sorted(items):
            await ctx.store.lock(f"item:{ctx.store.restaurant_id}:{item_id}")
    except TimeoutError as error:
        raise OrderInProgress(retry_after=1) from error
    return await _counted(ctx, wanted) if items else {}


async def _counted(ctx: Context, wanted: Mapping[str, int]) -> dict[str, Item]:
    items = await access.items(ctx)
    return {item_id: items[item_id] for item_id in wanted if item_id in items and items[item_id].left is not None}
