"""Coming back: a cookie that is lost, a phone that died, a reload, a second tab, ten minutes without a network."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, Unreachable
from integration.house import House, Party, free_socket

from models.audit import AuditEntry
from models.order import Order

ORIGIN = "https://order.example.com"
MODES = pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])


def browser(party: Party, name: str) -> dict[str, str]:
    """Return the headers of a browser with a device cookie of its own."""
    return {"Origin": ORIGIN, "Cookie": f"comanda_device={name}-of-the-recovery-tests-{party.id}"}


async def join(house: House, party: Party, name: str = "Ana", *, cookie: str = "", **more: Any) -> dict[str, Any]:
    """Join on a new connection, with a cookie or with none; return the ack and the connection with it."""
    headers = browser(party, cookie) if cookie else {}
    phone = await house.connect("/table", {"table": party.token}, headers=headers)
    answer = await phone.send("session:join", {"pin": party.pin, "name": name, **more})
    phone.auth["sessionToken"] = answer["sessionToken"]
    return {**answer, "phone": phone}


async def seated(house: House, mode: str = "FAMILY") -> tuple[Party, dict[str, Any], str]:
    """Seat Ana, with a cookie, and Ion; both add a line. Returns the party, Ana's ack and her line."""
    party = await house.party(await house.waiter(), mode=mode)
    ana, ion = await join(house, party, cookie="first"), await join(house, party, "Ion")
    line = (await ana["phone"].operate("cart:add", {"itemId": house.dish(), "note": "of Ana"}))["cart"]["lines"][-1]
    await ion["phone"].operate("cart:add", {"itemId": house.dish(), "note": "of Ion"})
    return party, ana, str(line["id"])


async def require_hers(phone: Connection, line: str, me: str) -> None:
    """Require that a line on a phone was added by a participant, and that the phone can change it."""
    await phone.until(lambda state: any(line in {one["id"] for one in cart["lines"]} for cart in state.of("cart")))
    cart = (await phone.operate("cart:update", {"lineId": line, "quantity": 4}))["cart"]
    (changed,) = (one for one in cart["lines"] if one["id"] == line)
    assert (changed["addedBy"]["id"], changed["quantity"]) == (me, 4)


# ── as who one was ────────────────────────────────────────────────────────────────────────────────────────────────────


@MODES
async def test_who_lost_the_cookie_is_the_same_participant_by_pin_and_name(house: House, mode: str) -> None:
    party, ana, line = await seated(house, mode)
    await ana["phone"].close()
    again = await join(house, party, "ANA", cookie="second", resume=True)
    assert again["participantId"] == ana["participantId"]
    assert [one["name"] for one in again["session"]["participants"]].count("Ana") == 1
    await require_hers(again["phone"], line, ana["participantId"])
    reloaded = await house.connect("/table", {"table": party.token}, headers=browser(party, "second"))
    assert reloaded.hello["principal"]["participantId"] == ana["participantId"]
    old = await house.connect("/table", {"table": party.token}, headers=browser(party, "first"))
    assert old.hello["principal"]["roles"] == ["VISITOR"]


@MODES
async def test_another_phone_goes_on_for_a_dead_one(house: House, mode: str) -> None:
    party, ana, line = await seated(house, mode)
    other = await join(house, party, resume=True)  # the dead one has not even been noticed as gone
    assert other["participantId"] == ana["participantId"]
    assert len(other["session"]["participants"]) == 2
    await require_hers(other["phone"], line, ana["participantId"])
    added = (await other["phone"].operate("cart:add", {"itemId": house.dish()}))["cart"]
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["version"]}
    order = (await other["phone"].operate("order:place", placing))["order"]
    assert line in {one["id"] for one in order["lines"]}


async def test_a_name_is_the_same_in_any_case_and_composition(house: House) -> None:
    party = await house.party(await house.waiter())
    first = await join(house, party, "Ștefan")
    for written in ("ȘTEFAN", unicodedata.normalize("NFD", "ștefan"), " Ștefan "):
        assert (await join(house, party, written, resume=True))["participantId"] == first["participantId"]


async def test_nobody_is_resumed_by_a_name_that_none_or_several_have(house: House) -> None:
    party = await house.party(await house.waiter())
    known = {(await join(house, party, "Ana"))["participantId"] for _ in range(2)}
    for name in ("Ana", "Maria", ""):
        joined = await join(house, party, name, resume=True)
        assert joined["participantId"] not in known
        known.add(joined["participantId"])


async def test_without_asking_for_it_nobody_is_resumed(house: House) -> None:
    party, ana, _ = await seated(house)
    assert (await join(house, party))["participantId"] != ana["participantId"]


async def test_who_left_is_not_resumed(house: House) -> None:
    party, ana, _ = await seated(house)
    await ana["phone"].send("session:leave")
    assert (await join(house, party, resume=True))["participantId"] != ana["participantId"]


async def test_a_phone_that_is_in_stays_who_it_is(house: House) -> None:
    party, ana, _ = await seated(house)
    again = await join(house, party, "Ion", cookie="first", resume=True)
    assert again["participantId"] == ana["participantId"]


async def test_resuming_again_under_one_operation_is_the_same_participant(house: House) -> None:
    party, ana, _ = await seated(house)
    operation = str(uuid4())
    for _ in range(2):
        answer = await join(house, party, resume=True, opId=operation)
        assert answer["participantId"] == ana["participantId"]


async def test_resuming_needs_the_right_pin_and_a_wrong_one_counts(house: House) -> None:
    party, _, _ = await seated(house)
    wrong = f"{(int(party.pin) + 1) % 10_000:04}"
    phone = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused) as refused:
        await phone.send("session:join", {"pin": wrong, "name": "Ana", "resume": True})
    assert (refused.value.code, refused.value.details["attemptsLeft"]) == ("INVALID_PIN", 4)


async def test_the_log_says_which_device_goes_on_for_which(house: House) -> None:
    party, ana, _ = await seated(house)
    await join(house, party, cookie="second", resume=True)
    collection = house.apps[0].store.collection(AuditEntry)
    (entry,) = await collection.find({"session_id": party.id, "act": "session-resumed"}).to_list()
    assert entry["subject"] == ana["participantId"]
    devices = [house.apps[0].vault.device(browser(party, name)["Cookie"].split("=")[1]) for name in ("first", "second")]
    assert [entry["before"], entry["after"]] == [{"device": one} for one in devices]


@MODES
@pytest.mark.parametrize("proof", ["cookie", "token"])
async def test_a_reload_is_the_same_participant_with_the_same_lines(house: House, mode: str, proof: str) -> None:
    party, ana, line = await seated(house, mode)
    await ana["phone"].close()
    shown: dict[str, dict[str, Any]] = {
        "cookie": {"auth": {"table": party.token}, "headers": browser(party, "first")},
        "token": {"auth": {"table": party.token, "sessionToken": ana["sessionToken"]}},
    }
    reloaded = await house.connect("/table", **shown[proof])
    assert reloaded.hello["principal"]["participantId"] == ana["participantId"]
    await require_hers(reloaded, line, ana["participantId"])


@MODES
async def test_two_tabs_of_one_phone_are_one_participant_and_both_are_live(house: House, mode: str) -> None:
    party, ana, line = await seated(house, mode)
    tab = await house.connect("/table", {"table": party.token}, headers=browser(party, "first"))
    assert tab.hello["principal"]["participantId"] == ana["participantId"]
    for writer, reader, quantity in ((tab, ana["phone"], 7), (ana["phone"], tab, 8)):
        await writer.operate("cart:update", {"lineId": line, "quantity": quantity})
        await reader.until(
            lambda state, wanted=quantity: any(
                (line, wanted) in {(one["id"], one["quantity"]) for one in cart["lines"]} for cart in state.of("cart")
            )
        )
    (session,) = tab.state.of("session")
    assert [one["name"] for one in session["participants"]].count("Ana") == 1


# ── ten minutes without a network ─────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def no_network(house: House, phone: Connection) -> AsyncIterator[None]:
    """Nothing answers a kept phone for ten minutes of the house's time; afterwards it is back."""
    silent = free_socket()
    addresses, phone.addresses = phone.addresses, [f"http://127.0.0.1:{silent.getsockname()[1]}"]
    await phone.drop()
    house.clock.advance(minutes=10)
    try:
        yield
    finally:
        phone.addresses = addresses
        silent.close()
    await asyncio.wait_for(phone.is_live.wait(), 5)


async def kept(house: House, mode: str = "FAMILY") -> tuple[Party, Connection]:
    """Seat a phone that comes back by itself."""
    party = await house.party(await house.waiter(), mode=mode)
    phone = await house.phone(party)
    await phone.drop()
    await phone.keep_open()
    await asyncio.wait_for(phone.is_live.wait(), 5)
    return party, phone


@MODES
async def test_what_was_asked_for_meanwhile_is_done_once_after_the_return(house: House, mode: str) -> None:
    party, phone = await kept(house, mode)
    first = (await phone.operate("cart:add", {"itemId": house.dish(), "note": "before"}))["cart"]["lines"][0]["id"]
    async with no_network(house, phone):
        waiting = [
            asyncio.create_task(phone.operate("cart:add", {"itemId": house.dish(), "note": "meanwhile"})),
            asyncio.create_task(phone.operate("cart:update", {"lineId": first, "quantity": 5})),
        ]
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)
    carts, _, _, _ = await written(house, party)
    lines = [(one["note"], one["quantity"]) for cart in carts for one in cart["lines"]]
    assert sorted(lines) == [("before", 5), ("meanwhile", 1)]


async def test_what_happened_meanwhile_is_known_after_the_return(house: House) -> None:
    party, phone = await kept(house)
    other = await house.phone(party, "Ion")
    async with no_network(house, phone):
        cart = (await other.operate("cart:add", {"itemId": house.dish("grill")}))["cart"]
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
        order = (await other.operate("order:place", placing))["order"]["id"]
        await other.operate("cart:add", {"itemId": house.dish("bar"), "note": "later"})
    assert [one["id"] for one in phone.state.of("order")] == [order]
    assert [one["note"] for cart in phone.state.of("cart") for one in cart["lines"]] == ["later"]


Ask = Callable[[House, Connection, dict[str, Any]], dict[str, Any]]
"""From the cart with one line to what a command is asked."""

CHANGES: dict[str, Ask] = {
    "cart:add": lambda house, phone, cart: {"itemId": house.dish()},
    "cart:update": lambda house, phone, cart: {"lineId": cart["lines"][0]["id"], "quantity": 3},
    "cart:remove": lambda house, phone, cart: {"lineId": cart["lines"][0]["id"]},
    "cart:clear": lambda house, phone, cart: {},
    "order:place": lambda house, phone, cart: {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]},
}
"""What a guest changes at the table."""

every_change = pytest.mark.parametrize("command", list(CHANGES))


async def written(house: House, party: Party) -> list[list[dict[str, Any]]]:
    """Return everything that the party has in the database."""
    kinds = ("carts", "orders", "tickets", "checks")
    return [await house.apps[0].database[kind].find({"session_id": party.id}).sort("_id").to_list() for kind in kinds]


async def ask(house: House, phone: Connection, command: str) -> dict[str, Any]:
    """Put a line into the cart and return what a command is asked then."""
    cart = (await phone.operate("cart:add", {"itemId": house.dish("grill")}))["cart"]
    request = CHANGES[command](house, phone, cart)
    return request if "idempotencyKey" in request else {**request, "opId": str(uuid4())}


@every_change
async def test_an_operation_that_is_repeated_after_the_return_changes_nothing(house: House, command: str) -> None:
    party, phone = await kept(house)
    request = await ask(house, phone, command)
    first = await phone.send(command, request)
    before = await written(house, party)
    async with no_network(house, phone):
        pass
    again = await phone.operate(command, request)
    assert await written(house, party) == before
    assert again["replayed"] is True
    answered = "order" if "order" in first else "cart"
    assert again[answered] == first[answered]


@every_change
async def test_an_operation_whose_answer_was_lost_is_done_once(house: House, command: str) -> None:
    party, phone = await kept(house)
    request = await ask(house, phone, command)
    sending: Awaitable[Any] = asyncio.ensure_future(phone.send(command, request))
    await asyncio.sleep(0)
    async with no_network(house, phone):
        with pytest.raises(Unreachable):
            await sending
    await phone.operate(command, request)
    carts, orders, _, _ = await written(house, party)
    portions = sum(line["quantity"] for cart in carts for line in cart["lines"])
    sent = sum(line["quantity"] for order in orders for line in order["lines"])
    expected = {"cart:add": (2, 0), "cart:update": (3, 0), "order:place": (0, 1)}
    assert (portions, sent) == expected.get(command, (0, 0))


async def test_an_order_that_is_repeated_after_others_went_on_is_still_one(house: House) -> None:
    party, phone = await kept(house)
    other = await house.phone(party, "Ion")
    request = await ask(house, phone, "order:place")
    order = (await phone.send("order:place", request))["order"]["id"]
    async with no_network(house, phone):
        await other.operate("cart:add", {"itemId": house.dish()})
    assert (await phone.operate("order:place", request))["order"]["id"] == order
    assert await house.apps[0].store.collection(Order).count_documents({"session_id": party.id}) == 1
