"""What clients see of what is sold out or counted."""

from datetime import datetime
from typing import Any

from models.base import Text
from models.item import Item
from models.view import View

FEW = 5
"""Guests are told how many portions are left when there are so few; what else is in the house is not their business."""


class ItemView(View):
    """A dish or an option, as its guests and cooks see it; what they are never told of can be had."""

    item_id: str
    is_available: bool
    until: datetime | None
    left: int | None


class FloorItemView(ItemView):
    """The same with every count, and by name: a screen of the kitchen has no menu."""

    name: Text


def item_view(item: Item) -> ItemView:
    """Show it to guests; of what is out they are not told how much there will be."""
    left = item.left if item.left is not None and item.left <= FEW and not item.is_out else None
    return ItemView.model_construct(**_fields(item), left=left)


def floor_item_view(item: Item) -> FloorItemView:
    """Show it to floor and kitchen."""
    return FloorItemView.model_construct(**_fields(item), left=item.left, name=item.name)


def _fields(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "version": item.version,
        "item_id": item.item_id,
        "is_available": item.is_available,
        "until": item.until,
    }
