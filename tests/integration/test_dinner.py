"""A party orders dinner, end to end."""

from integration.house import House


async def test_a_party_orders_dinner_end_to_end(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    dish = house.dish("grill")
    first = await ana.operate("cart:add", {"itemId": dish, "quantity": 2, "note": "fără sare"})
    second = await ion.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 1})
    assert [line["addedBy"]["name"] for line in second["cart"]["lines"]] == ["Ana", "Ion"]
    assert first["cart"]["version"] < second["cart"]["version"]
    placed = await ion.operate(
        "order:place", {"idempotencyKey": "k-0000-0001", "cartVersion": second["cart"]["version"]}
    )
    assert placed["cart"]["lines"] == []
    await cook.until(lambda state: sum(1 for _ in state.of("ticket")) == 2)
    await ana.until(lambda state: sum(1 for _ in state.of("order")) == 1)
    ticket = next(one for one in cook.state.of("ticket") if one["station"] == "grill")
    line = ticket["lines"][0]
    await cook.send(
        "line:set-status",
        {"ticketId": ticket["id"], "lineId": line["id"], "status": "READY", "expected": "NEW"},
    )
    await ana.until(lambda state: any(one["lines"][0]["status"] == "READY" for one in state.of("order")))
    await waiter.until(lambda state: any(one["lines"][0]["status"] == "READY" for one in state.of("order")))
