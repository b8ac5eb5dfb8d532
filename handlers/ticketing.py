"""Sending a round to the kitchen: at once when it is placed, or when a waiter has approved it."""

from datetime import datetime

from handlers import access
from handlers.context import Context
from models.check_line import check_round
from models.cooking import sent, with_ahead
from models.coursing import kept_back, kept_until, may_wait, not_before, starts
from models.order import Order
from models.placing import tickets_of, with_held, with_kept
from models.session import TableSession
from models.station import StationKind
from models.ticket import Ticket


async def order_number(ctx: Context) -> int:
    """Return the next order number of the business day; it is taken outside of the transaction."""
    house = await access.restaurant(ctx)
    return await ctx.numbers.take(ctx.store, f"orders:{house.business_date(ctx.now)}")


async def enter_round(ctx: Context, order: Order, session: TableSession) -> Order:
    """Stage a round's entry on the check and return it as it is sent: where the house wants it, with the courses kept
    back that wait for an earlier one.

    The tickets are read from the database, after the check, which every round saves: a round that was sent before that
    is then among them, and one that is sent later finds another check.
    """
    check = await access.check(ctx, session, order.homes)
    ctx.store.save(check.with_order(check_round(order), ctx.principal.actor, ctx.now))
    if not (ctx.rules.hold_courses and session.is_at_table and may_wait(order.to_send)):
        return order
    tickets = await access.every_of(ctx, Ticket, session.id)
    return with_held(order, kept_back(order.to_send, tickets))


async def send_to_kitchen(ctx: Context, order: Order, session: TableSession, ready_by: datetime | None = None) -> Order:
    """Stage the tickets of a round and return it with when its dishes are likely to be ready; the kitchen's time begins
    now, but for what the order shows as held, and for what is not to be ready before a moment: that is kept back until
    shortly before it is to be begun.
    """
    stations = await access.stations(ctx)
    has_expo = any(one.kind is StationKind.EXPO for one in stations.values())
    fired = (line for line in order.to_send if not line.is_held)
    when = starts(fired, ctx.now, by_prep_time=ctx.rules.fire_by_prep_time)
    kept: dict[str, datetime] = {}
    if ready_by is not None:
        when = not_before(order.to_send, ready_by, when)
        kept = kept_until(when, ctx.now)
        order = with_kept(order, kept)
    tickets = tickets_of(order, session, ctx.now, ctx.ids.new_id, has_expo=has_expo, starts=when, kept=kept)
    for ticket in tickets:
        ctx.store.add(with_ahead(None, ticket, stations))
    return sent(order, tickets, stations)
