"""What the commands of the kitchen answer with when somebody else was quicker."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import StatusConflict
from models.ticket import Ticket
from models.view import ticket_view


@contextmanager
def conflicts_show(ticket: Ticket) -> Iterator[None]:
    """Tell whoever comes second how the ticket stands."""
    try:
        yield
    except StatusConflict as conflict:
        conflict.details["ticket"] = ticket_view(ticket).model_dump(mode="json", by_alias=True)
        raise
