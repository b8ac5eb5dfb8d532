"""The menu, as guests and staff read it."""

from typing import Annotated

from pydantic import StringConstraints

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Request
from models.principal import AT_TABLE, SERVICE
from models.view import MenuView, menu_view


class GetMenu(Request):
    """`language` is a code like `ro`; without it the menu comes in all its languages."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None


class MenuReply(Reply):
    """The whole menu."""

    menu: MenuView


@command("menu:get", on=(TABLE, FLOOR), roles=AT_TABLE | SERVICE, limit=Limit(10, per=10))
async def get_menu(ctx: Context, request: GetMenu) -> MenuReply:
    """Read the menu, in one language or in all."""
    return MenuReply.model_construct(menu=menu_view(await access.menu(ctx), request.language))
