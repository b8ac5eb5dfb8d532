"""Which SMS phones are here, through which process of the server: each process keeps its own, and those of one that
has died are taken out by the others.
"""

from dataclasses import dataclass

from handlers.context import Context, Done
from models.sms_phone import SmsPhone


@dataclass(frozen=True, slots=True)
class Seen:
    """A socket of a phone, by the epoch of the phone."""

    phone_id: str
    epoch: int
    process: str


async def phone_here(ctx: Context, seen: Seen) -> Done:
    """Keep that a phone is connected to a process; others took it for dead meanwhile."""
    phone = await ctx.store.get(SmsPhone, seen.phone_id)
    if phone is not None and not phone.is_revoked and phone.epoch == seen.epoch and phone.process != seen.process:
        ctx.store.save(phone.back(seen.process, ctx.now))
    return Done()


async def phone_gone(ctx: Context, seen: Seen) -> Done:
    """Keep that the socket of a phone is gone, unless a newer one counts."""
    phone = await ctx.store.get(SmsPhone, seen.phone_id)
    if phone is not None and phone.process == seen.process:
        left = phone.left(seen.epoch, ctx.now)
        if left is not phone:
            ctx.store.save(left)
    return Done()


async def forget_phones(ctx: Context, dead: frozenset[str]) -> Done:
    """Keep that processes are gone, and the phones that were connected to them."""
    for phone in await ctx.store.members(SmsPhone, "house", ctx.store.restaurant_id):
        if phone.process in dead:
            ctx.store.save(phone.left(phone.epoch, ctx.now))
    return Done()
