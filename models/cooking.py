"""What guests and waiters see of the kitchen's work: the state of an order's lines follows from its tickets."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from models.base import Actor, Change
from models.order import Order, OrderLine
from models.station import Station
from models.ticket import Ticket
from models.ticket_line import TicketLine, slowest


def follow(
    order: Order,
    tickets: Iterable[Ticket],
    by: Actor | None,
    now: datetime,
    stations: Mapping[str, Station] | None = None,
) -> Order:
    """Return an order with its lines as its tickets have them; the same when nothing differs.

    A dish that several stations cook is as far as the slowest of them; the kitchen has it when each of them has.
    `stations` by their codes say when what was fired is likely to be ready.
    """
    own = [ticket for ticket in tickets if ticket.order_id == order.id]
    lines = tuple(_followed(line, own, stations or {}) for line in order.lines)
    changed = [new for old, new in zip(order.lines, lines, strict=True) if new != old]
    if not changed:
        return order
    steps = [new for old, new in zip(order.lines, lines, strict=True) if new.status is not old.status]
    kind = f"line-{steps[0].status.lower()}" if steps else "line-followed"
    line_id = (steps or changed)[0].id
    return order.with_(lines=lines, change=Change(kind=kind, by=by, line_id=line_id, at=now))


def sent(order: Order, tickets: Iterable[Ticket], stations: Mapping[str, Station]) -> Order:
    """Return an order that is sent with when its dishes are likely to be ready, by its tickets."""
    own = list(tickets)
    return order.with_(
        lines=tuple(line.with_(expected_at=_expected(_parts(line, own), stations)) for line in order.lines)
    )


def is_any_fired(before: Ticket, after: Ticket) -> bool:
    """Whether something of a ticket that was held is to be cooked now."""
    return bool(_fired(before, after))


def with_ahead(before: Ticket | None, after: Ticket, stations: Mapping[str, Station]) -> Ticket:
    """Note how many portions its station had, at the last look, before the lines that were fired since `before`; on a
    new ticket, before all that are not held.
    """
    station, fired = stations.get(after.station), _fired(before, after)
    if station is None or not fired:
        return after
    return after.with_(ahead=after.ahead | dict.fromkeys(fired, station.open_portions))


def is_told(before: Ticket, after: Ticket) -> bool:
    """Whether a ticket has changed in what its order shows of it."""
    was, is_now = ([(line.status, line.is_held) for line in one.lines] for one in (before, after))
    return was != is_now or before.seen_at != after.seen_at


def _fired(before: Ticket | None, after: Ticket) -> list[str]:
    """Return the ids of the lines that were fired since a ticket was as it was before."""
    were = {line.id for line in before.lines if line.fired_at} if before else set()
    return [line.id for line in after.lines if line.fired_at and line.id not in were]


def _parts(line: OrderLine, tickets: Iterable[Ticket]) -> list[tuple[Ticket, TicketLine]]:
    return [(ticket, part) for ticket in tickets for part in ticket.lines if part.id == line.id]


def _followed(line: OrderLine, tickets: list[Ticket], stations: Mapping[str, Station]) -> OrderLine:
    parts = _parts(line, tickets)
    if not parts:
        return line
    seen = [ticket.seen_at for ticket, _ in parts if ticket.seen_at is not None]
    is_held = any(part.is_held for _, part in parts)
    # As it was estimated when it was fired: a promise that moves with every look is none.
    is_kept = is_held is line.is_held
    return line.with_(
        status=slowest([part.status for _, part in parts]),
        is_held=is_held,
        seen_at=max(seen) if len(seen) == len(parts) else None,
        expected_at=line.expected_at if is_kept else _expected(parts, stations),
    )


def _expected(parts: Iterable[tuple[Ticket, TicketLine]], stations: Mapping[str, Station]) -> datetime | None:
    """Return when the slowest of the stations that cook a dish is likely to have it ready; None while it is held, and
    where there is no estimate.
    """
    moments: list[datetime] = []
    for ticket, part in parts:
        station = stations.get(ticket.station)
        if part.starts_at is None:
            return None
        if station and station.wait:
            moments.append(part.starts_at + timedelta(minutes=station.wait.minutes))
    return max(moments, default=None)
