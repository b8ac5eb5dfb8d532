"""What the house does by itself about a ticket that no screen shows: it alarms the floor, and the station that stands
in gets the ticket, too.
"""

from datetime import timedelta

from handlers import access
from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from handlers.cooking import stage
from models.alarm import AlarmKind
from models.ticket import Ticket


async def notice_unseen(ctx: Context, ticket_id: str) -> Done:
    """Raise the alarm about a ticket that no screen of its station shows in time, once, and back the station up."""
    found = await ctx.store.get(Ticket, ticket_id)
    if found is None:
        return Done()
    await access.lock(ctx, found.session_id)
    ticket = await ctx.store.get(Ticket, ticket_id)
    if ticket is None or not ticket.is_overlooked(ctx.now - timedelta(seconds=ctx.rules.unseen_seconds)):
        return Done()
    station = (await access.stations(ctx)).get(ticket.station)
    alarmed = ticket.alarmed(station.backup if station else None, ctx.now)
    await stage(ctx, ticket.session_id, [(ticket, alarmed)])
    await raise_alarm(
        ctx,
        AlarmKind.TICKET_UNSEEN,
        ticket.id,
        session_id=ticket.session_id,
        table_name=ticket.table_name,
        station=ticket.station,
        number=ticket.number,
    )
    ctx.record(
        "ticket-unseen",
        session_id=ticket.session_id,
        subject=ticket.id,
        before={"backup": ticket.backup},
        after={"backup": alarmed.backup},
        station=ticket.station,
    )
    return Done()
