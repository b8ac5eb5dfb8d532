"""Catching up: after every (re)connect a client says which versions it has and gets what is newer, as the same
messages that it would have heard. Nothing else is needed to be right.
"""

from pydantic import Field
from pydantic_core import to_json

from handlers import access
from handlers.context import Context, Done, Reply
from handlers.registry import CHECKOUT, FLOOR, KITCHEN, TABLE, Limit, command
from models.alarm import Alarm
from models.base import Aggregate, Id, Nothing, Request, Value
from models.cart import Cart
from models.check import Check
from models.delivery_plan import DeliveryPlan
from models.device import Device
from models.events import changed
from models.house import Table
from models.item import Item
from models.menu import Menu
from models.message import Message, version_in
from models.order import Order
from models.payload import Payload
from models.payment import Payment
from models.principal import AT_TABLE, CUSTOMERS, MANAGEMENT, SERVICE, Guest, PhoneCustomer, StaffMember
from models.principal import KITCHEN as COOKS
from models.room import entitled
from models.service import ServiceRequest
from models.session import TableSession
from models.sms_phone import SmsPhone
from models.staff import Staff
from models.station import Station
from models.ticket import Ticket

FOLLOWED: dict[str, tuple[type[Aggregate], ...]] = {
    TABLE: (Menu, Item, Station, Order, Cart, Check, Payment, ServiceRequest, TableSession),
    FLOOR: (
        Menu,
        Item,
        Station,
        TableSession,
        Cart,
        Order,
        Check,
        ServiceRequest,
        Table,
        Alarm,
        Staff,
        Device,
        SmsPhone,
        DeliveryPlan,
    ),
    KITCHEN: (Ticket, Item, Station),
    CHECKOUT: (Menu, Item, Station, Order, Check, Payment, DeliveryPlan),
}
"""What a client of a namespace may hold a version of."""


MOST_LETTERS = 512 * 1024
"""Of the messages in one answer: what a tablet on a weak network takes in one piece."""


class GetSync(Request):
    """`have` maps the ids that the client holds to their versions; what it leaves out it is told again. `after` is the
    `next` of the answer before, to the same `have`.
    """

    have: dict[Id, int] = Field(default_factory=dict, max_length=180)
    after: Id | None = None


class SyncMessage(Value):
    """One message as it would have been heard: the event's name and its payload."""

    event: str
    payload: Payload


class SyncReply(Reply):
    """What is newer than what the client has, nothing twice; and what of it is none of the client's any more.

    With `next` there is more: ask again with the same `have`, and forget nothing before the end.
    """

    messages: tuple[SyncMessage, ...]
    gone: tuple[str, ...] = ()
    next: str | None = None


class Told(SyncReply):
    """A `SyncReply` whose messages are JSON text already: they are made once a version, not once a client."""

    messages: tuple[SyncMessage, ...] = ()
    written: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as the JSON text of one object."""
        rest = to_json({"gone": self.gone, "next": self.next}).decode()
        return f'{{"messages":[{",".join(self.written)}],{rest[1:]}'


EVERYWHERE = (TABLE, FLOOR, KITCHEN, CHECKOUT)
MEMBERS = AT_TABLE | SERVICE | COOKS | CUSTOMERS


@command("sync:get", on=EVERYWHERE, roles=MEMBERS, limit=Limit(20, per=10))
async def get_sync(ctx: Context, request: GetSync) -> SyncReply:
    """Say which versions are held and get what is newer."""
    current = {one.id: one for one in await in_scope(ctx)}
    named = [entry_id for entry_id in request.have if entry_id not in current]
    once_held = [one for one in await _once_held(ctx, named) if _heard(ctx, one) and _is_here(ctx, one)]
    known = (*current.values(), *once_held)
    newer = [one for one in known if version_in(ctx.namespace, one) > request.have.get(one.id, 0)]
    # Oldest first, and the same answer to the same question. What comes before the page and changes meanwhile is heard.
    newer = sorted((one for one in newer if one.id > (request.after or "")), key=lambda one: one.id)
    theirs = {one.id for one in once_held}
    gone = tuple(entry_id for entry_id in named if entry_id not in theirs)
    written, following = page(ctx, newer)
    return Told.model_construct(written=written, gone=gone, next=following)


@command("sync:probe", on=EVERYWHERE, roles=MEMBERS, limit=Limit(10, per=10))
async def probe(ctx: Context, request: Nothing) -> Done:
    """Be answered, and nothing else: who has heard nothing for a while learns whether the connection lives."""
    return Done()


def _is_here(ctx: Context, aggregate: Aggregate) -> bool:
    """Whether something is in a guest's present session: the cart of a guest may have stayed in that of before."""
    return not isinstance(ctx.principal, Guest) or getattr(aggregate, "session_id", ctx.session_id) == ctx.session_id


def page(ctx: Context, aggregates: list[Aggregate]) -> tuple[tuple[str, ...], str | None]:
    """Return the messages about aggregates that the principal is entitled to hear, as JSON texts, as many as one answer
    holds; and after which id the next answer begins, None when these are all.
    """
    written: list[str] = []
    letters, last = 0, ""
    for aggregate in aggregates:
        texts = [ctx.texts.of(aggregate, message) for message in _heard(ctx, aggregate)]
        letters += sum(map(len, texts))
        if written and letters > MOST_LETTERS:
            return tuple(written), last
        written += texts
        last = aggregate.id
    return tuple(written), None


def _heard(ctx: Context, aggregate: Aggregate) -> list[Message]:
    """Return the messages about an aggregate that the principal is entitled to hear."""
    rooms = entitled(ctx.becomes or ctx.principal, ctx.namespace)
    return [
        message
        for message in changed(aggregate)
        if message.namespace == ctx.namespace and not rooms.isdisjoint(message.rooms)
    ]


async def in_scope(ctx: Context) -> list[Aggregate]:
    """Return everything that a client of this kind shows now."""
    if ctx.namespace == KITCHEN:
        tickets = await ctx.store.members(Ticket, "shown", ctx.store.restaurant_id)
        return [*tickets, *(await access.items(ctx)).values(), *(await access.stations(ctx)).values()]
    if ctx.namespace == FLOOR and isinstance(ctx.principal, StaffMember):
        tables = await ctx.store.members(Table, "house", ctx.store.restaurant_id)
        sessions = await ctx.store.members(TableSession, "open", ctx.store.restaurant_id)
        running = [session.id for session in sessions]
        carts = await ctx.store.members_of_each(Cart, "session", running)
        orders = await ctx.store.members_of_each(Order, "session", running)
        checks = await ctx.store.members_of_each(Check, "session", running)
        requests = await ctx.store.members(ServiceRequest, "open", ctx.store.restaurant_id)
        alarms = await ctx.store.members(Alarm, "open", ctx.store.restaurant_id)
        items = [*(await access.items(ctx)).values(), *(await access.stations(ctx)).values()]
        plans = await ctx.store.members(DeliveryPlan, "house", ctx.store.restaurant_id)
        managed = [*plans, *await _sms_phones(ctx), *await _managed(ctx)]
        return [*tables, *sessions, *carts, *orders, *checks, *requests, *alarms, *items, *managed]
    if isinstance(ctx.principal, Guest):
        session = await access.session_to_see(ctx)
        carts = await ctx.store.members(Cart, "session", session.id)
        orders = await ctx.store.members(Order, "session", session.id)
        checks = await ctx.store.members(Check, "session", session.id)
        requests = await ctx.store.members(ServiceRequest, "session", session.id)
        items = [*(await access.items(ctx)).values(), *(await access.stations(ctx)).values()]
        own = (*carts, *orders, *checks, *await _payments(ctx, ctx.principal.participant_id, checks))
        return [session, *own, *items, *(one for one in requests if not one.is_finished)]
    if ctx.namespace == CHECKOUT and isinstance(ctx.principal, PhoneCustomer):
        customer_id = ctx.principal.customer_id
        orders = await ctx.store.members(Order, "customer", customer_id)
        checks = await ctx.store.members_of_each(Check, "session", sorted({one.session_id for one in orders}))
        items = [*(await access.items(ctx)).values(), *(await access.stations(ctx)).values()]
        plans = await ctx.store.members(DeliveryPlan, "house", ctx.store.restaurant_id)
        return [*orders, *checks, *await _payments(ctx, customer_id, checks), *items, *plans]
    return []


async def _payments(ctx: Context, participant_id: str, checks: list[Check]) -> list[Payment]:
    """Return what somebody is paying; whoever is named on no check as paying is not looked for."""
    payers = {one.by.id for check in checks for one in check.pending}
    payers |= {one.by.id for check in checks for one in check.tenders}
    return await ctx.store.members(Payment, "participant", participant_id) if participant_id in payers else []


async def _sms_phones(ctx: Context) -> list[SmsPhone]:
    phones = await ctx.store.members(SmsPhone, "house", ctx.store.restaurant_id)
    return [one for one in phones if not one.is_revoked]


async def _managed(ctx: Context) -> list[Aggregate]:
    """Return what only a manager is told of: the people of the house, and its devices."""
    if ctx.principal.roles.isdisjoint(MANAGEMENT):
        return []
    people = await ctx.store.members(Staff, "house", ctx.store.restaurant_id)
    devices = await ctx.store.members(Device, "house", ctx.store.restaurant_id)
    return [*people, *(one for one in devices if not one.is_revoked)]


async def _once_held(ctx: Context, ids: list[str]) -> list[Aggregate]:
    """Return what a client holds and no longer shows (a bumped ticket, a closed session, the menu): one query a
    kind at most.
    """
    found: list[Aggregate] = []
    for model in FOLLOWED[ctx.namespace]:
        if ids:
            found += await ctx.store.get_each(model, ids)
            known = {one.id for one in found}
            ids = [entry_id for entry_id in ids if entry_id not in known]
    return found
