"""86: a dish or an option is sold out, for a time or until somebody says otherwise, or so many portions are left."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.base import Id, OperationId, Request
from models.errors import NotFound, UntilRefused
from models.item import LONGEST_UNTIL, MOST_LEFT, Availability, Item
from models.item_view import FloorItemView, floor_item_view
from models.menu import Menu
from models.principal import KITCHEN as COOKS
from models.principal import SERVICE

CHANGES = Limit(20, per=10)
ERRORS = (NotFound, UntilRefused)


class SetAvailability(Request):
    """`item_id` names a dish or an option. OUT holds `until` a moment, at most a week ahead, or until further notice;
    AVAILABLE may say how many portions are `left`. What was counted when it was said to be out comes back with its
    count; AVAILABLE without `left` ends the count of what is there.
    """

    item_id: Id
    state: Annotated[Availability, Field(strict=False)]
    until: Annotated[datetime, Field(strict=False)] | None = None
    left: int | None = Field(default=None, ge=0, le=MOST_LEFT)
    op_id: OperationId

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.until is not None and (self.state is not Availability.OUT or self.until.tzinfo is None):
            raise ValueError("until is for OUT, and has a time zone")
        if self.left is not None and self.state is not Availability.AVAILABLE:
            raise ValueError("left is for AVAILABLE")
        return self


class ItemReply(Reply):
    """The item as it is now; `replayed` when the operation had been carried out before."""

    item: FloorItemView
    replayed: bool = False


@command("item:set-availability", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=ERRORS)
async def set_availability(ctx: Context, request: SetAvailability) -> ItemReply:
    """Say that a dish or option is sold out, until when, or how many portions are left."""
    return await _set(ctx, request)


@command("item:set-availability", on=(KITCHEN,), roles=COOKS, limit=CHANGES, errors=ERRORS)
async def set_own_availability(ctx: Context, request: SetAvailability) -> ItemReply:
    """Say that a dish or option is sold out, until when, or how many are left; a screen may, of its stations."""
    return await _set(ctx, request)


async def _set(ctx: Context, request: SetAvailability) -> ItemReply:
    menu = await access.menu(ctx)
    _require_ours(ctx, menu, request.item_id)
    known = (await access.items(ctx)).get(request.item_id)
    if known is not None and known.has_done(request.op_id):
        return ItemReply(item=floor_item_view(known), replayed=True)
    if request.until is not None and not ctx.now < request.until <= ctx.now + LONGEST_UNTIL:
        raise UntilRefused(longest_hours=LONGEST_UNTIL.days * 24)
    found = known or Item(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, item_id=request.item_id)
    item = found.with_(name=menu.name_of(request.item_id))
    changed = item.set(request.state, request.until, request.left, ctx.principal.actor, ctx.now, request.op_id)
    stored = ctx.store.save(changed) if known else ctx.store.add(changed)
    ctx.record(
        "availability-set",
        subject=request.item_id,
        before={"state": _state(item), "left": item.left},
        after={"state": _state(stored), "left": stored.left},
        until=request.until.isoformat() if request.until else None,
    )
    return ItemReply(item=floor_item_view(stored))


def _state(item: Item) -> str:
    return (Availability.OUT if item.is_out else Availability.AVAILABLE).value


def _require_ours(ctx: Context, menu: Menu, item_id: str) -> None:
    """Raise `NotFound` for what is not on the menu, and on a station's screen for what this station does not cook."""
    stations: frozenset[str] = getattr(ctx.principal, "shown_stations", frozenset())
    dishes = [menu.dishes_by_id[item_id]] if item_id in menu.dishes_by_id else menu.dishes_with_option(item_id)
    if not any(not stations or stations & set(dish.stations) for dish in dishes):
        raise NotFound(item_id=item_id)
