"""The menu, as guests and staff read it."""

from datetime import datetime

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import CHECKOUT, FLOOR, TABLE, Limit, command
from models.base import Request
from models.dining import DiningOption
from models.dish import LanguageCode
from models.item_view import ItemView, item_view
from models.menu import Menu
from models.menu_view import MenuView, menu_view
from models.principal import AT_TABLE, CUSTOMERS, SERVICE


class GetMenu(Request):
    """`language` is a code like `ro`; without it the menu comes in all its languages. Without `dining_option` it is
    what is served at the table.
    """

    language: LanguageCode | None = None
    dining_option: DiningOption = DiningOption.DINE_IN


class MenuReply(Reply):
    """What is offered, what of it is out of its hours now, and what is sold out or counted."""

    menu: MenuView
    items: tuple[ItemView, ...]
    not_served: tuple[str, ...]
    changes_at: datetime | None


class WrittenMenu(MenuReply):
    """A `MenuReply` whose menu is JSON text already: it is made once a version, not once a phone."""

    menu: MenuView | None = None  # type: ignore[assignment]
    written: str

    def text(self) -> str:
        """Return it as the JSON text of one object."""
        rest = self.model_dump_json(by_alias=True, exclude={"menu", "written"})
        return f'{{"menu":{self.written},{rest[1:]}'


@command("menu:get", on=(TABLE, FLOOR, CHECKOUT), roles=AT_TABLE | SERVICE | CUSTOMERS, limit=Limit(10, per=10))
async def get_menu(ctx: Context, request: GetMenu) -> MenuReply:
    """Read what is offered, in one language or in all, and what of it is served now."""
    menu, house = await access.menu(ctx), await access.restaurant(ctx)
    offered = {dish.id for dish in menu.dishes if request.dining_option in dish.dining_options}
    return WrittenMenu.model_construct(
        written=_written(ctx, menu, request),
        items=tuple(item_view(one) for one in (await access.items(ctx)).values()),
        not_served=tuple(one for one in menu.not_served(ctx.now, house.time_zone) if one in offered),
        changes_at=menu.next_change(ctx.now, house.time_zone),
    )


def _written(ctx: Context, menu: Menu, request: GetMenu) -> str:
    """Return the menu as JSON text; what it is in a language that the house does not speak is not remembered."""

    def make() -> str:
        return menu_view(menu, request.language, request.dining_option).model_dump_json(by_alias=True)

    if request.language not in (None, *menu.languages):
        return make()
    return ctx.texts.once(("menu", menu.id, request.language or "", request.dining_option), menu.version, make)
