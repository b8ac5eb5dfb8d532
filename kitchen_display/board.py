"""The board of a kitchen: which tickets a screen shows, and in what order. Pure; prices do not exist here."""

from collections.abc import Iterable

from models.ticket import Ticket, in_order, place_of


def board(tickets: Iterable[Ticket], stations: frozenset[str]) -> list[Ticket]:
    """Return the open tickets of some stations (of all, when none is named): what has priority first, then the longest
    waiting.
    """
    return in_order(one for one in tickets if one.is_open and (not stations or one.is_shown_at(stations)))


def on_pass(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return what the stations have cleared and nobody has run yet, for those who assemble."""
    return in_order(one for one in tickets if one.is_shown and not one.is_open)


def place_on_board(ticket: Ticket) -> str:
    """Return where a ticket stands, as a text: what is on the pass comes after what is to be cooked."""
    return f"{int(not ticket.is_open)} {place_of(ticket)}"


def all_day(tickets: Iterable[Ticket]) -> dict[str, int]:
    """Return how many of each dish (by its first name) are still to be cooked over all the tickets; a dish that several
    stations cook is one.
    """
    counts: dict[str, int] = {}
    counted_at: dict[tuple[str, str], str] = {}
    for ticket in tickets:
        for line in ticket.lines:
            is_to_cook = line.is_unfinished and not line.is_held
            if is_to_cook and counted_at.setdefault((ticket.order_id, line.id), ticket.station) == ticket.station:
                name = next(iter(line.name.values()))
                counts[name] = counts.get(name, 0) + line.portions
    return counts


def all_day_by_station(tickets: Iterable[Ticket]) -> dict[str, dict[str, int]]:
    """Return the same for each station that has tickets among them, by its code: there, each counts its own part."""
    by_station: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_station.setdefault(ticket.station, []).append(ticket)
    return {station: all_day(found) for station, found in sorted(by_station.items())}
