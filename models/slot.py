"""Slots: spans of time in which orders from outside are handed over, each with room for so many dishes.

A slot is a moment in UTC and lasts exactly as long as all others: when clocks change, none stands twice and none is
shorter; the hours of that day have one more or one less.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field

from models.base import Aggregate, Value
from models.errors import SlotFull
from models.hours import Hours

MOST_WINDOWS = 10
MOST_DAYS = 14
KEPT = timedelta(days=2)
"""How long it is remembered what a slot had, after it has begun."""


class Slot(Value):
    """From when until just before when (UTC)."""

    begins_at: datetime
    ends_at: datetime


class SlotView(Slot):
    """A slot that can be chosen, or could be: `has_room` for what is to be ordered."""

    has_room: bool


class SlotRule(Value):
    """How slots are made: within `hours`, `minutes` long from when these open, the last one whole even where a change
    of clocks leaves a rest.

    `cap` is how many portions fit into one; `days` how many days ahead of today one can be chosen.
    """

    hours: Hours = Field(min_length=1, max_length=MOST_WINDOWS)
    minutes: int = Field(ge=10, le=240)
    cap: int = Field(ge=1, le=10_000)
    days: int = Field(default=0, ge=0, le=MOST_DAYS)

    def slots(self, now: datetime, time_zone: str) -> Iterator[Slot]:
        """Give the slots that have not ended, of what opened yesterday and of today and the days ahead, in order."""
        zone, length = ZoneInfo(time_zone), timedelta(minutes=self.minutes)
        today = now.astimezone(zone).date()
        for ahead in range(-1, self.days + 1):
            spans = (window.span(today + timedelta(days=ahead), zone) for window in self.hours)
            for start, end in sorted(span for span in spans if span is not None):
                for number in range((end - start) // length):
                    begins_at = start + number * length
                    if begins_at + length > now:
                        yield Slot(begins_at=begins_at, ends_at=begins_at + length)


class SlotLoad(Aggregate):
    """How many portions were sold into the slot of a house that begins at a moment."""

    begins_at: datetime
    dishes: int = Field(default=0, ge=0)
    expires_at: datetime

    def has_room(self, dishes: int, cap: int) -> bool:
        """Whether so many portions more fit into it."""
        return self.dishes + dishes <= cap

    def taken(self, dishes: int, cap: int) -> Self:
        """Take room for portions; raises `SlotFull` when they do not fit."""
        if not self.has_room(dishes, cap):
            raise SlotFull(slot=self.begins_at)
        return self.with_(dishes=self.dishes + dishes)

    def recounted(self, dishes: int) -> Self:
        """Count portions that staff add, whether they fit or not; or, below zero, those that are not made."""
        return self.with_(dishes=max(0, self.dishes + dishes))


def new_slot_load(entry_id: str, restaurant_id: str, begins_at: datetime) -> SlotLoad:
    """Return the load of a slot into which nothing was sold yet."""
    return SlotLoad(id=entry_id, restaurant_id=restaurant_id, begins_at=begins_at, expires_at=begins_at + KEPT)
