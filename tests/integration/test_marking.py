"""Carts are marked, whatever comes between: a database that does not answer, a server that is behind, a busy duty."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest
from comanda_client import Connection
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


async def marked(house: House, session_id: str, *marks: bool, seconds: float = 8) -> None:
    """Wait until the stored cart says of its lines whether they can be had."""
    deadline = time.monotonic() + seconds
    found: list[bool] = []
    while tuple(found) != marks:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)
        (cart,) = await stored(house, Cart, session_id=session_id)
        found = [line["is_available"] for line in cart["lines"]]


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


async def test_selling_one_of_many_portions_makes_nobody_look_at_the_carts(house: House, monkeypatch: Any) -> None:
    waiter, _, ana = await seated(house)
    plenty = {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 2}
    hurried: list[str] = []
    await waiter.operate("item:set-availability", plenty)
    for client in (ana, waiter):
        await client.until(lambda known: any(one["left"] == 2 for one in known.of("item")))
    for app in house.apps:
        monkeypatch.setattr(app.marking, "hurry", hurried.append)
    for left, looks in ((1, 0), (0, len(house.apps))):
        await send_round(house, ana)
        for client in (ana, waiter):
            await client.until(lambda known, left=left: any(one["left"] == left for one in known.of("item")))  # type: ignore[misc]
        assert len(hurried) == looks


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
