"""What has happened in a house before anyone looked: random checks, tickets and parties, written straight into the
database.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from integration.house import House
from unit.charged import any_check, money

from models.base import Actor
from models.check import Check
from models.check_content import CheckStatus
from models.dish import Course
from models.order import Order, OrderLine
from models.participant import Seating
from models.pin import KeyedHash
from models.session import Mode, SessionStatus, TableSession
from models.status import LineStatus
from models.store.codec import to_document
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TicketLine

DAYS = 16
"""More than the duty adds up at once."""

WAITERS = [Actor(kind="STAFF", id=name, name=name.title()) for name in ("ana", "mihai")]


class Past:
    """See the module; it ends a day ago, so that all of it can be added up."""

    def __init__(self, house: House, random: Random) -> None:
        self.house = house
        self.random = random
        self.until = house.clock.now() - timedelta(hours=30)
        self.since = self.until - timedelta(days=DAYS)
        self.checks = [self._check(number) for number in range(300)]
        self.tickets = [self._ticket(number) for number in range(600)]
        self.parties = [self._party(one) for one in self.checks]
        self.orders = [one for check in self.checks for one in self._orders(check)]

    def moments(self) -> Iterator[datetime]:
        while True:
            seconds = self.random.randrange(int((self.until - self.since).total_seconds()))
            yield (self.since + timedelta(seconds=seconds)).replace(microsecond=0)

    def _check(self, number: int) -> Check:
        moments, key, check = self.moments(), f"{self.house.restaurant.id}-{number}", any_check(self.random)
        opened, closed = sorted((next(moments), next(moments)))
        return check.with_(
            id=f"k{key}",
            restaurant_id=self.house.restaurant.id,
            version=1,
            session_id=f"s{key}",
            status=CheckStatus.CLOSED,
            opened_at=opened,
            closed_at=closed,
            rounds=tuple(one.with_(order_id=f"o{key}-{one.order_id}") for one in check.rounds),
            tenders=tuple(
                one.with_(at=next(moments), refunds=tuple(back.with_(at=next(moments)) for back in one.refunds))
                for one in check.tenders
            ),
            claims=(),
        )

    def _orders(self, check: Check) -> list[Order]:
        waiter, guest = self.random.choice((*WAITERS, None)), Actor(kind="GUEST", id="g", name="Ana")
        line = OrderLine(
            id="l",
            item_id="dish",
            name={},
            quantity=1,
            course=Course.MAINS,
            unit_price=money(100),
            added_by=guest,
            stations=("grill",),
        )
        return [
            Order(
                id=one.order_id,
                restaurant_id=check.restaurant_id,
                version=1,
                session_id=check.session_id,
                number=1,
                round=1,
                table_name="T1",
                waiter=waiter,
                placed_by=guest,
                placed_at=check.opened_at or self.since,
                idempotency_key=one.order_id,
                fingerprint="",
                cart_id="c",
                cart_version=1,
                currency="RON",
                lines=(line,),
            )
            for one in check.rounds
        ]

    def _ticket(self, number: int) -> Ticket:
        bumped = next(self.moments())
        begun, ready, started = (bumped - timedelta(seconds=self.random.randrange(2_000)) for _ in range(3))
        line = TicketLine(
            id="l",
            name={},
            quantity=1,
            voided=int(self.random.random() < 0.1),
            course=self.random.choice((Course.STARTERS, Course.MAINS)),
            status=LineStatus.SERVED,
            starts_at=min(begun, ready),
            started_at=self.random.choice((min(started, ready), ready)),
            ready_at=ready,
            served_at=self.random.choice((None, bumped)),
            changed_at=bumped,
        )
        return Ticket(
            id=f"t{self.house.restaurant.id}-{number}",
            restaurant_id=self.house.restaurant.id,
            version=1,
            session_id="s",
            order_id="o",
            number=1,
            round=1,
            station=self.random.choice(("grill", "bar")),
            table_name="T1",
            placed_at=bumped - timedelta(seconds=self.random.randrange(3_000)),
            status=TicketStatus.BUMPED,
            lines=(line,),
            bumped_at=bumped,
        )

    def _party(self, check: Check) -> TableSession:
        table, opened = self.random.choice(self.house.tables), check.opened_at or self.since
        return TableSession(
            id=check.session_id,
            restaurant_id=check.restaurant_id,
            version=1,
            table_id=table.id,
            table_name=table.name,
            mode=Mode.FAMILY,
            covers=check.covers,
            status=SessionStatus.CLOSED,
            pin=KeyedHash(key="none", digest=""),
            seatings=(Seating(table_id=table.id, table_name=table.name, since=opened),),
            opened_at=opened,
            opened_by=WAITERS[0],
            waiter=WAITERS[0],
            closed_at=check.closed_at,
        )

    async def store(self) -> None:
        """Write it as it is stored."""
        for aggregates in (self.checks, self.orders, self.tickets, self.parties):
            collection = self.house.apps[0].store.collection(type(aggregates[0]))
            await collection.insert_many([to_document(one) for one in aggregates])

    def within(self, first: str, last: str, moment: datetime | None) -> bool:
        return moment is not None and first <= self.house.restaurant.business_date(moment) <= last
