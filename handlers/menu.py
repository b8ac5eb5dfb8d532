"""The menu, as guests and staff read it."""

from datetime import datetime

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Request
from models.dining import DiningOption
from models.dish import LanguageCode
from models.menu_view import MenuView, menu_view
from models.principal import AT_TABLE, SERVICE


class GetMenu(Request):
    """`language` is a code like `ro`; without it the menu comes in all its languages. Without `dining_option` it is
    what is served at the table.
    """

    language: LanguageCode | None = None
    dining_option: DiningOption = DiningOption.DINE_IN


class MenuReply(Reply):
    """What is offered, and what of it is out of its hours now."""

    menu: MenuView
    not_served: tuple[str, ...]
    changes_at: datetime | None


@command("menu:get", on=(TABLE, FLOOR), roles=AT_TABLE | SERVICE, limit=Limit(10, per=10))
async def get_menu(ctx: Context, request: GetMenu) -> MenuReply:
    """Read what is offered, in one language or in all, and what of it is served now."""
    menu, house = await access.menu(ctx), await access.restaurant(ctx)
    view = menu_view(menu, request.language, request.dining_option)
    offered = {dish.id for dish in view.dishes}
    return MenuReply.model_construct(
        menu=view,
        not_served=tuple(one for one in menu.not_served(ctx.now, house.time_zone) if one in offered),
        changes_at=menu.next_change(ctx.now, house.time_zone),
    )
