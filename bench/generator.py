"""Years of a house that were never lived: parties with their orders, tickets and checks, in the shape in which the
server stores them.

Everything is made of the models themselves, so a change of theirs changes what is stored here. How much happens follows
the week (Friday and Saturday are full, Monday is quiet), the day (lunch and dinner) and the menu (few dishes are most
of the sales). The same seed makes the same years.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from models.base import Actor, Aggregate
from models.check import Check
from models.check_content import CheckStatus
from models.check_line import CheckRound, check_round
from models.correction import Correction, CorrectionKind
from models.dining import DiningOption
from models.dish import Dish
from models.house import Restaurant, Table
from models.menu import Menu
from models.money import Money, zero
from models.order import Order, OrderLine
from models.participant import Seating
from models.pin import KeyedHash
from models.reckoning import reckon
from models.session import Mode, SessionStatus, TableSession
from models.status import LineStatus
from models.tender import Refund, Tender, TenderMethod
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TicketLine

ORDERS_OF_A_CHECK = (1, 1, 2, 2, 2, 3, 4)
WEEK = (6, 8, 8, 9, 14, 16, 12)
"""How full the days are, Monday first."""

HOURS = {
    9: 2,
    10: 2,
    11: 4,
    12: 11,
    13: 14,
    14: 9,
    15: 4,
    16: 3,
    17: 5,
    18: 10,
    19: 16,
    20: 17,
    21: 12,
    22: 6,
    23: 2,
    0: 1,
}
OPTIONS = (DiningOption.DINE_IN,) * 9 + (DiningOption.TAKE_OUT,)
REASONS = ("cold", "took too long", "wrong dish", "a friend of the house", "birthday", "hair", "too salty")
VARIETY = 400
"""Rounds that differ in what is in them; of these all are copies but for who, where and when."""

CHANCES = {"void": 0.04, "comp": 0.02, "discount": 0.03, "two tenders": 0.15, "tip": 0.45, "refund": 0.004}


@dataclass(frozen=True, slots=True)
class Past:
    """What a party leaves behind."""

    session: TableSession
    check: Check
    orders: list[Order]
    tickets: list[Ticket]

    def documents(self) -> Iterator[Aggregate]:
        """Yield all of it."""
        yield self.session
        yield self.check
        yield from self.orders
        yield from self.tickets


class Generator:
    """Makes the past of one house, that ends at a moment."""

    def __init__(
        self, house: Restaurant, menu: Menu, tables: Sequence[Table], until: datetime, days: int, seed: int = 4
    ) -> None:
        self._random = Random(seed)
        self._house, self._menu, self._tables = house, menu, tables
        self._zone = ZoneInfo(house.time_zone)
        self._until = until
        self._days = [until - timedelta(days=number) for number in range(days, -1, -1)]
        self._day_weights = list(accumulate(WEEK[day.weekday()] for day in self._days))
        self._hours = list(HOURS)
        self._hour_weights = list(accumulate(HOURS.values()))
        self._waiters = [Actor(kind="STAFF", id=f"waiter-{number}", name=f"Waiter {number}") for number in range(12)]
        self._rounds = {option: [self._round(option) for _ in range(VARIETY)] for option in dict.fromkeys(OPTIONS)}
        self._number = 0

    def parties(self, orders: int) -> Iterator[Past]:
        """Yield parties until they have sent so many orders, in no order."""
        sent = 0
        while sent < orders:
            past = self._party(min(self._random.choice(ORDERS_OF_A_CHECK), orders - sent))
            sent += len(past.orders)
            yield past

    # ── one party ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _party(self, rounds: int) -> Past:
        random, self._number = self._random, self._number + 1
        table, waiter, option = random.choice(self._tables), random.choice(self._waiters), random.choice(OPTIONS)
        opened, covers = self._moment(), random.randint(1, table.seats)
        session_id = f"past-{self._number}"
        orders = [
            self._order(session_id, table, waiter, option, opened, place, lines)
            for place, lines in enumerate(random.sample(self._rounds[option], rounds))
        ]
        closed = orders[-1].placed_at + timedelta(seconds=random.randint(1_200, 4_200))
        check = self._check(session_id, option, covers, orders, opened, closed, waiter)
        tickets = [ticket for order in orders for ticket in self._tickets(order)]
        return Past(self._session(session_id, table, waiter, covers, opened, closed), check, orders, tickets)

    def _moment(self) -> datetime:
        """Return when a party sits down: early enough to be gone by the end."""
        while True:
            (day,) = self._random.choices(self._days, cum_weights=self._day_weights)
            (hour,) = self._random.choices(self._hours, cum_weights=self._hour_weights)
            local = day.astimezone(self._zone).replace(hour=hour, minute=0, second=0, microsecond=0)
            found = local.astimezone(day.tzinfo) + timedelta(seconds=self._random.randrange(3_600))
            if found < self._until - timedelta(hours=4):
                return found

    def _session(
        self, session_id: str, table: Table, waiter: Actor, covers: int, opened: datetime, closed: datetime
    ) -> TableSession:
        return TableSession(
            id=session_id,
            restaurant_id=self._house.id,
            version=9,
            table_id=table.id,
            table_name=table.name,
            mode=Mode.FAMILY,
            covers=covers,
            status=SessionStatus.CLOSED,
            pin=KeyedHash(key="none", digest=""),
            seatings=(Seating(table_id=table.id, table_name=table.name, since=opened),),
            opened_at=opened,
            opened_by=waiter,
            waiter=waiter,
            closed_at=closed,
        )

    # ── orders and tickets ────────────────────────────────────────────────────────────────────────────────────────────

    def _round(self, option: DiningOption) -> tuple[OrderLine, ...]:
        """Return what a round may consist of: mostly the dishes that stand first."""
        random = self._random
        plain = [dish for dish in self._menu.dishes if option in dish.dining_options]
        favourites = random.choices(
            plain, [1_000 // (place + 4) for place in range(len(plain))], k=random.randint(1, 5)
        )
        return tuple(self._line(dish, option) for dish in {one.id: one for one in favourites}.values())

    def _line(self, dish: Dish, option: DiningOption) -> OrderLine:
        guest = self._random.choice(("Ana", "Bogdan", "Carmen", "Dan", "Elena"))
        return OrderLine(
            id=f"{self._random.getrandbits(80):020x}",
            item_id=dish.id,
            name=dish.name,
            quantity=self._random.choice((1, 1, 1, 2, 3)),
            course=dish.course,
            allergens=dish.allergens,
            unit_price=Money(amount=dish.price_for(option), currency=self._menu.currency),
            tax=self._menu.pricing.tax(dish.tax_class, option),
            added_by=Actor(kind="GUEST", id=guest.lower(), name=guest),
            stations=dish.stations,
            status=LineStatus.SERVED,
        )

    def _order(
        self,
        session_id: str,
        table: Table,
        waiter: Actor,
        option: DiningOption,
        opened: datetime,
        place: int,
        lines: tuple[OrderLine, ...],
    ) -> Order:
        return Order.model_construct(
            id=f"{session_id}-{place}",
            restaurant_id=self._house.id,
            version=4,
            session_id=session_id,
            number=1 + self._number % 900,
            round=place + 1,
            table_name=table.name,
            dining_option=option,
            waiter=waiter,
            placed_by=lines[0].added_by,
            placed_at=opened + timedelta(seconds=300 + 1_700 * place + self._random.randrange(900)),
            idempotency_key=f"{session_id}-{place}",
            fingerprint="0" * 64,
            cart_id=f"{session_id}-cart",
            cart_version=7,
            currency=self._menu.currency,
            lines=lines,
        )

    def _tickets(self, order: Order) -> Iterator[Ticket]:
        for station in sorted({station for line in order.lines for station in line.stations}):
            took = timedelta(seconds=round(self._random.lognormvariate(6.3, 0.55)))
            ready = order.placed_at + took
            lines = tuple(
                TicketLine.model_construct(
                    id=line.id,
                    name=line.name,
                    quantity=line.quantity,
                    course=line.course,
                    allergens=line.allergens,
                    added_by=line.added_by,
                    status=LineStatus.READY,
                    changed_at=ready,
                )
                for line in order.lines
                if station in line.stations
            )
            yield Ticket.model_construct(
                id=f"{order.id}-{station}",
                restaurant_id=order.restaurant_id,
                version=3,
                session_id=order.session_id,
                order_id=order.id,
                number=order.number,
                round=order.round,
                station=station,
                table_name=order.table_name,
                placed_at=order.placed_at,
                status=TicketStatus.BUMPED,
                lines=lines,
                seen_at=order.placed_at,
                bumped_at=ready,
            )

    # ── checks ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _check(
        self,
        session_id: str,
        option: DiningOption,
        covers: int,
        orders: Sequence[Order],
        opened: datetime,
        closed: datetime,
        waiter: Actor,
    ) -> Check:
        rounds: tuple[CheckRound, ...] = tuple(check_round(order) for order in orders)
        check = Check.model_construct(
            id=f"{session_id}-check",
            restaurant_id=self._house.id,
            version=9,
            session_id=session_id,
            status=CheckStatus.CLOSED,
            dining_option=option,
            covers=covers,
            terms=self._menu.pricing.terms(option),
            opened_at=opened,
            closed_at=closed,
            rounds=rounds,
            corrections=tuple(self._corrections(rounds, closed, waiter)),
            total=zero(self._menu.currency),
            paid=zero(self._menu.currency),
        )
        amount = reckon(check).total
        tenders = tuple(self._tenders(amount, closed, waiter))
        kept = sum(one.kept.amount for one in tenders)
        return check.with_(total=self._money(amount), paid=self._money(kept), tenders=tenders)

    def _corrections(self, rounds: Sequence[CheckRound], closed: datetime, waiter: Actor) -> Iterator[Correction]:
        random, line = self._random, rounds[0].lines[0]
        common = {"reason": random.choice(REASONS), "by": waiter, "at": closed - timedelta(minutes=9)}
        common |= {"key": "past", "fingerprint": "0" * 64}
        for chance, kind in (("void", CorrectionKind.VOID), ("comp", CorrectionKind.COMP)):
            if random.random() < CHANCES[chance]:
                about = {"order_id": rounds[0].order_id, "line_id": line.id, "quantity": line.quantity}
                yield Correction(id=chance, kind=kind, amount=line.price, **about, **common)
                return
        if random.random() < CHANCES["discount"]:
            yield Correction(id="discount", kind=CorrectionKind.DISCOUNT, percent=random.choice((500, 1_000)), **common)

    def _tenders(self, amount: int, closed: datetime, waiter: Actor) -> Iterator[Tender]:
        random = self._random
        first = amount // 2 if random.random() < CHANCES["two tenders"] else amount
        for place, part in enumerate(one for one in (first, amount - first) if one):
            method = random.choice((TenderMethod.CASH, TenderMethod.CARD_TERMINAL, TenderMethod.CARD_TERMINAL))
            tip = part // 1_000 * 100 if random.random() < CHANCES["tip"] else 0
            at = closed - timedelta(seconds=120 - 30 * place)
            tender = Tender.model_construct(
                id=f"t{place}",
                method=method,
                amount=self._money(part),
                tip=self._money(tip),
                given=self._money(part + tip) if method is TenderMethod.CASH else None,
                by=waiter,
                at=at,
                key=f"past-{place}",
                fingerprint="0" * 64,
            )
            yield tender.refund(self._refund(part, at, waiter)) if random.random() < CHANCES["refund"] else tender

    def _refund(self, part: int, at: datetime, waiter: Actor) -> Refund:
        later = min(self._until, at + timedelta(hours=self._random.randint(1, 72)))
        amount, why = self._money(max(1, part // 4)), self._random.choice(REASONS)
        return Refund(id="back", amount=amount, reason=why, by=waiter, at=later, key="back", fingerprint="0" * 64)

    def _money(self, amount: int) -> Money:
        return Money.model_construct(amount=amount, currency=self._menu.currency)
