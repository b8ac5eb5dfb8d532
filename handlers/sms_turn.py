"""Whose turn it is to send what waits: the lease is written that says so. A message that is committed is heard of by
all processes; the first that takes its turn writes the lease: to a card of a phone of the house, or to the process
itself, for a provider over HTTP.

What phones are given is given out together, in one transaction that writes each phone once. What a provider is to send
is left to `take`, one message at a time: a lease is worth nothing while its process has no hand free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.context import Context, Done, Reply
from handlers.fleet import has_provider, phones_in_turn
from handlers.messaging import Told
from models.base import Change
from models.message_budget import PhoneBudget
from models.route import Allotment
from models.sms import MessageKind, SmsMessage
from models.sms_phone import SmsPhone
from models.store.paging import Latest

MOST = 32
"""Messages that are given out together: what one transaction writes within a few milliseconds."""

LONGEST_LIFE = timedelta(days=2)
"""Nothing waits for longer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who wants to send which message."""

    message_id: str
    owner: str


class Taken(Reply):
    """What came of some turns: the messages that have changed, and the ids of those that a provider is to send or to
    be asked about. `is_more`: others may be waiting that were not looked at.
    """

    messages: tuple[SmsMessage, ...] = ()
    left: tuple[str, ...] = ()
    is_waiting: bool = False
    """Nobody can send one of them now."""
    is_more: bool = False


async def take(ctx: Context, turn: Turn) -> Told:
    """Take the turn of a message: lease it to whoever is to send it; one that is too old ends. Nothing when it is
    somebody else's turn, or when nobody can send it now.
    """
    phones = await phones_in_turn(ctx)
    message = await ctx.store.get(SmsMessage, turn.message_id)
    if message is None or not message.is_due(ctx.now):
        return Told()
    turns = await _begin(ctx, phones, [message], turn.owner)
    turns.take(message)
    taken = turns.stage()
    return Told(message=next(iter(taken.messages), None), is_waiting=taken.is_waiting)


async def take_each(ctx: Context, message_ids: Sequence[str]) -> Taken:
    """Take the turns of some messages, codes before anything else and the newest first, as `take` would: what a
    provider is to send is left.
    """
    phones = await phones_in_turn(ctx)
    found = [one for one in await ctx.store.get_each(SmsMessage, list(message_ids)) if one.is_due(ctx.now)]
    if not phones:
        return Taken(left=tuple(one.id for one in found))
    turns = await _begin(ctx, phones, found)
    for message in in_order(found):
        turns.take(message)
    return turns.stage()


async def take_next(ctx: Context, _: None) -> Taken:
    """Take the turns of those that go first of all that wait in the house: codes before anything else, the newest
    first, as many as there is room for.
    """
    phones = await phones_in_turn(ctx)
    turns = await _begin(ctx, phones, ())
    room = MOST if turns.has_http else min(MOST, turns.allotment.free)
    if room == 0:
        return Taken(is_waiting=True)
    for kind in MessageKind:
        await turns.take_latest(kind, room)
        if turns.given >= room:
            break
    return turns.stage()


async def wake(ctx: Context, message_id: str) -> Done:
    """Take the turn of a message that everybody has overlooked: a process has died over it, or nobody could send it.
    Where it is a provider's, all are told of it again.
    """
    await take(ctx, Turn(message_id, ""))
    return Done()


def in_order(messages: Iterable[SmsMessage]) -> list[SmsMessage]:
    """Return messages as they are to be sent: codes before anything else, the newest first."""
    newest = sorted(messages, key=lambda one: one.queued_at, reverse=True)
    return sorted(newest, key=lambda one: one.kind is not MessageKind.CODE)


@dataclass(slots=True)
class _Turns:
    """The turns of one transaction. `owner` asks for a provider, empty for nobody; None leaves to others what a
    provider has to do.
    """

    ctx: Context
    allotment: Allotment
    has_http: bool
    owner: str | None
    budgets: dict[str, PhoneBudget] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    """The recipients whose budgets are to be written."""
    changed: list[SmsMessage] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    given: int = 0
    is_waiting: bool = False
    is_more: bool = False

    async def read_budgets(self, messages: Iterable[SmsMessage]) -> None:
        """Read what the recipients of messages have had, where that was not counted when a message was asked for."""
        wanted = sorted({one.recipient for one in messages if one.recipient is not None} - self.budgets.keys())
        if wanted:
            house = self.ctx.store.restaurant_id
            for known in await self.ctx.store.every(PhoneBudget, restaurant_id=house, phone={"$in": wanted}):
                self.budgets[known.phone] = known
        for phone in wanted:
            if phone not in self.budgets:
                new = PhoneBudget(id=self.ctx.ids.new_id(), restaurant_id=house, phone=phone, purge_at=self.ctx.now)
                self.budgets[phone] = new

    async def take_latest(self, kind: MessageKind, room: int) -> None:
        """Take the turns of the newest messages of a kind that are due, until `room` are given out. Those that nobody
        here can send may be the newest: then the ones behind them are looked at, too.
        """
        due = {"kind": kind.value, "is_finished": False, "next_at": {"$lte": self.ctx.now}}
        seen: set[str] = set()
        for most in dict.fromkeys((room - self.given, MOST)):
            newest = Latest("queued_at", self.ctx.now - LONGEST_LIFE, most, due)
            found = await self.ctx.store.latest(SmsMessage, newest)
            await self.read_budgets(found)
            for message in found:
                if message.id not in seen and self.given < room:
                    self.take(message)
            seen |= {one.id for one in found}
            self.is_more = self.is_more or len(found) == most
            if self.given >= room or len(found) < most:
                return

    def take(self, message: SmsMessage) -> None:
        """Say whose turn it is to send a message that is due, or what became of it."""
        now = self.ctx.now
        if message.is_in_hand or message.may_have_left or now >= message.not_after:
            self._end(message)
            return
        budget = self.budgets.get(message.recipient or "")
        until = budget.full_until(self.ctx.rules, now) if budget else None
        if until is not None:
            self.changed.append(message.with_(next_at=until, change=Change(kind="postponed", at=now)))
            return
        route, silent = self.allotment.way(message)
        if route is None:
            self._wait(message, silent)
        elif route.owner is None and not self.owner:
            self._leave(message)
        else:
            self.allotment.note(silent)
            self.allotment.give(route, message)
            if budget is not None:
                self.budgets[budget.phone] = budget.with_message(now)
                self.counted.add(budget.phone)
            self.changed.append(message.taken(route.owner or self.owner or "", now).with_(recipient=None))
            self.given += 1

    def stage(self) -> Taken:
        """Stage all that has changed."""
        store = self.ctx.store
        for phone in self.allotment.changed:
            store.save(phone)
        for budget in (self.budgets[one] for one in sorted(self.counted)):
            _ = store.save(budget) if budget.version else store.add(budget)
        stored = tuple(store.save(one) for one in self.changed)
        return Taken(messages=stored, left=tuple(self.left), is_waiting=self.is_waiting, is_more=self.is_more)

    def _end(self, message: SmsMessage) -> None:
        """Say what became of a message that nobody said the end of, or that is too old to be sent."""
        if message.is_in_hand and message.looks and not self.owner:
            self._leave(message)
            return
        after = message.taken("", self.ctx.now)
        if after.status is not message.status:
            self.allotment.note(self.allotment.silent(message))
        self.changed.append(after)

    def _wait(self, message: SmsMessage, silent: SmsPhone | None) -> None:
        """Let a message wait that nobody can send now; whoever was silent about it is counted for that."""
        self.is_waiting = True
        if silent is not None:
            self.allotment.note(silent)
            change = Change(kind="unanswered", at=self.ctx.now)
            self.changed.append(message.with_(lease=None, next_at=self.ctx.now, change=change))

    def _leave(self, message: SmsMessage) -> None:
        """Leave a message to whoever has a provider; where nobody asks, all are told of it again."""
        if self.owner is None:
            self.left.append(message.id)
        else:
            self.changed.append(message.with_(change=Change(kind="woken", at=self.ctx.now)))


async def _begin(
    ctx: Context, phones: list[SmsPhone], messages: Iterable[SmsMessage], owner: str | None = None
) -> _Turns:
    has_http = has_provider(ctx, phones)
    turns = _Turns(ctx, Allotment(phones, has_http, ctx.now, ctx.rules), has_http, owner)
    await turns.read_budgets(messages)
    return turns
