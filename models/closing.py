"""What is left to do for a session: as long as it is anything, only a manager closes it, and then all of it ends."""

from dataclasses import dataclass
from datetime import datetime

from models.base import Actor
from models.check import Check
from models.errors import CheckOpen, CheckOverpaid, DeliveryUnderWay, DishesCooking, OrdersWaiting, PaymentPending
from models.money import Money, total
from models.order import Order, OrderLine
from models.status import LineStatus
from models.ticket import Ticket
from models.ticket_line import TicketLine, slowest


@dataclass(frozen=True, slots=True)
class Remains:
    """All checks (at least one), tickets and orders of a session."""

    checks: list[Check]
    tickets: list[Ticket]
    orders: list[Order]

    @property
    def owed(self) -> Money:
        """What is owed on all checks together."""
        return total((check.due for check in self.checks), self.checks[0].total.currency)

    @property
    def pending(self) -> Money:
        """What guests are paying at this moment."""
        amounts = (one.amount for check in self.checks for one in check.pending)
        return total(amounts, self.checks[0].total.currency)

    @property
    def payment_ids(self) -> list[str]:
        """By which payments they are."""
        return [one.payment_id for check in self.checks for one in check.pending]

    @property
    def overpaid(self) -> Money:
        """What has to be given back on all checks together."""
        return total((check.overpaid for check in self.checks), self.checks[0].total.currency)

    @property
    def cooking(self) -> dict[str, LineStatus]:
        """The lines that are still to be cooked by their ids, each in the slowest state that a station has it in."""
        states: dict[str, list[LineStatus]] = {}
        for ticket in self.tickets:
            for line in ticket.unfinished:
                states.setdefault(line.id, []).append(line.status)
        return {line_id: slowest(found) for line_id, found in states.items()}

    @property
    def untouched(self) -> tuple[OrderLine, ...]:
        """The dishes that no station has begun to cook, with the portions that were not voided: they can be sold again
        when they are struck.
        """
        parts: dict[str, list[TicketLine]] = {}
        for ticket in self.tickets:
            for part in ticket.lines:
                parts.setdefault(part.id, []).append(part)
        return tuple(
            line.with_(quantity=line.quantity - parts[line.id][0].voided)
            for order in self.orders
            for line in order.lines
            if line.id in parts and all(part.status is LineStatus.NEW for part in parts[line.id])
        )

    @property
    def waiting(self) -> list[Order]:
        """The rounds that nobody has approved or rejected yet."""
        return [order for order in self.orders if order.is_waiting]

    def require_delivered(self) -> None:
        """Raise `DeliveryUnderWay` while somebody at home waits for any of it."""
        waited_for = [order.id for order in self.orders if order.is_under_way]
        if waited_for:
            raise DeliveryUnderWay(orders=waited_for)

    def require_none(self) -> None:
        """Raise `PaymentPending`, `CheckOpen`, `CheckOverpaid`, `DishesCooking` or `OrdersWaiting` while anything is
        left to do.
        """
        if self.pending.amount > 0:
            raise PaymentPending(due=self.owed.model_dump(), pending=self.pending.model_dump())
        if self.owed.amount > 0:
            raise CheckOpen(due=self.owed.model_dump())
        if self.overpaid.amount > 0:
            raise CheckOverpaid(overpaid=self.overpaid.model_dump())
        if self.cooking:
            raise DishesCooking(lines=len(self.cooking))
        if self.waiting:
            raise OrdersWaiting(orders=[order.id for order in self.waiting])

    def struck(self, by: Actor, now: datetime) -> list[Ticket]:
        """Return the tickets with what is still to be cooked struck, which the cooks see until they bump, and those of
        which something is ready, which nobody waits for at the pass any more.
        """
        return [
            ticket.struck(by, now) if ticket.unfinished else ticket.left(by, now)
            for ticket in self.tickets
            if ticket.unfinished or (ticket.has_expo and ticket.is_shown)
        ]

    def cancelled(self, by: Actor, now: datetime) -> list[Order]:
        """Return the orders of those dishes as they are then.

        Where several stations cook a dish and one has finished its part, the dish is what that station made of it.
        """
        struck = {ticket.id: ticket for ticket in self.struck(by, now)}
        states: dict[str, list[LineStatus]] = {line_id: [] for line_id in self.cooking}
        for ticket in self.tickets:
            for part in struck.get(ticket.id, ticket).lines:
                if part.id in states:
                    states[part.id].append(part.status)
        changed = []
        for order in self.orders:
            lines = [line for line in order.lines if line.id in states]
            for line in lines:
                order = order.with_status(line.id, slowest(states[line.id]), by, now)
            changed += [order] if lines else []
        return changed
