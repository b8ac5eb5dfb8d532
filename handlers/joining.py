"""At the door of a session: guests join with its PIN and leave; staff change the PIN."""

from handlers import access, attempt
from handlers.context import Context, Done, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Nothing, OperationId, PersonName, Request
from models.cart import Cart
from models.errors import (
    InvalidPin,
    JoinRefused,
    NotJoined,
    PinLocked,
    TooManyParticipants,
    seconds_until,
)
from models.participant import Participant
from models.pin import PIN_PURPOSE, Pin, matches
from models.principal import AT_TABLE, GUEST, SERVICE, Guest, Role, Visitor
from models.session import Mode, TableSession
from models.view import FloorSessionView, SessionView, floor_session_view, session_view

SESSION_TOKEN = "session"  # noqa: S105  (a purpose, not a secret)


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


class RotatePin(Request):
    """The old PIN is worth nothing afterwards; who is in stays in."""

    op_id: OperationId | None = None


class PinReply(Reply):
    """The new PIN, told once."""

    session: FloorSessionView
    pin: str | None = None


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
