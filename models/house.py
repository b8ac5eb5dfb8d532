"""The configuration of one restaurant: the house itself and its tables. Its stations: `models.station`."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from models.base import Actor, Aggregate, Change, Text, Value
from models.money import Currency

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""A country as ISO 3166 alpha-2."""


class Restaurant(Aggregate):
    """One house. `time_zone` is an IANA name; the business day changes at `day_starts_at` (hours, local time)."""

    name: str
    currency: Currency
    languages: tuple[str, ...] = ("ro", "en")
    time_zone: str = "Europe/Bucharest"
    day_starts_at: int = Field(default=5, ge=0, le=23)
    countries: tuple[Country, ...] = Field(default=("RO",), min_length=1)
    """Whose phones may order; the first one is where the house is, and where it delivers."""
    network: tuple[str, ...] = ()
    """Addresses of the house's own network (CIDR), which all its guests share: their failure limit is higher."""
    legal_name: str = ""
    """Whose receipts they are; with what follows it stands on each of them, as far as it is filled in."""
    address: tuple[str, ...] = ()
    tax_id: str = ""
    phone: str = ""
    receipt_footer: Text = Field(default_factory=dict)

    def business_date(self, now: datetime) -> str:
        """Return the accounting day of a moment as `2026-11-21`: what is ordered after midnight belongs to the
        evening.
        """
        local = now.astimezone(ZoneInfo(self.time_zone)) - timedelta(hours=self.day_starts_at)
        return local.date().isoformat()

    def calendar_date(self, now: datetime) -> str:
        """Return the day that people here would write on a letter, as `2026-11-21`."""
        return now.astimezone(ZoneInfo(self.time_zone)).date().isoformat()

    def next_midnight(self, now: datetime) -> datetime:
        """Return when the next calendar day begins here (UTC): after 23 to 25 hours when the clock is changed."""
        zone = ZoneInfo(self.time_zone)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).astimezone(UTC)

    def day_start(self, date: str) -> datetime:
        """Return when an accounting day begins (UTC); it ends where the next one begins."""
        local = datetime.fromisoformat(date).replace(hour=self.day_starts_at, tzinfo=ZoneInfo(self.time_zone))
        return local.astimezone(UTC)


class Opening(Value):
    """By which operation a party sat down, and its session: a repeat finds it wherever it sits by now, or gone."""

    operation: str
    session_id: str


class Table(Aggregate):
    """A place to sit. `token` is the 128-bit secret in its QR code; it changes when a session there closes.

    `waiter` is who serves it; the tables of one waiter are that waiter's section.
    """

    name: str
    zone: str
    seats: int = Field(ge=1)
    token: str
    position: int = 0
    waiter: Actor | None = None
    operations: tuple[str, ...] = ()
    """The last operation ids by which it changed hands."""
    opening: Opening | None = None
    """The last one that had an operation id."""

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def opened(self, by: Actor, now: datetime, session_id: str, operation_id: str | None) -> Self:
        """A party sits down: whoever gives the table to another waiter at this moment has to look again."""
        opening = Opening(operation=operation_id, session_id=session_id) if operation_id else self.opening
        return self.with_(opening=opening, change=Change(kind="opened", by=by, at=now))

    def given_to(self, waiter: Actor | None, by: Actor, now: datetime, operation_id: str | None) -> Self:
        """Put it into another waiter's section, or into nobody's."""
        operations = (*self.operations, operation_id)[-8:] if operation_id else self.operations
        change = Change(kind="handed-over", by=by, at=now)
        return self.with_(waiter=waiter, operations=operations, change=change)
