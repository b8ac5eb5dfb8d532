"""Staff at the door of a session: they change its PIN, send a device away, or open it when the house takes no joins."""

from datetime import datetime

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from models.base import Id, Note, OperationId, Request
from models.cart import Cart
from models.dining_view import FloorSessionView, floor_session_view
from models.errors import NotAtTable, NotFound, SessionClosed
from models.pin import PIN_PURPOSE, matches
from models.principal import SERVICE, WAITERS
from models.session import TableSession


class RotatePin(Request):
    """The old PIN is worth nothing afterwards; who is in stays in."""

    op_id: OperationId | None = None


class EjectParticipant(Request):
    """Which device has to go. It knows the PIN, so there is a new one unless `keep_pin` says otherwise."""

    participant_id: Id
    reason: Note = ""
    keep_pin: bool = False
    op_id: OperationId | None = None


class AdmitGuests(Request):
    """Whose door is opened for a short time."""

    op_id: OperationId | None = None


class PinReply(Reply):
    """The new PIN, told once; null when it is the old one still, or in the answer to a repeat. `table_token` comes with
    the PIN that staff ask for, so that any tablet can show the code of the table.
    """

    session: FloorSessionView
    pin: str | None = None
    table_token: str | None = None


@command("pin:rotate", on=(FLOOR,), roles=SERVICE, limit=Limit(10, per=10), errors=(NotAtTable,), about_session=True)
async def rotate_pin(ctx: Context, request: RotatePin) -> PinReply:
    """Give the session a new PIN and forget the wrong tries at the old one."""
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return PinReply(session=floor_session_view(session))
    rotated, pin = _with_new_pin(ctx, session)
    stored = ctx.store.save(rotated.did(request.op_id))
    failures = len(session.failures.within(ctx.rules.pin_span, ctx.now))
    ctx.record("pin-rotated", session_id=session.id, before={"failures": failures}, after={"failures": 0})
    table = await access.table(ctx, session.table_id)
    return PinReply(session=floor_session_view(stored), pin=pin, table_token=table.token)


@command(
    "participant:eject",
    on=(FLOOR,),
    roles=WAITERS,
    limit=Limit(10, per=10),
    errors=(NotAtTable, NotFound, SessionClosed),
    about_session=True,
)
async def eject(ctx: Context, request: EjectParticipant) -> PinReply:
    """Send a device away from the table; what it added stays, and the PIN is a new one.

    One that came with a merged party knows that party's PIN, too: it counts no more when the party parts from its host.
    """
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return PinReply(session=floor_session_view(session))
    by, gone = ctx.principal.actor, request.participant_id
    secured, pin = (session, None) if request.keep_pin else _with_new_pin(ctx, session)
    stored = ctx.store.save(secured.eject(gone, by, ctx.now).did(request.op_id))
    homes = next(one.homes for one in session.participants if one.id == gone)
    for party in await ctx.store.get_each(TableSession, [] if request.keep_pin else list(homes)):
        ctx.store.save(_with_new_pin(ctx, party)[0])
        ctx.record("pin-rotated", session_id=party.id, subject=gone)
    # From the database: a race may have brought the session of a guest and not yet their cart.
    for cart in await access.every_of(ctx, Cart, session.id):
        if cart.owner in (None, gone):
            ctx.store.save(cart.without_hold_of(gone).fenced(stored.version, by, ctx.now, "participant-ejected"))
    ctx.record(
        "participant-ejected",
        session_id=session.id,
        subject=gone,
        before={"is_in": True},
        after={"is_in": False},
        reason=request.reason or None,
        is_pin_new=pin is not None,
    )
    return PinReply(session=floor_session_view(stored), pin=pin)


@command(
    "session:admit",
    on=(FLOOR,),
    roles=WAITERS,
    limit=Limit(10, per=10),
    errors=(NotAtTable, SessionClosed),
    about_session=True,
)
async def admit(ctx: Context, request: AdmitGuests) -> SessionReply:
    """Let guests of one session in for a short time while the house takes no joins; they still need its PIN."""
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    admitted = session.admit(ctx.rules.admit_seconds, ctx.principal.actor, ctx.now).did(request.op_id)
    stored = ctx.store.save(admitted)
    ctx.record(
        "session-admitted",
        session_id=session.id,
        before={"admits_until": _moment(session.admits_until)},
        after={"admits_until": _moment(stored.admits_until)},
    )
    return SessionReply(session=floor_session_view(stored))


def _with_new_pin(ctx: Context, session: TableSession) -> tuple[TableSession, str]:
    """Return the session behind a new PIN, which is not the old one, and that PIN."""
    pin = ctx.ids.pin()
    while matches(session.pin, ctx.vault.keyed_hash(PIN_PURPOSE, session.id, pin, session.pin.key)):
        pin = ctx.ids.pin()
    hashed = ctx.vault.keyed_hash(PIN_PURPOSE, session.id, pin)
    return session.with_pin(hashed, ctx.principal.actor, ctx.now), pin


def _moment(moment: datetime | None) -> str | None:
    """Return a time as the audit keeps it."""
    return moment.isoformat() if moment else None
