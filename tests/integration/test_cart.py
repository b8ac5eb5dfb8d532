"""Carts: shared and private, repeated and held."""

from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House


async def test_the_same_operation_twice_adds_once(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    line = {"itemId": house.dish(), "quantity": 2, "opId": str(uuid4())}
    first, second = await ana.send("cart:add", line), await ana.send("cart:add", line)
    assert len(second["cart"]["lines"]) == 1
    assert second["replayed"] is True
    assert first["cart"]["version"] == second["cart"]["version"]


async def test_a_line_is_changed_and_removed_and_the_cart_cleared(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    dish = house.dish()
    line = (await ana.operate("cart:add", {"itemId": dish, "quantity": 1}))["cart"]["lines"][0]
    changed = await ana.operate("cart:update", {"lineId": line["id"], "quantity": 3, "note": "mai picant"})
    assert (changed["cart"]["lines"][0]["quantity"], changed["cart"]["lines"][0]["note"]) == (3, "mai picant")
    assert changed["cart"]["total"]["amount"] == 3 * line["unitPrice"]["amount"]
    assert (await ana.operate("cart:remove", {"lineId": line["id"]}))["cart"]["lines"] == []
    await ana.operate("cart:add", {"itemId": dish})
    assert (await ana.operate("cart:clear", {}))["cart"]["lines"] == []


async def test_every_phone_of_a_family_sees_the_change_and_who_made_it(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.operate("cart:add", {"itemId": house.dish(), "quantity": 2})
    state = await ion.until(lambda known: any(cart["lines"] for cart in known.of("cart")))
    assert next(state.of("cart"))["lines"][0]["addedBy"]["name"] == "Ana"
    change = next(
        payload["change"] for name, payload in ion.heard if name == "cart:changed" and payload["cart"]["lines"]
    )
    assert change["kind"] == "line-added"


async def test_individual_carts_are_seen_by_their_owner_only(house: House) -> None:
    party = await house.party(await house.waiter(), mode="INDIVIDUAL")
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    mine = await ana.operate("cart:add", {"itemId": house.dish(), "quantity": 1})
    his = await ion.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 5})
    assert mine["cart"]["id"] != his["cart"]["id"]
    assert [line["quantity"] for line in his["cart"]["lines"]] == [5]
    await ion.sync()
    assert mine["cart"]["id"] not in ion.state.snapshots


async def test_while_one_phone_holds_the_checkout_the_others_wait(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.operate("cart:add", {"itemId": house.dish()})
    await ana.send("checkout:hold", {})
    with pytest.raises(Refused) as refused:
        await ion.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())})
    assert refused.value.code == "CART_HELD"
    assert refused.value.details["heldBy"] == "Ana"
    await ana.send("checkout:release", {})
    assert (await ion.operate("cart:add", {"itemId": house.dish()}))["success"]


async def test_a_hold_ends_by_itself(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.operate("cart:add", {"itemId": house.dish()})
    held = await ana.send("checkout:hold", {})
    house.clock.advance(seconds=30)
    taken = await ion.send("checkout:hold", {})
    assert taken["cart"]["hold"]["fence"] == held["cart"]["hold"]["fence"] + 1


async def test_modifiers_are_checked_and_priced(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    groups = {group.id: group for group in house.menu.modifier_groups}
    dish = next(
        dish
        for dish in house.menu.dishes
        if any(
            groups[one].min_select == 1 and any(o.price for o in groups[one].options) for one in dish.modifier_groups
        )
    )
    with pytest.raises(Refused, match="MODIFIERS_INVALID"):
        await ana.send("cart:add", {"itemId": dish.id, "opId": str(uuid4())})
    chosen = [max(groups[one].options, key=lambda o: o.price) for one in dish.modifier_groups if groups[one].min_select]
    added = await ana.operate("cart:add", {"itemId": dish.id, "modifiers": [option.id for option in chosen]})
    expected = dish.price + sum(option.price for option in chosen)
    assert added["cart"]["lines"][0]["unitPrice"] == {"amount": expected, "currency": "RON"}


async def test_a_waiter_adds_to_the_guests_cart_under_their_own_name(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    ana = await house.phone(party)
    await waiter.operate("cart:add", {"sessionId": party.id, "itemId": house.dish(), "quantity": 1})
    state = await ana.until(lambda known: any(cart["lines"] for cart in known.of("cart")))
    assert next(state.of("cart"))["lines"][0]["addedBy"]["kind"] == "STAFF"


async def test_a_cart_takes_no_more_lines_than_a_round_may_have(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    for app in house.apps:
        assert app.settings.limits.cart_lines == 60
    for _ in range(3):
        phone = ana
        for _ in range(20):
            await phone.operate("cart:add", {"itemId": house.dish()})
        ana = await house.connect("/table", dict(ana.auth))
    with pytest.raises(Refused, match="CART_FULL"):
        await ana.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())})
