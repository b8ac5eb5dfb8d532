"""Courses: what is kept back until the one before is served, and when to begin with each dish of one, so that a
table's dishes are ready together.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from models.base import Actor
from models.dish import Course
from models.status import LineStatus
from models.ticket import Ticket
from models.ticket_line import FINAL, TicketLine

FOOD = (Course.STARTERS, Course.MAINS, Course.DESSERTS)
"""In the order in which they are served. Drinks wait for nothing, and nothing waits for them."""

AHEAD = timedelta(minutes=15)
"""So long before it is begun the kitchen gets what is for a later slot."""

Changed = list[tuple[Ticket, Ticket]]
"""Tickets, as they were and as they are."""


class Dish(Protocol):
    """A line of an order or of a ticket."""

    @property
    def id(self) -> str: ...
    @property
    def course(self) -> Course: ...
    @property
    def prep_minutes(self) -> int: ...


class Kept(Protocol):
    """A line of a ticket, as far as it decides whether a course is kept back."""

    @property
    def course(self) -> Course: ...
    @property
    def status(self) -> LineStatus: ...
    @property
    def is_held(self) -> bool: ...
    @property
    def held_by(self) -> Actor | None: ...
    @property
    def held_until(self) -> datetime | None: ...


def may_wait(sent: Iterable[Dish]) -> bool:
    """Whether anything of a round comes after another course."""
    return any(_earlier(line.course) for line in sent)


def kept_back(sent: Iterable[Dish], tickets: Iterable[Ticket]) -> frozenset[Course]:
    """Return which courses of a round wait, by the rule, for an earlier one: of this round, or of what the party's
    tickets have.
    """
    courses = {line.course for line in sent}
    unserved = courses | {line.course for line in _lines(tickets) if line.status not in FINAL}
    return frozenset(course for course in courses if unserved.intersection(_earlier(course)))


def due(lines: Iterable[Kept]) -> Course | None:
    """Return the course of a party's dishes that is held by the rule and is to be fired: all that comes before it is
    served or cancelled. Several are never due at once, since what is held is not served.
    """
    waiting, unserved = set[Course](), set[Course]()
    for line in lines:
        if is_held_by_rule(line):
            waiting.add(line.course)
        if line.status not in FINAL:
            unserved.add(line.course)
    return next((one for one in FOOD if one in waiting and not unserved.intersection(_earlier(one))), None)


def is_held_by_rule(line: Kept) -> bool:
    """Whether nobody has to fire a line: it is when the turn of its course comes."""
    return line.is_held and line.held_by is None and line.held_until is None


def starts(fired: Iterable[Dish], at: datetime, *, by_prep_time: bool) -> dict[str, datetime]:
    """Return by line when to begin with what is fired together: what takes longest at once, all else so much later that
    its course is ready at the same minute. Drinks are begun at once.
    """
    lines = list(fired)
    longest: dict[Course, int] = {}
    for line in lines:
        longest[line.course] = max(line.prep_minutes, longest.get(line.course, 0))
    if not by_prep_time:
        return {line.id: at for line in lines}
    return {
        line.id: at
        if line.course is Course.DRINKS
        else at + timedelta(minutes=longest[line.course] - line.prep_minutes)
        for line in lines
    }


def not_before(dishes: Iterable[Dish], ready_by: datetime, begins: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return by line when to begin with dishes that are to be ready at a moment and no sooner; `begins` says when they
    would be begun otherwise, which is never sooner than that.
    """
    minutes = {line.id: line.prep_minutes for line in dishes}
    return {name: max(at, ready_by - timedelta(minutes=minutes[name])) for name, at in begins.items()}


def kept_until(begins: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Return by line until when the house keeps back what is begun so much later that it is no work of this hour."""
    return {name: at - AHEAD for name, at in begins.items() if at - AHEAD > now}


def fire_in_time(tickets: Sequence[Ticket], now: datetime) -> Changed:
    """Let what was kept back for a later slot be cooked, as far as its time has come."""
    return _changed((one, one.fired_in_time(AHEAD, now)) for one in tickets)


def hold(tickets: Sequence[Ticket], course: Course, by: Actor, now: datetime) -> Changed:
    """Keep back what nobody, at any station, has begun of a course; what the rule holds is from then on fired by hand
    alone.
    """
    begun = {line.id for line in _lines(tickets) if line.status is not LineStatus.NEW}
    return _changed((one, one.held(course, by, now, begun)) for one in tickets)


def fire(
    tickets: Sequence[Ticket],
    course: Course,
    by: Actor,
    now: datetime,
    *,
    by_prep_time: bool,
    is_by_rule: bool = False,
) -> Changed:
    """Let what is held of a course be cooked, all of it together; by the rule only what that holds."""
    lines = (line for line in _lines(tickets) if line.course is course)
    fired = [line for line in lines if (is_held_by_rule(line) if is_by_rule else line.is_held)]
    when = starts(fired, now, by_prep_time=by_prep_time)
    return _changed((one, one.fired(course, when, by, now, is_by_rule=is_by_rule)) for one in tickets)


def lines_changed(changed: Changed) -> set[str]:
    """Return which lines differ, each once however many stations cook it."""
    return {
        line.id
        for before, after in changed
        for was, line in zip(before.lines, after.lines, strict=True)
        if line is not was and line != was
    }


def of_course(tickets: Iterable[Ticket], course: Course) -> list[Ticket]:
    """Return the tickets that have a line of a course."""
    return [one for one in tickets if any(line.course is course for line in one.lines)]


def _earlier(course: Course) -> tuple[Course, ...]:
    return FOOD[: FOOD.index(course)] if course in FOOD else ()


def _lines(tickets: Iterable[Ticket]) -> Iterable[TicketLine]:
    return (line for one in tickets for line in one.lines)


def _changed(pairs: Iterable[tuple[Ticket, Ticket]]) -> Changed:
    return [(before, after) for before, after in pairs if after is not before]
