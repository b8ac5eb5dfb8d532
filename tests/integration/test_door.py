"""Who is sent away stays away, on every server; a new PIN ends the old one everywhere."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, Unreachable
from integration.arriving import Arriving
from integration.house import House, Party
from integration.intruder import code, knock, new_address, wrong

from models.audit import AuditEntry
from models.session import TableSession
from server import following
from server.app import App
from server.client import Client

ORIGIN = "https://order.example.com"
CLOSED_SECONDS = 2.0


def browser(party: Party, name: str = "cookie") -> dict[str, str]:
    """Return the headers of a browser that has a device cookie."""
    return {"Origin": ORIGIN, "Cookie": f"comanda_device={name}-of-the-door-tests-{party.id}"}


def guest_id(phone: Connection, name: str) -> str:
    """Return the participant of a name, as a phone at the table knows it."""
    return next(
        str(one["id"])
        for session in phone.state.of("session")
        for one in session["participants"]
        if one["name"] == name
    )


async def eject(waiter: Connection, party: Party, participant_id: str, **more: Any) -> dict[str, Any]:
    return await waiter.operate("participant:eject", {"sessionId": party.id, "participantId": participant_id, **more})


def at_server(house: House, name: str) -> tuple[App, Client]:
    """Return where a guest is connected, and as what."""
    return next(
        (app, client)
        for app in house.apps
        for client in app.realtime._clients.values()
        if client.principal.actor.name == name and client.principal.restaurant_id == house.restaurant.id
    )


async def entries(house: House, party: Party, act: str) -> list[dict[str, Any]]:
    collection = house.apps[0].store.collection(AuditEntry)
    return await collection.find({"restaurant_id": house.restaurant.id, "session_id": party.id, "act": act}).to_list()


async def every_server(house: House, phone: Connection) -> list[Connection]:
    """Return sockets of one phone, one on each server."""
    return [phone, *[await house.connect("/table", phone.auth) for _ in house.apps]]


# ── sent away ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_all_sockets_of_an_ejected_phone_are_closed_in_two_seconds(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    sockets = await every_server(house, ion)
    await eject(waiter, party, guest_id(ana, "Ion"))
    await asyncio.wait_for(asyncio.gather(*(one.lost() for one in sockets)), CLOSED_SECONDS)
    assert (await ana.operate("cart:add", {"itemId": house.dish()}))["success"]
    await waiter.until(lambda state: any(len(one["participants"]) == 1 for one in state.of("session")))


async def test_the_token_and_the_cookie_of_an_ejected_phone_are_worth_nothing(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.connect("/table", {"table": party.token}, headers=browser(party))
    answer = await phone.send("session:join", {"pin": party.pin, "name": "Ion"})
    pin = (await eject(waiter, party, answer["participantId"]))["pin"]
    for _ in house.apps:
        by_token = await house.connect("/table", {"table": party.token, "sessionToken": answer["sessionToken"]})
        assert by_token.hello["principal"]["roles"] == ["VISITOR"]
        by_cookie = await house.connect("/table", {"table": party.token}, headers=browser(party))
        assert by_cookie.hello["principal"]["roles"] == ["VISITOR"]
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await by_cookie.send("session:join", {"pin": pin})


async def test_who_is_sent_away_hears_what_a_stranger_hears_at_a_table_that_is_not_open(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.connect("/table", {"table": party.token}, headers=browser(party))
    me = (await phone.send("session:join", {"pin": party.pin}))["participantId"]
    await eject(waiter, party, me)
    answers = []
    for table in (party.table, house.tables[9]):
        someone = await house.connect("/table", {"table": table.token}, headers=browser(party))
        with pytest.raises(Refused) as refused:
            await someone.send("session:join", {"pin": party.pin})
        answers.append((refused.value.code, str(refused.value), refused.value.details))
    assert answers[0] == answers[1]


async def test_the_pin_that_an_ejected_phone_knows_is_dead_on_every_server(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party, "Ion")
    pin = (await eject(waiter, party, guest_id(phone, "Ion")))["pin"]
    assert pin != party.pin
    for app in house.apps:
        answer = await knock(app, house.restaurant.id, party.table.id, party.pin, new_address())
        assert code(answer) == "INVALID_PIN"
        house.clock.advance(seconds=20)
    assert code(await knock(house.apps[0], house.restaurant.id, party.table.id, pin, new_address())) == "JOINED"


async def test_with_keep_pin_the_others_join_with_the_old_one(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.connect("/table", {"table": party.token}, headers=browser(party))
    me = (await phone.send("session:join", {"pin": party.pin}))["participantId"]
    assert (await eject(waiter, party, me, keepPin=True))["pin"] is None
    assert (await house.phone(party, "Maria")).auth["sessionToken"]
    again = await house.connect("/table", {"table": party.token}, headers=browser(party))
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await again.send("session:join", {"pin": party.pin})


@pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])
async def test_lines_of_an_ejected_phone_stay(house: House, mode: str) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, mode=mode)
    phone = await house.phone(party, "Ion")
    added = (await phone.operate("cart:add", {"itemId": house.dish(), "quantity": 2}))["cart"]
    await eject(waiter, party, guest_id(phone, "Ion"))
    stored = await house.apps[0].database["carts"].find_one({"_id": added["id"]})
    assert stored is not None
    assert [line["id"] for line in stored["lines"]] == [line["id"] for line in added["lines"]]


@pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])
async def test_a_command_of_an_ejected_phone_changes_nothing_on_any_server(house: House, mode: str) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, mode=mode)
    phone = await house.phone(party, "Ion")
    _, client = at_server(house, "Ion")
    carts = house.apps[0].database["carts"]
    await eject(waiter, party, guest_id(phone, "Ion"))
    before = [one async for one in carts.find({"session_id": party.id}).sort("_id")]
    for app in house.apps:
        for name, more in (("cart:add", {"itemId": house.dish()}), ("cart:clear", {}), ("session:leave", None)):
            payload = json.dumps({**more, "opId": str(uuid4())} if more is not None else {})
            assert "NOT_JOINED" in await app.dispatcher.run(client, name, payload, lambda _: None)
    assert [one async for one in carts.find({"session_id": party.id}).sort("_id")] == before


async def test_adding_while_being_sent_away_is_done_before_or_not_at_all(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    witness = await house.phone(party, "Ana")
    for turn in range(8):
        pin = (await waiter.operate("pin:rotate", {"sessionId": party.id}))["pin"]
        phone = await house.connect("/table", {"table": party.token})
        me = (await phone.send("session:join", {"pin": pin, "name": f"guest {turn}"}))["participantId"]
        adding = phone.send("cart:add", {"itemId": house.dish(), "opId": str(uuid4())})
        added, _ = await asyncio.gather(adding, eject(waiter, party, me), return_exceptions=True)
        cart = (await witness.operate("cart:add", {"itemId": house.dish()}))["cart"]
        theirs = sum(line["addedBy"]["id"] == me for line in cart["lines"])
        assert theirs == (0 if isinstance(added, Refused) else 1) or isinstance(added, Unreachable)
        await witness.operate("cart:clear", {})


async def test_a_checkout_that_an_ejected_phone_holds_is_free_at_once(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ion.send("checkout:hold")
    with pytest.raises(Refused, match="CART_HELD"):
        await ana.operate("cart:add", {"itemId": house.dish()})
    await eject(waiter, party, guest_id(ana, "Ion"))
    assert (await ana.operate("cart:add", {"itemId": house.dish()}))["success"]


async def test_a_checkout_that_a_leaving_phone_holds_is_free_at_once(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ion.send("checkout:hold")
    await ion.send("session:leave")
    assert (await ana.operate("cart:add", {"itemId": house.dish()}))["success"]


async def test_ejecting_again_under_one_operation_changes_nothing_and_tells_no_pin(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party, "Ion")
    operation, me = str(uuid4()), guest_id(phone, "Ion")
    first = await eject(waiter, party, me, opId=operation)
    again = await eject(await house.waiter(), party, me, opId=operation)
    assert again["session"] == first["session"]
    assert again["pin"] is None
    assert len(await entries(house, party, "participant-ejected")) == 1


async def test_who_is_not_in_cannot_be_sent_away(house: House) -> None:
    waiter = await house.waiter()
    party, other = await house.party(waiter), await house.party(waiter, 1)
    neighbour = await house.phone(other, "Ion")
    for someone in ("nobody", guest_id(neighbour, "Ion")):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await eject(waiter, party, someone)
    assert await entries(house, party, "participant-ejected") == []


async def test_the_log_says_who_sent_whom_away_and_why(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party, "Ion")
    me = guest_id(phone, "Ion")
    await eject(waiter, party, me, reason="took pictures of the neighbours")
    (entry,) = await entries(house, party, "participant-ejected")
    assert (entry["actor"]["kind"], entry["subject"]) == ("STAFF", me)
    assert (entry["before"], entry["after"]) == ({"is_in": True}, {"is_in": False})
    assert entry["details"] == {"reason": "took pictures of the neighbours", "is_pin_new": True}


async def test_the_floor_sees_who_is_in_and_since_when(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    ana, _ = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    state = await waiter.until(lambda known: any(len(one["participants"]) == 2 for one in known.of("session")))
    (session,) = state.of("session")
    assert {one["name"] for one in session["participants"]} == {"Ana", "Ion"}
    assert all(set(one) == {"id", "name", "joinedAt"} for one in session["participants"])
    await eject(waiter, party, guest_id(ana, "Ion"))
    await waiter.until(lambda known: [one["participants"][1:] for one in known.of("session")] == [[]])


async def test_who_is_sent_away_during_the_handshake_does_not_stay(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party, "Ion")
    app, arriving = house.apps[-1], Arriving("/table", phone.auth)
    await app.realtime.connect(arriving)
    await eject(waiter, party, guest_id(phone, "Ion"))
    await until_heard(app, party)
    await arriving.enter_and_be_closed(app, CLOSED_SECONDS)


async def until_heard(app: App, party: Party) -> None:
    """Wait until a server knows that nobody is in any more."""
    for _ in range(200):
        work = app.store.begin(party.table.restaurant_id, app.clock.monotonic() + 5)
        known = await work.get(TableSession, party.id)
        if known is not None and not any(one.is_in for one in known.participants):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_after_a_gap_in_the_stream_who_was_sent_away_is_found(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await waiter.close()
    phone = await house.phone(party, "Ion")
    app, _ = at_server(house, "Ion")
    now = app.clock.now()
    unheard = {"$set": {"participants.0.left_at": now, "participants.0.ejected_at": now}}
    await app.store.collection(TableSession).update_one({"_id": party.id}, unheard)  # the same version: nobody is told
    await asyncio.sleep(0.2)
    assert phone.is_connected
    app.store.cache.clear()
    await app.realtime.following.look_at_all()
    await asyncio.wait_for(phone.lost(), CLOSED_SECONDS)


async def test_who_was_sent_away_is_found_although_the_database_did_not_answer_at_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = await house.party(await house.waiter())
    phone = await house.phone(party, "Ion")
    app, _ = at_server(house, "Ion")
    now = app.clock.now()
    unheard = {"$set": {"participants.0.left_at": now, "participants.0.ejected_at": now}}
    await app.store.collection(TableSession).update_one({"_id": party.id}, unheard)
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.05)
    with monkeypatch.context() as patience:
        patience.setattr(app.realtime.following, "_deadline_seconds", 0.0)
        app.store.cache.clear()
        looking = asyncio.create_task(app.realtime.following.look_at_all())
        await asyncio.sleep(0.1)
        assert phone.is_connected
    await asyncio.wait_for(phone.lost(), 10)
    await looking


# ── a new PIN ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_a_rotation_the_old_pin_opens_nothing_on_any_server_at_once(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    for _ in range(5):
        # A server that has not heard of the rotation may still keep to the wait after the wrong PIN before it.
        house.clock.advance(seconds=2)
        old, party.pin = party.pin, (await waiter.operate("pin:rotate", {"sessionId": party.id}))["pin"]
        answers = [
            code(await knock(app, house.restaurant.id, party.table.id, old, new_address()))
            for app in reversed(house.apps)
        ]
        assert answers[0] == "INVALID_PIN"
        assert "JOINED" not in answers


async def test_a_rotation_is_in_the_log_with_the_failures_that_it_forgets(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await knock(house.apps[0], house.restaurant.id, party.table.id, wrong(party.pin), new_address())
    await waiter.operate("pin:rotate", {"sessionId": party.id})
    (entry,) = await entries(house, party, "pin-rotated")
    assert (entry["before"], entry["after"]) == ({"failures": 1}, {"failures": 0})


async def test_a_rotation_leaves_everyone_in_who_is_in(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party, "Ana")
    await waiter.operate("pin:rotate", {"sessionId": party.id})
    assert (await phone.operate("cart:add", {"itemId": house.dish()}))["success"]
    await phone.drop()
    await phone.open()
    assert phone.hello["principal"]["name"] == "Ana"
