"""An order from home, from the quote to the kitchen: priced once, placed once, whole, with nobody's name on a ticket."""

from integration.customers import deliver, order_of, ordered, proved, wanted
from integration.house import House


async def test_what_was_quoted_is_what_is_placed(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    asked = {"items": [wanted(house)], "addressId": caller.address_id}
    quote = (await phone.send("order:quote", asked))["quote"]
    assert quote["total"]["amount"] == quote["subtotal"]["amount"] + 1200
    assert (quote["zone"]["id"], quote["fee"]["amount"]) == ("centre", 1200)
    placed = await phone.operate("order:place", order_of(caller, expectedTotal=quote["total"]["amount"]))
    assert placed["check"]["total"] == quote["total"]
    assert placed["check"]["bill"] == quote["bill"]
