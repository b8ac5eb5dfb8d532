"""Sending a round to the kitchen: at once when it is placed, or when a waiter has approved it."""

from handlers import access
from handlers.context import Context
from models.check_line import check_round
from models.order import Order
from models.placing import tickets_of
from models.session import TableSession
from models.station import StationKind


async def send_to_kitchen(ctx: Context, order: Order, session: TableSession) -> None:
    """Stage the tickets of a round and its entry on the check; the kitchen's time begins now."""
    stations = await access.stations(ctx)
    has_expo = any(one.kind is StationKind.EXPO for one in stations.values())
    for ticket in tickets_of(order, session, ctx.now, ctx.ids.new_id, has_expo=has_expo):
        ctx.store.add(ticket)
    check = await access.check(ctx, session, order.homes)
    ctx.store.save(check.with_order(check_round(order), ctx.principal.actor, ctx.now))
