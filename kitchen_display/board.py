"""The board of a kitchen: which tickets a screen shows, and in what order. Pure; prices do not exist here."""

from collections.abc import Iterable

from models.ticket import Ticket


def board(tickets: Iterable[Ticket], stations: frozenset[str]) -> list[Ticket]:
    """Return the open tickets of some stations (of all, when none is named), the longest waiting first."""
    shown = (ticket for ticket in tickets if ticket.is_open and (not stations or ticket.station in stations))
    return sorted(shown, key=lambda ticket: (ticket.placed_at, ticket.number, ticket.station))


def all_day(tickets: Iterable[Ticket]) -> dict[str, int]:
    """Return how many of each dish (by its first name) are still to be cooked over all the tickets."""
    counts: dict[str, int] = {}
    for ticket in tickets:
        for line in ticket.lines:
            if line.status in ("NEW", "IN_PROGRESS"):
                name = next(iter(line.name.values()))
                counts[name] = counts.get(name, 0) + line.quantity - line.voided
    return counts
