"""Catching up: after every (re)connect a client says which versions it has and gets what is newer, as the same
messages that it would have heard. Nothing else is needed to be right.
"""

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, KITCHEN, TABLE, Limit, command
from models.alarm import Alarm
from models.base import Aggregate, Id, Request, Value
from models.cart import Cart
from models.check import Check
from models.events import Payload, changed, entitled
from models.house import Table
from models.menu import Menu
from models.order import Order
from models.principal import AT_TABLE, SERVICE, Guest, StaffMember
from models.principal import KITCHEN as COOKS
from models.service import ServiceRequest
from models.session import TableSession
from models.ticket import Ticket

FOLLOWED: dict[str, tuple[type[Aggregate], ...]] = {
    TABLE: (Menu, Order, Cart, Check, ServiceRequest, TableSession),
    FLOOR: (Menu, TableSession, Order, Check, ServiceRequest, Table, Alarm),
    KITCHEN: (Ticket,),
}
"""What a client of a namespace may hold a version of."""


class GetSync(Request):
    """`have` maps the ids that the client holds to their versions; what it leaves out it is told again."""

    have: dict[Id, int] = Field(default_factory=dict, max_length=180)


class SyncMessage(Value):
    """One message as it would have been heard: the event's name and its payload."""

    event: str
    payload: Payload


class SyncReply(Reply):
    """What is newer than what the client has, and nothing twice."""

    messages: tuple[SyncMessage, ...]


class Told(SyncReply):
    """A `SyncReply` whose messages are JSON text already: they are made once a version, not once a client."""

    messages: tuple[SyncMessage, ...] = ()
    written: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as the JSON text of one object."""
        return f'{{"messages":[{",".join(self.written)}]}}'


@command("sync:get", on=(TABLE, FLOOR, KITCHEN), roles=AT_TABLE | SERVICE | COOKS, limit=Limit(10, per=10))
async def get_sync(ctx: Context, request: GetSync) -> SyncReply:
    """Say which versions are held and get what is newer."""
    current = {one.id: one for one in await in_scope(ctx)}
    gone = await _once_held(ctx, [entry_id for entry_id in request.have if entry_id not in current])
    newer = [one for one in (*current.values(), *gone) if one.version > request.have.get(one.id, 0)]
    return Told.model_construct(written=messages(ctx, newer))


def messages(ctx: Context, aggregates: list[Aggregate]) -> tuple[str, ...]:
    """Return the messages about aggregates that the principal is entitled to hear, as JSON texts."""
    rooms = entitled(ctx.principal, ctx.namespace)
    return tuple(
        ctx.texts.of(aggregate, message)
        for aggregate in aggregates
        for message in changed(aggregate)
        if message.namespace == ctx.namespace and not rooms.isdisjoint(message.rooms)
    )


async def in_scope(ctx: Context) -> list[Aggregate]:
    """Return everything that a client of this kind shows now."""
    if ctx.namespace == KITCHEN:
        return [*await ctx.store.members(Ticket, "open", ctx.store.restaurant_id)]
    if ctx.namespace == FLOOR and isinstance(ctx.principal, StaffMember):
        tables = await ctx.store.members(Table, "house", ctx.store.restaurant_id)
        sessions = await ctx.store.members(TableSession, "open", ctx.store.restaurant_id)
        running = [session.id for session in sessions]
        orders = await ctx.store.members_of_each(Order, "session", running)
        checks = await ctx.store.members_of_each(Check, "session", running)
        requests = await ctx.store.members(ServiceRequest, "open", ctx.store.restaurant_id)
        alarms = await ctx.store.members(Alarm, "open", ctx.store.restaurant_id)
        return [*tables, *sessions, *orders, *checks, *requests, *alarms]
    if isinstance(ctx.principal, Guest):
        session = await access.session_to_see(ctx)
        carts = await ctx.store.members(Cart, "session", session.id)
        orders = await ctx.store.members(Order, "session", session.id)
        checks = await ctx.store.members(Check, "session", session.id)
        requests = await ctx.store.members(ServiceRequest, "session", session.id)
        return [session, *carts, *orders, *checks, *(one for one in requests if not one.is_finished)]
    return []


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
