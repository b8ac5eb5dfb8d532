"""Courses: a party's next dishes are kept back and fired, by hand on the floor and in the kitchen, and by the house
itself when the course before is served.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Done, Reply
from handlers.cooking import Staged, stage
from handlers.registry import FLOOR, Limit, command
from models.base import OperationId, Request
from models.coursing import Changed, due, fire, fire_in_time, hold, lines_changed, of_course
from models.dining_view import OrderView, order_view
from models.dish import Course
from models.errors import NotFound, SessionClosed, SessionMerged
from models.order import Order
from models.principal import SERVICE
from models.session import TableSession
from models.ticket import Ticket

ERRORS = (NotFound, SessionClosed, SessionMerged)


class NameCourse(Request):
    """Which course of the party."""

    course: Annotated[Course, Field(strict=False)]
    op_id: OperationId | None = None


class CourseReply(Reply):
    """The rounds that have a dish of that course, as they are now, oldest first."""

    orders: tuple[OrderView, ...]


@command("course:hold", on=(FLOOR,), roles=SERVICE, limit=Limit(20, per=10), errors=ERRORS, about_session=True)
async def hold_course(ctx: Context, request: NameCourse) -> CourseReply:
    """Keep a course of a party back: nobody begins with it until it is fired. What is begun goes on."""
    return await _shown(ctx, await keep_back(ctx, ctx.require_session_id(), request.course, request.op_id))


@command("course:fire", on=(FLOOR,), roles=SERVICE, limit=Limit(20, per=10), errors=ERRORS, about_session=True)
async def fire_course(ctx: Context, request: NameCourse) -> CourseReply:
    """Let the kitchen cook what is held of a course, whoever held it. What is not held stays as it is."""
    return await _shown(ctx, await let_cook(ctx, ctx.require_session_id(), request.course, request.op_id))


async def keep_back(ctx: Context, session_id: str, course: Course, operation_id: str | None) -> Staged:
    """Hold a course of a party and return its tickets as they are then, and the rounds that follow; raises `NotFound`,
    `SessionMerged` or `SessionClosed`.
    """
    tickets = await _tickets_to_change(ctx, session_id)
    if _has_done(tickets, operation_id):
        return Staged(of_course(tickets, course), [])
    changed = hold(tickets, course, ctx.principal.actor, ctx.now)
    return await _carried_out(ctx, "course-held", session_id, course, tickets, changed, operation_id)


async def let_cook(ctx: Context, session_id: str, course: Course, operation_id: str | None) -> Staged:
    """Fire a course of a party and return its tickets as they are then, and the rounds that follow; raises `NotFound`,
    `SessionMerged` or `SessionClosed`.
    """
    tickets = await _tickets_to_change(ctx, session_id)
    if _has_done(tickets, operation_id):
        return Staged(of_course(tickets, course), [])
    by_prep_time = ctx.rules.fire_by_prep_time
    changed = fire(tickets, course, ctx.principal.actor, ctx.now, by_prep_time=by_prep_time)
    return await _carried_out(ctx, "course-fired", session_id, course, tickets, changed, operation_id)


async def fire_due(ctx: Context, session_id: str) -> Done:
    """Fire the course whose turn has come, as the rule of the house has it, or what was kept back for a slot that comes
    near. What somebody holds is theirs to fire.
    """
    await access.lock(ctx, session_id)
    session = await ctx.store.fresh(TableSession, session_id)
    if session is None or not session.is_open:
        return Done()
    tickets = await _tickets(ctx, session_id)
    in_time = fire_in_time(tickets, ctx.now)
    if in_time:
        await stage(ctx, session_id, in_time)
        ctx.record("slot-fired", session_id=session_id, lines=len(lines_changed(in_time)))
        return Done()
    course = due([line for one in tickets for line in one.lines])
    if course is not None:
        by, by_prep_time = ctx.principal.actor, ctx.rules.fire_by_prep_time
        changed = fire(tickets, course, by, ctx.now, by_prep_time=by_prep_time, is_by_rule=True)
        await _carried_out(ctx, "course-fired", session_id, course, tickets, changed, None)
    return Done()


async def _tickets_to_change(ctx: Context, session_id: str) -> list[Ticket]:
    """Return a party's tickets under its lock. They and the session are read from the database: where nothing has to be
    done, no write proves that what this process had heard of was all.
    """
    await access.lock(ctx, session_id)
    session = await ctx.store.fresh(TableSession, session_id)
    if session is None:
        raise NotFound(session_id=session_id)
    session.require_own().require_open()
    return await _tickets(ctx, session_id)


async def _tickets(ctx: Context, session_id: str) -> list[Ticket]:
    return await access.every_of(ctx, Ticket, session_id)


def _has_done(tickets: Sequence[Ticket], operation_id: str | None) -> bool:
    return any(one.has_done(operation_id) for one in tickets)


async def _carried_out(
    ctx: Context,
    act: str,
    session_id: str,
    course: Course,
    tickets: Sequence[Ticket],
    changed: Changed,
    operation_id: str | None,
) -> Staged:
    """Stage what changes, with its audit entry. An operation that changes nothing is remembered, too: when it is
    repeated, there may be something.
    """
    noted = changed or ([(tickets[0], tickets[0])] if operation_id and tickets else [])
    staged = await stage(ctx, session_id, [(before, after.did(operation_id)) for before, after in noted])
    if changed:
        is_held = act == "course-held"
        ctx.record(
            act,
            session_id=session_id,
            subject=course.value,
            before={"is_held": not is_held},
            after={"is_held": is_held},
            lines=len(lines_changed(changed)),
        )
    newest = {one.id: one for one in staged.tickets}
    return Staged(of_course([newest.get(one.id, one) for one in tickets], course), staged.orders)


async def _shown(ctx: Context, staged: Staged) -> CourseReply:
    """Return the rounds of tickets: those that follow from them, and those of which nothing changes."""
    rounds = await ctx.store.get_each(Order, list(dict.fromkeys(one.order_id for one in staged.tickets)))
    newest = {one.id: one for one in staged.orders}
    in_turn = sorted((newest.get(one.id, one) for one in rounds), key=lambda one: one.placed_at)
    return CourseReply(orders=tuple(order_view(one) for one in in_turn))
