"""What a round became: priced lines, immutable but for their states, and the key under which it was placed once."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, computed_field

from models.base import Actor, Aggregate, Change, Value
from models.delivery import Delivery, DeliveryStatus
from models.dining import DiningOption
from models.dish import Allergen, Course
from models.errors import DeliveryFinished, LineCancelled, NotFound, OrderNotWaiting, OrderSent
from models.money import Money, total
from models.pricing import Tax
from models.status import LineStatus


class OrderStatus(StrEnum):
    """A round is placed at once, unless the house has a waiter approve the first one of a session; until then it can
    be cancelled.
    """

    WAITING = "WAITING"
    PLACED = "PLACED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class OrderModifier(Value):
    """A chosen option, as it was called and priced when the round was placed."""

    id: str
    name: dict[str, str]
    price: Money


class OrderLine(Value):
    """One dish of a round. `stations` cook it; its status is the slowest of theirs."""

    id: str
    item_id: str
    name: dict[str, str]
    quantity: int = Field(ge=1)
    modifiers: tuple[OrderModifier, ...] = ()
    note: str = ""
    course: Course
    allergens: tuple[Allergen, ...] = ()
    avoid: tuple[Allergen, ...] = ()
    """What whoever eats it must not get."""
    prep_minutes: int = 0
    unit_price: Money
    tax: Tax | None = None
    added_by: Actor
    stations: tuple[str, ...]
    status: LineStatus = LineStatus.NEW
    is_held: bool = False
    """Its course is kept back."""
    seen_at: datetime | None = None
    """Since when a screen of each station that cooks it shows it."""
    expected_at: datetime | None = None
    """When it is likely to be ready, as it was estimated when the kitchen got it to cook."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def price(self) -> Money:
        """Price of all its portions."""
        return self.unit_price.times(self.quantity)


class Order(Aggregate):
    """One round. `(session_id, idempotency_key)` is unique; `fingerprint` is the hash of what was asked under the
    key.

    While it is WAITING no station has a ticket of it and it is on no check. `decided_by` approved, rejected or
    cancelled it, `reason` says why it was rejected or cancelled.
    """

    session_id: str
    homes: tuple[str, ...] = ()
    """The sessions it was in before theirs were merged, the last one on top."""
    owner: str | None = None
    """The participant of an INDIVIDUAL cart, None for a shared one."""
    number: int
    round: int
    table_name: str
    dining_option: DiningOption = DiningOption.DINE_IN
    waiter: Actor | None = None
    """Who served the party when it was placed."""
    status: OrderStatus = OrderStatus.PLACED
    placed_by: Actor
    placed_at: datetime
    decided_by: Actor | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    is_priority: bool = False
    """The kitchen cooks it before all others."""
    idempotency_key: str
    fingerprint: str
    cart_id: str
    cart_version: int
    payment_method: str | None = None
    currency: str
    customer_id: str | None = None
    """Who ordered it from home."""
    is_under_way: bool = False
    """Whether somebody at home waits for it: until it is handed over or called off."""
    delivery: Delivery | None = None
    """Where it goes; None for what is eaten at a table."""
    lines: tuple[OrderLine, ...] = Field(min_length=1)

    @property
    def total(self) -> Money:
        """What the round costs."""
        return total((line.price for line in self.lines), self.currency)

    @property
    def worth(self) -> int:
        """What it counts for its customer, in minor units: the dishes and the fee."""
        return self.total.amount + (self.delivery.fee.amount if self.delivery else 0)

    def line(self, line_id: str) -> OrderLine:
        """Return a line; raises `NotFound`."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound(line_id=line_id)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has approved or rejected it yet."""
        return self.status is OrderStatus.WAITING

    @property
    def to_send(self) -> tuple[OrderLine, ...]:
        """The lines that go to the kitchen and onto the check when it is placed: those that nobody has cancelled."""
        return tuple(line for line in self.lines if line.status is not LineStatus.CANCELLED)

    @property
    def stations(self) -> tuple[str, ...]:
        """The codes of the stations that cook what of it was sent."""
        return tuple(dict.fromkeys(code for line in self.to_send for code in line.stations))

    def cancelled(self, line_ids: Collection[str] | None, reason: str | None, by: Actor, now: datetime) -> Self:
        """Cancel lines of a round that waits, all that are left of it when none is named.

        Raises `OrderSent` once it is in the kitchen, `OrderNotWaiting` when it was rejected or cancelled,
        `LineCancelled` when nothing is left of what is named, or `NotFound`.
        """
        if self.status is OrderStatus.PLACED:
            raise OrderSent(order_id=self.id, instead="line:void")
        named = {line.id for line in self.lines} if line_ids is None else {self.line(one).id for one in line_ids}
        lines = tuple(line.with_(status=LineStatus.CANCELLED) if line.id in named else line for line in self.lines)
        whole = self._decided(OrderStatus.CANCELLED, by, now).with_(reason=reason, lines=lines)
        if lines == self.lines:
            raise LineCancelled
        return self.with_(lines=lines, change=Change(kind="lines-cancelled", by=by, at=now)) if whole.to_send else whole

    def approved(self, by: Actor, now: datetime) -> Self:
        """Let what is left of a waiting round go to the kitchen as it was placed; raises `OrderNotWaiting`."""
        return self._decided(OrderStatus.PLACED, by, now)

    def rejected(self, reason: str, by: Actor, now: datetime) -> Self:
        """Send a waiting round back: none of it will be cooked. Raises `OrderNotWaiting`."""
        lines = tuple(line.with_(status=LineStatus.CANCELLED) for line in self.lines)
        return self._decided(OrderStatus.REJECTED, by, now).with_(reason=reason, lines=lines)

    def _decided(self, status: OrderStatus, by: Actor, now: datetime) -> Self:
        if not self.is_waiting:
            raise OrderNotWaiting(status=self.status.value)
        kind = "approved" if status is OrderStatus.PLACED else status.lower()
        return self.with_(status=status, decided_by=by, decided_at=now, change=Change(kind=kind, by=by, at=now))

    def with_status(self, line_id: str, status: LineStatus, by: Actor, now: datetime) -> Self:
        """Show the state of one line as the kitchen has it; of what is cancelled nothing is kept back."""
        is_over = status is LineStatus.CANCELLED
        lines = tuple(
            line.with_(status=status, is_held=line.is_held and not is_over) if line.id == line_id else line
            for line in self.lines
        )
        return self.with_(lines=lines, change=Change(kind=f"line-{status.lower()}", by=by, line_id=line_id, at=now))

    def sent_out(self, by: Actor, now: datetime) -> Self:
        """Somebody takes it to the customer; raises `DeliveryFinished`."""
        return self._moved("sent-out", by, now, status=DeliveryStatus.ON_THE_WAY, left_at=now, by=by)

    def handed_over(self, by: Actor, now: datetime) -> Self:
        """The customer has it; raises `DeliveryFinished`."""
        done = self._moved("delivered", by, now, status=DeliveryStatus.DELIVERED, delivered_at=now, by=by)
        return done.with_(is_under_way=False)

    def called_off(self, reason: str, by: Actor, now: datetime) -> Self:
        """Nobody brings it; raises `DeliveryFinished`."""
        off = self._moved("delivery-cancelled", by, now, status=DeliveryStatus.CANCELLED)
        return off.with_(is_under_way=False, reason=reason)

    def _moved(self, kind: str, actor: Actor, now: datetime, **changes: Any) -> Self:
        change = Change(kind=kind, by=actor, at=now)
        if self.delivery is None:
            # What staff added goes with the one that it was added to.
            return self.with_(change=change)
        if not self.is_under_way:
            raise DeliveryFinished(status=self.delivery.status.value)
        return self.with_(delivery=self.delivery.with_(**changes), change=change)

    def prioritized(self, is_priority: bool, by: Actor, now: datetime) -> Self:
        """Have it cooked before all others, or in its turn."""
        change = Change(kind="prioritized" if is_priority else "unprioritized", by=by, at=now)
        return self.with_(is_priority=is_priority, change=change)


def fingerprint(*parts: str) -> str:
    """Return the SHA-256 of what a client asked under an idempotency key."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
