"""How staff divide a check: evenly, by amounts, by who ordered what, by dishes, or as the guests have claimed.

Whatever happens to the check afterwards, its shares add up to what it comes to (`models.split`).
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.base import Id, OperationId, PersonName, Request
from models.check import Check, done, named
from models.check_view import FloorCheckView, floor_check_view
from models.claim import MOST_PARTS, Split, SplitMethod, SplitPart
from models.errors import NotFound, SessionClosed, SplitTooLarge
from models.money import LARGEST_AMOUNT
from models.principal import SERVICE
from models.session import TableSession

CHANGES = Limit(20, per=10)

Minor = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
"""Minor units of the check's currency."""


class DividePart(Request):
    """What one of those who pay takes: an `amount` in minor units (AMOUNTS) or `line_ids` (LINES), else what the method
    says. A part is somebody's by its `participant_id`, or has any `name`.
    """

    name: PersonName = ""
    participant_id: Id | None = None
    amount: Minor | None = None
    line_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_PARTS)] = ()


class SplitCheck(Request):
    """`parts` are those who pay; a `count` of them is enough for EVEN, their `amounts` (minor units) for AMOUNTS.
    PARTICIPANTS may name those who share what staff have added; CLAIMS has no parts. `check_id` is needed only for a
    check that came with a merged party.
    """

    check_id: Id | None = None
    method: Annotated[SplitMethod, Field(strict=False)]
    count: int | None = Field(default=None, ge=2, le=MOST_PARTS)
    amounts: Annotated[tuple[Minor, ...], Field(max_length=MOST_PARTS)] = ()
    parts: Annotated[tuple[DividePart, ...], Field(max_length=MOST_PARTS)] = ()
    op_id: OperationId

    @model_validator(mode="after")
    def _says_what_the_method_needs(self) -> Self:
        method = self.method
        if (self.count is not None) + bool(self.amounts) + bool(self.parts) > 1:
            raise ValueError("one of count, amounts and parts")
        if (self.count is not None and method is not SplitMethod.EVEN) or (
            self.amounts and method is not SplitMethod.AMOUNTS
        ):
            raise ValueError("count is for EVEN, amounts are for AMOUNTS")
        needs_parts = method in (SplitMethod.EVEN, SplitMethod.AMOUNTS, SplitMethod.LINES)
        if (needs_parts and not self.takers) or (method is SplitMethod.CLAIMS and self.parts):
            raise ValueError("who pays is for every method but CLAIMS")
        for part in self.takers:
            if (part.amount is not None, bool(part.line_ids)) != (
                method is SplitMethod.AMOUNTS,
                method is SplitMethod.LINES,
            ):
                raise ValueError("a part has an amount for AMOUNTS, lines for LINES, and neither else")
        if method is SplitMethod.PARTICIPANTS:
            named_ones = [part.participant_id for part in self.parts]
            if None in named_ones or len(set(named_ones)) < len(named_ones):
                raise ValueError("PARTICIPANTS names each participant once")
        return self

    @property
    def takers(self) -> tuple[DividePart, ...]:
        """Those who pay, however they were named."""
        if self.count is not None:
            return (DividePart(),) * self.count
        return tuple(DividePart(amount=amount) for amount in self.amounts) or self.parts


class UnsplitCheck(Request):
    """`check_id` is needed only for a check that came with a merged party."""

    check_id: Id | None = None
    op_id: OperationId


class SplitReply(Reply):
    """The check as it is now; `replayed` when the operation had been carried out before."""

    check: FloorCheckView
    replayed: bool = False


@command(
    "check:split",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(NotFound, SessionClosed, SplitTooLarge),
    about_session=True,
)
async def split(ctx: Context, request: SplitCheck) -> SplitReply:
    """Divide a check; that takes the place of an earlier division.

    What was paid for a share of the earlier one is then paid for none: it lowers what is due of all.
    """
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _reply(known, replayed=True)
    session.require_open()
    return _divided(ctx, named(checks, request.check_id), _split(ctx, session, request), request.op_id)


@command(
    "check:unsplit", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=(NotFound, SessionClosed), about_session=True
)
async def unsplit(ctx: Context, request: UnsplitCheck) -> SplitReply:
    """Take the division of a check back: the guests' claims divide it then, as before."""
    session, checks = await access.session_with_checks(ctx)
    if known := done(checks, request.op_id):
        return _reply(known, replayed=True)
    session.require_open()
    return _divided(ctx, named(checks, request.check_id), None, request.op_id)


def _split(ctx: Context, session: TableSession, request: SplitCheck) -> Split:
    """Return the division that is asked for; raises `NotFound` for someone who never was in the session."""
    names = {one.id: one.name for one in session.participants}
    for part in request.parts:
        if part.participant_id is not None and part.participant_id not in names:
            raise NotFound(participant_id=part.participant_id)
    parts = tuple(
        SplitPart(
            id=ctx.ids.new_id(),
            name=part.name or names.get(part.participant_id or "", ""),
            participant_id=part.participant_id,
            amount=part.amount,
            line_ids=part.line_ids,
        )
        for part in request.takers
    )
    return Split(method=request.method, parts=parts, by=ctx.principal.actor, at=ctx.now)


def _divided(ctx: Context, check: Check, division: Split | None, operation_id: str) -> SplitReply:
    stored = ctx.store.save(check.divided(division, ctx.principal.actor, ctx.now).did(operation_id))
    ctx.record(
        "check-divided",
        session_id=check.session_id,
        subject=check.id,
        before={"method": check.split.method.value if check.split else None},
        after={"method": division.method.value if division else None},
        parts=len(division.parts) if division else 0,
    )
    return _reply(stored)


def _reply(check: Check, *, replayed: bool = False) -> SplitReply:
    return SplitReply.model_construct(check=floor_check_view(check), replayed=replayed)
