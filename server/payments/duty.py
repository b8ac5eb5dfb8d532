"""The duty about payments that nobody carries on: whoever wanted to ask the provider about them has died."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.settling import wake
from models.store.waiting import overdue_payments
from models.store.work import Work
from server.duties import Due, Duty

GRACE = timedelta(seconds=3)
"""Time for the process that has planned to ask: it is nobody else's turn before."""


async def find_overdue(work: Work, before: datetime) -> Sequence[Due]:
    """Find payments about which the provider should have been asked by now."""
    return [Due(house, subject) for house, subject in await overdue_payments(work, before)]


PAYMENTS = Duty("payments", 2, find_overdue, wake, age=lambda rules: GRACE)
