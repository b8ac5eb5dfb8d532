"""The floor: opening, moving, closing, and what it sees live."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import PASSWORD, House

from models.ticket import Ticket


async def place(house: House, phone: object) -> None:
    added = await phone.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 1})  # type: ignore[attr-defined]
    await phone.operate(  # type: ignore[attr-defined]
        "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    )


async def test_an_open_table_cannot_be_opened_again(house: House) -> None:
    waiter, other = await house.waiter(), await house.waiter()
    await house.party(waiter)
    with pytest.raises(Refused, match="TABLE_OCCUPIED"):
        await house.party(other)


async def test_of_two_waiters_who_open_one_table_at_once_one_wins(house: House) -> None:
    waiters = [await house.waiter() for _ in range(4)]
    results = await asyncio.gather(*(house.party(one) for one in waiters), return_exceptions=True)
    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["TABLE_OCCUPIED"] * 3


async def test_the_pin_is_told_once(house: House) -> None:
    waiter = await house.waiter()
    opening = {"tableId": house.tables[0].id, "mode": "FAMILY", "covers": 2, "opId": str(uuid4())}
    first, repeat = await waiter.send("session:open", opening), await waiter.send("session:open", opening)
    assert first["session"]["id"] == repeat["session"]["id"]
    assert len(first["pin"]) == 4
    assert repeat["pin"] is None


async def test_a_party_that_moves_keeps_its_tickets_and_its_phones(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    ana = await house.phone(party)
    await place(house, ana)
    await cook.until(lambda state: any(state.of("ticket")))
    before = {one["id"] for one in cook.state.of("ticket")}
    await waiter.send("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    name, was = house.tables[5].name, house.tables[0].name
    state = await cook.until(lambda known: all(one["tableName"] == name for one in known.of("ticket")))
    assert {one["id"] for one in state.of("ticket")} == before
    assert {one["tableWas"] for one in state.of("ticket")} == {was}
    moved = await ana.until(lambda known: any(one["tableName"] == name for one in known.of("session")))
    assert next(moved.of("session"))["tableWas"] == was
    await place(house, ana)
    assert await house.apps[0].store.collection(Ticket).count_documents({"session_id": party.id}) == 2


async def test_opening_repeated_is_the_same_party_wherever_it_sits_and_when_it_is_gone(house: House) -> None:
    waiters = [await house.waiter() for _ in house.apps]
    opening = {"tableId": house.tables[0].id, "mode": "FAMILY", "covers": 2, "opId": str(uuid4())}
    party = (await waiters[0].send("session:open", opening))["session"]["id"]
    for act, more in (("session:move", {"tableId": house.tables[1].id}), ("session:close", {})):
        await waiters[0].send(act, {"sessionId": party, **more})
        for waiter in waiters:
            again = await waiter.send("session:open", opening)
            assert (again["session"]["id"], again["pin"], again["tableToken"]) == (party, None, None)
    assert (await waiters[0].send("session:open", {**opening, "opId": str(uuid4())}))["session"]["id"] != party


async def test_a_party_cannot_move_onto_an_occupied_table_or_its_own(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 0)
    await house.party(waiter, 1)
    for table, code in ((1, "TABLE_OCCUPIED"), (0, "SAME_TABLE")):
        with pytest.raises(Refused, match=code):
            await waiter.send("session:move", {"sessionId": party.id, "tableId": house.tables[table].id})


async def test_two_parties_that_move_to_one_table_at_once_do_not_share_it(house: House) -> None:
    waiters = [await house.waiter(), await house.waiter()]
    parties = [await house.party(waiter, table) for table, waiter in enumerate(waiters)]
    target = {"tableId": house.tables[7].id}
    results = await asyncio.gather(
        *(
            waiter.send("session:move", {"sessionId": party.id, **target})
            for waiter, party in zip(waiters, parties, strict=True)
        ),
        return_exceptions=True,
    )
    assert [one.code for one in results if isinstance(one, Refused)] == ["TABLE_OCCUPIED"]


async def test_a_table_is_not_closed_while_money_is_owed(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await place(house, await house.phone(party))
    with pytest.raises(Refused) as refused:
        await waiter.send("session:close", {"sessionId": party.id})
    assert refused.value.code == "CHECK_OPEN"
    assert refused.value.details["due"]["amount"] > 0


async def test_a_manager_closes_it_with_a_reason(house: House) -> None:
    waiter, manager = await house.waiter(), await house.staff(house.login_of("MANAGER"))
    party = await house.party(waiter)
    phone = await house.phone(party)
    await place(house, phone)
    await manager.send("session:close", {"sessionId": party.id, "reason": "on the house"})
    await phone.until(lambda state: any(one["status"] == "CLOSED" for one in state.of("session")))
    with pytest.raises(Refused, match="SESSION_CLOSED"):
        await phone.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())})


async def test_the_token_of_a_closed_table_joins_nothing(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await waiter.send("session:close", {"sessionId": party.id})
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await house.connect("/table", {"table": party.token})


async def test_a_guest_cannot_add_to_a_session_that_closed_on_another_server(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phones = [await house.phone(party, name) for name in ("Ana", "Ion")]
    closing = waiter.send("session:close", {"sessionId": party.id})
    adding = [phone.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())}) for phone in phones]
    closed, *added = await asyncio.gather(closing, *adding, return_exceptions=True)
    assert isinstance(closed, dict)
    for phone in phones:
        with pytest.raises(Refused, match="SESSION_CLOSED"):
            await phone.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())})
    assert all(isinstance(one, dict) or one.code == "SESSION_CLOSED" for one in added)  # type: ignore[union-attr]


async def test_the_floor_sees_orders_and_ready_dishes_as_they_come(house: House) -> None:
    waiter, watcher, cook = await house.waiter(), await house.waiter(), await house.cook()
    party = await house.party(waiter)
    await watcher.until(lambda state: any(state.of("session")))
    await place(house, await house.phone(party))
    await watcher.until(lambda state: any(state.of("order")))
    await cook.until(lambda state: any(state.of("ticket")))
    ticket = next(cook.state.of("ticket"))
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    await watcher.until(lambda state: any(one["lines"][0]["status"] == "READY" for one in state.of("order")))


async def test_a_wrong_password_and_an_unknown_name_get_one_answer(house: House) -> None:
    door = await house.connect("/floor")
    for login, password in (("nobody.here", PASSWORD), (house.login_of("WAITER"), "not the password")):
        with pytest.raises(Refused) as refused:
            await door.send("staff:login", {"login": login, "password": password, "restaurantId": house.restaurant.id})
        assert refused.value.code == "INVALID_CREDENTIALS"
        assert refused.value.details == {}


async def test_five_wrong_passwords_lock_the_name_for_a_while(house: House) -> None:
    door = await house.connect("/floor")
    attempt = {"login": house.login_of("CASHIER"), "password": "wrong", "restaurantId": house.restaurant.id}
    for _ in range(5):
        with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
            await door.send("staff:login", attempt)
        house.clock.advance(seconds=20)
    second = await house.connect("/floor")
    with pytest.raises(Refused, match="LOGIN_LOCKED"):
        await second.send("staff:login", attempt | {"password": PASSWORD})


async def test_logging_out_ends_every_socket_of_the_log_in(house: House) -> None:
    door = await house.connect("/floor")
    answer = await door.send(
        "staff:login",
        {"login": house.login_of("MANAGER"), "password": PASSWORD, "restaurantId": house.restaurant.id},
    )
    screen = await house.connect("/kitchen", {"accessToken": answer["accessToken"]})
    await door.send("staff:logout", {})
    await asyncio.wait_for(screen.lost(), 2)
    late = await house.connect("/kitchen", {"accessToken": answer["accessToken"]})
    assert late.hello["principal"]["roles"] == ["STRANGER"]


async def test_another_houses_staff_do_not_see_a_session(house: House) -> None:
    party = await house.party(await house.waiter())
    elsewhere = await house.installation.new_house()
    try:
        stranger = await elsewhere.waiter()
        with pytest.raises(Refused, match="NOT_FOUND"):
            await stranger.send("session:close", {"sessionId": party.id})
        assert party.id not in stranger.state.snapshots
    finally:
        await elsewhere.close()
