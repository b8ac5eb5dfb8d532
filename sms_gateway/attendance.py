"""Which SMS phones are here, through which process of the server: each process keeps its own, and those of one that
has died are taken out by the others.
"""

from dataclasses import dataclass
from datetime import timedelta

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from models.alarm import AlarmKind
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


async def phone_taken_over(ctx: Context, seen: Seen) -> Done:
    """Keep that the socket of a phone was still answered when a newer one counted; where that happens again and again
    two devices have its secret, and the floor is told.
    """
    phone = await ctx.store.get(SmsPhone, seen.phone_id)
    if phone is None or phone.is_revoked:
        return Done()
    after = phone.taken_over(seen.epoch, timedelta(seconds=ctx.rules.sms_phone_takeover_window), ctx.now)
    if after is phone:
        return Done()
    times = len(after.replaced)
    if times < ctx.rules.sms_phone_takeovers:
        ctx.store.save(after)
        return Done()
    ctx.store.save(after.with_(replaced=()))
    if await raise_alarm(ctx, AlarmKind.SMS_PHONE_COPIED, phone.device_id, name=phone.name, times=times):
        ctx.record("sms-phone-copied", subject=phone.device_id, times=times)
    return Done()


async def forget_phones(ctx: Context, dead: frozenset[str]) -> Done:
    """Keep that processes are gone, and the phones that were connected to them."""
    for phone in await ctx.store.members(SmsPhone, "house", ctx.store.restaurant_id):
        if phone.process in dead:
            ctx.store.save(phone.left(phone.epoch, ctx.now))
    return Done()
