"""Messages to phones as commands need them: queued in the transaction that causes them, moved on by whoever sends.

Nothing is sent here. A message that is committed is heard of by all senders; a lease says which of them sends it.
"""

from dataclasses import dataclass
from datetime import datetime

from handlers.context import Context, Done, Reply
from models.base import Change
from models.phone import last_four
from models.sms import MessageKind, MessageStatus, ProviderReport, SmsMessage, Step, phone_place, text_place
from models.sms_encoding import encoded


@dataclass(frozen=True, slots=True)
class Turn:
    """Who wants to send which message."""

    message_id: str
    owner: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a lease's owner says of a message."""

    message_id: str
    owner: str
    epoch: int
    status: MessageStatus
    reason: str | None = None
    provider: str | None = None
    provider_id: str | None = None
    looks: int = 0
    """Whom it was given to, what they call it, and how often they may be asked about it."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a provider tells of a message, which nobody need have a lease on any more."""

    message_id: str
    said: ProviderReport


class Told(Reply):
    """The message as it is now; None when what was said, or wanted, is too late."""

    message: SmsMessage | None = None


def queue_message(ctx: Context, *, kind: MessageKind, phone: str, text: str, not_after: datetime) -> SmsMessage | None:
    """Stage a message to a phone (E.164), to be sent until `not_after`; None where nothing sends messages.

    It goes out when the command that causes it is committed, and not otherwise.
    """
    if ctx.texting is None:
        return None
    house, message_id, sent = ctx.store.restaurant_id, ctx.ids.new_id(), encoded(text)
    return ctx.store.add(
        SmsMessage(
            id=message_id,
            restaurant_id=house,
            kind=kind,
            correlation_id=ctx.ids.new_id(),
            phone=ctx.vault.seal(phone_place(house, message_id), phone),
            text=ctx.vault.seal(text_place(house, message_id), sent.text),
            last_four=last_four(phone),
            parts=sent.parts,
            history=(Step(status=MessageStatus.QUEUED, at=ctx.now),),
            queued_at=ctx.now,
            not_after=not_after,
            next_at=ctx.now,
            change=Change(kind="queued", at=ctx.now),
        )
    )


async def take(ctx: Context, turn: Turn) -> Told:
    """Take the turn to send a message; one that is too old ends. Nothing when it is somebody else's turn."""
    message = await ctx.store.get(SmsMessage, turn.message_id)
    if message is None or not message.is_due(ctx.now):
        return Told()
    return Told(message=ctx.store.save(message.taken(turn.owner, ctx.now)))


async def report(ctx: Context, said: Report) -> Told:
    """Take what a lease's owner says; nothing when the lease is over, or when it does not follow."""
    message = await ctx.store.get(SmsMessage, said.message_id)
    if message is None or not message.holds(said.owner, said.epoch, ctx.now):
        return Told()
    try:
        given = message.with_(provider=said.provider, provider_id=said.provider_id, looks=said.looks)
        moved = given.moved(said.status, ctx.now, said.owner, said.reason)
    except ValueError:
        return Told()
    return Told(message=ctx.store.save(moved))


async def delivery_report(ctx: Context, told: DeliveryReport) -> Told:
    """Take what a provider tells by itself, or was asked; nothing when that is known, too late, or of somebody else.

    From the database: it is told within milliseconds of the lease, and what is dropped because this process had not
    heard of that yet is not told again.
    """
    message = await ctx.store.fresh(SmsMessage, told.message_id)
    moved = message.told(told.said, ctx.now) if message else None
    return Told(message=ctx.store.save(moved)) if moved else Told()


async def wake(ctx: Context, message_id: str) -> Done:
    """Have a message heard again that nobody has sent: a process has died over it. One that is too old ends."""
    message = await ctx.store.get(SmsMessage, message_id)
    if message is None or not message.is_due(ctx.now):
        return Done()
    is_accepted = message.status is MessageStatus.ACCEPTED
    is_over = not message.looks if is_accepted else ctx.now >= message.not_after
    ctx.store.save(message.taken("", ctx.now) if is_over else message.with_(change=Change(kind="woken", at=ctx.now)))
    return Done()
