"""Bringing back to the screens what was finished there: a ticket, or all of an order, and for whom that is possible."""

from collections.abc import Mapping, Sequence

from handlers import access
from handlers.context import Context
from handlers.cooking import stage
from kitchen_display.answer import conflicts_show, newest
from models.base import Change
from models.errors import TransitionRefused
from models.ticket import Ticket


async def recall_tickets(
    ctx: Context, tickets: Sequence[Ticket], revisions: Mapping[str, int], operation_id: str | None
) -> list[Ticket]:
    """Recall what was cleared of some tickets of one party, and return all of them as they are then.

    What is on the screens stays as it is, and so does what was cancelled whole. Raises `StatusConflict` when a screen
    showed another of the `revisions`, `TransitionRefused` when there is nothing else, and `SessionClosed` for a party
    that has left.
    """
    if not any(one.is_cleared for one in tickets):
        tickets = [await newest(ctx, one) for one in tickets]
    cleared = [one for one in tickets if one.is_cleared]
    if not cleared or any(one.has_done(operation_id) for one in tickets):
        return list(tickets)
    for ticket in cleared:
        with conflicts_show(ticket):
            ticket.require_revision(revisions.get(ticket.id))
    session_id = cleared[0].session_id
    await require_party(ctx, session_id, "recalled")
    changed = [(one, back.did(operation_id)) for one in cleared if (back := _recalled(ctx, one)) is not None]
    if not changed:
        raise TransitionRefused(status="CANCELLED")
    stored = {one.id: one for one in (await stage(ctx, session_id, changed)).tickets}
    for before, after in changed:
        _record(ctx, before, after)
    return [stored.get(one.id, one) for one in tickets]


async def require_party(ctx: Context, session_id: str, kind: str) -> None:
    """Raise `SessionClosed` for a party that has left: nothing of it is cooked again.

    The session is saved: of whoever takes back and whoever closes the table at the same moment, on whatever servers,
    one is first.
    """
    session = (await access.named_session(ctx, session_id)).require_open()
    ctx.store.save(session.with_(change=Change(kind=kind, by=ctx.principal.actor, at=ctx.now)))


def _recalled(ctx: Context, ticket: Ticket) -> Ticket | None:
    try:
        return ticket.recall(ctx.principal.actor, ctx.now)
    except TransitionRefused:
        return None


def _record(ctx: Context, before: Ticket, after: Ticket) -> None:
    ctx.record(
        "ticket-recalled",
        session_id=before.session_id,
        subject=before.id,
        before={"status": before.status.value, "unfinished": len(before.unfinished)},
        after={"status": after.status.value, "unfinished": len(after.unfinished)},
        order=before.order_id,
        station=before.station,
    )
