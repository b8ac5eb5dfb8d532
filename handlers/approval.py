"""Giving money away: up to a limit alone, above it with a second person, a manager other than the one who acts, who
gives their PIN on the same command; and not without end on one day.
"""

from dataclasses import dataclass

from handlers import access, credential
from handlers.context import Context
from models.allowance import Allowance, GivingKind, new_allowance, scope_of
from models.base import Actor, Request
from models.errors import ApproverRefused, ApproverRequired
from models.principal import Role, StaffMember
from models.staff import LogInName, Staff, StaffPin


class Approval(Request):
    """Who approves, and the PIN that proves it: it is typed on the device of the one who acts."""

    login: LogInName
    pin: StaffPin


@dataclass(frozen=True, slots=True)
class Giving:
    """What is about to be given away, in minor units; `alone` is what the same person has so far given away on the same
    check, by such an act and with nobody's approval: many small acts are one large one.
    """

    kind: GivingKind
    amount: int
    alone: int
    act: str


async def authorise(ctx: Context, approval: Approval | None, giving: Giving) -> Actor | None:
    """Return who approved giving something away, None when it needs nobody; it is then on somebody's figure of the day.

    To be called before anything is staged. An approver is needed above `rules.approval_amount`, and beyond what the one
    who acts may still give away today. The figure is the approver's, else that of the one who acts. Raises what
    `require_approval` raises, and `DailyCeiling`.
    """
    by, day = ctx.principal.actor, (await access.restaurant(ctx)).business_date(ctx.now)
    own = await _allowance(ctx, by, day)
    if approval is not None and not own.allows(giving.kind, giving.amount, ctx.rules):
        approver: Actor | None = await _require_approver(ctx, approval, giving.amount, giving.act)
    else:
        approver = await require_approval(ctx, approval, amount=giving.amount + giving.alone, act=giving.act)
    # After the lock of the approver's name, never before it, so that nobody waits in a circle.
    await access.lock(ctx, f"allowance:{(approver or by).id}")
    allowance = await _allowance(ctx, approver or by, day)
    if approver is None:
        allowance.require_left(giving.kind, giving.amount, ctx.rules)
    given = allowance.with_given(giving.kind, giving.amount, by, ctx.now)
    ctx.store.save(given) if given.version else ctx.store.add(given)
    return approver


async def _allowance(ctx: Context, person: Actor, day: str) -> Allowance:
    """Return what a person has given away on a day; a new one, which is not stored yet, when it was nothing."""
    for known in await ctx.store.members(Allowance, "scope", scope_of(person, day)):
        return known
    return new_allowance(ctx.ids.new_id(), ctx.store.restaurant_id, person, day, ctx.now)


async def require_approval(ctx: Context, approval: Approval | None, *, amount: int, act: str) -> Actor | None:
    """Return who approved an act of `amount` (minor units), None when it needs nobody (up to `rules.approval_amount`).

    To be called before anything is staged: a refusal is remembered with all that was. Raises `ApproverRequired`,
    `ApproverRefused` (one answer for an unknown name, a wrong PIN, someone who is no manager, and oneself) and
    `LoginLocked`: a wrong PIN counts like a wrong log-in of that name.
    """
    limit = ctx.rules.approval_amount
    if limit and amount <= limit:
        return None
    return await _require_approver(ctx, approval, amount, act)


async def _require_approver(ctx: Context, approval: Approval | None, amount: int, act: str) -> Actor:
    if approval is None:
        raise ApproverRequired(limit=ctx.rules.approval_amount)
    if not ctx.store.is_empty:
        raise RuntimeError("approval asked after something was staged")
    tries = await credential.tries_at(ctx, approval.login)
    # Read past the memory: a manager who was revoked a moment ago elsewhere approves nothing.
    approver = await ctx.store.first(Staff, restaurant_id=ctx.store.restaurant_id, login=approval.login)
    if not _may_approve(ctx, approver, approval.pin) or approver is None:
        credential.failed(ctx, tries)
        ctx.record("approval-refused", subject=approver.id if approver else None, of=act, amount=amount)
        raise ApproverRefused
    credential.succeeded(ctx, tries)
    return approver.actor


def _may_approve(ctx: Context, approver: Staff | None, pin: str) -> bool:
    is_right = credential.is_pin(ctx, approver, pin)
    is_self = approver is not None and isinstance(ctx.principal, StaffMember) and ctx.principal.staff_id == approver.id
    return is_right and not is_self and approver is not None and approver.is_active and Role.MANAGER in approver.roles
