"""The client that comes with the server keeps its promises on a long evening, and when it is not wanted any more."""

from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House, difference

TICKETS = 184
STATIONS = ("grill", "cold", "pizza", "bar")


async def fill_the_board(house: House) -> None:
    """Place rounds until every station has its share of the tickets, at ten tables."""
    waiter = await house.waiter()
    phones = [await house.phone(await house.party(waiter, table)) for table in range(10)]
    for number in range(TICKETS // len(STATIONS)):
        phone = phones[number % len(phones)]
        for station in STATIONS:
            added = await phone.operate("cart:add", {"itemId": house.dish(station), "quantity": 1})
        await phone.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})


async def test_a_screen_with_more_tickets_than_it_can_name_learns_which_were_bumped_meanwhile(house: House) -> None:
    screen, cook = await house.cook(), await house.cook()
    await fill_the_board(house)
    await screen.until(lambda state: len(list(state.of("ticket"))) == TICKETS, 10)
    tickets = [one["id"] for one in screen.state.of("ticket")]
    oldest, newest = tickets[:12], tickets[-12:]
    await screen.drop()
    for ticket_id in (*oldest, *newest):
        await cook.send("ticket:bump", {"ticketId": ticket_id})
    await screen.open()
    # How busy the stations are is told a moment later.
    assert [one for one in difference(screen.state, await cook.fresh()) if one.startswith("ticket")] == []
    assert sum(one["status"] == "OPEN" for one in screen.state.of("ticket")) == TICKETS - 24


async def test_a_phone_whose_session_was_closed_while_it_was_away_is_told(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party)
    await phone.close()
    await waiter.send("session:close", {"sessionId": party.id, "opId": str(uuid4())})
    phone = Connection(phone.addresses, phone.namespace, phone.auth, first_pause=0.05)
    await phone.keep_open()
    try:
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await phone.until(lambda state: any(state.of("cart")))
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await phone.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 1}, within=5)
        assert phone.refusal is not None
        assert phone.refusal.code == "JOIN_REFUSED"
        assert not phone.is_live.is_set()
    finally:
        await phone.close()
