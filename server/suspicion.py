"""The duty about suspicious patterns: the heads of the chains tell in which houses something happened lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.patterns import look_for_patterns
from models.base import Nothing
from models.chain import ChainHead
from models.store.work import Work
from server.duties import Due, Duty

LOOK_SECONDS = 10
LATELY = timedelta(minutes=2)
"""Longer than another process needs to take the duties over."""


async def find_busy_houses(work: Work, since: datetime) -> Sequence[Due]:
    """Find the houses in whose log something was sealed since a moment."""
    rows = await work.values(ChainHead, "restaurant_id", at={"$not": {"$lte": since}})
    return [Due(row["restaurant_id"], Nothing()) for row in rows]


PATTERNS = Duty("patterns", LOOK_SECONDS, find_busy_houses, look_for_patterns, age=lambda rules: LATELY)
