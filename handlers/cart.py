"""Carts: what the guests put together before they send it, and the hold under which one of them does."""

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Id, Note, Nothing, OperationId, Request
from models.cart import MOST_PORTIONS, Cart, CartLine
from models.dining_view import CartView, cart_view
from models.dish import MOST_CHOSEN, Avoid
from models.errors import (
    CartFull,
    CartHeld,
    DeliveryFinished,
    ItemUnavailable,
    ModifiersInvalid,
    NotFound,
    NotJoined,
    SessionClosed,
    UnknownItem,
)
from models.principal import GUEST, SERVICE

CHANGES = Limit(20, per=10)
ERRORS = (CartHeld, DeliveryFinished, SessionClosed, NotJoined)


class AddLine(Request):
    """`modifiers` are option ids; `op_id` makes a repeat harmless."""

    item_id: Id
    quantity: int = Field(default=1, ge=1, le=MOST_PORTIONS)
    modifiers: tuple[Id, ...] = Field(default=(), max_length=MOST_CHOSEN)
    note: Note = ""
    avoid: Avoid = ()
    op_id: OperationId


class UpdateLine(Request):
    """What is left out stays as it is."""

    line_id: Id
    quantity: int | None = Field(default=None, ge=1, le=MOST_PORTIONS)
    modifiers: tuple[Id, ...] | None = Field(default=None, max_length=MOST_CHOSEN)
    note: Note | None = None
    avoid: Avoid | None = None
    op_id: OperationId


class RemoveLine(Request):
    """Which line goes."""

    line_id: Id
    op_id: OperationId


class ClearCart(Request):
    """All lines go."""

    op_id: OperationId


class CartReply(Reply):
    """The cart as it is now; `replayed` when the operation had been carried out before."""

    cart: CartView
    replayed: bool = False


@command(
    "cart:add",
    on=(TABLE, FLOOR),
    roles=GUEST | SERVICE,
    limit=CHANGES,
    errors=(*ERRORS, UnknownItem, ItemUnavailable, ModifiersInvalid, CartFull),
    about_session=True,
)
async def add(ctx: Context, request: AddLine) -> CartReply:
    """Add a dish with its modifiers to the cart."""
    cart = await _cart(ctx)
    if cart.has_done(request.op_id):
        return _replayed(cart)
    offer = await access.offer(ctx, cart.dining_option)
    selection = offer.select(request.item_id, request.modifiers)
    line = CartLine(
        id=ctx.ids.new_id(),
        item_id=request.item_id,
        name=selection.dish.name,
        quantity=request.quantity,
        modifiers=request.modifiers,
        note=request.note,
        avoid=request.avoid,
        unit_price=selection.unit_price,
        added_by=ctx.principal.actor,
        added_at=ctx.now,
    )
    return _reply(ctx.store.save(offer.limited(cart.add(line, ctx.rules.cart_lines, request.op_id))))


@command(
    "cart:update",
    on=(TABLE, FLOOR),
    roles=GUEST | SERVICE,
    limit=CHANGES,
    errors=(*ERRORS, NotFound, UnknownItem, ItemUnavailable, ModifiersInvalid),
    about_session=True,
)
async def update(ctx: Context, request: UpdateLine) -> CartReply:
    """Change the quantity, the modifiers, the note or the allergy note of a line."""
    cart = await _cart(ctx)
    if cart.has_done(request.op_id):
        return _replayed(cart)
    line = cart.line(request.line_id)
    modifiers = line.modifiers if request.modifiers is None else request.modifiers
    # Of what cannot be had any more the notes and the quantity may still change; it stays marked.
    is_kept = not line.is_available and set(modifiers) == set(line.modifiers)
    offer = await access.offer(ctx, cart.dining_option)
    price = None if is_kept else offer.select(line.item_id, modifiers).unit_price
    changed = line.with_(
        quantity=request.quantity or line.quantity,
        modifiers=modifiers,
        note=line.note if request.note is None else request.note,
        avoid=line.avoid if request.avoid is None else request.avoid,
        unit_price=price or line.unit_price,
        is_available=not is_kept,
    )
    replaced = cart.replace(changed, ctx.principal.actor, ctx.now, request.op_id)
    return _reply(ctx.store.save(offer.limited(replaced)))


@command(
    "cart:remove",
    on=(TABLE, FLOOR),
    roles=GUEST | SERVICE,
    limit=CHANGES,
    errors=(*ERRORS, NotFound),
    about_session=True,
)
async def remove(ctx: Context, request: RemoveLine) -> CartReply:
    """Take a line out of the cart."""
    cart = await _cart(ctx)
    if cart.has_done(request.op_id):
        return _replayed(cart)
    left = cart.remove(request.line_id, ctx.principal.actor, ctx.now, request.op_id)
    return _reply(ctx.store.save((await access.offer(ctx, cart.dining_option)).limited(left)))


@command("cart:clear", on=(TABLE, FLOOR), roles=GUEST | SERVICE, limit=CHANGES, errors=ERRORS, about_session=True)
async def clear(ctx: Context, request: ClearCart) -> CartReply:
    """Take all lines out of the cart."""
    cart = await _cart(ctx)
    if cart.has_done(request.op_id):
        return _replayed(cart)
    return _reply(ctx.store.save(cart.clear(ctx.principal.actor, ctx.now, request.op_id)))


@command("checkout:hold", on=(TABLE, FLOOR), roles=GUEST | SERVICE, limit=CHANGES, errors=ERRORS, about_session=True)
async def hold(ctx: Context, request: Nothing) -> CartReply:
    """Review and send while the others wait; repeat it to go on holding."""
    cart = await _cart(ctx)
    return _reply(ctx.store.save(cart.held(ctx.principal.actor, ctx.rules.hold_seconds, ctx.now)))


@command("checkout:release", on=(TABLE, FLOOR), roles=GUEST | SERVICE, limit=CHANGES, errors=ERRORS, about_session=True)
async def release(ctx: Context, request: Nothing) -> CartReply:
    """Let the others change the cart again."""
    cart = await _cart(ctx)
    if cart.hold is None:
        return _replayed(cart)
    return _reply(ctx.store.save(cart.released(ctx.principal.actor, ctx.now)))


async def _cart(ctx: Context) -> Cart:
    return await access.cart(ctx, await access.session(ctx))


def _reply(cart: Cart) -> CartReply:
    return CartReply.model_construct(cart=cart_view(cart))


def _replayed(cart: Cart) -> CartReply:
    return CartReply.model_construct(cart=cart_view(cart), replayed=True)
