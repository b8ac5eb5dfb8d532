"""Messages to phones as commands need them: queued in the transaction that causes them, moved on by whoever sends.

Nothing is sent here. Who is to send a message that was committed is decided in `handlers.sms_turn`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.context import Context, Reply
from handlers.fleet import free_phones, has_provider, phones_in_turn
from models.base import Change
from models.customer import PHONE_INDEX
from models.fleet import has_other_way, with_failure, with_sent
from models.phone import last_four
from models.sms import (
    GONE,
    TRANSITIONS,
    MessageKind,
    MessageStatus,
    ProviderReport,
    SmsMessage,
    Step,
    phone_place,
    text_place,
)
from models.sms_encoding import encoded
from models.sms_phone import SmsPhone, phone_of
from models.sms_phone_shown import worked


@dataclass(frozen=True, slots=True)
class Report:
    """What a lease's owner says of a message; `QUEUED`: it was surely not sent, and may be tried again."""

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
    is_waiting: bool = False
    """Nobody can send it now."""


def queue_message(
    ctx: Context, *, kind: MessageKind, phone: str, text: str, not_after: datetime, about: str | None = None
) -> SmsMessage | None:
    """Stage a message to a phone (E.164), to be sent until `not_after`; None where nothing sends messages.

    It goes out when the command that causes it is committed, and not otherwise. `about` is the challenge that a code
    proves, or the order that a notice tells of. A notice counts for its recipient when it is sent, a code when it is
    asked for.
    """
    if ctx.texting is None:
        return None
    house, message_id, sent = ctx.store.restaurant_id, ctx.ids.new_id(), encoded(text)
    return ctx.store.add(
        SmsMessage(
            id=message_id,
            restaurant_id=house,
            kind=kind,
            phone=ctx.vault.seal(phone_place(house, message_id), phone),
            text=ctx.vault.seal(text_place(house, message_id), sent.text),
            last_four=last_four(phone),
            parts=sent.parts,
            about=about,
            recipient=ctx.vault.blind(house, PHONE_INDEX, phone)[0].digest if kind is MessageKind.NOTICE else None,
            history=(Step(status=MessageStatus.QUEUED, at=ctx.now),),
            queued_at=ctx.now,
            not_after=not_after,
            next_at=ctx.now,
            change=Change(kind="queued", at=ctx.now),
        )
    )


async def cancel_messages(ctx: Context, about: str) -> None:
    """Stage that what is about something is not sent any more: there is a newer code, and this one is worth nothing; or
    what it tells of is over. The phone that has it has room for another at once: nothing that it says of this one
    counts.
    """
    known = await ctx.store.members(SmsMessage, "open", ctx.store.restaurant_id)
    ended = [one for one in known if one.about == about and MessageStatus.CANCELLED in TRANSITIONS[one.status]]
    for message in ended:
        ctx.store.save(message.moved(MessageStatus.CANCELLED, ctx.now))
    await free_phones(ctx, frozenset(one.id for one in ended))


async def report(ctx: Context, said: Report) -> Told:
    """Take what a lease's owner says; nothing when the lease is over, or when it does not follow.

    What a phone could not send is somebody else's turn, as long as there is anybody.
    """
    phones = await phones_in_turn(ctx) if phone_of(said.owner) else []
    message = await ctx.store.get(SmsMessage, said.message_id)
    hearing = Hearing(ctx, phones, [message] if message else [])
    hearing.report(said)
    return Told(message=next(iter(hearing.stage()), None))


async def delivery_report(ctx: Context, told: DeliveryReport) -> Told:
    """Take what a provider tells by itself, or was asked; nothing when that is known, too late, or of somebody else.

    From the database: it is told within milliseconds of the lease, and what is dropped because this process had not
    heard of that yet is not told again.
    """
    message = await ctx.store.fresh(SmsMessage, told.message_id)
    hearing = Hearing(ctx, [], [message] if message else [])
    if message is not None and hearing.deliver(told) and message.lease is not None:
        # Sent by somebody before the phone that has it now.
        await free_phones(ctx, frozenset({message.id}))
    return Told(message=next(iter(hearing.stage()), None))


class Hearing:
    """What is said of some messages in one transaction, one word after the other: each finds what the one before it
    has made of a message and of the phone that has it. `messages` are by their ids, as they are by then.
    """

    def __init__(self, ctx: Context, phones: Sequence[SmsPhone], messages: Sequence[SmsMessage]) -> None:
        self._ctx = ctx
        self._has_http = has_provider(ctx, list(phones))
        self._phones, self._messages = tuple(phones), tuple(messages)
        self.phones = {one.device_id: one for one in phones}
        self.messages = {one.id: one for one in messages}

    def report(self, said: Report) -> bool:
        """Take what a lease's owner says; returns whether that counts."""
        ctx, message = self._ctx, self.messages.get(said.message_id)
        if message is None or not message.was_leased_to(said.owner, said.epoch):
            return False
        if said.status is MessageStatus.QUEUED:
            self.messages[message.id] = message.unsent(ctx.now)
            return True
        if not message.holds(said.owner, said.epoch, ctx.now):
            return False
        phone = self.phones.get(phone_of(said.owner) or "")
        is_returned = said.status is MessageStatus.FAILED and phone_of(said.owner) is not None
        try:
            given = message.with_(provider=said.provider, provider_id=said.provider_id, looks=said.looks)
            after = given.returned(said.reason, ctx.now) if is_returned else None
            if after is None or not has_other_way(after, self.phones.values(), self._has_http):
                after = given.moved(said.status, ctx.now, said.owner, said.reason)
        except ValueError:
            return False
        self.messages[message.id] = after
        if phone is not None and said.status is MessageStatus.FAILED:
            self.phones[phone.device_id] = with_failure(phone, message, ctx.now, ctx.rules)
        elif phone is not None and said.status in GONE:
            self.phones[phone.device_id] = with_sent(phone, message, ctx.now)
        return True

    def deliver(self, told: DeliveryReport) -> bool:
        """Take what is told of a message that has left; returns whether that counts."""
        message = self.messages.get(told.message_id)
        moved = message.told(told.said, self._ctx.now) if message else None
        if moved is not None:
            self.messages[moved.id] = moved
        return moved is not None

    def stage(self) -> list[SmsMessage]:
        """Stage what has changed; returns the messages as they will be stored."""
        store, now = self._ctx.store, self._ctx.now
        for before in self._phones:
            after = self.phones[before.device_id]
            if after is not before:
                store.save(worked(before, after, now))
        return [store.save(self.messages[one.id]) for one in self._messages if self.messages[one.id] is not one]
