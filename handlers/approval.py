"""A second person: above a limit a manager other than the one who acts gives their PIN on the same command."""

from handlers import credential
from handlers.context import Context
from models.base import Actor, Request
from models.errors import ApproverRefused, ApproverRequired
from models.principal import Role, StaffMember
from models.staff import LogInName, Staff, StaffPin


class Approval(Request):
    """Who approves, and the PIN that proves it: it is typed on the device of the one who acts."""

    login: LogInName
    pin: StaffPin


async def require_approval(ctx: Context, approval: Approval | None, *, amount: int, act: str) -> Actor | None:
    """Return who approved an act of `amount` (minor units), None when it needs nobody (up to `rules.approval_amount`).

    To be called before anything is staged: a refusal is remembered with all that was. Raises `ApproverRequired`,
    `ApproverRefused` (one answer for an unknown name, a wrong PIN, someone who is no manager, and oneself) and
    `LoginLocked`: a wrong PIN counts like a wrong log-in of that name.
    """
    limit = ctx.rules.approval_amount
    if limit and amount <= limit:
        return None
    if approval is None:
        raise ApproverRequired(limit=limit)
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
