"""86: whoever says it, every phone, screen and cart knows; and the last portion is sold once."""

import asyncio
import itertools
import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration import people
from integration.gate import send_round
from integration.house import House, Party

from models.item import Item
from models.menu import Menu
from models.order import Order
from models.principal import Principal, Role, Visitor
from models.ticket import Ticket
from server.client import Client
from server.marking import Marking

TRIES = 1_000
PORTIONS = 10


async def set_item(client: Connection, item_id: str, state: str = "OUT", **more: Any) -> dict[str, Any]:
    """Say what of an item there is; returns it."""
    answer = await client.operate("item:set-availability", {"itemId": item_id, "state": state, **more})
    return dict(answer["item"])


async def seated(house: House) -> tuple[Connection, Party, Connection]:
    waiter = await house.waiter()
    party = await house.party(waiter)
    return waiter, party, await house.phone(party)


async def shows(client: Connection, item_id: str, *, is_available: bool, left: int | None = None) -> None:
    """Wait until a client shows the state of an item."""
    await client.until(
        lambda known: any(
            (one["itemId"], one["isAvailable"], one["left"]) == (item_id, is_available, left)
            for one in known.of("item")
        )
    )


async def marks(client: Connection, *marks: bool) -> None:
    """Wait until a client's cart says of its lines whether they can be had."""
    await client.until(
        lambda known: any(tuple(line["isAvailable"] for line in cart["lines"]) == marks for cart in known.of("cart"))
    )


def option_of(house: House) -> tuple[str, str]:
    """Return a dish of the menu and an option that may be chosen with it and nothing else."""
    for dish in house.menu.dishes:
        groups = [house.menu.groups_by_id[one] for one in dish.modifier_groups]
        if groups and all(group.min_select == 0 for group in groups) and not dish.hours:
            return dish.id, groups[0].options[0].id
    raise AssertionError("no dish with an option")


# ── everybody knows ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_dish_that_a_cook_says_is_out_is_out_on_every_phone_tablet_and_screen(house: House) -> None:
    waiter, party, ana = await seated(house)
    ion, cook = await house.phone(party, "Ion"), await house.cook()
    other = await house.phone(await house.party(waiter, 1), "Vlad")
    dish = house.dish("grill")
    await ana.operate("cart:add", {"itemId": dish})
    await ana.operate("cart:add", {"itemId": house.dish("cold")})
    await set_item(cook, dish)
    for client in (ana, ion, other, waiter, cook):
        await shows(client, dish, is_available=False)
    for phone in (ana, ion):
        await marks(phone, False, True)
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await other.operate("cart:add", {"itemId": dish})
    assert refusal.value.details == {"itemId": dish}
    menu = await other.send("menu:get")
    assert [(one["itemId"], one["isAvailable"]) for one in menu["items"]] == [(dish, False)]
    await set_item(waiter, dish, "AVAILABLE")
    await marks(ion, True, True)
    assert (await other.operate("cart:add", {"itemId": dish}))["cart"]["lines"]


async def test_a_cook_finds_on_the_ticket_what_to_say_is_out(house: House) -> None:
    _, _, ana = await seated(house)
    dish, option = option_of(house)
    cook = await house.cook()
    added = await ana.operate("cart:add", {"itemId": dish, "modifiers": [option]})
    await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})
    state = await cook.until(lambda known: any(known.of("ticket")))
    line = next(state.of("ticket"))["lines"][0]
    assert (line["itemId"], line["optionIds"]) == (dish, [option])
    for named in (line["itemId"], *line["optionIds"]):
        await set_item(cook, named)
        await shows(ana, named, is_available=False)


async def test_a_marked_line_stays_is_not_sent_and_can_be_taken_out(house: House) -> None:
    waiter, party, ana = await seated(house)
    dish = house.dish("grill")
    line = (await ana.operate("cart:add", {"itemId": dish, "note": "fără sare"}))["cart"]["lines"][0]
    await ana.operate("cart:add", {"itemId": house.dish("cold")})
    await set_item(waiter, dish)
    await marks(ana, False, True)
    cart = next(ana.state.of("cart"))
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await ana.send("order:place", placing)
    assert refusal.value.details == {"itemId": dish, "lineId": line["id"]}
    noted = await ana.operate("cart:update", {"lineId": line["id"], "note": "altceva?", "quantity": 2})
    assert [(one["note"], one["isAvailable"]) for one in noted["cart"]["lines"]] == [("altceva?", False), ("", True)]
    removed = await ana.operate("cart:remove", {"lineId": line["id"]})
    placing["cartVersion"] = removed["cart"]["version"]
    placed = await ana.send("order:place", placing)
    assert [one["itemId"] for one in placed["order"]["lines"]] == [house.dish("cold")]
    assert await house.apps[0].database["orders"].count_documents({"session_id": party.id}) == 1


async def test_an_option_can_be_out_and_only_what_was_chosen_with_it_is_marked(house: House) -> None:
    waiter, _, ana = await seated(house)
    dish, option = option_of(house)
    await ana.operate("cart:add", {"itemId": dish, "modifiers": [option]})
    await ana.operate("cart:add", {"itemId": dish})
    await set_item(waiter, option)
    await marks(ana, False, True)
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await ana.operate("cart:add", {"itemId": dish, "modifiers": [option]})
    assert refusal.value.details == {"itemId": dish, "optionId": option}


async def test_what_is_out_until_a_moment_is_back_by_itself(house: House) -> None:
    waiter, _, ana = await seated(house)
    dish = house.dish("grill")
    await ana.operate("cart:add", {"itemId": dish})
    until = house.apps[0].clock.now() + timedelta(minutes=20)
    item = await set_item(waiter, dish, until=until.isoformat())
    assert item["until"].startswith(until.isoformat()[:19])
    await marks(ana, False)
    house.clock.advance(minutes=21)
    await shows(ana, dish, is_available=True)
    await marks(ana, True)


@pytest.mark.parametrize("minutes", [-1, 7 * 24 * 60 + 5])
async def test_a_moment_that_has_passed_or_is_far_off_is_refused(house: House, minutes: int) -> None:
    waiter = await house.waiter()
    until = house.apps[0].clock.now() + timedelta(minutes=minutes)
    with pytest.raises(Refused, match="UNTIL_REFUSED"):
        await set_item(waiter, house.dish(), until=until.isoformat())


async def test_a_screen_says_it_only_of_what_its_stations_cook_and_hears_of_all(house: House) -> None:
    screen, _ = await people.enrol(house, await people.manager(house), "/kitchen", stations=["bar"])
    drink, steak = house.dish("bar"), house.dish("grill")
    await set_item(screen, drink)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await set_item(screen, steak)
    cook = await house.cook()
    await set_item(cook, steak)
    for item in (drink, steak):
        await shows(screen, item, is_available=False)
    (entry, _) = await people.entries(house, "availability-set")
    assert (entry["subject"], entry["before"], entry["after"]) == (
        drink,
        {"state": "AVAILABLE", "left": None},
        {"state": "OUT", "left": None},
    )


async def test_what_a_new_menu_has_no_more_is_marked_in_the_carts(house: House) -> None:
    _, _, ana = await seated(house)
    await ana.operate("cart:add", {"itemId": house.dish("grill")})
    await ana.operate("cart:add", {"itemId": house.dish("cold")})
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    (menu,) = await work.members(Menu, "house", house.restaurant.id)
    gone = house.dish("grill")
    work.save(menu.with_(dishes=tuple(one for one in menu.dishes if one.id != gone)))
    await work.commit()
    await marks(ana, False, True)


async def test_the_same_operation_twice_says_it_once(house: House) -> None:
    waiter, colleague = await house.waiter(), await house.staff("mihai")
    request = {"itemId": house.dish(), "state": "AVAILABLE", "left": 9, "opId": str(uuid4())}
    first = await waiter.send("item:set-availability", request)
    await colleague.operate("item:set-availability", request | {"left": 4, "opId": str(uuid4())})
    await waiter.until(lambda state: any(one["left"] == 4 for one in state.of("item")))
    again = await waiter.send("item:set-availability", request)
    assert (first["item"]["left"], again["item"]["left"], again["replayed"]) == (9, 4, True)


async def test_what_is_not_on_the_menu_is_not_found(house: House) -> None:
    waiter = await house.waiter()
    with pytest.raises(Refused, match="NOT_FOUND"):
        await set_item(waiter, "no-such-dish")


# ── what is counted ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_guests_are_told_how_many_are_left_only_when_few_are(house: House) -> None:
    waiter, _, ana = await seated(house)
    dish = house.dish("grill")
    await set_item(waiter, dish, "AVAILABLE", left=7)
    await shows(ana, dish, is_available=True, left=None)
    await shows(waiter, dish, is_available=True, left=7)
    await send_round(house, ana, quantity=3)
    await shows(ana, dish, is_available=True, left=4)
    await shows(waiter, dish, is_available=True, left=4)


async def test_portions_of_dishes_and_of_options_are_counted_over_all_lines_of_a_round(house: House) -> None:
    waiter, _, ana = await seated(house)
    dish, option = option_of(house)
    await set_item(waiter, option, "AVAILABLE", left=4)
    for quantity in (2, 3):
        added = await ana.operate("cart:add", {"itemId": dish, "modifiers": [option], "quantity": quantity})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await ana.send("order:place", placing)
    assert (refusal.value.details["optionId"], refusal.value.details["left"]) == (option, 4)
    fewer = await ana.operate("cart:update", {"lineId": added["cart"]["lines"][0]["id"], "quantity": 1})
    await ana.send("order:place", placing | {"cartVersion": fewer["cart"]["version"]})
    await shows(ana, option, is_available=False, left=0)


TEMPORARY = ("UNAVAILABLE", "ORDER_IN_PROGRESS", "OUTCOME_UNKNOWN")


class Table:
    """A party that orders without a pause, its commands at either server in turn."""

    def __init__(self, house: House, party: Party) -> None:
        self._apps = itertools.cycle(house.apps)
        roles = frozenset({Role.VISITOR})
        someone = Visitor(
            restaurant_id=house.restaurant.id, roles=roles, address="", device="", table_id=party.table.id
        )
        self._client = Client("/table", someone, "en")

    async def send(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out a command and return its ack; what nobody had time for is sent again, as a client does."""
        while True:
            self._client.allowance.clear()
            ack = await next(self._apps).dispatcher.run(self._client, name, json.dumps(request), self._become)
            answer = dict(json.loads(ack))
            if answer["success"] or answer["error"]["code"] not in TEMPORARY:
                return answer

    def _become(self, principal: Principal) -> None:
        self._client.principal = principal

    async def try_to_order(self, dish: str) -> str:
        """Send a round of one dish; returns "placed" or the code of the refusal."""
        cart = await self.send("cart:add", {"itemId": dish, "opId": str(uuid4())})
        if not cart["success"]:
            return str(cart["error"]["code"])
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": cart["cart"]["version"]}
        placed = await self.send("order:place", placing)
        if placed["success"]:
            return "placed"
        await self.send("cart:clear", {"opId": str(uuid4())})
        return str(placed["error"]["code"])


async def test_of_a_thousand_tries_as_many_are_sold_as_there_are_portions(house: House) -> None:
    waiters = [await house.waiter(), await house.staff("mihai"), await house.staff(house.login_of("MANAGER"))]
    dish, tables = house.dish("grill"), []
    for number in range(len(house.tables)):
        party = await house.party(waiters[number % len(waiters)], number)
        tables.append(Table(house, party))
        assert (await tables[-1].send("session:join", {"pin": party.pin, "name": "Ana"}))["success"]
    await set_item(waiters[0], dish, "AVAILABLE", left=PORTIONS)

    async def try_again_and_again(table: Table) -> list[str]:
        return [await table.try_to_order(dish) for _ in range(TRIES // len(tables))]

    answers = [one for tried in await asyncio.gather(*map(try_again_and_again, tables)) for one in tried]
    assert len(answers) == TRIES
    counts = Counter(answers)
    # Whose line was marked as sold out in this very moment is shown the cart.
    assert counts["placed"] == PORTIONS
    assert counts["ITEM_UNAVAILABLE"] + counts["CART_CHANGED"] == TRIES - PORTIONS
    store = house.apps[0].store
    orders = await store.collection(Order).find({"restaurant_id": house.restaurant.id}).to_list()
    assert sum(line["quantity"] for one in orders for line in one["lines"]) == PORTIONS
    assert await store.collection(Ticket).count_documents({"restaurant_id": house.restaurant.id}) == PORTIONS
    item = await store.collection(Item).find_one({"restaurant_id": house.restaurant.id})
    assert item is not None
    assert item["left"] == 0


async def test_a_round_that_waits_takes_nothing_until_it_is_approved(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    dish = gated.dish("grill")
    await set_item(waiter, dish, "AVAILABLE", left=3)
    waiting = (await send_round(gated, ana, quantity=2))["order"]
    other = await gated.party(waiter, 1)
    cart = (await waiter.operate("cart:add", {"itemId": dish, "quantity": 2, "sessionId": other.id}))["cart"]
    placing = {"sessionId": other.id, "idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
    await waiter.send("order:place", placing)
    await shows(ana, dish, is_available=True, left=1)
    deciding = {"sessionId": party.id, "orderId": waiting["id"]}
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await waiter.operate("order:approve", deciding)
    assert refusal.value.details["left"] == 1
    await set_item(waiter, dish, "AVAILABLE", left=2)
    await waiter.operate("order:approve", deciding)
    await shows(ana, dish, is_available=False, left=0)


# ── the house ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_carts_are_looked_at_when_something_changes_and_left_alone_otherwise(house: House) -> None:
    waiter, _, ana = await seated(house)
    await ana.operate("cart:add", {"itemId": house.dish("grill")})
    marking: Marking = house.apps[0].marking
    while await house.apps[0].duties.perform(marking.duty):
        pass
    looked: list[str] = []
    look = marking._due

    async def watched(work: Any, restaurant_id: str, now: Any) -> Any:
        looked.append(restaurant_id)
        return await look(work, restaurant_id, now)

    marking._due = watched  # type: ignore[method-assign]
    try:
        await house.apps[0].duties.perform(marking.duty)
        assert house.restaurant.id not in looked
        await set_item(waiter, house.dish("grill"))
        await marks(ana, False)
    finally:
        marking._due = look  # type: ignore[method-assign]
