"""How long a proved phone number counts: who am I, refresh with reuse detection, log-out everywhere."""

import asyncio
import base64
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Refused
from integration.calling import CSRF, DEVICE, TOKEN, Browser, bearer, browser_of, call
from integration.customers import Caller, proved
from integration.house import House
from integration.texting import letter_box

from models.audit import AuditEntry
from models.customer import Customer
from models.customer_session import TOKEN_PURPOSE, CustomerSession
from models.store.codec import from_document

CLOSING_SECONDS = 2.0
"""In which an end reaches the sockets of every process."""


async def stored(caller: Caller) -> CustomerSession:
    """Return the session as it is in the database."""
    found = await caller.house.apps[0].store.collection(CustomerSession).find_one({"_id": caller.session_id})
    assert found is not None
    return from_document(CustomerSession, found)


async def acts(caller: Caller) -> list[tuple[str, dict[str, Any]]]:
    """Return what the audit log has about the customer, in order."""
    entries = caller.house.apps[0].store.collection(AuditEntry)
    return [(one["act"], one["details"]) async for one in entries.find({"subject": caller.id}).sort("at")]


async def test_customers_are_told_who_they_are_and_no_more_of_their_phone_than_its_end(house: House) -> None:
    caller = await proved(house, "+40722000111")
    answer = await call(house, "GET", "/session", headers=bearer(caller.token))
    assert answer.status == 200
    assert answer.body.pop("expires_at").endswith("Z")
    assert answer.body == {
        "customer_id": caller.id,
        "name": "Maria Ionescu",
        "last_four": "0111",
        "total_addresses": 1,
    }


async def test_a_token_holds_ids_and_nothing_about_the_person(house: House) -> None:
    caller = await proved(house)
    body = caller.token.rsplit(".", 2)[0]
    packed = base64.urlsafe_b64decode(body.strip(".") + "=" * (-len(body.strip(".")) % 4))
    parts = json.loads(zlib.decompress(packed) if body.startswith(".") else packed)
    assert parts == [house.restaurant.id, caller.session_id, "1"]


async def test_a_token_counts_for_the_caller_before_the_cookie(house: House) -> None:
    mine, other = await proved(house, "+40722000112"), await proved(house, "+40722000113")
    browser = await browser_of(other)
    answer = await browser.call("GET", "/session", Authorization=f"Bearer {mine.token}")
    assert answer.body["customer_id"] == mine.id
    answer = await browser.call("GET", "/session", Authorization="Bearer nonsense")
    assert answer.code == "SESSION_EXPIRED"


async def test_a_refresh_replaces_the_token_in_the_body_and_in_the_cookie(house: House) -> None:
    caller = await proved(house)
    browser = await browser_of(caller)
    house.clock.advance(minutes=20)
    before = await stored(caller)
    answer = await browser.call("POST", "/session/refresh", server=1)
    assert answer.status == 200
    assert answer.body["token"] == browser.cookies[TOKEN] != caller.token
    cookie = answer.cookies[TOKEN]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == ("True", "Lax", "/", "1800")
    after = await stored(caller)
    assert (after.generation, after.version) == (2, before.version + 1)
    assert after.rotated_at is not None
    assert after.expires_at - after.rotated_at == timedelta(minutes=30)
    assert [one for one, _ in await acts(caller)] == ["customer-session-refreshed"]


async def test_a_phone_is_proved_an_address_added_and_the_session_ended_with_cookies_alone(house: House) -> None:
    browser, query = Browser(house), f"restaurantId={house.restaurant.id}"
    with letter_box(house) as box:
        asked = {"phone": "0722 000 177", "name": "Maria Ionescu"}
        assert (await browser.call("POST", f"/phone/send-code?{query}", asked)).status == 200
        code = await box.code()
    shown = {"phone": "+40722000177", "code": code}
    answer = await browser.call("POST", f"/phone/verify-code?{query}", shown, server=1)
    assert (answer.status, answer.body["verified"], answer.body["addresses"]) == (200, True, [])
    assert answer.body["token"] == answer.cookies[TOKEN]["value"]
    assert "httponly" in answer.cookies[TOKEN]
    assert "httponly" not in answer.cookies[CSRF]
    address = {"street": "Strada Nouă 5", "city": "Cluj-Napoca", "county": "Cluj", "postal_code": "400001"}
    added = await browser.call("POST", "/addresses", address)
    assert (added.status, added.body["total_addresses"]) == (201, 1)
    assert (await browser.call("GET", "/session", server=1)).body["total_addresses"] == 1
    assert (await browser.call("DELETE", "/session", server=1)).status == 200
    assert set(browser.cookies) == {DEVICE}


async def test_two_tabs_that_refresh_at_once_on_two_servers_have_the_same_token(house: House) -> None:
    caller = await proved(house)
    first, second = await asyncio.gather(
        call(house, "POST", "/session/refresh", server=0, headers=bearer(caller.token)),
        call(house, "POST", "/session/refresh", server=1, headers=bearer(caller.token)),
    )
    assert (first.status, second.status) == (200, 200)
    assert (await stored(caller)).generation == 2
    for server, answer in enumerate((second, first)):
        again = await call(house, "GET", "/session", server=server, headers=bearer(answer.body["token"]))
        assert again.status == 200


async def test_the_token_before_counts_for_its_grace_and_ends_the_session_after_it(house: House) -> None:
    caller = await proved(house)
    newest = await call(house, "POST", "/session/refresh", headers=bearer(caller.token))
    assert (await call(house, "GET", "/session", server=1, headers=bearer(caller.token))).status == 200
    house.clock.advance(seconds=10)
    assert (await call(house, "GET", "/session", server=1, headers=bearer(caller.token))).code == "SESSION_EXPIRED"
    assert (await stored(caller)).ended_at is None
    answer = await call(house, "POST", "/session/refresh", server=1, headers=bearer(caller.token))
    assert (answer.status, answer.code) == (401, "SESSION_EXPIRED")
    ended = await stored(caller)
    assert (ended.ended_at is not None, ended.end_reason) == (True, "reuse")
    assert ("customer-session-ended", {"reason": "reuse"}) in await acts(caller)
    for server in (0, 1):
        again = await call(house, "GET", "/session", server=server, headers=bearer(newest.body["token"]))
        assert again.code == "SESSION_EXPIRED"


async def test_a_copy_two_generations_old_ends_the_session_at_once_and_closes_its_sockets(house: House) -> None:
    caller = await proved(house)
    sockets = [await caller.connect() for _ in range(2)]
    second = await call(house, "POST", "/session/refresh", headers=bearer(caller.token))
    await call(house, "POST", "/session/refresh", headers=bearer(second.body["token"]))
    answer = await call(house, "POST", "/session/refresh", server=1, headers=bearer(caller.token))
    assert answer.code == "SESSION_EXPIRED"
    assert (await stored(caller)).end_reason == "reuse"
    async with asyncio.timeout(CLOSING_SECONDS):
        await asyncio.gather(*(socket.lost() for socket in sockets))


async def test_a_copy_ends_the_session_also_when_the_copied_token_is_too_old_for_anything_else(house: House) -> None:
    caller = await proved(house)
    house.clock.advance(minutes=25)
    newest = await call(house, "POST", "/session/refresh", headers=bearer(caller.token))
    house.clock.advance(minutes=20)
    assert (await call(house, "POST", "/session/refresh", headers=bearer(caller.token))).code == "SESSION_EXPIRED"
    assert (await stored(caller)).end_reason == "reuse"
    assert (await call(house, "GET", "/session", headers=bearer(newest.body["token"]))).code == "SESSION_EXPIRED"


async def test_a_token_ends_after_its_thirty_minutes_and_cannot_be_refreshed_then(house: House) -> None:
    caller = await proved(house)
    token = (await call(house, "POST", "/session/refresh", headers=bearer(caller.token))).body["token"]
    house.clock.advance(minutes=29)
    assert (await call(house, "GET", "/session", headers=bearer(token))).status == 200
    house.clock.advance(minutes=2)
    assert (await call(house, "GET", "/session", headers=bearer(token))).code == "SESSION_EXPIRED"
    assert (await call(house, "POST", "/session/refresh", headers=bearer(token))).code == "SESSION_EXPIRED"
    assert (await stored(caller)).ended_at is None


async def test_refreshing_never_carries_a_session_beyond_its_end(house: House) -> None:
    caller = await proved(house)
    token, ends_at = caller.token, (await stored(caller)).ends_at
    for _ in range(28):
        house.clock.advance(minutes=25)
        token = (await call(house, "POST", "/session/refresh", headers=bearer(token))).body["token"]
    assert (await stored(caller)).expires_at == ends_at
    house.clock.advance(minutes=21)
    assert (await call(house, "POST", "/session/refresh", headers=bearer(token))).code == "SESSION_EXPIRED"


async def test_a_log_out_on_one_server_ends_the_session_on_the_other_and_closes_its_sockets(house: House) -> None:
    caller = await proved(house)
    browser = await browser_of(caller)
    sockets = [await caller.connect() for _ in range(2)]
    answer = await browser.call("DELETE", "/session", server=1)
    assert (answer.status, answer.body) == (200, {"ended": True})
    assert not browser.cookies.keys() & {TOKEN, "comanda_csrf"}
    again = await asyncio.gather(
        *(
            call(house, method, path, server=server, headers=bearer(caller.token))
            for server in (0, 1)
            for method, path in (("GET", "/session"), ("GET", "/addresses"), ("POST", "/session/refresh"))
        )
    )
    assert {(one.status, one.code) for one in again} == {(401, "SESSION_EXPIRED")}
    async with asyncio.timeout(CLOSING_SECONDS):
        await asyncio.gather(*(socket.lost() for socket in sockets))
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await caller.connect()
    assert await acts(caller) == [("customer-session-ended", {"reason": "log-out"})]


async def test_a_log_out_whose_answer_was_lost_takes_the_cookies_when_it_is_asked_again(house: House) -> None:
    browser = await browser_of(await proved(house))
    kept = dict(browser.cookies)
    assert (await browser.call("DELETE", "/session")).status == 200
    again = Browser(house, kept)
    answer = await again.call("DELETE", "/session", server=1)
    assert (answer.status, answer.code) == (401, "SESSION_EXPIRED")
    assert set(again.cookies) == {DEVICE}
    assert (await Browser(house, kept).call("GET", "/session")).cookies == {}


async def test_other_sessions_of_the_customer_go_on_after_a_log_out(house: House) -> None:
    caller = await proved(house)
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    other = work.add((await stored(caller)).with_(id=house.clock.new_id()))
    await work.commit()
    token = house.apps[0].vault.sign(TOKEN_PURPOSE, house.restaurant.id, other.id, "1")
    await call(house, "DELETE", "/session", headers=bearer(caller.token))
    assert (await call(house, "GET", "/session", headers=bearer(token))).status == 200


async def test_a_customer_who_was_erased_is_nobody(house: House) -> None:
    caller = await proved(house)
    await (
        house.apps[0]
        .store.collection(Customer)
        .update_one({"_id": caller.id}, {"$set": {"erased_at": house.clock.now()}, "$inc": {"version": 1}})
    )
    house.apps[0].store.cache.drop("customers", caller.id)
    assert (await call(house, "GET", "/session", headers=bearer(caller.token))).code == "SESSION_EXPIRED"


async def test_no_token_with_a_bit_turned_and_none_made_for_something_else_counts(house: House) -> None:
    caller = await proved(house)
    vault, home = house.apps[0].vault, house.restaurant.id
    raw = caller.token.encode()
    turned = [
        bytes([*raw[:place], raw[place] ^ (1 << bit), *raw[place + 1 :]]).decode("latin-1")
        for place in range(len(raw))
        for bit in (0, 1, 5)
    ]
    shown = [one for one in turned if one.isprintable() and one.isascii() and not one.startswith(" ")]
    shown += [
        vault.sign(purpose, home, caller.session_id, "1")
        for purpose in ("access", "refresh", "session", "device", "checkout-csrf", "Checkout", "")
    ]
    shown += [
        vault.sign(TOKEN_PURPOSE, home, caller.session_id),
        vault.sign(TOKEN_PURPOSE, home, caller.session_id, "-1"),
        vault.sign(TOKEN_PURPOSE, home, caller.session_id, "2"),
        vault.sign(TOKEN_PURPOSE, "elsewhere", caller.session_id, "1"),
        vault.sign(TOKEN_PURPOSE, home, "nobody", "1"),
        "",
        "." * 1000,
    ]
    customers = house.apps[0].checkout._customers
    for token in shown:
        work = house.apps[0].store.begin("", house.clock.monotonic() + 5)
        assert await customers.of_token(work, token, "", "") is None, token
    some = await asyncio.gather(
        *(call(house, "GET", "/session", headers=bearer(one)) for one in (*shown[:20], *shown[-15:]))
    )
    assert {(one.status, one.code) for one in some} == {(401, "SESSION_EXPIRED")}


async def test_what_belongs_to_another_customer_or_house_is_not_there(house: House) -> None:
    mine, theirs = await proved(house, "+40722000114"), await proved(house, "+40722000115")
    change = {"notes": "x", "__v": 1}
    foreign = theirs.address_id
    tried = [
        await call(house, "PUT", f"/addresses/{foreign}", change, headers=bearer(mine.token)),
        await call(house, "DELETE", f"/addresses/{foreign}", headers=bearer(mine.token)),
    ]
    never = [
        await call(house, "PUT", "/addresses/never", change, headers=bearer(mine.token)),
        await call(house, "DELETE", "/addresses/never", headers=bearer(mine.token)),
    ]
    assert [(one.status, one.code) for one in tried] == [(404, "NOT_FOUND")] * 2
    assert [str(one.body).replace("never", foreign) for one in never] == [str(one.body) for one in tried]
    other = await house.installation.new_house()
    for path in ("/session", "/addresses"):
        query = f"restaurantId={other.restaurant.id}"
        answer = await call(house, "GET", f"{path}?{query}", headers=bearer(mine.token))
        assert answer.code == "SESSION_EXPIRED"
    mine_still = await call(house, "GET", "/addresses", headers=bearer(theirs.token))
    assert [one["id"] for one in mine_still.body["addresses"]] == [foreign]
