"""The duty that adds business days up: see `handlers.report` for how."""

from collections.abc import Sequence
from datetime import datetime

from handlers.report import LATE, days_left, sum_day
from models.house import Restaurant
from models.store.work import Work
from server.duties import Due, Duty

MOST_DAYS = 10
"""Days of one house that are added up in a row, where years have to be: other duties wait meanwhile."""


async def find_days(work: Work, before: datetime) -> Sequence[Due]:
    """Find the business days that are over and were not added up yet."""
    found = []
    for house in await work.every(Restaurant):
        days = [day for day in await days_left(work, house, before) if day.until <= before]
        found += [Due(house.id, day.date) for day in days[:MOST_DAYS]]
    return found


ACT_SECONDS = 60.0
"""A day of the largest house on a busy machine: one that was never finished would keep all later ones from being."""

SUMMING = Duty("summing", 30, find_days, sum_day, age=lambda rules: LATE, act_seconds=ACT_SECONDS)
