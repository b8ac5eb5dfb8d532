"""What the house does by itself when something is sold out, there again or called otherwise: it says so on the item,
and in every open cart that has it.
"""

from handlers import access
from handlers.context import Context, Done
from models.cart import Cart
from models.item import Item


async def bring_back(ctx: Context, item_id: str) -> Done:
    """Say that an item can be had again, when the moment has come until which it was sold out."""
    item = await ctx.store.get(Item, item_id)
    if item is not None and item.is_due(ctx.now):
        ctx.store.save(item.back(ctx.now))
        ctx.record(
            "availability-set",
            subject=item.item_id,
            before={"state": "OUT", "left": item.left},
            after={"state": "AVAILABLE", "left": item.left},
        )
    return Done()


async def rename(ctx: Context, item_id: str) -> Done:
    """Call an item by the name that the menu has for it by now; what is not on it any more keeps its last one."""
    item = await ctx.store.get(Item, item_id)
    name = (await access.menu(ctx)).name_of(item.item_id) if item else {}
    if item is not None and name and name != item.name:
        ctx.store.save(item.named(name, ctx.now))
    return Done()


async def mark_cart(ctx: Context, cart_id: str) -> Done:
    """Show in a cart which of its lines can be had, and of what there is too little. None is taken out."""
    found = await ctx.store.get(Cart, cart_id)
    if found is None:
        return Done()
    await access.lock(ctx, found.session_id)
    cart = await ctx.store.get(Cart, cart_id)
    if cart is not None and not cart.is_closed:
        lines = (await access.offer(ctx, cart.dining_option)).marked(cart)
        if lines != cart.lines:
            ctx.store.save(cart.marked(lines, ctx.now))
    return Done()
