"""What guests and waiters see of the kitchen's work: the state of an order's lines follows from its tickets."""

from collections.abc import Iterable
from datetime import datetime

from models.base import Actor, Change
from models.order import Order, OrderLine
from models.ticket import Ticket
from models.ticket_line import slowest


def follow(order: Order, tickets: Iterable[Ticket], by: Actor | None, now: datetime) -> Order:
    """Return an order with its lines as its tickets have them; the same when nothing differs.

    A dish that several stations cook is as far as the slowest of them; the kitchen has it when each of them has.
    """
    own = [ticket for ticket in tickets if ticket.order_id == order.id]
    lines = tuple(_followed(line, own) for line in order.lines)
    changed = [new for old, new in zip(order.lines, lines, strict=True) if new != old]
    if not changed:
        return order
    steps = [new for old, new in zip(order.lines, lines, strict=True) if new.status is not old.status]
    kind = f"line-{steps[0].status.lower()}" if steps else "line-followed"
    line_id = (steps or changed)[0].id
    return order.with_(lines=lines, change=Change(kind=kind, by=by, line_id=line_id, at=now))


def shared_lines(order: Order, ticket: Ticket) -> set[str]:
    """Return the lines of a ticket that other stations cook, too."""
    return {line.id for line in order.lines if len(line.stations) > 1} & {part.id for part in ticket.lines}


def _followed(line: OrderLine, tickets: list[Ticket]) -> OrderLine:
    parts = [(ticket, part) for ticket in tickets for part in ticket.lines if part.id == line.id]
    if not parts:
        return line
    seen = [ticket.seen_at for ticket, _ in parts if ticket.seen_at is not None]
    return line.with_(
        status=slowest([part.status for _, part in parts]),
        is_held=any(part.is_held for _, part in parts),
        seen_at=max(seen) if len(seen) == len(parts) else None,
    )
