"""The allergy note: what a guest must not get goes with the line from the cart to the cook, and to nobody's receipt."""

import json
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.dinner import Dinner, dine
from integration.house import House
from integration.passing import COLD, GRILLED

NUTS = ["GLUTEN", "NUTS"]


async def send(client: Connection, cart: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Send a cart; returns the order."""
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"], **more}
    return dict((await client.operate("order:place", placing))["order"])


async def cooked(dinner: Dinner, cook: Connection, order: dict[str, Any]) -> list[list[str]]:
    """Return the allergy notes on the tickets of an order."""
    dinner.order = order
    return [line["avoid"] for one in await dinner.tickets(cook) for line in one["lines"]]


async def test_what_a_guest_must_not_get_is_on_the_cart_the_order_and_the_ticket(house: House) -> None:
    dinner, cook = await dine(house, COLD, quantity=1), await house.cook()
    added = await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": ["NUTS", "GLUTEN", "NUTS"]})
    assert added["cart"]["lines"][0]["avoid"] == NUTS
    order = await send(dinner.phone, added["cart"])
    assert [line["avoid"] for line in order["lines"]] == [NUTS]
    assert await cooked(dinner, cook, order) == [NUTS]
    await dinner.waiter.until(
        lambda state: any(line["avoid"] == NUTS for one in state.of("order") for line in one["lines"])
    )


async def test_a_note_that_changes_in_the_cart_is_the_last_one_that_is_cooked(house: House) -> None:
    dinner, cook = await dine(house, COLD, quantity=1), await house.cook()
    line = (await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": NUTS}))["cart"]["lines"][0]["id"]
    kept = await dinner.phone.operate("cart:update", {"lineId": line, "quantity": 2})
    assert kept["cart"]["lines"][0]["avoid"] == NUTS
    changed = await dinner.phone.operate("cart:update", {"lineId": line, "avoid": ["MILK"]})
    assert changed["cart"]["lines"][0]["avoid"] == ["MILK"]
    assert await cooked(dinner, cook, await send(dinner.phone, changed["cart"])) == [["MILK"]]


async def test_a_note_can_be_taken_back(house: House) -> None:
    dinner = await dine(house, COLD, quantity=1)
    line = (await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": NUTS}))["cart"]["lines"][0]["id"]
    cleared = await dinner.phone.operate("cart:update", {"lineId": line, "avoid": []})
    assert cleared["cart"]["lines"][0]["avoid"] == []


async def test_a_repeated_change_of_the_note_changes_nothing(house: House) -> None:
    dinner = await dine(house, COLD, quantity=1)
    line = (await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": NUTS}))["cart"]["lines"][0]["id"]
    first = {"lineId": line, "avoid": ["MILK"], "opId": str(uuid4())}
    await dinner.phone.operate("cart:update", first)
    await dinner.phone.operate("cart:update", {"lineId": line, "avoid": ["EGGS"]})
    repeated = await dinner.phone.operate("cart:update", first)
    assert repeated["replayed"]
    assert repeated["cart"]["lines"][0]["avoid"] == ["EGGS"]


async def test_each_of_a_party_with_carts_of_their_own_has_their_own_note(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter, mode="INDIVIDUAL")
    for name, note in (("Ana", NUTS), ("Ion", ["FISH"])):
        phone = await house.phone(party, name)
        await send(phone, (await phone.operate("cart:add", {"itemId": GRILLED, "avoid": note}))["cart"])
    await cook.until(lambda state: len(list(state.of("ticket"))) == 2)
    notes = {line["guest"]: line["avoid"] for one in cook.state.of("ticket") for line in one["lines"]}
    assert notes == {"Ana": NUTS, "Ion": ["FISH"]}


async def test_a_waiter_notes_it_for_the_party(house: House) -> None:
    dinner, cook = await dine(house, COLD, quantity=1), await house.cook()
    added = await dinner.ask("cart:add", {"itemId": GRILLED, "avoid": NUTS})
    placing = {"sessionId": dinner.party.id, "idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    order = (await dinner.waiter.operate("order:place", placing))["order"]
    assert await cooked(dinner, cook, dict(order)) == [NUTS]


async def test_the_same_dish_with_and_without_a_note_stays_two_lines(house: House) -> None:
    dinner, cook = await dine(house, COLD, quantity=1), await house.cook()
    await dinner.phone.operate("cart:add", {"itemId": GRILLED})
    added = await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": NUTS})
    assert await cooked(dinner, cook, await send(dinner.phone, added["cart"])) == [[], NUTS]


async def test_a_line_keeps_its_note_when_its_party_is_merged_and_parted(house: House) -> None:
    dinner = await dine(house, COLD, quantity=1)
    other = await house.party(dinner.waiter, 1)
    guest = await house.phone(other, "Vlad")
    await guest.operate("cart:add", {"itemId": GRILLED, "avoid": NUTS})
    await dinner.waiter.operate("session:merge", {"from": other.id, "into": dinner.party.id})
    await dinner.phone.until(
        lambda state: any(line["avoid"] == NUTS for one in state.of("cart") for line in one["lines"])
    )
    await dinner.waiter.operate("session:unmerge", {"sessionId": other.id})
    back = await guest.operate("cart:add", {"itemId": COLD})
    assert [line["avoid"] for line in back["cart"]["lines"]] == [NUTS, []]


async def test_neither_the_check_nor_the_receipt_says_what_a_guest_must_not_get(house: House) -> None:
    dinner = await dine(house, COLD, quantity=1)
    added = await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": ["MOLLUSCS"]})
    await send(dinner.phone, added["cart"])
    receipts = [
        await dinner.waiter.send("receipt:get", {"sessionId": dinner.party.id, "format": form})
        for form in ("TEXT", "HTML")
    ]
    shown = json.dumps([await dinner.check(), await dinner.phone.send("check:get", {}), *receipts])
    assert "Tochitur" in shown
    assert "mollus" not in shown.lower()


@pytest.mark.parametrize("avoid", [["CATS"], "NUTS", ["nuts"], [None], [["NUTS"]], ["NUTS"] * 15])
async def test_what_is_none_of_the_fourteen_allergens_is_refused(house: House, avoid: Any) -> None:
    dinner = await dine(house, COLD, quantity=1)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await dinner.phone.operate("cart:add", {"itemId": GRILLED, "avoid": avoid})
