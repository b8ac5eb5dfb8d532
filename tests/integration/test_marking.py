"""Carts are marked, whatever comes between: a database that does not answer, a server that is behind, a busy duty."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest
from comanda_client import Connection, Refused
from integration.gate import seated, send_round, stored
from integration.house import House, Installation

from handlers.context import Context, Done
from models.cart import Cart
from models.item import Item
from models.store.outcome import Interrupted
from models.store.stream import Committed
from server.duties import Due, Duties, Duty

BEHIND_SECONDS = 4.0


async def sell_out(client: Connection, item_id: str) -> None:
    await client.operate("item:set-availability", {"itemId": item_id, "state": "OUT"})


async def marked(house: House, session_id: str, *marks: bool, seconds: float = 20) -> None:
    """Wait until the stored cart says of its lines whether they can be had."""
    deadline = time.monotonic() + seconds
    found: list[bool] = []
    while tuple(found) != marks:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)
        (cart,) = await stored(house, Cart, session_id=session_id)
        found = [line["is_available"] for line in cart["lines"]]


async def lefts(client: Connection, *lefts: int | None) -> None:
    """Wait until a client's cart says of its lines how much there is."""
    await client.until(
        lambda known: any(tuple(line["left"] for line in cart["lines"]) == lefts for cart in known.of("cart"))
    )


async def test_a_change_is_kept_while_the_database_does_not_answer(house: House, monkeypatch: Any) -> None:
    waiter, party, ana = await seated(house)
    await ana.operate("cart:add", {"itemId": house.dish("grill")})
    failures: list[str] = []
    for app in house.apps:

        async def due(work: Any, restaurant_id: str, now: Any, look: Any = app.marking._due) -> Any:
            if restaurant_id == house.restaurant.id and not failures:
                failures.append(restaurant_id)
                raise Interrupted(is_unknown=False)
            return await look(work, restaurant_id, now)

        monkeypatch.setattr(app.marking, "_due", due)
    await sell_out(waiter, house.dish("grill"))
    await marked(house, party.id, False)
    assert failures


@pytest.fixture
async def late(installation_of_two: Installation, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house on two servers; the one that does not carry out the duties hears of items a second late."""
    (lease,) = await installation_of_two.apps[0].database["leases"].find({"_id": "duties"}).to_list()
    relay = next(app.relay for app in installation_of_two.apps if app.process_id != lease["owner"])
    hear = relay._relay

    def hear_late(committed: Committed) -> None:
        if committed.kind.model is Item:
            asyncio.get_running_loop().call_later(BEHIND_SECONDS, hear, committed)
        else:
            hear(committed)

    monkeypatch.setattr(relay, "_relay", hear_late)
    house = await installation_of_two.new_house()
    if lease["owner"] != installation_of_two.apps[0].process_id:
        next(house._turns)  # who says what is sold out is to say it to the server that knows at once
    return house


async def test_what_a_server_that_is_behind_puts_into_a_cart_is_marked_too(late: House) -> None:
    waiter, dish = await late.waiter(), late.dish("grill")
    party = await late.party(waiter)
    phones = [await late.phone(party, name) for name in ("Ana", "Ion")]
    for phone in phones:
        await phone.operate("cart:add", {"itemId": late.dish("cold")})
    await sell_out(waiter, dish)
    await asyncio.sleep(0.5)  # the one that knows has looked by now
    answers = await asyncio.gather(
        *(phone.operate("cart:add", {"itemId": dish}) for phone in phones), return_exceptions=True
    )
    assert [isinstance(one, dict) for one in answers].count(True) == 1
    await marked(late, party.id, True, True, False)
    await late.require_all_know_the_truth()
    await late.close()


async def test_what_another_party_orders_is_shown_in_the_cart_that_asks_for_more_than_is_left_then(
    house: House,
) -> None:
    waiter, _, ana = await seated(house)
    dish, other = house.dish("grill"), {"sessionId": (await house.party(waiter, 1)).id}
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE", "left": 5})
    for client in (ana, waiter):
        await client.until(lambda known: any(one["left"] == 5 for one in known.of("item")))
    added = await ana.operate("cart:add", {"itemId": dish, "quantity": 4})
    assert added["cart"]["lines"][0]["left"] is None
    await send_round(house, waiter, dish, quantity=2, **other)
    await lefts(ana, 3)
    stored_cart = next(ana.state.of("cart"))
    placing = {"idempotencyKey": "asks-for-too-much", "cartVersion": stored_cart["version"]}
    with pytest.raises(Refused, match="ITEM_UNAVAILABLE") as refusal:
        await ana.send("order:place", placing)
    assert refusal.value.details["left"] == 3
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE"})
    await lefts(ana, None)


async def test_a_cart_that_changes_says_at_once_of_what_there_is_too_little(house: House) -> None:
    waiter, _, ana = await seated(house)
    dish = house.dish("grill")
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE", "left": 5})
    for client in (ana, waiter):
        await client.until(lambda known: any(one["left"] == 5 for one in known.of("item")))
    first = await ana.operate("cart:add", {"itemId": dish, "quantity": 4})
    both = await ana.operate("cart:add", {"itemId": dish, "quantity": 3})
    assert [one["left"] for one in both["cart"]["lines"]] == [None, 1]
    line = first["cart"]["lines"][0]["id"]
    fewer = await ana.operate("cart:update", {"lineId": line, "quantity": 2})
    assert [one["left"] for one in fewer["cart"]["lines"]] == [None, None]
    more = await ana.operate("cart:update", {"lineId": line, "quantity": 6})
    assert [one["left"] for one in more["cart"]["lines"]] == [5, 0]
    removed = await ana.operate("cart:remove", {"lineId": line})
    assert [one["left"] for one in removed["cart"]["lines"]] == [None]


async def test_what_two_parties_ask_for_together_is_too_much_when_they_are_merged(house: House) -> None:
    waiter, party, ana = await seated(house)
    dish, other = house.dish("grill"), await house.party(waiter, 1)
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE", "left": 5})
    for client in (ana, waiter):
        await client.until(lambda known: any(one["left"] == 5 for one in known.of("item")))
    await ana.operate("cart:add", {"itemId": dish, "quantity": 3})
    await waiter.operate("cart:add", {"itemId": dish, "quantity": 3, "sessionId": other.id})
    await waiter.operate("session:merge", {"from": other.id, "into": party.id})
    (cart,) = await stored(house, Cart, session_id=party.id, is_closed=False)
    assert [line["left"] for line in cart["lines"]] == [None, 2]


async def test_what_is_there_again_is_so_in_carts_though_a_portion_was_sold_before_we_heard(
    installation_of_one: Installation, monkeypatch: Any
) -> None:
    house = await installation_of_one.new_house()
    app, heard = house.apps[0], list[Committed]()
    waiter, party, ana = await seated(house)
    dish = house.dish("grill")
    await ana.operate("cart:add", {"itemId": dish})
    await sell_out(waiter, dish)
    await marked(house, party.id, False)
    while await app.duties.perform(app.marking.duty):
        pass
    other = {"sessionId": (await house.party(waiter, 1)).id}
    monkeypatch.setattr(app.relay, "_relay", heard.append)
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE", "left": 9})
    await send_round(house, waiter, **other)
    while sum(one.kind.model is Item for one in heard) < 2:  # noqa: ASYNC110  (the stream gives no sign)
        await asyncio.sleep(0.01)
    monkeypatch.undo()
    for committed in heard:
        app.relay._relay(committed)
    await marked(house, party.id, True, seconds=5)
    await house.close()


class Held:
    """A lease that nobody else wants."""

    async def take(self) -> int:
        return 1


async def test_who_hurries_a_duty_while_it_is_done_has_it_done_again_at_once(installation_of_one: Installation) -> None:
    app, begun, again = installation_of_one.apps[0], asyncio.Event(), asyncio.Event()

    async def find(work: Any, now: Any) -> Sequence[Due]:
        if begun.is_set():
            again.set()
        else:
            begun.set()
            duties.hurry("haste")
        return []

    async def act(ctx: Context, subject: Any) -> Done:
        return Done()

    haste = Duty("haste", 600, find, act)
    duties = Duties(Held(), [haste], app.store, app.dispatcher, app.clock, app.metrics)  # type: ignore[arg-type]
    running = asyncio.create_task(duties.run())
    try:
        async with asyncio.timeout(0.5):  # a tick is a second
            await again.wait()
    finally:
        running.cancel()
