"""What random evenings have found, in few steps: a server that is a moment behind the other one."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from integration.house import PASSWORD
from stateful.servers import House, Person, Servers

from models.cart import Cart
from models.order import Order
from models.principal import Role, Stranger
from models.session import TableSession
from models.store.work import Work
from models.ticket import Ticket
from server.client import Client

AHEAD, BEHIND = 1, 0
LONG = 60.0
"""Longer than a test: what happens meanwhile is not heard of."""


@pytest.fixture
async def servers(mongo_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Servers]:
    """Two servers, one of which hears late of what the other does."""
    servers = Servers()
    await servers.start(mongo_url, "behind", limits=getattr(request, "param", {}))
    yield servers
    await servers.stop()


async def opened(house: House, table: int, *, server: int, mode: str = "FAMILY") -> str:
    """Open a table at a server; returns the session."""
    request = {"tableId": house.tables[table].id, "mode": mode, "covers": 2}
    answer = await house.staff[Role.WAITER].send(server, "session:open", request)
    return str(answer["session"]["id"])


async def seated(servers: Servers, house: House, *, server: int, mode: str = "FAMILY") -> Person:
    """Open a table at a server and join the party there."""
    request = {"tableId": house.tables[0].id, "mode": mode, "covers": 2}
    table = await house.staff[Role.WAITER].send(server, "session:open", request)
    guest = servers.visitor(house, house.tables[0].id, 1)
    assert (await guest.send(server, "session:join", {"pin": table["pin"], "name": "Ana"}))["success"]
    return guest


def plain_dish(house: House) -> str:
    """Return a dish that is ordered without choosing anything."""
    required = {group.id for group in house.menu.modifier_groups if group.min_select}
    return next(dish.id for dish in house.menu.dishes if not required & set(dish.modifier_groups))


async def test_a_server_that_has_not_heard_of_a_merge_does_not_close_the_merged_party(servers: Servers) -> None:
    house = await servers.new_house()
    session, host = [await opened(house, table, server=BEHIND) for table in (0, 1)]
    manager = house.staff[Role.MANAGER]
    merged = await manager.send(AHEAD, "session:merge", {"from": session, "into": host})
    assert merged["success"], merged
    answer = await manager.send(BEHIND, "session:close", {"sessionId": session, "reason": "late"})
    assert answer["error"]["code"] == "SESSION_MERGED", answer


async def test_a_server_that_has_not_heard_that_a_party_has_parted_closes_the_host_alone(servers: Servers) -> None:
    house = await servers.new_house()
    guest = await seated(servers, house, server=BEHIND, mode="INDIVIDUAL")
    host = await opened(house, 1, server=BEHIND, mode="INDIVIDUAL")
    waiter, session = house.staff[Role.WAITER], getattr(guest.principal, "session_id", "")
    assert (await waiter.send(BEHIND, "session:merge", {"from": session, "into": host}))["success"]
    line = {"itemId": plain_dish(house), "quantity": 1}
    added = await guest.send(BEHIND, "cart:add", line | {"opId": str(uuid4())})
    assert added["cart"]["sessionId"] == host
    servers.delay(BEHIND, LONG)
    assert (await waiter.send(AHEAD, "session:unmerge", {"sessionId": session}))["success"]
    # What it has of the party is read anew, and what it has of the host is not.
    servers.apps[BEHIND].store.cache.drop_group(("carts", "session", f"{house.id}/{session}"))
    answer = await waiter.send(BEHIND, "session:close", {"sessionId": host})
    assert answer["success"], answer
    answer = await guest.send(AHEAD, "cart:add", line | {"opId": str(uuid4())})
    assert (answer["cart"]["sessionId"], len(answer["cart"]["lines"])) == (session, 2)


async def half_heard(servers: Servers, house: House) -> tuple[str, Person, dict[str, Any]]:
    """Have a server know of a guest, and not of their cart; return the session, the guest and the cart."""
    first = await seated(servers, house, server=BEHIND, mode="INDIVIDUAL")
    session, line = getattr(first.principal, "session_id", ""), {"itemId": plain_dish(house), "quantity": 1}
    assert (await first.send(BEHIND, "cart:add", line | {"opId": str(uuid4())}))["success"]
    servers.delay(BEHIND, LONG)
    waiter, second = house.staff[Role.WAITER], servers.visitor(house, house.tables[0].id, 2)
    rotated = await waiter.send(AHEAD, "pin:rotate", {"sessionId": session})
    assert (await second.send(AHEAD, "session:join", {"pin": rotated["pin"], "name": "Ion"}))["success"]
    added = await second.send(AHEAD, "cart:add", line | {"opId": str(uuid4())})
    # It loses a race about the session, and reads that anew: the guest is in it.
    assert (await waiter.send(BEHIND, "session:admit", {"sessionId": session}))["success"]
    return session, second, dict(added["cart"])


@pytest.mark.parametrize("act", ["session:merge", "session:close"])
async def test_the_cart_of_a_guest_goes_with_the_party_though_a_server_has_heard_of_the_guest_and_not_of_the_cart(
    servers: Servers, act: str
) -> None:
    house = await servers.new_house()
    host = await opened(house, 1, server=BEHIND)
    session, _, cart = await half_heard(servers, house)
    request = {"from": session, "into": host} if act == "session:merge" else {"sessionId": session}
    answer = await house.staff[Role.WAITER].send(BEHIND, act, request)
    assert answer["success"], answer
    still_open = servers.apps[AHEAD].store.collection(Cart).find({"restaurant_id": house.id, "is_closed": False})
    where = {one["id"]: found["session_id"] for found in await still_open.to_list() for one in found["lines"]}
    assert where.get(cart["lines"][0]["id"]) == (host if act == "session:merge" else None)


@pytest.mark.parametrize("act", ["session:move", "participant:eject"])
async def test_a_cart_is_fenced_though_a_server_has_heard_of_its_guest_and_not_of_it(
    servers: Servers, act: str
) -> None:
    house = await servers.new_house()
    session, guest, cart = await half_heard(servers, house)
    who = {"participantId": getattr(guest.principal, "participant_id", "")}
    request = {"tableId": house.tables[2].id} if act == "session:move" else who
    answer = await house.staff[Role.WAITER].send(BEHIND, act, {"sessionId": session} | request)
    assert answer["success"], answer
    stored = await servers.apps[AHEAD].store.collection(Cart).find_one({"_id": cart["id"]})
    assert stored
    assert stored["session_version"] == answer["session"]["version"]


async def test_a_host_is_not_closed_over_a_check_of_which_a_server_has_not_heard(servers: Servers) -> None:
    house = await servers.new_house()
    guest, cook = await seated(servers, house, server=BEHIND), house.staff[Role.CHEF]
    host, session = await opened(house, 1, server=BEHIND), getattr(guest.principal, "session_id", "")
    dish = {"itemId": plain_dish(house), "quantity": 1, "opId": str(uuid4())}
    version = (await guest.send(BEHIND, "cart:add", dish))["cart"]["version"]
    await guest.send(BEHIND, "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
    for ticket in (await cook.send(BEHIND, "board:get", {}))["tickets"]:
        assert (await cook.send(BEHIND, "ticket:bump", {"ticketId": ticket["id"]}))["success"]
    waiter = house.staff[Role.WAITER]
    assert (await waiter.send(BEHIND, "check:get", {"sessionId": host}))["checks"][0]["due"]["amount"] == 0
    servers.delay(BEHIND, LONG)
    assert (await waiter.send(AHEAD, "session:merge", {"from": session, "into": host}))["success"]
    # It loses a race about the session, and reads that anew: the party is in it.
    assert (await waiter.send(BEHIND, "session:admit", {"sessionId": host}))["success"]
    answer = await waiter.send(BEHIND, "session:close", {"sessionId": host})
    assert answer["error"]["code"] == "CHECK_OPEN", answer


async def test_a_guest_who_has_left_adds_nothing_through_a_server_that_has_not_heard_of_it(servers: Servers) -> None:
    house = await servers.new_house()
    guest = await seated(servers, house, server=BEHIND)
    other = Person(servers, Client("/table", guest.principal, "en"))
    line = {"itemId": plain_dish(house), "quantity": 1}
    assert (await other.send(BEHIND, "cart:add", line | {"opId": str(uuid4())}))["success"]
    servers.delay(BEHIND, LONG)
    assert (await guest.send(AHEAD, "session:leave", {}))["success"]
    answer = await other.send(BEHIND, "cart:add", line | {"opId": str(uuid4())})
    assert answer["error"]["code"] == "NOT_JOINED", answer


async def test_a_guest_who_has_left_claims_nothing_through_a_server_that_has_not_heard_of_it(servers: Servers) -> None:
    house = await servers.new_house()
    guest = await seated(servers, house, server=BEHIND)
    other = Person(servers, Client("/table", guest.principal, "en"))
    dish = {"itemId": plain_dish(house), "quantity": 1, "opId": str(uuid4())}
    version = (await other.send(BEHIND, "cart:add", dish))["cart"]["version"]
    placed = await other.send(BEHIND, "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
    line = {"lineId": placed["order"]["lines"][0]["id"]}
    assert (await other.send(BEHIND, "check:claim", line | {"opId": str(uuid4())}))["success"]
    servers.delay(BEHIND, LONG)
    assert (await guest.send(AHEAD, "session:leave", {}))["success"]
    answer = await other.send(BEHIND, "check:unclaim", line | {"opId": str(uuid4())})
    assert answer["error"]["code"] == "NOT_JOINED", answer


async def test_a_dish_of_two_stations_is_ready_though_a_refusal_has_brought_its_order_and_not_their_tickets(
    servers: Servers,
) -> None:
    house = await servers.new_house()
    guest, cook = await seated(servers, house, server=BEHIND), house.staff[Role.CHEF]
    dish = next(one for one in house.menu.dishes if len(one.stations) == 2)
    added = await guest.send(BEHIND, "cart:add", {"itemId": dish.id, "quantity": 1, "opId": str(uuid4())})
    seen = {"cartVersion": added["cart"]["version"]}
    placed = await guest.send(BEHIND, "order:place", seen | {"idempotencyKey": str(uuid4())})
    first, second = [one["id"] for one in (await cook.send(BEHIND, "board:get", {}))["tickets"]]
    assert (await cook.send(BEHIND, "ticket:seen", {"ticketIds": [first]}))["success"]
    servers.delay(BEHIND, LONG)
    assert (await cook.send(AHEAD, "ticket:bump", {"ticketId": first}))["success"]
    # What refuses this is read anew: the order, as the other cook has left it.
    refused = await guest.send(BEHIND, "order:place", seen | {"idempotencyKey": str(uuid4())})
    assert refused["error"]["code"] == "CART_CHANGED", refused
    assert (await cook.send(BEHIND, "ticket:bump", {"ticketId": second}))["success"]
    order = await servers.apps[AHEAD].store.collection(Order).find_one({"_id": placed["order"]["id"]})
    assert order
    assert [one["status"] for one in order["lines"]] == ["READY"]


async def test_a_screen_has_seen_the_tickets_of_an_order_of_which_one_has_been_heard_to_move(servers: Servers) -> None:
    house = await servers.new_house()
    guest, cook = await seated(servers, house, server=BEHIND), house.staff[Role.CHEF]
    host = await opened(house, 1, server=BEHIND)
    dish = next(one for one in house.menu.dishes if len(one.stations) == 2)
    added = await guest.send(BEHIND, "cart:add", {"itemId": dish.id, "quantity": 1, "opId": str(uuid4())})
    placing = {"cartVersion": added["cart"]["version"], "idempotencyKey": str(uuid4())}
    assert (await guest.send(BEHIND, "order:place", placing))["success"]
    tickets = [one["id"] for one in (await cook.send(BEHIND, "board:get", {}))["tickets"]]
    servers.delay(BEHIND, LONG)
    merging = {"from": getattr(guest.principal, "session_id", ""), "into": host}
    assert (await house.staff[Role.WAITER].send(AHEAD, "session:merge", merging))["success"]
    moved = servers.apps[AHEAD].store.cache.get(Ticket, tickets[0])
    assert moved
    servers.apps[BEHIND].store.cache.put(moved)
    answer = await cook.send(BEHIND, "ticket:seen", {"ticketIds": tickets})
    assert sorted(answer["seen"]) == sorted(tickets), answer


@pytest.mark.parametrize("servers", [{"first_order_gate": True}], indirect=True)
async def test_a_round_does_not_wait_behind_one_that_was_approved_through_another_server(servers: Servers) -> None:
    house = await servers.new_house()
    guest, waiter = await seated(servers, house, server=BEHIND), house.staff[Role.WAITER]

    async def placed() -> dict[str, Any]:
        dish = {"itemId": plain_dish(house), "quantity": 1, "opId": str(uuid4())}
        version = (await guest.send(BEHIND, "cart:add", dish))["cart"]["version"]
        answer = await guest.send(BEHIND, "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
        return dict(answer["order"])

    first = await placed()
    servers.delay(BEHIND, LONG)
    assert (await placed())["status"] == first["status"] == "WAITING"
    about = {"sessionId": getattr(guest.principal, "session_id", ""), "orderId": first["id"], "opId": str(uuid4())}
    assert (await waiter.send(AHEAD, "order:approve", about))["success"]
    assert (await placed())["status"] == "PLACED"


async def test_a_dish_is_not_served_to_a_party_that_has_left_through_a_server_that_has_not_heard_of_it(
    servers: Servers,
) -> None:
    house = await servers.new_house()
    guest, cook = await seated(servers, house, server=BEHIND), house.staff[Role.CHEF]
    dish = {"itemId": plain_dish(house), "quantity": 1, "opId": str(uuid4())}
    version = (await guest.send(BEHIND, "cart:add", dish))["cart"]["version"]
    placed = await guest.send(BEHIND, "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
    for ticket in (await cook.send(BEHIND, "board:get", {}))["tickets"]:
        assert (await cook.send(BEHIND, "ticket:bump", {"ticketId": ticket["id"]}))["success"]
    servers.delay(BEHIND, LONG)
    session = {"sessionId": getattr(guest.principal, "session_id", "")}
    closed = await house.staff[Role.MANAGER].send(AHEAD, "session:close", session | {"reason": "they have left"})
    assert closed["success"], closed
    line = {"orderId": placed["order"]["id"], "lineId": placed["order"]["lines"][0]["id"]}
    answer = await house.staff[Role.WAITER].send(BEHIND, "line:serve", session | line)
    assert answer["error"]["code"] == "SESSION_CLOSED", answer


async def test_a_manager_who_was_revoked_hires_nobody_through_a_server_that_has_not_heard_of_it(
    servers: Servers,
) -> None:
    house = await servers.new_house()
    manager, other = house.staff[Role.MANAGER], {"login": "dana", "password": PASSWORD, "restaurantId": house.id}
    hired = await manager.send(AHEAD, "staff:add", other_manager("dana"))
    assert hired["success"], hired
    dana = Person(servers, Client("/floor", Stranger(), "en"))
    assert (await dana.send(BEHIND, "staff:login", other))["success"]
    assert (await dana.send(BEHIND, "audit:list", {}))["success"]
    assert (await manager.send(AHEAD, "staff:revoke", {"staffId": hired["staff"]["id"]}))["success"]
    answer = await dana.send(BEHIND, "staff:add", other_manager("back.door"))
    assert answer["error"]["code"] == "SESSION_EXPIRED", answer


def other_manager(login: str) -> dict[str, Any]:
    """What hires one more manager."""
    return {"login": login, "name": "Dana", "roles": ["MANAGER"], "password": PASSWORD}


async def test_what_a_late_message_brings_back_is_not_what_a_refusal_rests_on(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await servers.new_house()
    session, host = [await opened(house, table, server=BEHIND) for table in (0, 1)]
    manager, cache = house.staff[Role.MANAGER], servers.apps[BEHIND].store.cache
    servers.delay(BEHIND, LONG)
    stale = cache.get(TableSession, session)
    assert stale
    merged = await manager.send(AHEAD, "session:merge", {"from": session, "into": host})
    assert merged["success"], merged
    forget = Work.forget

    def forget_and_hear_late(work: Work) -> None:
        forget(work)
        cache.put(stale)

    monkeypatch.setattr(Work, "forget", forget_and_hear_late)
    answer = await manager.send(BEHIND, "session:close", {"sessionId": session, "reason": "late"})
    assert answer["error"]["code"] == "SESSION_MERGED", answer
