"""The duty about orders from home that are over: see `handlers.delivering`."""

from collections.abc import Sequence
from datetime import datetime

from handlers.delivering import close_settled
from models.store.waiting import settled_deliveries
from models.store.work import Work
from server.duties import Due, Duty


async def find_settled(work: Work, now: datetime) -> Sequence[Due]:
    """Find what was handed over or called off, and is paid."""
    return [Due(house, session_id) for house, session_id in await settled_deliveries(work)]


SETTLED = Duty("settled-deliveries", 10, find_settled, close_settled)
