"""The only way to load an aggregate for a principal: it comes back checked, or as "not found".

Another table's session, another house's ticket: their existence is not told. What is loaded for a change is loaded
under the lock of its session, so that writers of one party queue up inside the process.
"""

from handlers.context import Context
from models.cart import Cart
from models.check import Check
from models.errors import NotFound, OrderInProgress, SessionClosed
from models.house import Restaurant, Table
from models.menu import Menu
from models.order import Order, OrderLine
from models.principal import Guest
from models.session import Mode, TableSession
from models.ticket import Ticket


async def lock(ctx: Context, session_id: str) -> None:
    """Wait for one's turn to change a session; raises `OrderInProgress` when it does not come in time."""
    try:
        await ctx.store.lock(session_id)
    except TimeoutError as error:
        raise OrderInProgress(retry_after=1) from error


async def session_to_see(ctx: Context) -> TableSession:
    """Return the session the command is about, open or closed, as its participant or as the house's staff."""
    session = await ctx.store.get(TableSession, ctx.require_session_id())
    if session is None:
        raise NotFound
    return _as_member(ctx, session)


async def session(ctx: Context) -> TableSession:
    """Return the open session the command is about, to change something in it. Raises `SessionClosed`, `NotJoined`,
    `NotFound`.
    """
    await lock(ctx, ctx.require_session_id())
    return (await session_to_see(ctx)).require_open()


async def cart(ctx: Context, session: TableSession) -> Cart:
    """Return the cart that the principal's commands go to, to change it.

    Raises `SessionClosed`, `NotJoined` or `NotFound`.
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
    """Return the session that a change of its cart may rest on; raises `SessionClosed` or `NotJoined`.

    The cart was fenced whenever guests had to notice a change of the session: a session older than that is read anew.
    """
    if cart.is_closed:
        raise SessionClosed(session_id=session.id)
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
    """Return all checks of the session: its own first, then those of parties that were merged into it."""
    found = await ctx.store.members(Check, "session", session.id)
    return sorted(found, key=lambda one: (len(one.homes), one.id))


async def check(ctx: Context, session: TableSession) -> Check:
    """Return the session's check."""
    for found in await ctx.store.members(Check, "session", session.id):
        return found
    raise NotFound


async def menu(ctx: Context) -> Menu:
    """Return the house's menu."""
    for found in await ctx.store.members(Menu, "house", ctx.store.restaurant_id):
        return found
    raise NotFound


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
    stations: frozenset[str] = getattr(ctx.principal, "stations", frozenset())
    if found is None or (stations and found.station not in stations):
        raise NotFound(ticket_id=ticket_id)
    await lock(ctx, found.session_id)
    newest = await ctx.store.get(Ticket, ticket_id)
    return newest or found


def _as_member(ctx: Context, session: TableSession) -> TableSession:
    if isinstance(ctx.principal, Guest):
        session.participant(ctx.principal.participant_id)
    return session
