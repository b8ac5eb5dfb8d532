"""The plan of deliveries and the room in its slots, for every command that is about an order from outside."""

from datetime import datetime

from handlers import access
from handlers.context import Context
from models.delivery_plan import DeliveryPlan
from models.errors import DeliveryOff
from models.slot import Slot, SlotLoad, SlotRule, new_slot_load


async def plan(ctx: Context) -> DeliveryPlan | None:
    """Return the house's plan, None for a house that nobody has set one up for."""
    for found in await ctx.store.members(DeliveryPlan, "house", ctx.store.restaurant_id):
        return found
    return None


async def require_plan(ctx: Context) -> DeliveryPlan:
    """Return the house's plan; raises `DeliveryOff` where there is none."""
    found = await plan(ctx)
    if found is None:
        raise DeliveryOff
    return found


async def loads(ctx: Context) -> list[SlotLoad]:
    """Return what was sold into the house's slots, those of the last days included."""
    return await ctx.store.members(SlotLoad, "house", ctx.store.restaurant_id)


def lock_of(ctx: Context, begins_at: datetime) -> str:
    """Return the key under which those wait for each other who sell into the same slot."""
    return f"slot:{ctx.store.restaurant_id}:{begins_at.isoformat()}"


async def take(ctx: Context, slot: Slot, rule: SlotRule, dishes: int) -> None:
    """Stage that a slot has so many portions more; raises `SlotFull`."""
    found = await _load(ctx, slot.begins_at)
    if found is None:
        ctx.store.add(new_slot_load(ctx.ids.new_id(), ctx.store.restaurant_id, slot.begins_at).taken(dishes, rule.cap))
    else:
        ctx.store.save(found.taken(dishes, rule.cap))


async def recount(ctx: Context, begins_at: datetime | None, dishes: int) -> None:
    """Stage that an order in the slot that begins then has so many portions more, or, below zero, fewer; nothing where
    it is in none, or long after.
    """
    if begins_at is None or not dishes:
        return
    await access.lock(ctx, lock_of(ctx, begins_at))
    found = await _load(ctx, begins_at)
    if found is not None:
        ctx.store.save(found.recounted(dishes))


async def _load(ctx: Context, begins_at: datetime) -> SlotLoad | None:
    return next((one for one in await loads(ctx) if one.begins_at == begins_at), None)
