"""Sessions: the waiter opens a table, guests join with the PIN, the party moves, leaves, and the table is closed."""

from typing import Annotated

from pydantic import Field

from handlers import access, attempt
from handlers.context import Context, Done, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Id, Note, Nothing, OperationId, PersonName, Request
from models.cart import Cart
from models.check import new_check
from models.errors import (
    CheckOpen,
    InvalidPin,
    JoinRefused,
    NotJoined,
    PinLocked,
    SameTable,
    SessionClosed,
    TableOccupied,
    TooManyParticipants,
    seconds_until,
)
from models.pin import Pin, matches
from models.principal import AT_TABLE, GUEST, SERVICE, Guest, Role, Visitor
from models.session import Mode, Participant, Seating, TableSession
from models.ticket import Ticket
from models.view import FloorSessionView, SessionView, floor_session_view, session_view

PIN_PURPOSE = "session-pin"
SESSION_TOKEN = "session"  # noqa: S105  (a purpose, not a secret)


class OpenSession(Request):
    """`covers` is the number of guests."""

    table_id: Id
    mode: Annotated[Mode, Field(strict=False)]
    covers: int = Field(ge=1, le=200)
    op_id: OperationId | None = None


class OpenReply(Reply):
    """`pin` and `table_token` (for the QR code) are told once; a repeat of the operation has neither."""

    session: FloorSessionView
    pin: str | None = None
    table_token: str | None = None


class JoinSession(Request):
    """The PIN that the waiter told, and a name for the others to see; with `op_id` a repeat stays one participant."""

    pin: Pin
    name: PersonName = ""
    op_id: OperationId | None = None


class JoinReply(Reply):
    """`session_token` proves the participant again where there is no cookie; it is not shown to anyone else."""

    participant_id: str
    session_token: str
    session: SessionView


class CloseSession(Request):
    """`reason` lets a manager close although money is owed."""

    reason: Note = ""
    op_id: OperationId | None = None


class MoveSession(Request):
    """Where the party goes."""

    table_id: Id
    op_id: OperationId | None = None


class RotatePin(Request):
    """The old PIN is worth nothing afterwards; who is in stays in."""

    op_id: OperationId | None = None


class PinReply(Reply):
    """The new PIN, told once."""

    session: FloorSessionView
    pin: str | None = None


class SessionReply(Reply):
    """The session as it is now."""

    session: FloorSessionView


@command("session:open", on=(FLOOR,), roles=SERVICE, limit=Limit(10, per=10), errors=(TableOccupied,))
async def open_session(ctx: Context, request: OpenSession) -> OpenReply:
    """Open a table for a party and tell its PIN, once."""
    await access.lock(ctx, request.table_id)
    table = await access.table(ctx, request.table_id)
    session_id, pin = ctx.ids.new_id(), ctx.ids.pin()
    for running in await ctx.store.members(TableSession, "table", table.id):
        if request.op_id and running.has_done(request.op_id):
            return OpenReply(session=floor_session_view(running))
        raise TableOccupied(session_id=running.id)
    house = await access.restaurant(ctx)
    session = TableSession(
        id=session_id,
        restaurant_id=house.id,
        table_id=table.id,
        table_name=table.name,
        mode=request.mode,
        covers=request.covers,
        pin=ctx.vault.keyed_hash(PIN_PURPOSE, session_id, pin),
        seatings=(Seating(table_id=table.id, table_name=table.name, since=ctx.now),),
        opened_at=ctx.now,
        opened_by=ctx.principal.actor,
    ).did(request.op_id)
    session = ctx.store.add(session)
    ctx.store.add(Cart(id=ctx.ids.new_id(), restaurant_id=house.id, session_id=session_id, currency=house.currency))
    ctx.store.add(new_check(ctx.ids.new_id(), house.id, session_id, house.currency))
    ctx.record(
        "session-opened", session_id=session_id, subject=table.id, mode=request.mode.value, covers=request.covers
    )
    return OpenReply(session=floor_session_view(session), pin=pin, table_token=table.token)


@command(
    "session:join",
    on=(TABLE,),
    roles=AT_TABLE,
    limit=Limit(10, per=10),
    errors=(InvalidPin, PinLocked, JoinRefused, TooManyParticipants),
    snapshot=True,
)
async def join(ctx: Context, request: JoinSession) -> JoinReply:
    """Join the party at the table with its PIN, and receive everything there is to know."""
    principal = ctx.principal
    session = await _session_to_join(ctx)
    await attempt.require_join_allowed(ctx)
    session.require_unlocked(ctx.rules.pin_failures, ctx.rules.pin_span, ctx.now)
    if not matches(session.pin, ctx.vault.keyed_hash(PIN_PURPOSE, session.id, request.pin, session.pin.key)):
        raise await _wrong_pin(ctx, session)
    newcomer = Participant(
        id=ctx.ids.new_id(),
        name=request.name,
        device=principal.device,
        operation=request.op_id or "",
        joined_at=ctx.now,
    )
    known = session.known(newcomer, principal.participant_id if isinstance(principal, Guest) else None)
    me = known.with_(name=request.name or known.name) if known else newcomer
    joined = ctx.store.save(session.join(me, ctx.rules.participants))
    if joined.mode is Mode.INDIVIDUAL and known is None:
        await _give_cart(ctx, joined, me)
    ctx.record("session-joined", session_id=session.id, subject=me.id)
    ctx.becomes = as_guest(joined, me, principal.address, principal.device)
    token = ctx.vault.sign(SESSION_TOKEN, session.restaurant_id, session.id, me.id)
    return JoinReply(participant_id=me.id, session_token=token, session=session_view(joined))


@command("session:leave", on=(TABLE,), roles=GUEST, limit=Limit(5, per=10), errors=(NotJoined,))
async def leave(ctx: Context, request: Nothing) -> Done:
    """Leave the party; what one added stays."""
    session = await access.session(ctx)
    principal = ctx.principal
    if isinstance(principal, Guest):
        left = ctx.store.save(session.leave(principal.participant_id, ctx.now))
        cart = await access.cart_to_see(ctx, session)
        ctx.store.save(cart.fenced(left.version, principal.actor, ctx.now, "left"))
        ctx.record("session-left", session_id=session.id, subject=principal.participant_id)
        ctx.becomes = as_visitor(principal, session.table_id)
    return Done()


@command(
    "session:move",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(TableOccupied, SameTable, SessionClosed),
    about_session=True,
)
async def move(ctx: Context, request: MoveSession) -> SessionReply:
    """Seat the party at another table: phones follow, tickets keep their ids, nothing is fired again."""
    session = await access.session(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    table = await access.table(ctx, request.table_id)
    by, was = ctx.principal.actor, session.table_name
    moved = session.move(table.id, table.name, by, ctx.now).did(request.op_id)
    if await ctx.store.members(TableSession, "table", table.id):
        raise TableOccupied(table=table.name)
    stored = ctx.store.save(moved)
    for cart in await ctx.store.members(Cart, "session", session.id):
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "moved"))
    for ticket in await ctx.store.members(Ticket, "session", session.id):
        ctx.store.save(ticket.moved(table.name, was, by, ctx.now))
    ctx.record("session-moved", session_id=session.id, subject=table.id, table_was=was, table=table.name)
    return SessionReply(session=floor_session_view(stored))


@command(
    "session:close",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(CheckOpen, SessionClosed),
    about_session=True,
)
async def close(ctx: Context, request: CloseSession) -> SessionReply:
    """Close the table once nothing is owed; its QR code is worth nothing afterwards."""
    await access.lock(ctx, ctx.require_session_id())
    session = await access.session_to_see(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    session.require_open()
    check = await access.check(ctx, session)
    by_manager = Role.MANAGER in ctx.principal.roles and bool(request.reason)
    if check.due.amount > 0 and not by_manager:
        raise CheckOpen(due=check.due.model_dump())
    by = ctx.principal.actor
    stored = ctx.store.save(session.close(by, ctx.now).did(request.op_id))
    ctx.store.save(check.closed(by, ctx.now))
    for cart in await ctx.store.members(Cart, "session", session.id):
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "closed", close=True))
    table = await access.table(ctx, session.table_id)
    ctx.store.save(table.with_(token=ctx.ids.token(), change=stored.change))
    ctx.record("session-closed", session_id=session.id, due=check.due.amount, reason=request.reason or None)
    return SessionReply(session=floor_session_view(stored))


@command("pin:rotate", on=(FLOOR,), roles=SERVICE, limit=Limit(10, per=10), about_session=True)
async def rotate_pin(ctx: Context, request: RotatePin) -> PinReply:
    """Give the session a new PIN and forget the wrong tries at the old one."""
    session = await access.session(ctx)
    if request.op_id and session.has_done(request.op_id):
        return PinReply(session=floor_session_view(session))
    pin = ctx.ids.pin()
    hashed = ctx.vault.keyed_hash(PIN_PURPOSE, session.id, pin)
    stored = ctx.store.save(session.with_pin(hashed, ctx.principal.actor, ctx.now).did(request.op_id))
    ctx.record("pin-rotated", session_id=session.id)
    return PinReply(session=floor_session_view(stored), pin=pin)


def as_guest(session: TableSession, participant: Participant, address: str, device: str) -> Guest:
    return Guest(
        restaurant_id=session.restaurant_id,
        roles=frozenset({Role.GUEST}),
        address=address,
        device=device,
        table_id=session.table_id,
        session_id=session.id,
        participant_id=participant.id,
        name=participant.name,
    )


def as_visitor(guest: Guest, table_id: str) -> Visitor:
    return Visitor(
        restaurant_id=guest.restaurant_id,
        roles=frozenset({Role.VISITOR}),
        address=guest.address,
        device=guest.device,
        table_id=table_id,
    )


async def _session_to_join(ctx: Context) -> TableSession:
    """Return the open session at the visitor's table, or the guest's own, under its lock; one answer when there is
    none.
    """
    principal = ctx.principal
    if isinstance(principal, Guest):
        candidates = [principal.session_id]
    else:
        table_id = getattr(principal, "table_id", "")
        candidates = [one.id for one in await ctx.store.members(TableSession, "table", table_id)]
    for session_id in candidates:
        await access.lock(ctx, session_id)
        newest = await ctx.store.get(TableSession, session_id)
        if newest and newest.is_open and (isinstance(principal, Guest) or newest.table_id == table_id):
            return newest
    raise JoinRefused


async def _wrong_pin(ctx: Context, session: TableSession) -> InvalidPin:
    """Stage the failure for the session, the address and the house: it is written before it is answered."""
    rules = ctx.rules
    failed = ctx.store.save(session.wrong_pin(rules.pin_span, rules.pin_longest_wait, ctx.now))
    await attempt.count_join_failure(ctx)
    ctx.record("pin-failed", session_id=session.id)
    until = failed.failures.locked_until(rules.pin_failures, rules.pin_span, ctx.now)
    left = max(0, rules.pin_failures - len(failed.failures.within(rules.pin_span, ctx.now)))
    return InvalidPin(attempts_left=left, retry_after=seconds_until(until, ctx.now) if until else None)


async def _give_cart(ctx: Context, session: TableSession, owner: Participant) -> None:
    shared = next(cart for cart in await ctx.store.members(Cart, "session", session.id) if cart.owner is None)
    ctx.store.add(
        Cart(
            id=ctx.ids.new_id(),
            restaurant_id=session.restaurant_id,
            session_id=session.id,
            owner=owner.id,
            currency=shared.currency,
        )
    )
