"""Messages to phones as commands need them: queued in the transaction that causes them, moved on by whoever sends.

Nothing is sent here. A message that is committed is heard of by all processes; the first that takes its turn writes the
lease that says who sends it: a card of a phone of the house, or the process itself by a provider over HTTP.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.context import Context, Done, Reply
from handlers.fleet import has_provider, phones_in_turn
from models.base import Change
from models.customer import PHONE_INDEX
from models.fleet import has_other_way, route, with_failure, with_job, with_sent
from models.message_budget import PhoneBudget
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
from models.store.paging import Latest

LOOKED_AT = 8
"""Waiting messages of a kind that are looked at together: the first may be one that only some phones may send."""

LONGEST_LIFE = timedelta(days=2)
"""Nothing waits for longer."""


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
    is_waiting: bool = False
    """Nobody can send it now."""


def queue_message(
    ctx: Context, *, kind: MessageKind, phone: str, text: str, not_after: datetime, about: str | None = None
) -> SmsMessage | None:
    """Stage a message to a phone (E.164), to be sent until `not_after`; None where nothing sends messages.

    It goes out when the command that causes it is committed, and not otherwise. `about` is the challenge that a code
    proves. A notice counts for its recipient when it is sent, a code when it is asked for.
    """
    if ctx.texting is None:
        return None
    house, message_id, sent = ctx.store.restaurant_id, ctx.ids.new_id(), encoded(text)
    return ctx.store.add(
        SmsMessage(
            id=message_id,
            restaurant_id=house,
            kind=kind,
            correlation_id=message_id,
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
    """Stage that what proves something is not sent any more: there is a newer code, and this one is worth nothing."""
    for message in await ctx.store.members(SmsMessage, "open", ctx.store.restaurant_id):
        if message.about == about and MessageStatus.CANCELLED in TRANSITIONS[message.status]:
            ctx.store.save(message.moved(MessageStatus.CANCELLED, ctx.now))


async def take(ctx: Context, turn: Turn) -> Told:
    """Take the turn of a message: lease it to whoever is to send it; one that is too old ends. Nothing when it is
    somebody else's turn, or when nobody can send it now.
    """
    phones = await phones_in_turn(ctx)
    message = await ctx.store.get(SmsMessage, turn.message_id)
    if message is None or not message.is_due(ctx.now):
        return Told()
    return await _turned(ctx, message, turn.owner, phones)


async def take_next(ctx: Context, owner: str) -> Told:
    """Take the turn of the message that goes first of those that wait: codes before anything else, the newest first."""
    phones = await phones_in_turn(ctx)
    told = Told()
    for kind in MessageKind:
        due = {"kind": kind.value, "is_finished": False, "next_at": {"$lte": ctx.now}}
        since = ctx.now - LONGEST_LIFE
        for message in await ctx.store.latest(SmsMessage, Latest("queued_at", since, LOOKED_AT, due)):
            told = await _turned(ctx, message, owner, phones)
            if not ctx.store.is_empty:
                return told
    return told


async def report(ctx: Context, said: Report) -> Told:
    """Take what a lease's owner says; nothing when the lease is over, or when it does not follow.

    What a phone could not send is somebody else's turn, as long as there is anybody.
    """
    device_id = phone_of(said.owner)
    phones = await phones_in_turn(ctx) if device_id else []
    message = await ctx.store.get(SmsMessage, said.message_id)
    if message is None or not message.holds(said.owner, said.epoch, ctx.now):
        return Told()
    is_returned = said.status is MessageStatus.FAILED and device_id is not None
    try:
        given = message.with_(provider=said.provider, provider_id=said.provider_id, looks=said.looks)
        after = given.returned(said.reason, ctx.now) if is_returned else None
        if after is None or not has_other_way(after, phones, has_provider(ctx, phones)):
            after = given.moved(said.status, ctx.now, said.owner, said.reason)
    except ValueError:
        return Told()
    for phone in phones:
        if phone.device_id == device_id:
            _credit(ctx, phone, message, said.status)
    return Told(message=ctx.store.save(after))


async def delivery_report(ctx: Context, told: DeliveryReport) -> Told:
    """Take what a provider tells by itself, or was asked; nothing when that is known, too late, or of somebody else.

    From the database: it is told within milliseconds of the lease, and what is dropped because this process had not
    heard of that yet is not told again.
    """
    message = await ctx.store.fresh(SmsMessage, told.message_id)
    moved = message.told(told.said, ctx.now) if message else None
    return Told(message=ctx.store.save(moved)) if moved else Told()


async def wake(ctx: Context, message_id: str) -> Done:
    """Take the turn of a message that everybody has overlooked: a process has died over it, or nobody could send it.
    Where it is a provider's, all are told of it again.
    """
    await take(ctx, Turn(message_id, ""))
    return Done()


async def _turned(ctx: Context, message: SmsMessage, owner: str, phones: list[SmsPhone]) -> Told:
    """Stage whose turn it is to send a message that is due, or what became of it; `owner` is who asks for a provider,
    empty for nobody.
    """
    if message.is_in_hand or ctx.now >= message.not_after:
        return _over(ctx, message, owner, phones)
    budget = await _budget(ctx, message)
    until = budget.full_until(ctx.rules, ctx.now) if budget else None
    if until is not None:
        change = Change(kind="postponed", at=ctx.now)
        return Told(message=ctx.store.save(message.with_(next_at=until, change=change)))
    fleet = _with_silence(ctx, message, phones)
    way = route(message, fleet.values(), has_provider(ctx, phones), ctx.now, ctx.rules)
    if way is None:
        return _waiting(ctx, message, phones, fleet)
    if way.owner is None and not owner:
        return _woken(ctx, message)
    if way.phone is not None:
        fleet[way.phone.id] = with_job(way.phone, way.slot, message, ctx.now, ctx.rules)
    _store_changed(ctx, phones, fleet)
    if budget is not None:
        counted = budget.with_message(ctx.now)
        _ = ctx.store.save(counted) if budget.version else ctx.store.add(counted)
    return Told(message=ctx.store.save(message.taken(way.owner or owner, ctx.now).with_(recipient=None)))


def _over(ctx: Context, message: SmsMessage, owner: str, phones: list[SmsPhone]) -> Told:
    """Stage what became of a message that nobody said the end of, or that is too old to be sent."""
    if message.is_in_hand and message.looks and not owner:
        return _woken(ctx, message)
    after = message.taken("", ctx.now)
    if after.status is not message.status:
        _store_changed(ctx, phones, _with_silence(ctx, message, phones))
    return Told(message=ctx.store.save(after))


def _waiting(ctx: Context, message: SmsMessage, phones: list[SmsPhone], fleet: dict[str, SmsPhone]) -> Told:
    """Let a message wait that nobody can send now; whoever was silent about it has been counted for that."""
    _store_changed(ctx, phones, fleet)
    if ctx.store.is_empty:
        return Told(is_waiting=True)
    waiting = message.with_(lease=None, next_at=ctx.now, change=Change(kind="unanswered", at=ctx.now))
    return Told(message=ctx.store.save(waiting), is_waiting=True)


def _woken(ctx: Context, message: SmsMessage) -> Told:
    """Have all processes hear of a message again: one of them may have a provider for it."""
    return Told(message=ctx.store.save(message.with_(change=Change(kind="woken", at=ctx.now))))


def _with_silence(ctx: Context, message: SmsMessage, phones: list[SmsPhone]) -> dict[str, SmsPhone]:
    """Return the phones of the house by id; one that had a message and said nothing of it has failed."""
    silent = phone_of(message.lease.owner) if message.lease else None
    return {
        one.id: with_failure(one, message, ctx.now, ctx.rules) if one.device_id == silent else one for one in phones
    }


def _store_changed(ctx: Context, phones: list[SmsPhone], fleet: dict[str, SmsPhone]) -> None:
    for former in phones:
        if fleet[former.id] is not former:
            ctx.store.save(fleet[former.id])


def _credit(ctx: Context, phone: SmsPhone, message: SmsMessage, status: MessageStatus) -> None:
    """Stage what is learnt of a phone from what it says of a message."""
    if status is MessageStatus.FAILED:
        ctx.store.save(with_failure(phone, message, ctx.now, ctx.rules))
    elif status in GONE:
        ctx.store.save(with_sent(phone, message, ctx.now))


async def _budget(ctx: Context, message: SmsMessage) -> PhoneBudget | None:
    """Return what the recipient of a message has had; None where that was counted when the message was asked for."""
    if message.recipient is None:
        return None
    house, phone = ctx.store.restaurant_id, message.recipient
    known = await ctx.store.first(PhoneBudget, restaurant_id=house, phone=phone)
    return known or PhoneBudget(id=ctx.ids.new_id(), restaurant_id=house, phone=phone, purge_at=ctx.now)
