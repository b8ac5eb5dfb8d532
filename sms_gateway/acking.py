"""What an SMS phone says of messages and of itself. Who is late is told that it does not count, and changes nothing."""

from typing import Annotated

from pydantic import Field, StringConstraints

from handlers.context import Context, Done, Reply
from handlers.messaging import DeliveryReport, Report, delivery_report, report
from handlers.registry import SMS, Limit, command
from models.base import Id, Nothing, Request
from models.principal import SMS_PHONES, PairedPhone
from models.reconcile import AckStatus
from models.sms import MessageStatus, ProviderReport, SmsMessage
from models.sms_phone import MOST_SIMS, SmsPhone, ToldSim, phone_id, phone_of


class AckMessage(Request):
    """How far a message is; `epoch` is that of `sms:send`. `error` is the phone's word for why it has failed."""

    correlation_id: Id
    status: Annotated[AckStatus, Field(strict=False)]
    epoch: int = Field(ge=0, le=1_000_000)
    error: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_.\-]+$")] | None = None


class AckReply(Reply):
    """`counted`: it was taken, or known. If not, the message is somebody else's, or finished: forget it, and do not
    send it.
    """

    counted: bool

    @property
    def tally(self) -> str | None:
        return None if self.counted else "late"


class TellStatus(Request):
    """How the phone is; what is left out is as it was. `battery` in percent, `signal` in bars from 0 to 4."""

    battery: int | None = Field(default=None, ge=0, le=100)
    is_charging: bool | None = None
    signal: int | None = Field(default=None, ge=0, le=4)
    sims: tuple[ToldSim, ...] | None = Field(default=None, max_length=MOST_SIMS)


class StatusReply(Reply):
    """`written`: it is known now. If not, the last was known a moment ago: tell how it is then after `again_after`
    seconds; where that is null, a newer connection of the phone counts.
    """

    written: bool
    again_after: int | None


@command("sms:ack", on=(SMS,), roles=SMS_PHONES, limit=Limit(400, per=10))
async def ack(ctx: Context, request: AckMessage) -> AckReply:
    """Say how far a message is: accepted, sent, delivered or failed."""
    message = await ctx.store.get(SmsMessage, request.correlation_id)
    if message is None or message.epoch != request.epoch or await _newest(ctx) is None:
        return AckReply(counted=False)
    owner = message.lease.owner if message.lease else message.provider or ""
    if phone_of(owner) != ctx.principal.device_id:
        return AckReply(counted=False)
    status = request.status.status
    if message.status is status:
        is_over = status is MessageStatus.ACCEPTED and not message.holds(owner, request.epoch, ctx.now)
        return AckReply(counted=not is_over)
    if message.status is MessageStatus.SENT:
        said = ProviderReport(
            provider=owner, provider_id=None, epoch=request.epoch, status=status, reason=request.error
        )
        taken = await delivery_report(ctx, DeliveryReport(message.id, said))
    else:
        taken = await report(ctx, Report(message.id, owner, request.epoch, status, request.error, provider=owner))
    return AckReply(counted=taken.message is not None)


@command("sms:status", on=(SMS,), roles=SMS_PHONES, limit=Limit(10, per=10))
async def tell_status(ctx: Context, request: TellStatus) -> StatusReply:
    """Tell battery, signal and cards."""
    phone = await _newest(ctx)
    if phone is None:
        return StatusReply(written=False, again_after=None)
    told = phone.told(request.battery, request.is_charging, request.signal, request.sims, ctx.now)
    if told is phone:
        return StatusReply(written=False, again_after=phone.tells_again_after(ctx.now))
    ctx.store.save(told)
    return StatusReply(written=True, again_after=None)


@command("sms:pong", on=(SMS,), roles=SMS_PHONES, limit=Limit(10, per=10))
async def pong(ctx: Context, request: Nothing) -> Done:
    """Answer the server's `sms:ping`; whoever says nothing at all for too long is taken for gone."""
    return Done()


async def _newest(ctx: Context) -> SmsPhone | None:
    """Return the phone that says it; None when it has registered on another connection since."""
    phone = await ctx.store.get(SmsPhone, phone_id(ctx.principal.device_id))
    is_newest = phone is not None and isinstance(ctx.principal, PairedPhone) and phone.epoch == ctx.principal.epoch
    return phone if is_newest else None
