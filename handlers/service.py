"""Requests for service: a guest asks, a waiter goes there, somebody has seen to it."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from handlers import access, attending
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Id, Note, OperationId, Request
from models.dining_view import ServiceView, service_view
from models.errors import AlreadyTaken, NotFound, NotJoined, RateLimited, RequestFinished, SessionClosed
from models.principal import GUEST, SERVICE
from models.service import ServiceKind, ServiceRequest, new_request, require_not_too_many


class AskForService(Request):
    """What is wanted, and a word about it."""

    kind: Annotated[ServiceKind, Field(strict=False)]
    note: Note = ""
    op_id: OperationId | None = None


class CancelService(Request):
    """Which request is taken back."""

    request_id: Id
    op_id: OperationId | None = None


class NameService(Request):
    """Which request."""

    request_id: Id


class ServiceReply(Reply):
    """The request as it is now."""

    service: ServiceView


@command(
    "service:request",
    on=(TABLE,),
    roles=GUEST,
    limit=Limit(10, per=10),
    errors=(NotJoined, RateLimited, SessionClosed),
)
async def request_service(ctx: Context, request: AskForService) -> ServiceReply:
    """Ask for a waiter, the check, water or something else; what is asked for already is not asked for twice.

    It writes the session. So a close, a move or an eject on another server is noticed by the version, and the carts
    keep theirs: a guest who is about to send a round is not told that the cart has changed.
    """
    session = await access.session(ctx)
    by, known = ctx.principal.actor, await ctx.store.members(ServiceRequest, "session", session.id)
    for one in known:
        if request.op_id and request.op_id in one.operations:
            return ServiceReply(service=service_view(await ctx.store.fresh(ServiceRequest, one.id) or one))
    waiting = await _waiting(ctx, known, request)
    if waiting is not None:
        again = waiting.asked_again(request.note, by, ctx.now, request.op_id)
        if again is not waiting:
            ctx.store.save(session.asked("service-requested", by, ctx.now))
            again = ctx.store.save(again)
        return ServiceReply(service=service_view(again))
    window = timedelta(seconds=ctx.rules.service_window)
    require_not_too_many(known, ctx.rules.service_requests, window, ctx.now)
    ctx.store.save(session.asked("service-requested", by, ctx.now))
    asked = new_request(ctx.ids.new_id(), session, request.kind, request.note, by, ctx.now, request.op_id)
    ctx.record("service-requested", session_id=session.id, subject=asked.id, kind=request.kind.value)
    return ServiceReply(service=service_view(ctx.store.add(asked)))


@command(
    "service:cancel",
    on=(TABLE,),
    roles=GUEST,
    limit=Limit(10, per=10),
    errors=(NotFound, NotJoined, SessionClosed),
)
async def cancel_service(ctx: Context, request: CancelService) -> ServiceReply:
    """Take a request of the party back; one that is done with stays as it is.

    It writes the session, for the reason that asking does.
    """
    session = await access.session(ctx)
    found = await ctx.store.get(ServiceRequest, request.request_id)
    if found is None or found.session_id != session.id:
        raise NotFound(request_id=request.request_id)
    if found.is_finished:
        return ServiceReply(service=service_view(found))
    ctx.store.save(session.asked("service-cancelled", ctx.principal.actor, ctx.now))
    return await _stored(ctx, found, found.cancelled(ctx.principal.actor, ctx.now), "service-cancelled")


@command(
    "service:take",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(30, per=10),
    errors=(AlreadyTaken, NotFound, RequestFinished),
)
async def take_service(ctx: Context, request: NameService) -> ServiceReply:
    """Say that one goes there; of two waiters at once one does."""
    found = await _request(ctx, request.request_id)
    by = ctx.principal.actor
    taken = found.taken(by, ctx.now)
    if found.taken_by is not None:
        return ServiceReply(service=service_view(found))
    return await _stored(ctx, found, taken, "service-taken")


@command("service:resolve", on=(FLOOR,), roles=SERVICE, limit=Limit(30, per=10), errors=(NotFound,))
async def resolve_service(ctx: Context, request: NameService) -> ServiceReply:
    """Say that the party has what it asked for, whoever had taken it; what is done with stays as it is."""
    found = await _request(ctx, request.request_id)
    if found.is_finished:
        return ServiceReply(service=service_view(found))
    return await _stored(ctx, found, found.resolved(ctx.principal.actor, ctx.now), "service-resolved")


async def _waiting(ctx: Context, known: list[ServiceRequest], request: AskForService) -> ServiceRequest | None:
    """Return the request that this would ask for again, as the database has it: it may just have been resolved on
    another server, and then it is asked for anew.
    """
    for one in known:
        if one.is_same(request.kind, request.note):
            newest = await ctx.store.fresh(ServiceRequest, one.id)
            if newest is not None and newest.is_same(request.kind, request.note):
                return newest
    return None


async def _request(ctx: Context, request_id: str) -> ServiceRequest:
    """Return a request of the house under the lock of its session; raises `NotFound`."""
    found = await ctx.store.get(ServiceRequest, request_id)
    if found is None:
        raise NotFound(request_id=request_id)
    await access.lock(ctx, found.session_id)
    return await ctx.store.get(ServiceRequest, request_id) or found


async def _stored(ctx: Context, before: ServiceRequest, after: ServiceRequest, act: str) -> ServiceReply:
    """Stage a step of a request with its audit entry; nobody has to be alarmed about it any more."""
    stored = ctx.store.save(after)
    await attending.resolve_alarm(ctx, before)
    ctx.record(
        act,
        session_id=after.session_id,
        subject=after.id,
        before={"status": before.status.value},
        after={"status": after.status.value},
    )
    return ServiceReply(service=service_view(stored))
