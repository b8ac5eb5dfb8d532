"""The phones of the house that send messages, as commands see them: which there are, whether anything can be sent, what
is learnt from a code that was used, and what the floor is told when none of them is there.
"""

from datetime import timedelta

from handlers import access
from handlers.alarms import end_alarm, raise_alarm
from handlers.context import Context, Done
from models.alarm import Alarm, AlarmKind
from models.base import Change
from models.errors import SmsUnavailable
from models.fleet import (
    can_send,
    code_sent_at,
    has_other_way,
    is_away,
    is_rogue,
    with_code_used,
    with_sent,
    without_jobs,
)
from models.reconcile import reconciled
from models.sms import TRANSITIONS, MessageKind, MessageStatus, SmsMessage
from models.sms_phone import MOST_SIMS, PausedReason, SmsPhone, lease_owner, phone_of
from models.sms_phone_shown import is_untold

HOUSE = "house"
"""What the alarm about all phones is about."""

RETRY_AFTER = 30
"""Seconds: by then a phone that has lost its network is back, or its breaker lets a try through."""

WAITING = frozenset({MessageStatus.QUEUED, MessageStatus.LEASED, MessageStatus.UNKNOWN})
"""Nobody has accepted it yet."""


async def phones(ctx: Context) -> list[SmsPhone]:
    """Return the paired phones of the house, here or away."""
    known = await ctx.store.members(SmsPhone, "house", ctx.store.restaurant_id)
    return [one for one in known if not one.is_revoked]


async def phones_in_turn(ctx: Context) -> list[SmsPhone]:
    """Return the paired phones once nobody else in this process is about to change them: they are written with what
    they are given. Raises `Unavailable`.

    The command's time is that of its turn: a lease whose seconds had begun while it waited would be over too soon.
    """
    if not await phones(ctx):
        return []
    ctx.now += await access.take_turn(ctx, f"fleet:{ctx.store.restaurant_id}")
    return await phones(ctx)


def has_provider(ctx: Context, paired: list[SmsPhone]) -> bool:
    """Whether there is somebody else than phones: a provider over HTTP, or, as long as no phone is paired, the terminal
    of a development machine.
    """
    texting = ctx.texting
    return texting is not None and texting.has_provider and (not texting.is_stand_in or not paired)


async def require_way(ctx: Context) -> None:
    """Raise `SmsUnavailable` when nothing can send a code now, or when codes have been waiting too long already.

    One that may have been sent by all who are here waits for somebody else: that says nothing of how they send others.
    """
    paired = await phones(ctx)
    has_http = has_provider(ctx, paired)
    if not can_send(paired, has_http, ctx.now, ctx.rules):
        raise SmsUnavailable(retry_after=RETRY_AFTER)
    here = [one for one in paired if not is_away(one, ctx.now)]
    before = ctx.now - timedelta(seconds=ctx.rules.sms_longest_wait)
    for one in await ctx.store.members(SmsMessage, "open", ctx.store.restaurant_id):
        is_waiting = one.kind is MessageKind.CODE and one.status in WAITING and ctx.now < one.not_after
        if is_waiting and one.queued_at <= before and has_other_way(one, here, has_http):
            raise SmsUnavailable(retry_after=RETRY_AFTER)


async def held(ctx: Context, device_id: str) -> list[SmsMessage]:
    """Return what the house thinks that a phone has."""
    owners = {"$in": [lease_owner(device_id, slot) for slot in range(MOST_SIMS)]}
    house = ctx.store.restaurant_id
    return await ctx.store.every(SmsMessage, restaurant_id=house, is_finished=False, **{"lease.owner": owners})


async def release(ctx: Context, device_id: str) -> None:
    """Stage that a phone which is sent away has no messages any more: what it never accepted is anyone's at once, what
    it had accepted is unknown, and if it is a code it is another phone's. What the floor was told of it is over.
    """
    for message in reconciled(device_id, await held(ctx, device_id), (), ctx.now).changed:
        ctx.store.save(message)
    for kind in (AlarmKind.SMS_PHONE_ROGUE, AlarmKind.SMS_PHONE_COPIED):
        await end_alarm(ctx, kind, device_id)


async def free_phones(ctx: Context, message_ids: frozenset[str]) -> None:
    """Stage that phones are at some messages no more, which were taken back from them: others may have their place."""
    for phone in await phones(ctx) if message_ids else ():
        freed = without_jobs(phone, message_ids, ctx.now)
        if freed is not phone:
            ctx.store.save(freed)


async def credit_code(ctx: Context, about: str) -> None:
    """Stage that the code that proves something was used: the phone that says it has sent the last one has done so. A
    code that was asked for again ended the one before it, whoever said they had sent that.

    It has arrived, also where nobody has said so yet: then who has it has sent it, and nobody sends it again.
    """
    before = {one.device_id: one for one in await phones(ctx)}
    after = dict(before)
    for message in await ctx.store.members(SmsMessage, "open", ctx.store.restaurant_id):
        if message.about != about:
            continue
        device_id = phone_of(message.lease.owner) if message.lease else None
        if device_id in after and message.is_in_hand and not message.is_repeated:
            after[device_id] = with_sent(after[device_id], message, ctx.now)
        elif device_id in after:
            after[device_id] = without_jobs(after[device_id], frozenset({message.id}), ctx.now)
        has_left = MessageStatus.DELIVERED in TRANSITIONS[message.status]
        ctx.store.save(message.moved(MessageStatus.DELIVERED if has_left else MessageStatus.CANCELLED, ctx.now))
    sent = [(at, one) for one in after.values() if (at := code_sent_at(one, about)) is not None]
    if sent:
        _, phone = max(sent, key=lambda one: one[0])
        after[phone.device_id] = with_code_used(phone, about, ctx.now)
    for device_id, phone in after.items():
        if phone is not before[device_id]:
            ctx.store.save(phone)


async def look_after_fleet(ctx: Context, _: None) -> Done:
    """Pause the phones whose codes nobody ever uses, tell the floor how much the others have sent meanwhile, and when
    no phone has been here for a while.
    """
    paired = await phones(ctx)
    for phone in paired:
        if phone.paused_reason is None and is_rogue(phone, ctx.now, ctx.rules):
            await _pause(ctx, phone)
        elif is_untold(phone, ctx.now):
            ctx.store.save(phone.with_(change=Change(kind="counted", at=ctx.now)))
    known = await ctx.store.members(Alarm, "open", ctx.store.restaurant_id)
    is_told = any(one.kind is AlarmKind.NO_SMS_PHONE for one in known)
    if paired and not is_told and all(is_away(one, ctx.now) for one in paired):
        if await raise_alarm(ctx, AlarmKind.NO_SMS_PHONE, HOUSE, phones=len(paired)):
            ctx.record("sms-phones-away", phones=len(paired))
    elif is_told and (not paired or any(one.is_live for one in paired)):
        await end_alarm(ctx, AlarmKind.NO_SMS_PHONE, HOUSE)
    return Done()


async def _pause(ctx: Context, phone: SmsPhone) -> None:
    """Stage that a phone is given nothing until somebody has looked at it."""
    paused = phone.with_(
        paused_reason=PausedReason.ROGUE, paused_at=ctx.now, paused_by=None, change=Change(kind="paused", at=ctx.now)
    )
    ctx.store.save(paused)
    await raise_alarm(ctx, AlarmKind.SMS_PHONE_ROGUE, phone.device_id, codes=len(phone.codes))
    ctx.record(
        "sms-phone-paused",
        subject=phone.device_id,
        before={"paused_reason": None},
        after={"paused_reason": PausedReason.ROGUE.value},
        codes=len(phone.codes),
    )
