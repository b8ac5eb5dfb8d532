"""Sending a round to the kitchen: at once when it is placed, or when a waiter has approved it."""

from handlers import access
from handlers.context import Context
from models.check_line import check_round
from models.order import Order
from models.placing import tickets_of
from models.session import TableSession


async def send_to_kitchen(ctx: Context, order: Order, session: TableSession) -> None:
    """Stage the tickets of a round and its entry on the check; the kitchen's time begins now."""
    for ticket in tickets_of(order, session, ctx.now, ctx.ids.new_id):
        ctx.store.add(ticket)
    check = await access.check(ctx, session, order.homes)
    ctx.store.save(check.with_order(check_round(order), ctx.principal.actor, ctx.now))
