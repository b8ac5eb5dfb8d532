"""What an SMS phone says of messages and of itself. Who is late is told that it does not count, and changes nothing."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from handlers.context import Context, Done, Reply
from handlers.fleet import phones_in_turn
from handlers.messaging import DeliveryReport, Hearing, Report
from handlers.registry import SMS, Asked, Limit, command
from models.base import Id, Nothing, Request
from models.device import Device
from models.phone import without_numbers
from models.principal import SMS_PHONES, PairedPhone, Principal
from models.reconcile import AckStatus
from models.sms import MessageStatus, ProviderReport, SmsMessage
from models.sms_phone import MOST_SIMS, SmsPhone, ToldSim, phone_id, phone_of

Error = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_.\-]+$"), AfterValidator(without_numbers)]


class AckMessage(Request):
    """How far a message is; `epoch` is that of `sms:send`. `error` is the phone's word for why it has failed; numbers
    in it of more than six digits are not kept.
    """

    correlation_id: Id
    status: Annotated[AckStatus, Field(strict=False)]
    epoch: int = Field(ge=0, le=1_000_000)
    error: Error | None = None


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


async def ack_each(ctx: Context, acks: Sequence[Asked[AckMessage]]) -> Sequence[Reply | None]:
    """Take what phones of a house say at the same time, in one transaction, one word after the other."""
    phones = await phones_in_turn(ctx)
    devices = {one.id: one for one in await ctx.store.get_each(Device, _unique(one.by.device_id for one in acks))}
    messages = {
        one.id: one for one in await ctx.store.get_each(SmsMessage, _unique(one.request.correlation_id for one in acks))
    }
    for one in acks:
        known = messages.get(one.request.correlation_id)
        if known is not None and _is_news_of_one_that_left(known, one.request):
            # From the database: what is dropped because this process is behind is not told again.
            newest = await ctx.store.fresh(SmsMessage, known.id)
            messages |= {newest.id: newest} if newest else {}
    hearing = Hearing(ctx, phones, list(messages.values()))
    replies = [
        AckReply(counted=_is_counted(ctx, hearing, one.by, one.request))
        if (device := devices.get(one.by.device_id)) is not None and device.is_paired
        else None
        for one in acks
    ]
    hearing.stage()
    return replies


@command("sms:ack", on=(SMS,), roles=SMS_PHONES, limit=Limit(400, per=10), together=ack_each)
async def ack(ctx: Context, request: AckMessage) -> AckReply:
    """Say how far a message is: accepted, sent, delivered or failed."""
    (reply,) = await ack_each(ctx, [Asked(ctx.principal, request)])
    return reply if isinstance(reply, AckReply) else AckReply(counted=False)


def _is_counted(ctx: Context, hearing: Hearing, by: Principal, request: AckMessage) -> bool:
    """Take what a phone says of a message, unless it has registered on another connection since, or the message is not
    its; returns whether that counts.
    """
    message, phone = hearing.messages.get(request.correlation_id), hearing.phones.get(by.device_id)
    is_newest = phone is not None and isinstance(by, PairedPhone) and phone.epoch == by.epoch
    if message is None or message.epoch != request.epoch or not is_newest:
        return False
    owner = message.lease.owner if message.lease else message.provider or ""
    if phone_of(owner) != by.device_id:
        return False
    status = request.status.status
    if message.status is status:
        return status is not MessageStatus.ACCEPTED or message.holds(owner, request.epoch, ctx.now)
    if message.status is MessageStatus.SENT:
        said = ProviderReport(
            provider=owner, provider_id=None, epoch=request.epoch, status=status, reason=request.error
        )
        return hearing.deliver(DeliveryReport(message.id, said))
    return hearing.report(Report(message.id, owner, request.epoch, status, request.error, provider=owner))


def _is_news_of_one_that_left(message: SmsMessage, request: AckMessage) -> bool:
    is_news = message.epoch == request.epoch and request.status is not AckStatus.SENT
    return is_news and message.status is MessageStatus.SENT


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


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
