"""Claims: which dishes, or parts of dishes, each guest pays for.

A guest's claim also writes the session. So a close, a merge or an eject on another server is noticed by the version.
"""

from typing import Self

from pydantic import Field, model_validator

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Actor, Id, OperationId, Request
from models.check import Check, done, with_line
from models.check_view import CheckView, FloorCheckView, check_view, floor_check_view
from models.claim import MOST_PARTS, Claim
from models.errors import (
    CheckFull,
    ClaimTooLarge,
    LineBeingPaid,
    LineTakenOff,
    NotFound,
    NotJoined,
    SessionClosed,
)
from models.principal import GUEST, SERVICE
from models.session import TableSession

CHANGES = Limit(20, per=10)
CLAIMING = (CheckFull, ClaimTooLarge, LineBeingPaid, LineTakenOff, NotFound, SessionClosed)
UNCLAIMING = (LineBeingPaid, NotFound, SessionClosed)


class LineShare(Request):
    """A fraction of a line: `parts` of `of` equal parts; the whole line when nothing is said."""

    parts: int = Field(default=1, ge=1, le=MOST_PARTS)
    of: int = Field(default=1, ge=1, le=MOST_PARTS)

    @model_validator(mode="after")
    def _is_no_more_than_all(self) -> Self:
        if self.parts > self.of:
            raise ValueError("more than the whole line")
        return self


class ClaimLine(Request):
    """`share` is how much of the line; it takes the place of what the same participant had claimed of it."""

    line_id: Id
    share: LineShare = LineShare()
    op_id: OperationId


class ClaimForGuest(ClaimLine):
    """For which participant staff claim it."""

    participant_id: Id


class UnclaimLine(Request):
    """Which line is not claimed any more."""

    line_id: Id
    op_id: OperationId


class UnclaimForGuest(UnclaimLine):
    """Whose claim staff take back; also that of a participant who has left."""

    participant_id: Id


class ClaimReply(Reply):
    """The check as it is now; `replayed` when the operation had been carried out before."""

    check: CheckView
    replayed: bool = False


class FloorClaimReply(Reply):
    """The check as it is now; `replayed` when the operation had been carried out before."""

    check: FloorCheckView
    replayed: bool = False


@command("check:claim", on=(TABLE,), roles=GUEST, limit=CHANGES, errors=(*CLAIMING, NotJoined))
async def claim(ctx: Context, request: ClaimLine) -> ClaimReply:
    """Say that one pays for a dish, or for a part of it."""
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _reply(known, replayed=True)
    by = ctx.principal.actor
    ctx.store.save(session.require_open().asked("line-claimed", by, ctx.now))
    return _reply(_claimed(ctx, checks, request, by))


@command("check:claim", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=CLAIMING, about_session=True)
async def claim_for(ctx: Context, request: ClaimForGuest) -> FloorClaimReply:
    """Say for a guest that they pay for a dish, or for a part of it."""
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _floor_reply(known, replayed=True)
    guest = _guest(session.require_open(), request.participant_id)
    return _floor_reply(_claimed(ctx, checks, request, guest))


@command("check:unclaim", on=(TABLE,), roles=GUEST, limit=CHANGES, errors=(*UNCLAIMING, NotJoined))
async def unclaim(ctx: Context, request: UnclaimLine) -> ClaimReply:
    """Say that one does not pay for a dish any more, so that others can."""
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _reply(known, replayed=True)
    by = ctx.principal.actor
    ctx.store.save(session.require_open().asked("line-unclaimed", by, ctx.now))
    return _reply(_unclaimed(ctx, checks, request, by.id))


@command("check:unclaim", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=UNCLAIMING, about_session=True)
async def unclaim_of(ctx: Context, request: UnclaimForGuest) -> FloorClaimReply:
    """Take back what a guest has claimed, also one who has left, so that others can."""
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _floor_reply(known, replayed=True)
    session.require_open()
    return _floor_reply(_unclaimed(ctx, checks, request, request.participant_id))


def _guest(session: TableSession, participant_id: str) -> Actor:
    """Return a participant who is in; raises `NotFound`."""
    for one in session.participants:
        if one.id == participant_id and one.is_in:
            return one.actor
    raise NotFound(participant_id=participant_id)


def _claimed(ctx: Context, checks: list[Check], request: ClaimLine, guest: Actor) -> Check:
    check, share = with_line(checks, request.line_id), request.share
    claim = Claim(line_id=request.line_id, by=guest, parts=share.parts, of=share.of)
    stored = ctx.store.save(check.claimed(claim, ctx.now, ctx.principal.actor).did(request.op_id))
    _record(ctx, "line-claimed", stored, request.line_id, guest.id, f"{share.parts}/{share.of}")
    return stored


def _unclaimed(ctx: Context, checks: list[Check], request: UnclaimLine, participant_id: str) -> Check:
    check = with_line(checks, request.line_id)
    changed = check.unclaimed(request.line_id, participant_id, ctx.principal.actor, ctx.now)
    stored = ctx.store.save(changed.did(request.op_id))
    _record(ctx, "line-unclaimed", stored, request.line_id, participant_id, None)
    return stored


def _record(ctx: Context, act: str, check: Check, line_id: str, participant_id: str, share: str | None) -> None:
    ctx.record(
        act, session_id=check.session_id, subject=line_id, check=check.id, participant=participant_id, share=share
    )


def _reply(check: Check, *, replayed: bool = False) -> ClaimReply:
    return ClaimReply.model_construct(check=check_view(check), replayed=replayed)


def _floor_reply(check: Check, *, replayed: bool = False) -> FloorClaimReply:
    return FloorClaimReply.model_construct(check=floor_check_view(check), replayed=replayed)
