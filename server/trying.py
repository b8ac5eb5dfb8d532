"""One attempt at a command: whoever asks is still who they were, then the use case; and what came of it."""

from typing import Any

from handlers.context import Context, Reply
from handlers.registry import Command
from models.customer_session import CustomerSession
from models.device import Device
from models.errors import Forbidden, Remembered, SessionExpired
from models.principal import MANAGEMENT, PairedPhone, PhoneCustomer, Principal, Screen, StaffMember
from models.staff import Staff, StaffSession
from models.store.outcome import Interrupted
from models.store.work import Work

Outcome = tuple[Reply, Principal | None] | Remembered
"""What a command answers, and who the client is from then on if that changed; or a refusal that leaves its trace."""


async def attempt(ctx: Context, command: Command, request: Any) -> Outcome:
    """Run the command once; nothing is written yet."""
    if isinstance(ctx.principal, StaffMember):
        ctx.principal = await _require_live(ctx, ctx.principal, is_managing=command.roles == MANAGEMENT)
        if ctx.principal.roles.isdisjoint(command.roles) and command.roles:
            raise Forbidden
    elif isinstance(ctx.principal, Screen | PairedPhone):
        await _require_paired(ctx, ctx.principal)
    elif isinstance(ctx.principal, PhoneCustomer):
        await _require_proved(ctx, ctx.principal)
    try:
        return await command.run(ctx, request), ctx.becomes
    except Remembered as refusal:
        return refusal


async def _require_live(ctx: Context, principal: StaffMember, *, is_managing: bool) -> StaffMember:
    """Return staff with the roles that they have now, or refuse those whose log-in has ended; the stream keeps what
    this process knows of it fresh.

    Managing is asked of the database: who was sent away elsewhere a moment ago hires nobody through a process that is
    behind.
    """
    read = ctx.store.fresh if is_managing else ctx.store.get
    session = await read(StaffSession, principal.staff_session_id)
    staff = await read(Staff, principal.staff_id)
    if session is None or not session.is_live(ctx.now) or staff is None or not staff.is_active:
        raise SessionExpired
    roles = frozenset(staff.roles)
    return principal if roles == principal.roles else principal.known_as(roles, staff.name)


async def _require_paired(ctx: Context, principal: Screen | PairedPhone) -> None:
    """Refuse a screen or a phone that was revoked."""
    device = await ctx.store.get(Device, principal.device_id)
    if device is None or not device.is_paired:
        raise SessionExpired


async def _require_proved(ctx: Context, customer: PhoneCustomer) -> None:
    """Refuse a customer whose proof of the phone number counts no more."""
    session = await ctx.store.get(CustomerSession, customer.customer_session_id)
    if session is None or session.customer_id != customer.customer_id or not session.is_live(ctx.now):
        raise SessionExpired


async def has_happened(work: Work) -> bool:
    """Whether an attempt whose outcome was unknown is in the database; no when that cannot be told either."""
    try:
        return await work.has_happened()
    except Interrupted:
        return False


def given(outcome: Outcome) -> tuple[Reply, Principal | None]:
    """Return the answer, or raise the refusal, now that it is written."""
    if isinstance(outcome, Remembered):
        raise outcome
    return outcome
