"""What the managers do with the phones that send the house's messages: give them nothing for a while, and let them work
again.
"""

from typing import Any

from handlers.alarms import end_alarm
from handlers.context import Context, Reply
from handlers.fleet import phones_in_turn
from handlers.registry import FLOOR, Limit, command
from models.alarm import AlarmKind
from models.base import Change, Id, OperationId, Request
from models.errors import NotFound
from models.fleet import resumed
from models.people_view import SmsPhoneView, sms_phone_view
from models.principal import MANAGEMENT
from models.sms_phone import PausedReason, SmsPhone, phone_id


class PausePhone(Request):
    """Which phone. `op_id` may be sent as anywhere and is not looked at: what is paused stays so."""

    device_id: Id
    op_id: OperationId | None = None


class ResumePhone(Request):
    """Which phone. `op_id` may be sent as anywhere and is not looked at: what works goes on."""

    device_id: Id
    op_id: OperationId | None = None


class SmsPhoneReply(Reply):
    """The phone as it is now."""

    sms_phone: SmsPhoneView


@command("sms:pause", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(10, per=10), errors=(NotFound,))
async def pause(ctx: Context, request: PausePhone) -> SmsPhoneReply:
    """Give a phone no more messages; what it has, it may still send."""
    phone = await _phone(ctx, request.device_id)
    if phone.paused_reason is not None:
        return SmsPhoneReply(sms_phone=sms_phone_view(phone))
    change = Change(kind="paused", by=ctx.principal.actor, at=ctx.now)
    reason, by = PausedReason.MANAGER, ctx.principal.actor
    stored = ctx.store.save(phone.with_(paused_reason=reason, paused_at=ctx.now, paused_by=by, change=change))
    ctx.record("sms-phone-paused", subject=phone.device_id, **_reasons(phone, stored))
    return SmsPhoneReply(sms_phone=sms_phone_view(stored))


@command("sms:resume", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(10, per=10), errors=(NotFound,))
async def resume(ctx: Context, request: ResumePhone) -> SmsPhoneReply:
    """Let a phone send messages again, whoever has paused it, and forget what it has failed at."""
    phone = await _phone(ctx, request.device_id)
    if phone.paused_reason is None and phone.breaker.opened_at is None:
        return SmsPhoneReply(sms_phone=sms_phone_view(phone))
    stored = ctx.store.save(resumed(phone, ctx.principal.actor, ctx.now))
    await end_alarm(ctx, AlarmKind.SMS_PHONE_ROGUE, phone.device_id)
    ctx.record("sms-phone-resumed", subject=phone.device_id, **_reasons(phone, stored))
    return SmsPhoneReply(sms_phone=sms_phone_view(stored))


async def _phone(ctx: Context, device_id: str) -> SmsPhone:
    """Return a phone of the house, once nothing in this process is about to change it; raises `NotFound`."""
    for one in await phones_in_turn(ctx):
        if one.id == phone_id(device_id):
            return one
    raise NotFound(device_id=device_id)


def _reasons(before: SmsPhone, after: SmsPhone) -> dict[str, Any]:
    """Return what an audit entry says of a phone that was paused or works again."""
    was, now_is = before.paused_reason, after.paused_reason
    return {
        "before": {"paused_reason": was.value if was else None},
        "after": {"paused_reason": now_is.value if now_is else None},
    }
