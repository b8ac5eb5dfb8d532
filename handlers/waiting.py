"""What the house does by itself when nothing happens: it raises an alarm about a request that nobody takes, and shows
the staff a party that does nothing. Nobody is ever closed by it.
"""

from datetime import datetime, timedelta

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from models.alarm import AlarmKind
from models.cart import Cart
from models.order import Order
from models.service import ServiceRequest
from models.session import TableSession
from models.ticket import Ticket


async def escalate(ctx: Context, request_id: str) -> Done:
    """Raise the alarm about a request that nobody has taken in time, once."""
    request = await ctx.store.get(ServiceRequest, request_id)
    latest = ctx.now - timedelta(seconds=ctx.rules.service_escalation_seconds)
    if request is None or not request.is_overlooked or request.at > latest:
        return Done()
    ctx.store.save(request.escalated(ctx.now))
    await raise_alarm(
        ctx,
        AlarmKind.SERVICE_WAITING,
        request.id,
        session_id=request.session_id,
        table_name=request.table_name,
        asked=request.kind.value,
        waited=int((ctx.now - request.at).total_seconds()),
    )
    ctx.record("service-escalated", session_id=request.session_id, subject=request.id, kind=request.kind.value)
    return Done()


async def mark_idle(ctx: Context, session_id: str) -> Done:
    """Show that a party has done nothing for long; the moment is that of its last step."""
    session = await ctx.store.get(TableSession, session_id)
    if session is None or not session.is_open or not session.is_at_table or session.idle_since is not None:
        return Done()
    last = await _last_step(ctx, session)
    if last <= ctx.now - timedelta(minutes=ctx.rules.idle_minutes):
        ctx.store.save(session.idle(last, ctx.now))
    return Done()


async def mark_busy(ctx: Context, session_id: str) -> Done:
    """Show that something happened at an idle party's table."""
    session = await ctx.store.get(TableSession, session_id)
    if session is not None and session.is_open and session.idle_since is not None:
        ctx.store.save(session.busy(ctx.now))
    return Done()


async def _last_step(ctx: Context, session: TableSession) -> datetime:
    """Return when something last happened to a party, its carts, its rounds or its tickets."""
    steps = [session.opened_at, *([session.change.at] if session.change else [])]
    for model in (Cart, Order, Ticket):
        steps += [one.change.at for one in await ctx.store.members(model, "session", session.id) if one.change]
    return max(steps)
