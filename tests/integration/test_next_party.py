"""A party has gone and another one sits down: what the former one had opens nothing, and nothing of it is seen."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.arriving import Arriving
from integration.house import House, Party

from models.house import Table
from models.store.schema import KINDS
from server.app import App

ORIGIN = "https://order.example.com"
GONE_NAME, GONE_NOTE = "Zenobia", "fara-ceapa-4471"
CUT_SECONDS = 2.0
KEPT_BY_THE_TABLE = ("restaurants", "menus", "tables", "stations", "staff", "staff_sessions", "attempt_limits")


def browser(house: House) -> dict[str, str]:
    return {"Origin": ORIGIN, "Cookie": f"comanda_device=of-the-former-party-{house.restaurant.id}"}


async def dined(house: House, mode: str = "FAMILY") -> tuple[Party, Connection]:
    """Have a party order, leave something in the cart and go; returns it and a phone of it, which is still there."""
    waiter = await house.waiter()
    party = await house.party(waiter, mode=mode)
    phone = await house.connect("/table", {"table": party.token}, headers=browser(house))
    answer = await phone.send("session:join", {"pin": party.pin, "name": GONE_NAME})
    phone.auth["sessionToken"] = answer["sessionToken"]
    line = {"itemId": house.dish("grill"), "note": GONE_NOTE}
    added = (await phone.operate("cart:add", line))["cart"]
    await phone.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["version"]})
    await phone.operate("cart:add", line)
    return party, phone


async def close(house: House, party: Party) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": party.id, "reason": "they had to go"})


async def follow(house: House, mode: str = "FAMILY") -> Party:
    """Open the same table for the next party."""
    return await house.party(await house.waiter(), mode=mode)


async def on(house: House, server: int, auth: dict[str, Any], **options: Any) -> Connection:
    """Connect to one of the servers."""
    client = Connection(house.installation.addresses[server], "/table", auth, first_pause=0.05, **options)
    await client.open()
    house.clients.append(client)
    return client


async def test_an_old_code_is_refused_by_every_server(house: House) -> None:
    party, _ = await dined(house)
    await close(house, party)
    following = await follow(house)
    assert following.token != party.token
    for server in range(len(house.apps)):
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"table": party.token})


async def test_the_code_of_a_table_that_a_party_was_moved_from_ends_with_the_party(house: House) -> None:
    party, _ = await dined(house)
    waiter = await house.waiter()
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    visitor = await house.connect("/table", {"table": party.token})
    await close(house, party)
    await asyncio.wait_for(visitor.lost(), CUT_SECONDS)
    following = await follow(house)
    assert following.token != party.token
    for server in range(len(house.apps)):
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"table": party.token})


async def test_the_code_of_a_table_where_a_party_sat_by_mistake_ends_with_the_party(house: House) -> None:
    party, _ = await dined(house)
    waiter = await house.waiter()
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 10)
    table = await work.fresh(Table, house.tables[5].id)
    assert table is not None
    await waiter.operate("session:undo-move", {"sessionId": party.id})
    reloaded = await house.connect("/table", {"table": table.token}, headers=browser(house))
    await reloaded.until(lambda known: [one["id"] for one in known.of("session")] == [party.id])
    await close(house, party)
    for server in range(len(house.apps)):
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"table": table.token})


async def test_the_code_of_a_table_where_others_sit_by_now_stays_theirs(house: House) -> None:
    party, _ = await dined(house)
    waiter = await house.waiter()
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    others = await follow(house)
    await close(house, party)
    assert (await house.phone(others, "Maria")).auth["sessionToken"]


async def test_who_was_moved_stays_in_when_the_code_they_scanned_ends_with_the_next_party_there(house: House) -> None:
    party, _ = await dined(house)
    waiter = await house.waiter()
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    others = await follow(house)
    assert others.token == party.token
    await close(house, others)
    for server in range(len(house.apps)):
        again = await on(house, server, {"table": party.token}, headers=browser(house))
        assert [one["id"] for one in again.state.of("session")] == [party.id]
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"table": party.token})
    await close(house, party)
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await on(house, 0, {"table": party.token}, headers=browser(house))


async def test_who_is_connected_with_an_old_code_is_cut_off_by_every_server(house: House) -> None:
    party, _ = await dined(house)
    visitors = [await on(house, server, {"table": party.token}) for server in range(len(house.apps))]
    await close(house, party)
    await asyncio.wait_for(asyncio.gather(*(one.lost() for one in visitors)), CUT_SECONDS)


async def test_who_comes_with_an_old_code_while_it_ends_does_not_stay(house: House) -> None:
    party, _ = await dined(house)

    async def come(server: int) -> Connection:
        return await on(house, server, {"table": party.token})

    coming = [asyncio.create_task(come(turn % len(house.apps))) for turn in range(20)]
    await close(house, party)
    arrived = [one for one in await asyncio.gather(*coming, return_exceptions=True) if isinstance(one, Connection)]
    await asyncio.wait_for(asyncio.gather(*(one.lost() for one in arrived)), CUT_SECONDS)


async def test_whose_code_ends_during_the_handshake_does_not_stay(house: House) -> None:
    party, _ = await dined(house)
    app, visitor = house.apps[-1], Arriving("/table", {"table": party.token})
    await app.realtime.connect(visitor)
    await close(house, party)
    await until_heard(house, app, party)
    await visitor.enter_and_be_closed(app, CUT_SECONDS)


async def until_heard(house: House, app: App, party: Party) -> None:
    """Wait until a server knows that the table has another code."""
    for _ in range(200):
        known = await app.store.begin(house.restaurant.id, app.clock.monotonic() + 5).get(Table, party.table.id)
        if known is not None and known.token != party.token:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_token_and_a_cookie_of_the_former_party_open_nothing(house: House) -> None:
    party, phone = await dined(house)
    await close(house, party)
    following = await follow(house)
    for server in range(len(house.apps)):
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"sessionToken": phone.auth["sessionToken"]})
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await on(house, server, {"table": party.token}, headers=browser(house))
        auth = {"table": following.token, "sessionToken": phone.auth["sessionToken"]}
        again = await on(house, server, auth, headers=browser(house))
        assert again.hello["principal"]["roles"] == ["VISITOR"]


async def test_who_never_hung_up_cannot_join_the_next_party(house: House) -> None:
    party, phone = await dined(house)
    await close(house, party)
    following = await follow(house)
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await phone.send("session:join", {"pin": following.pin})
    with pytest.raises(Refused, match="SESSION_CLOSED"):
        await phone.operate("cart:add", {"itemId": house.dish()})


@pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])
async def test_the_next_party_sees_nothing_of_the_former_one(house: House, mode: str) -> None:
    party, former = await dined(house, mode)
    gone = await of_the_former(house, party)
    (line,) = (one["id"] for cart in former.state.of("cart") for one in cart["lines"])
    order = next(former.state.of("order"))["id"]
    await former.close()
    await close(house, party)
    following = await follow(house, mode)
    heard: list[str] = []

    def listen(kind: str, name: str, data: Any) -> None:
        heard.extend([json.dumps({**(data or {}), "gone": []})] if kind in ("answered", "heard") else [])

    # The same phone as in the former party: its cookie is known from there.
    phone = await house.connect("/table", {"table": following.token}, headers=browser(house), log=listen)
    await phone.send("session:join", {"pin": following.pin, "name": "Maria", "resume": True})
    named = await phone.send("sync:get", {"have": dict.fromkeys((*gone, "an-invented-id"), 0)})
    assert set(named["gone"]) == {*gone, "an-invented-id"}
    await phone.send("order:list")
    await phone.send("check:get")
    await phone.operate("cart:add", {"itemId": house.dish()})
    await phone.send("menu:get", {"language": "ro"})
    assert [word for word in (*gone, GONE_NAME, GONE_NOTE) if any(word in text for text in heard)] == []
    for command, request in (
        ("cart:update", {"lineId": line, "quantity": 2}),
        ("cart:remove", {"lineId": line}),
    ):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await phone.operate(command, request)
    assert order in gone


async def of_the_former(house: House, party: Party) -> list[str]:
    """Return the ids of everything that exists because a party was there, its lines and participants included."""
    found: set[str] = {party.id}
    for collection in {kind.collection for kind in KINDS.values()} - set(KEPT_BY_THE_TABLE):
        async for one in house.apps[0].database[collection].find({"session_id": party.id}):
            found |= {str(one["_id"]), *(str(line["id"]) for line in one.get("lines", ()))}
    session = await house.apps[0].database["table_sessions"].find_one({"_id": party.id})
    assert session is not None
    return sorted(found | {str(one["id"]) for one in session["participants"]})


async def test_the_code_of_a_table_is_a_new_one_each_time(house: House) -> None:
    tokens = set()
    for _ in range(3):
        party = await follow(house)
        tokens.add(party.token)
        await close(house, party)
    assert len(tokens) == 3
    assert house.tables[0].token in tokens
