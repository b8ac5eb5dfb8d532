"""What customers at home are told, on whatever server they are: the menu, what is sold out, and nothing of tables."""

from integration.customers import proved
from integration.house import House


async def test_a_customer_reads_the_menu_and_hears_at_once_what_is_sold_out(house: House) -> None:
    waiter, caller = await house.waiter(), await proved(house)
    phone, other = await caller.connect(), await caller.connect()
    answer = await phone.send("menu:get", {"language": "ro", "diningOption": "DELIVERY"})
    assert answer["menu"]["dishes"]
    dish = house.dish("grill")
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "OUT"})
    for one in (phone, other):
        await one.until(lambda state: any(item["itemId"] == dish for item in state.of("item")))


async def test_a_customer_hears_nothing_of_the_tables(house: House) -> None:
    waiter, caller = await house.waiter(), await proved(house)
    phone = await caller.connect()
    party = await house.party(waiter)
    guest = await house.phone(party)
    added = await guest.operate("cart:add", {"itemId": house.dish("grill")})
    await guest.operate("order:place", {"idempotencyKey": "k-0000-0001", "cartVersion": added["cart"]["version"]})
    await waiter.until(lambda state: any(state.of("order")))
    await phone.sync()
    assert {name for name, _ in phone.heard} <= {
        "hello",
        "item:changed",
        "station:changed",
        "menu:changed",
        "delivery:changed",
    }
