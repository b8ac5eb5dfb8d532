"""What an order from home counts for: the room in its slot, and the totals of its customer. Both follow what staff add
and take off.

Locks are taken after that of the session and before those of counted items: first the customer's, then the slot's.
"""

from handlers import access
from handlers import plan as planning
from handlers.context import Context
from models.customer import Customer
from models.order import Order


async def recount(ctx: Context, order: Order, dishes: int, amount: int) -> None:
    """Stage that what somebody at home has ordered is so many portions and so much money (minor units) more, or, below
    zero, less; nothing for a party at a table.
    """
    if order.customer_id is None:
        return
    orders = await ctx.store.members(Order, "session", order.session_id)
    room = next((one.delivery.room for one in orders if one.delivery is not None), None)
    await access.lock(ctx, order.customer_id)
    customer = await ctx.store.get(Customer, order.customer_id)
    if customer is not None:
        ctx.store.save(customer.recounted(amount))
    await planning.recount(ctx, room, dishes)
