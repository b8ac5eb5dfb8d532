"""Courses at the kitchen: whoever assembles keeps a party's next dishes back and fires them."""

from handlers.context import Context, Reply
from handlers.cooking import Staged
from handlers.coursing import ERRORS, NameCourse, keep_back, let_cook
from handlers.registry import KITCHEN, Limit, command
from models.base import Id
from models.errors import Forbidden
from models.kitchen_view import TicketView, ticket_view
from models.principal import KITCHEN as COOKS
from models.principal import Screen


class NameCourseOfParty(NameCourse):
    """Which course of which party."""

    session_id: Id


class CourseTicketsReply(Reply):
    """The party's tickets that have a dish of that course, as they are now."""

    tickets: tuple[TicketView, ...]


@command("course:hold", on=(KITCHEN,), roles=COOKS, limit=Limit(20, per=10), errors=ERRORS)
async def hold_course(ctx: Context, request: NameCourseOfParty) -> CourseTicketsReply:
    """Keep a course of a party back: nobody begins with it until it is fired. What is begun goes on."""
    _require_expo(ctx)
    return _shown(await keep_back(ctx, request.session_id, request.course, request.op_id))


@command("course:fire", on=(KITCHEN,), roles=COOKS, limit=Limit(20, per=10), errors=ERRORS)
async def fire_course(ctx: Context, request: NameCourseOfParty) -> CourseTicketsReply:
    """Let the kitchen cook what is held of a course, whoever held it. What is not held stays as it is."""
    _require_expo(ctx)
    return _shown(await let_cook(ctx, request.session_id, request.course, request.op_id))


def _require_expo(ctx: Context) -> None:
    """Raise `Forbidden` for a screen that does not show the tickets of all stations: a course is cooked by several."""
    if isinstance(ctx.principal, Screen) and not ctx.principal.shows_all:
        raise Forbidden


def _shown(staged: Staged) -> CourseTicketsReply:
    return CourseTicketsReply(tickets=tuple(ticket_view(one) for one in staged.tickets))
