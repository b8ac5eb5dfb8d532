"""The configuration of one restaurant: the house itself, its tables and its stations."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from models.base import Aggregate, Text


class Restaurant(Aggregate):
    """One house. `time_zone` is an IANA name; the business day changes at `day_starts_at` (hours, local time)."""

    name: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    languages: tuple[str, ...] = ("ro", "en")
    time_zone: str = "Europe/Bucharest"
    day_starts_at: int = Field(default=5, ge=0, le=23)
    network: tuple[str, ...] = ()
    """Addresses of the house's own network (CIDR), which all its guests share: their failure limit is higher."""

    def business_date(self, now: datetime) -> str:
        """Return the accounting day of a moment as `2026-11-21`: what is ordered after midnight belongs to the
        evening.
        """
        local = now.astimezone(ZoneInfo(self.time_zone)) - timedelta(hours=self.day_starts_at)
        return local.date().isoformat()


class Table(Aggregate):
    """A place to sit. `token` is the 128-bit secret in its QR code; it changes when a session there closes."""

    name: str
    zone: str
    seats: int = Field(ge=1)
    token: str
    position: int = 0


class StationKind(StrEnum):
    """`PREP` cooks; `EXPO` assembles what the others cooked and sees their tickets."""

    PREP = "PREP"
    EXPO = "EXPO"


class Station(Aggregate):
    """A place that cooks a class of dishes. Dishes name it by `code` (`grill`)."""

    code: str
    name: Text
    kind: StationKind = StationKind.PREP
    position: int = 0
