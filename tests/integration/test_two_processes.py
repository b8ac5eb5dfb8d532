"""What two processes can disagree about for some milliseconds, and must not get wrong.

Every test has two servers; each of its clients is put on a named one.
"""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import PASSWORD, House, Installation

ORIGIN = "https://order.example.com"


@pytest.fixture
async def two(installation_of_two: Installation):  # type: ignore[no-untyped-def]
    house = await installation_of_two.new_house()
    yield house
    await house.require_all_know_the_truth()
    await house.close()


async def on(house: House, server: int, namespace: str, auth: dict[str, str], **options: object) -> Connection:
    """Connect a client to one of the servers."""
    client = Connection(house.installation.addresses[server], namespace, auth, first_pause=0.05, **options)  # type: ignore[arg-type]
    await client.open()
    house.clients.append(client)
    return client


async def access_token(house: House, role: str) -> str:
    door = await house.connect("/floor")
    login = {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}
    return str((await door.send("staff:login", login))["accessToken"])


async def test_a_dish_that_two_stations_finish_at_once_is_ready(two: House) -> None:
    token = await access_token(two, "CHEF")
    cooks = [await on(two, server, "/kitchen", {"accessToken": token}) for server in (0, 1)]
    dish = next(one for one in two.menu.dishes if len(one.stations) == 2)
    groups = {group.id: group for group in two.menu.modifier_groups}
    chosen = [groups[one].options[0].id for one in dish.modifier_groups if groups[one].min_select]
    phone = await two.phone(await two.party(await two.waiter()))
    for _ in range(8):
        await order_and_bump_at_once(cooks, phone, {"itemId": dish.id, "modifiers": chosen})


async def order_and_bump_at_once(cooks: list[Connection], phone: Connection, choice: dict[str, object]) -> None:
    """Order a dish of two stations, have both finish it at the same moment, and wait until the guest sees it ready."""
    added = await phone.operate("cart:add", choice)
    placed = await phone.operate(
        "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    )
    order = placed["order"]["id"]
    for cook in cooks:
        state = await cook.until(lambda known: sum(one["orderId"] == order for one in known.of("ticket")) == 2)
    tickets = sorted(one["id"] for one in state.of("ticket") if one["orderId"] == order)
    await asyncio.gather(
        *(cook.send("ticket:bump", {"ticketId": ticket}) for cook, ticket in zip(cooks, tickets, strict=True))
    )
    await phone.until(
        lambda known: any(one["id"] == order and one["lines"][0]["status"] == "READY" for one in known.of("order"))
    )


async def test_logging_out_of_a_shared_tablet_brings_nobody_back(two: House) -> None:
    browser = {"Origin": ORIGIN, "Cookie": "comanda_device=shared-tablet-" + two.restaurant.id}
    for server, role in enumerate(("WAITER", "MANAGER")):
        door = await on(two, server, "/floor", {}, headers=browser)
        login = {"login": two.login_of(role), "password": PASSWORD, "restaurantId": two.restaurant.id}
        await door.send("staff:login", login)
    await door.send("staff:logout", {})
    for server in (0, 1):
        again = await on(two, server, "/floor", {}, headers=browser)
        assert again.hello["principal"]["roles"] == ["STRANGER"]


async def test_an_order_goes_to_the_table_that_the_party_was_moved_to(two: House) -> None:
    waiter, cook = await two.waiter(), await two.cook()
    party = await two.party(waiter)
    phones = [await two.phone(party, name) for name in ("Ana", "Ion")]
    for turn, table in enumerate((3, 4, 5, 6)):
        added = await phones[turn % 2].operate("cart:add", {"itemId": two.dish("grill")})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        await asyncio.gather(
            waiter.send("session:move", {"sessionId": party.id, "tableId": two.tables[table].id}),
            phones[turn % 2].send("order:place", placing),
            return_exceptions=True,
        )
        board = (await cook.send("board:get", {}))["tickets"]
        assert {one["tableName"] for one in board} <= {two.tables[table].name}


async def test_a_phone_that_was_moved_joins_its_own_party_again(two: House) -> None:
    waiter = await two.waiter()
    party = await two.party(waiter, 0)
    phone = await two.phone(party)
    await waiter.send("session:move", {"sessionId": party.id, "tableId": two.tables[2].id})
    strangers = await two.party(waiter, 0)
    again = await phone.send("session:join", {"pin": party.pin})
    assert again["session"]["id"] == party.id != strangers.id
    assert len(again["session"]["participants"]) == 1


async def test_a_phone_of_one_party_that_scans_another_table_may_join_that_one(two: House) -> None:
    waiter = await two.waiter()
    first, second = await two.party(waiter, 0), await two.party(waiter, 1)
    browser = {"Origin": ORIGIN, "Cookie": "comanda_device=wanderer-" + two.restaurant.id}
    phone = await on(two, 0, "/table", {"table": first.token}, headers=browser)
    await phone.send("session:join", {"pin": first.pin})
    elsewhere = await on(two, 1, "/table", {"table": second.token}, headers=browser)
    assert elsewhere.hello["principal"]["roles"] == ["VISITOR"]
    assert (await elsewhere.send("session:join", {"pin": second.pin}))["session"]["id"] == second.id


async def test_a_cookie_resumes_the_party_that_it_has_not_left(two: House) -> None:
    waiter = await two.waiter()
    older, newer = await two.party(waiter, 0), await two.party(waiter, 1)
    browser = {"Origin": ORIGIN, "Cookie": "comanda_device=returner-" + two.restaurant.id}
    for party, stays in ((newer, False), (older, True)):
        phone = await on(two, 0, "/table", {"table": party.token}, headers=browser)
        await phone.send("session:join", {"pin": party.pin})
        await phone.send("session:leave" if not stays else "order:list", {})
    back = await on(two, 1, "/table", {"table": older.token}, headers=browser)
    assert back.hello["principal"]["sessionId"] == older.id


async def test_joining_again_on_a_socket_or_under_one_operation_stays_one_participant(two: House) -> None:
    party = await two.party(await two.waiter(), mode="INDIVIDUAL")
    phone = await on(two, 0, "/table", {"table": party.token})
    repeat = await on(two, 1, "/table", {"table": party.token})
    operation = str(uuid4())
    for client in (phone, phone, repeat):
        answer = await client.send("session:join", {"pin": party.pin, "name": "Ana", "opId": operation})
    assert len(answer["session"]["participants"]) == 1


async def test_who_was_connected_when_a_table_closed_cannot_join_the_next_party(two: House) -> None:
    waiter = await two.waiter()
    party = await two.party(waiter)
    guest, visitor = await two.phone(party), await two.connect("/table", {"table": party.token})
    await waiter.send("session:close", {"sessionId": party.id})
    await asyncio.wait_for(visitor.lost(), 3)
    following = await two.party(waiter)
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await guest.send("session:join", {"pin": following.pin})


async def test_a_log_in_that_ends_by_time_closes_its_sockets(two: House) -> None:
    token = await access_token(two, "CHEF")
    screen = await on(two, 0, "/kitchen", {"accessToken": token})
    two.clock.advance(days=8)
    try:
        await two.apps[0].realtime.following.look_at_logins()
        await asyncio.wait_for(screen.lost(), 3)
    finally:
        two.clock.advance(days=-8)


async def test_a_login_after_wrong_passwords_begins_the_count_anew(two: House) -> None:
    doors = [await on(two, server, "/floor", {}) for server in (0, 1)]
    right = {"login": two.login_of("CASHIER"), "password": PASSWORD, "restaurantId": two.restaurant.id}
    for turn in range(6):
        with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
            await doors[turn % 2].send("staff:login", right | {"password": "wrong"})
        two.clock.advance(seconds=20)
        await doors[(turn + 1) % 2].send("staff:login", right)
        doors = [await on(two, server, "/floor", {}) for server in (0, 1)]


async def test_in_an_individual_session_a_key_belongs_to_one_cart(two: House) -> None:
    party = await two.party(await two.waiter(), mode="INDIVIDUAL")
    phones = [await two.phone(party, name) for name in ("Ana", "Ion")]
    versions = [(await one.operate("cart:add", {"itemId": two.dish()}))["cart"]["version"] for one in phones]
    key = str(uuid4())
    await phones[0].send("order:place", {"idempotencyKey": key, "cartVersion": versions[0]})
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
        await phones[1].send("order:place", {"idempotencyKey": key, "cartVersion": versions[1]})
