"""The only way to load an aggregate for a principal: it comes back checked, or as "not found".

Another table's session, another house's ticket: their existence is not told. What is loaded for a change is loaded
under the lock of its session, so that writers of one party queue up inside the process.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from handlers.context import Context, Online, Work
from models.base import Aggregate
from models.cart import Cart
from models.check import Check
from models.dining import DiningOption
from models.errors import (
    AmountNotPayable,
    DeliveryFinished,
    NotFound,
    NotJoined,
    OnlinePaymentOff,
    OrderInProgress,
    SessionClosed,
    Unavailable,
)
from models.house import Restaurant, Table
from models.item import Item
from models.menu import Menu
from models.offer import Offer
from models.order import Order, OrderLine
from models.principal import Guest
from models.session import Mode, TableSession
from models.station import Station
from models.ticket import Ticket

A = TypeVar("A", bound=Aggregate)


async def lock(ctx: Context, session_id: str) -> None:
    """Wait for one's turn to change a session; raises `OrderInProgress` when it does not come in time."""
    try:
        await ctx.store.lock(session_id)
    except TimeoutError as error:
        raise OrderInProgress(retry_after=1) from error


async def take_turn(ctx: Context, key: str) -> timedelta:
    """Wait for one's turn in this process, so that only other processes can conflict; returns how long that took,
    raises `Unavailable`.
    """
    try:
        return await ctx.store.lock(key)
    except TimeoutError as error:
        raise Unavailable(retry_after=1) from error


async def session_to_see(ctx: Context) -> TableSession:
    """Return the session the command is about, open or closed, as its participant or as the house's staff.

    Raises `NotFound`, `NotJoined`, and for staff `SessionMerged`; a guest is led to where their party is now.
    """
    if isinstance(ctx.principal, Guest):
        return await _session_of(ctx, ctx.principal)
    return (await named_session(ctx, ctx.require_session_id())).require_own()


async def named_session(ctx: Context, session_id: str) -> TableSession:
    """Return a session of the house, merged or not; raises `NotFound`."""
    found = await ctx.store.get(TableSession, session_id)
    if found is None:
        raise NotFound(session_id=session_id)
    return found


async def party_of(store: Work, session_id: str, participant_id: str) -> TableSession | None:
    """Return the session that knows a participant who joined a session: that one, or where merging and its end have
    led them.
    """
    session = await store.get(TableSession, session_id)
    if session is None or session.lists(participant_id):
        return session
    # Joined, merged or parted through another process, whose change is on its way to us still.
    named: str | None = session_id
    while named is not None:
        session = await store.fresh(TableSession, named)
        if session is None or session.lists(participant_id):
            return session
        named = session.merged_into
    running = await store.every(TableSession, restaurant_id=store.restaurant_id, status="OPEN")
    return next((one for one in running if one.lists(participant_id)), None)


async def host_of(ctx: Context, session: TableSession) -> TableSession:
    """Return the session that has what is a session's own: itself, or the one it was merged into."""
    while session.merged_into is not None:
        session = await named_session(ctx, session.merged_into)
    return session


async def merged_into(ctx: Context, session: TableSession) -> list[TableSession]:
    """Return the sessions that were merged into a session, directly or with another one."""
    return await ctx.store.get_each(TableSession, [party.session_id for party in session.merged])


async def session(ctx: Context) -> TableSession:
    """Return the open session the command is about, to change something in it. Raises `SessionClosed`, `NotJoined`,
    `NotFound`.
    """
    await lock(ctx, ctx.require_session_id())
    return (await session_to_see(ctx)).require_open()


async def party(ctx: Context) -> TableSession:
    """Return the open session of a party at a table, to change something in it. Raises `NotAtTable` for what somebody
    ordered from home, and what `session` raises.
    """
    return (await session(ctx)).require_at_table()


async def every_of(ctx: Context, model: type[A], *session_ids: str) -> list[A]:
    """Return all of a kind that belongs to some sessions, as the database has it: a process may have heard of a session
    as it is now, and not yet of all that is its.
    """
    of_them: Any = session_ids[0] if len(session_ids) == 1 else {"$in": session_ids}
    return await ctx.store.every(model, restaurant_id=ctx.store.restaurant_id, session_id=of_them)


async def cart(ctx: Context, session: TableSession) -> Cart:
    """Return the cart that the principal's commands go to, to change it.

    Raises `SessionClosed`, `NotJoined`, `DeliveryFinished` or `NotFound`.
    """
    found = await cart_to_see(ctx, session)
    await newest_session(ctx, session, found)
    return found


async def cart_to_see(ctx: Context, session: TableSession) -> Cart:
    """Return the principal's cart: the shared one, or their own in an INDIVIDUAL session."""
    mine = own_cart_of(ctx, session)
    for found in await ctx.store.members(Cart, "session", session.id):
        if found.owner == mine:
            return found
    raise NotFound


async def newest_session(ctx: Context, session: TableSession, cart: Cart) -> TableSession:
    """Return the session that a change of its cart may rest on; raises `SessionClosed`, `NotJoined` or, where the
    courier has what was ordered from home, or it is over, `DeliveryFinished`.

    The cart was fenced whenever guests had to notice a change of the session: a session older than that is read anew.
    """
    if cart.is_closed:
        raise await _over(ctx, session)
    if session.version >= cart.session_version:
        return session
    newest = await ctx.store.fresh(TableSession, session.id)
    if newest is None:
        raise NotFound
    return _as_member(ctx, newest).require_open()


def own_cart_of(ctx: Context, session: TableSession) -> str | None:
    """Return the owner of the principal's cart: the participant, or None for the shared one."""
    is_guest = isinstance(ctx.principal, Guest)
    return ctx.principal.participant_id if is_guest and session.mode is Mode.INDIVIDUAL else None  # type: ignore[attr-defined]


async def checks(ctx: Context, session: TableSession) -> list[Check]:
    """Return all checks of the session: its own first, then those of parties that were merged into it.

    Raises `NotFound` when they have gone with the party into another session, which the copy at hand does not know yet:
    then the command is run again on fresh reads.
    """
    found = await ctx.store.members(Check, "session", session.id)
    if not found:
        raise NotFound(session_id=session.id)
    return sorted(found, key=lambda one: (len(one.homes), one.id))


async def session_with_checks(ctx: Context) -> tuple[TableSession, list[Check]]:
    """Return the session the command is about, open or closed, and all its checks, to change one of them."""
    await lock(ctx, ctx.require_session_id())
    session = await session_to_see(ctx)
    return session, await checks(ctx, session)


async def check(ctx: Context, session: TableSession, homes: tuple[str, ...] = ()) -> Check:
    """Return the session's own check, or that of a merged party by the `homes` of what came with it."""
    for found in await ctx.store.members(Check, "session", session.id):
        if found.homes == homes:
            return found
    raise NotFound


def provider(ctx: Context, amount: int, currency: str) -> Online:
    """Return who takes and gives back an amount online; raises `OnlinePaymentOff` or `AmountNotPayable`."""
    if ctx.online is None:
        raise OnlinePaymentOff
    step = ctx.online.step(currency)
    if amount % step:
        raise AmountNotPayable(step=step)
    return ctx.online


async def menu(ctx: Context) -> Menu:
    """Return the house's menu."""
    for found in await ctx.store.members(Menu, "house", ctx.store.restaurant_id):
        return found
    raise NotFound


async def items(ctx: Context) -> dict[str, Item]:
    """Return what is sold out or counted in the house, by the id of the dish or option."""
    return {one.item_id: one for one in await ctx.store.members(Item, "house", ctx.store.restaurant_id)}


async def stations(ctx: Context) -> dict[str, Station]:
    """Return the stations of the house by their codes."""
    return {one.code: one for one in await ctx.store.members(Station, "house", ctx.store.restaurant_id)}


async def offer(ctx: Context, dining_option: DiningOption = DiningOption.DINE_IN) -> Offer:
    """Return what can be ordered in the house now: at a table, unless it is for another dining option."""
    house = await restaurant(ctx)
    return Offer(await menu(ctx), await items(ctx), house.time_zone, ctx.now, dining_option)


async def restaurant(ctx: Context) -> Restaurant:
    """Return the house."""
    found = await ctx.store.get(Restaurant, ctx.store.restaurant_id)
    if found is None:
        raise NotFound
    return found


async def table(ctx: Context, table_id: str) -> Table:
    """Return a table of the house."""
    found = await ctx.store.get(Table, table_id)
    if found is None:
        raise NotFound(table_id=table_id)
    return found


async def order(ctx: Context, session: TableSession, order_id: str) -> Order:
    """Return a round of the session; raises `NotFound`."""
    found = await ctx.store.get(Order, order_id)
    if found is None or found.session_id != session.id:
        raise NotFound(order_id=order_id)
    return found


async def own_order(ctx: Context, order_id: str) -> Order:
    """Return an order of the customer who asks; raises `NotFound`."""
    found = await ctx.store.get(Order, order_id)
    if found is None or found.customer_id is None or found.customer_id != ctx.principal.actor.id:
        raise NotFound(order_id=order_id)
    return found


async def tickets_of_line(ctx: Context, order: Order, line: OrderLine) -> list[Ticket]:
    """Return the tickets, on screens or bumped, of all stations that cook a line.

    Raises `NotFound` while this process has not heard of all of them: a refusal about state is decided once more on
    fresh reads.
    """
    tickets = await ctx.store.members(Ticket, "session", order.session_id)
    found = [one for one in tickets if one.order_id == order.id and any(part.id == line.id for part in one.lines)]
    if {one.station for one in found} != set(line.stations):
        raise NotFound(line_id=line.id)
    return found


async def ticket(ctx: Context, ticket_id: str) -> Ticket:
    """Return a ticket of the principal's stations, under the lock of its session; raises `NotFound`."""
    found = await ctx.store.get(Ticket, ticket_id)
    if found is None or not shows(ctx, found):
        raise NotFound(ticket_id=ticket_id)
    await lock(ctx, found.session_id)
    newest = await ctx.store.get(Ticket, ticket_id)
    return newest or found


def shows(ctx: Context, ticket: Ticket) -> bool:
    """Whether the principal hears of a ticket: those limited to stations hear of theirs alone."""
    stations: frozenset[str] = getattr(ctx.principal, "shown_stations", frozenset())
    return not stations or ticket.is_shown_at(stations)


def cooks_for(ctx: Context, ticket: Ticket) -> bool:
    """Whether the principal is at the station of a ticket, or at the one that stands in for it: a screen of those who
    assemble alone is not.
    """
    stations: frozenset[str] | None = getattr(ctx.principal, "served_stations", None)
    return stations is None or ticket.is_shown_at(stations)


async def _session_of(ctx: Context, guest: Guest) -> TableSession:
    """Return a guest's session. Where it is another than their connection says, they are from now on a guest of that
    one: the merge or its end has not come through this process's stream yet.
    """
    found = await party_of(ctx.store, guest.session_id, guest.participant_id)
    if found is None:
        raise NotJoined
    found.participant(guest.participant_id)
    if found.id != guest.session_id:
        ctx.session_id = found.id
        ctx.becomes = replace(guest, session_id=found.id, table_id=found.table_id)
    return found


async def _over(ctx: Context, session: TableSession) -> SessionClosed | DeliveryFinished:
    """Return why nothing can be added: the session is closed, or what is added to has left the house."""
    if session.is_open and not session.is_at_table:
        for one in await ctx.store.members(Order, "session", session.id):
            if one.delivery is not None:
                return DeliveryFinished(status=one.delivery.status.value)
    return SessionClosed(session_id=session.id)


def _as_member(ctx: Context, session: TableSession) -> TableSession:
    if isinstance(ctx.principal, Guest):
        session.participant(ctx.principal.participant_id)
    return session
