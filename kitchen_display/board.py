"""The board of a kitchen: which tickets a screen shows, and in what order. Pure; prices do not exist here."""

from collections.abc import Iterable

from models.ticket import Ticket, in_order


def board(tickets: Iterable[Ticket], stations: frozenset[str]) -> list[Ticket]:
    """Return the open tickets of some stations (of all, when none is named): what has priority first, then the longest
    waiting.
    """
    return in_order(one for one in tickets if one.is_open and (not stations or one.is_shown_at(stations)))


def on_pass(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return what the stations have cleared and nobody has run yet, for those who assemble."""
    return in_order(one for one in tickets if one.is_shown and not one.is_open)


def all_day(tickets: Iterable[Ticket]) -> dict[str, int]:
    """Return how many of each dish (by its first name) are still to be cooked over all the tickets."""
    counts: dict[str, int] = {}
    for ticket in tickets:
        for line in ticket.lines:
            if line.is_unfinished and not line.is_held:
                name = next(iter(line.name.values()))
                counts[name] = counts.get(name, 0) + line.portions
    return counts
