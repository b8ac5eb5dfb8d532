"""86 from a screen of a station: for a time or for good, a dish or an option, and back; told by its name to screens."""

from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Connection, Refused, State
from integration.gate import change_menu
from integration.house import House
from integration.passing import COLD, GRILLED, screen
from integration.people import manager

from handlers.context import Context, Done
from models.item import Item


async def say(client: Connection, item_id: str, state: str = "OUT", **more: Any) -> dict[str, Any]:
    """Say what there is of something; returns it."""
    answer = await client.operate("item:set-availability", {"itemId": item_id, "state": state, **more})
    return dict(answer["item"])


def shown(state: State, item_id: str) -> dict[str, Any]:
    return next((one for one in state.of("item") if one["itemId"] == item_id), {})


def option_of(house: House, station: str) -> tuple[str, dict[str, str]]:
    """Return an option that can be chosen with dishes of one station alone, and what it is called."""
    for group in house.menu.modifier_groups:
        stations = {one for dish in house.menu.dishes if group.id in dish.modifier_groups for one in dish.stations}
        if stations == {station}:
            return group.options[0].id, group.options[0].name
    raise AssertionError(station)


async def test_a_screen_of_a_station_says_by_name_what_it_is_out_of_until_when_and_that_it_is_back(
    house: House,
) -> None:
    boss, waiter = await manager(house), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    grill, cold = await screen(house, boss, "grill"), await screen(house, boss, "cold")
    until = (house.clock.now() + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    item = await say(grill, GRILLED, until=until)
    name = house.menu.dishes_by_id[GRILLED].name
    assert (item["isAvailable"], item["name"], item["until"]) == (False, name, until)
    for client in (cold, waiter, boss):
        await client.until(lambda state: shown(state, GRILLED).get("isAvailable") is False)
        assert shown(client.state, GRILLED)["name"] == name
    await phone.until(lambda state: shown(state, GRILLED).get("isAvailable") is False)
    assert "name" not in shown(phone.state, GRILLED), "guests have the menu"
    await say(grill, GRILLED, "AVAILABLE")
    for client in (cold, waiter, phone):
        await client.until(lambda state: shown(state, GRILLED).get("isAvailable") is True)


async def test_what_a_screen_has_snoozed_comes_back_by_itself_with_its_name(house: House) -> None:
    grill = await screen(house, await manager(house), "grill")
    until = (house.clock.now() + timedelta(hours=1)).isoformat()
    await say(grill, GRILLED, until=until)
    house.clock.advance(hours=1, seconds=1)
    await grill.until(lambda state: shown(state, GRILLED).get("isAvailable") is True)
    assert shown(grill.state, GRILLED)["name"] == house.menu.dishes_by_id[GRILLED].name


async def test_a_screen_says_that_an_option_of_its_dishes_is_out(house: House) -> None:
    boss = await manager(house)
    pizza, grill = await screen(house, boss, "pizza"), await screen(house, boss, "grill")
    option, name = option_of(house, "pizza")
    assert (await say(pizza, option))["name"] == name
    await grill.until(lambda state: shown(state, option).get("name") == name)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await say(grill, option, "AVAILABLE")


async def test_a_screen_says_nothing_of_what_another_station_cooks(house: House) -> None:
    grill = await screen(house, await manager(house), "grill")
    with pytest.raises(Refused, match="NOT_FOUND"):
        await say(grill, COLD)


async def test_what_was_said_before_names_were_kept_gets_its_name_by_itself(house: House) -> None:
    cook = await house.cook()

    async def act(ctx: Context, item_id: str) -> Done:
        ctx.store.add(Item(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, item_id=item_id, is_out=True))
        return Done()

    await house.perform(act, GRILLED)
    await cook.until(lambda state: shown(state, GRILLED).get("name") == house.menu.dishes_by_id[GRILLED].name)


async def test_what_is_out_is_called_as_the_newest_menu_calls_it(house: House) -> None:
    boss, name = await manager(house), {"ro": "Tochitură nouă", "en": "New stew"}
    grill = await screen(house, boss, "grill")
    await say(grill, GRILLED)
    await change_menu(house, name=name)
    for client in (grill, boss):
        await client.until(lambda state: shown(state, GRILLED).get("name") == name)
    assert shown(grill.state, GRILLED)["isAvailable"] is False
