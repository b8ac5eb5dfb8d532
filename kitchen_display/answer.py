"""What the commands of the kitchen answer with when somebody else was quicker, or when nothing is to be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from handlers.context import Context
from models.errors import StatusConflict
from models.kitchen_view import ticket_view
from models.ticket import Ticket


@contextmanager
def conflicts_show(ticket: Ticket) -> Iterator[None]:
    """Tell whoever comes second how the ticket stands."""
    try:
        yield
    except StatusConflict as conflict:
        conflict.details["ticket"] = ticket_view(ticket).model_dump(mode="json", by_alias=True)
        raise


async def newest(ctx: Context, ticket: Ticket) -> Ticket:
    """Return a ticket as the database has it: where nothing is to be done with it, no write proves that what this
    process had heard of was all.
    """
    return await ctx.store.fresh(Ticket, ticket.id) or ticket
