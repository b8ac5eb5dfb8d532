"""A house that runs promotions."""

from typing import Any

from integration.house import House

from models.menu import Menu
from models.pricing import Promotion


def promotion(code: str = "PRANZ-10", **terms: Any) -> Promotion:
    """A promotion that takes a tenth off, unless it says otherwise."""
    what = terms if {"amount", "percent"} & terms.keys() else terms | {"percent": 1000}
    return Promotion(code=code, name={"en": code.title(), "ro": code.title()}, **what)


async def publish(house: House, *promotions: Promotion) -> None:
    """Have the house run these promotions and no others; returns when all its servers know."""
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    menu = await work.first(Menu, restaurant_id=house.restaurant.id)
    assert menu
    work.save(menu.with_(pricing=menu.pricing.with_(promotions=promotions)))
    await work.commit()
    for one in house.apps:
        one.store.cache.drop_group(("menus", "house", f"{house.restaurant.id}/{house.restaurant.id}"))
