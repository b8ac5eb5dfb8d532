"""At the door of a session: guests join with its PIN, come back and leave."""

from handlers import access, attempt
from handlers.context import Context, Done, Reply
from handlers.registry import TABLE, Limit, command
from models.base import Nothing, OperationId, PersonName, Request
from models.cart import Cart
from models.dining_view import SessionView, session_view
from models.errors import (
    InvalidPin,
    JoinNeedsWaiter,
    JoinRefused,
    NotJoined,
    PinLocked,
    TooManyParticipants,
    seconds_until,
)
from models.participant import Participant
from models.pin import PIN_PURPOSE, Pin, matches
from models.principal import AT_TABLE, GUEST, Guest, Role, Visitor
from models.session import Mode, TableSession

SESSION_TOKEN = "session"  # noqa: S105  (a purpose, not a secret)


class JoinSession(Request):
    """The PIN that the waiter told, and a name for the others to see; with `op_id` a repeat stays one participant.

    With `resume` the device goes on as the one participant who is in under that name: its own is dead, or lost its
    cookie. It joins as a new one when there is none, or several.
    """

    pin: Pin
    name: PersonName = ""
    resume: bool = False
    op_id: OperationId | None = None


class JoinReply(Reply):
    """`session_token` proves the participant again where there is no cookie; it is not shown to anyone else."""

    participant_id: str
    session_token: str
    session: SessionView


@command(
    "session:join",
    on=(TABLE,),
    roles=AT_TABLE,
    limit=Limit(10, per=10),
    errors=(InvalidPin, PinLocked, JoinNeedsWaiter, JoinRefused, TooManyParticipants),
    snapshot=True,
)
async def join(ctx: Context, request: JoinSession) -> JoinReply:
    """Join the party at the table with its PIN, and receive everything there is to know."""
    wanted = await _session_to_join(ctx)
    await attempt.require_join_allowed(ctx, wanted)
    # Who is refused until here waits for nobody. From here on one PIN of the house is looked at after the other.
    await attempt.take_turn_at_door(ctx)
    await access.lock(ctx, wanted.id)
    session = await _session_to_join(ctx)
    counts = await attempt.require_join_allowed(ctx, session)
    if not matches(session.pin, ctx.vault.keyed_hash(PIN_PURPOSE, session.id, request.pin, session.pin.key)):
        raise await _wrong_pin(ctx, session, counts)
    principal = ctx.principal
    joined, me = await _enter(ctx, request, session)
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
        cart = (await access.cart_to_see(ctx, session)).without_hold_of(principal.participant_id)
        ctx.store.save(cart.fenced(left.version, principal.actor, ctx.now, "left"))
        ctx.record("session-left", session_id=session.id, subject=principal.participant_id)
        ctx.becomes = as_visitor(principal, session.table_id)
    return Done()


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
    """Return the open session at the visitor's table, or the guest's own; one answer when there is none, or when it
    sent this device away.
    """
    principal = ctx.principal
    if isinstance(principal, Guest):
        participant_id: str | None = principal.participant_id
        found = await access.party_of(ctx.store, principal.session_id, principal.participant_id)
    else:
        participant_id = None
        running = await ctx.store.members(TableSession, "table", getattr(principal, "table_id", ""))
        # The code of a merged party's table leads to its host, whose PIN counts.
        found = await access.host_of(ctx, running[0]) if running else None
    if found is None or not found.is_open or found.has_ejected(principal.device, participant_id):
        raise JoinRefused
    return found


async def _enter(ctx: Context, request: JoinSession, session: TableSession) -> tuple[TableSession, Participant]:
    """Stage that someone with the right PIN is in: as who they are already, as who they were, or as someone new."""
    principal = ctx.principal
    newcomer = Participant(
        id=ctx.ids.new_id(),
        name=request.name,
        device=principal.device,
        operation=request.op_id or "",
        joined_at=ctx.now,
    )
    known = session.known(newcomer, principal.participant_id if isinstance(principal, Guest) else None)
    former = session.by_name(request.name) if request.resume and known is None else None
    if former:
        return _resume(ctx, session, former, newcomer)
    me = known.with_(name=request.name or known.name) if known else newcomer
    joined = ctx.store.save(session.join(me, ctx.rules.participants))
    if joined.mode is Mode.INDIVIDUAL and known is None:
        await _give_cart(ctx, joined, me)
    ctx.record("session-joined", session_id=session.id, subject=me.id)
    return joined, me


def _resume(
    ctx: Context, session: TableSession, former: Participant, newcomer: Participant
) -> tuple[TableSession, Participant]:
    """Stage that a device goes on as a participant whose own is dead, or lost its cookie."""
    resumed = ctx.store.save(session.resume(former.id, newcomer.device, newcomer.operation, ctx.now))
    ctx.record(
        "session-resumed",
        session_id=session.id,
        subject=former.id,
        before={"device": former.device},
        after={"device": newcomer.device},
    )
    return resumed, resumed.participant(former.id)


async def _wrong_pin(ctx: Context, session: TableSession, counts: attempt.Counts) -> InvalidPin:
    """Stage the failure for the session, the address and the house: it is written before it is answered."""
    rules = ctx.rules
    failed = ctx.store.save(session.wrong_pin(rules.pin_span, rules.pin_longest_wait, ctx.now))
    await attempt.count_join_failure(ctx, counts)
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
