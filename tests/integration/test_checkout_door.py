"""What comes through the door for HTTP, and what does not: bodies, methods, languages, houses, pace."""

import asyncio
import gzip
import json
from typing import Any

import pytest
from integration.calling import DEVICE, PREFIX, SITE, TOKEN, Browser, bearer, call
from integration.customers import proved
from integration.house import House, start_installation
from structlog.testing import capture_logs

from server import bodies

ADDRESS = {"street": "Strada Nouă 5", "city": "Cluj-Napoca", "county": "Cluj", "postal_code": "400001"}

WHOLE = json.dumps(ADDRESS).encode()

LARGE = b'{"street":"' + b"x" * (64 * 1024) + b'"}'


@pytest.mark.parametrize(
    ("body", "headers", "status", "problem"),
    [
        (LARGE, {}, 413, "size"),
        (WHOLE, {"Content-Type": "text/plain"}, 415, "type"),
        (WHOLE, {"Content-Type": "application/x-www-form-urlencoded"}, 415, "type"),
        (WHOLE, {"Content-Type": "application/json; charset=utf-16"}, 415, "type"),
        (WHOLE, {"Content-Type": "nonsense"}, 415, "type"),
        (gzip.compress(WHOLE, mtime=0), {"Content-Encoding": "gzip"}, 415, "encoding"),
        (gzip.compress(b"\0" * 10**7, mtime=0), {"Content-Encoding": "gzip"}, 415, "encoding"),
        (WHOLE, {"Content-Encoding": "br"}, 415, "encoding"),
        (b"", {}, 400, "json"),
        (b"{", {}, 400, "json"),
        (b"\xff{}", {}, 400, "json"),
        (b"[]", {}, 400, "object"),
        (b'"text"', {}, 400, "object"),
        (b'{"city":"A","city":"B"}', {}, 400, "json"),
        (b'{"city":NaN}', {}, 400, "bounds"),
        (b'{"city":1e999}', {}, 400, "bounds"),
        (b'{"city":"\\ud800"}', {}, 400, "bounds"),
        (b'{"city":' + b"[" * 9 + b"]" * 9 + b"}", {}, 400, "bounds"),
        (b"{" + b",".join(b'"%d":1' % one for one in range(300)) + b"}", {}, 400, "bounds"),
        (b'{"city":' + b"9" * 5000 + b"}", {}, 400, "json"),
    ],
    ids=[
        "large",
        "text",
        "form",
        "utf-16",
        "no type",
        "packed",
        "packed bomb",
        "brotli",
        "empty",
        "cut",
        "no utf-8",
        "list",
        "string",
        "name twice",
        "nan",
        "too large a number",
        "half a letter",
        "deep",
        "many names",
        "many digits",
    ],
)
async def test_a_body_that_is_not_one_small_plain_object_is_refused(
    house: House, body: bytes, headers: dict[str, str], status: int, problem: str
) -> None:
    caller = await proved(house)
    answer = await call(house, "POST", "/addresses", body, headers=bearer(caller.token) | headers)
    assert (answer.status, answer.code) == (status, "VALIDATION_FAILED")
    assert answer.body["error"]["details"] == {"problem": problem}
    assert answer.headers["Cache-Control"] == "no-store"
    again = await call(house, "GET", "/session", headers=bearer(caller.token))
    assert again.body["total_addresses"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        ADDRESS | {"more": 1},
        ADDRESS | {"id": "x"},
        ADDRESS | {"customer_id": "x"},
        ADDRESS | {"postalCode": "400001"},
        ADDRESS | {"city": None},
        ADDRESS | {"city": 5},
        ADDRESS | {"is_default": "true"},
        ADDRESS | {"city": "C\u0000luj"},
        ADDRESS | {"city": "C\u202eluj"},
    ],
    ids=str,
)
async def test_a_body_that_is_not_what_is_asked_for_is_refused(house: House, body: dict[str, Any]) -> None:
    caller = await proved(house)
    answer = await call(house, "POST", "/addresses", body, headers=bearer(caller.token))
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")


async def test_what_stands_in_the_path_or_in_the_token_cannot_be_said_in_the_body(house: House) -> None:
    caller = await proved(house)
    change = {"notes": "x", "__v": 1, "id": "another"}
    answer = await call(house, "PUT", f"/addresses/{caller.address_id}", change, headers=bearer(caller.token))
    assert answer.code == "VALIDATION_FAILED"
    for body in ({"session_id": "x", "generation": 1}, {}):
        answer = await call(house, "POST", "/session/refresh", body, headers=bearer(caller.token))
        assert answer.code == "VALIDATION_FAILED"
    for method in ("GET", "DELETE"):
        answer = await call(house, method, "/session", {"x": 1}, headers=bearer(caller.token))
        assert answer.code == "VALIDATION_FAILED"


async def raw(house: House, sent: list[bytes], pause: float = 0.0) -> bytes:
    """Send bytes as they are, piece by piece, and return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.installation.ports[0])
    for piece in sent:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)
    try:
        async with asyncio.timeout(5):
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            return answer + await reader.readexactly(int(length.partition(b":")[2]))
    finally:
        writer.close()


def head(token: str, *lines: str) -> bytes:
    """Return the head of a call that adds an address."""
    all_lines = (
        f"POST {PREFIX}/addresses HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        *lines,
    )
    return "\r\n".join((*all_lines, "", "")).encode()


async def test_a_body_that_comes_too_slowly_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.3)
    caller = await proved(house)
    answer = await raw(house, [head(caller.token, "Content-Length: 20"), *[b"{"] * 8], 0.1)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"problem":"slow"' in answer


async def test_a_body_that_does_not_say_how_long_it_is_cannot_be_longer(house: House) -> None:
    caller = await proved(house)
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    answer = await raw(house, [head(caller.token, "Transfer-Encoding: chunked"), *[chunk] * 5])
    assert answer.startswith(b"HTTP/1.1 413 ")
    first = b"%x\r\n%s\r\n" % (10, WHOLE[:10])
    rest = b"%x\r\n%s\r\n0\r\n\r\n" % (len(WHOLE) - 10, WHOLE[10:])
    answer = await raw(house, [head(caller.token, "Transfer-Encoding: chunked"), first, rest])
    assert answer.startswith(b"HTTP/1.1 201 ")


async def test_a_body_that_breaks_off_or_is_cut_wrongly_is_nobodys_fault_but_its_senders(house: House) -> None:
    caller = await proved(house)
    with capture_logs() as logs:
        for told, piece in (("Transfer-Encoding: chunked", b"zz\r\n{}\r\n"), ("Content-Length: 50", b"{")):
            _, writer = await asyncio.open_connection("127.0.0.1", house.installation.ports[0])
            writer.write(head(caller.token, told) + piece)
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.close()
            await asyncio.sleep(0.1)
    assert logs == []
    assert (await call(house, "GET", "/session", headers=bearer(caller.token))).status == 200


async def test_a_method_that_a_path_does_not_have_is_named_with_those_that_it_has(house: House) -> None:
    for method in ("PUT", "PATCH", "TRACE", "OPTIONS"):
        answer = await call(house, method, "/session")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, DELETE")
    answer = await call(house, "GET", "/nowhere")
    assert (answer.status, answer.code, answer.headers["Cache-Control"]) == (404, "NOT_FOUND", "no-store")


async def test_a_page_for_operators_names_its_methods_too(house: House) -> None:
    answer = await raw(house, [b"DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n"])
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: GET,HEAD\r\n" in answer


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (None, "Autentificați-vă din nou."),
        ("de-DE,fr;q=0.5", "Autentificați-vă din nou."),
        ("ro-RO,en;q=0.9", "Autentificați-vă din nou."),
        ("en", "Please log in again."),
        ("ro;q=0.4, en-GB;q=0.8", "Please log in again."),
        ("ro;q=0, en;q=0.1", "Please log in again."),
        ("fr, *;q=0.1", "Autentificați-vă din nou."),
        (";;;q=,en;q=x", "Autentificați-vă din nou."),
    ],
)
async def test_refusals_are_in_the_language_asked_for(house: House, asked: str | None, message: str) -> None:
    answer = await call(house, "GET", "/session", headers={"Accept-Language": asked})
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.body["error"]["message"] == message
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("query", ["restaurantId=nowhere", "restaurantId=", "restaurantId=a&restaurantId=a", "x=1", ""])
async def test_a_house_that_is_not_there_is_not_found(house: House, query: str) -> None:
    await house.installation.new_house()
    sent = {"phone": "+40722000131", "name": "Maria Ionescu"}
    answer = await call(house, "POST", f"/phone/send-code?{query}", sent)
    is_named_well = query in ("restaurantId=nowhere", "")
    assert (answer.status, answer.code) == ((404, "NOT_FOUND") if is_named_well else (400, "VALIDATION_FAILED"))


async def test_a_browser_that_asks_for_a_code_gets_a_cookie_of_its_own_once(house: House) -> None:
    browser = Browser(house)
    path = f"/phone/send-code?restaurantId={house.restaurant.id}"
    answer = await browser.call("POST", path, {"phone": "12", "name": "M"})
    cookie = answer.cookies[DEVICE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == ("True", "Lax", "/")
    assert len(cookie["value"]) >= 22
    assert (await browser.call("POST", path, {"phone": "12", "name": "M"})).cookies == {}


async def test_over_https_only_cookies_bound_to_the_host_count(mongo_url: str) -> None:
    server = {"public_url": SITE, "origins": []}
    installation = await start_installation(mongo_url, None, servers=1, database="https", server=server)
    try:
        caller = await proved(await installation.new_house())
        bound, unbound = ({f"{prefix}{TOKEN}": caller.token} for prefix in ("__Host-", ""))
        answer = await Browser(caller.house, bound).call("GET", "/session")
        assert answer.cookies["__Host-comanda_csrf"]["secure"] == "True"
        assert (await Browser(caller.house, unbound).call("GET", "/session")).code == "SESSION_EXPIRED"
        asked = {"phone": "12", "name": "M"}
        browser = Browser(caller.house, {DEVICE: "d" * 22})
        assert (await browser.call("POST", "/phone/send-code", asked)).cookies.keys() == {f"__Host-{DEVICE}"}
        assert (await browser.call("POST", "/phone/send-code", asked)).cookies == {}
        waiter = await caller.house.waiter()
        party = await caller.house.party(waiter)
        for prefix, roles in (("__Host-", ["GUEST"]), ("", ["VISITOR"])):
            headers = {"Origin": SITE, "Cookie": f"{prefix}{DEVICE}={prefix}of-the-https-test"}
            first = await caller.house.connect("/table", {"table": party.token}, headers=headers)
            await first.send("session:join", {"pin": party.pin})
            again = await caller.house.connect("/table", {"table": party.token}, headers=headers)
            assert again.hello["principal"]["roles"] == roles
    finally:
        await installation.stop()


async def test_one_address_that_calls_too_often_is_told_when_to_come_back(mongo_url: str) -> None:
    guard = {"calls_per_minute": 60, "calls_burst": 5}
    installation = await start_installation(mongo_url, None, servers=1, database="pace", guard=guard)
    try:
        house = await installation.new_house()
        answers = [await call(house, "GET", "/session") for _ in range(7)]
        assert [one.status for one in answers] == [401] * 5 + [429] * 2
        assert (answers[-1].code, answers[-1].headers["Retry-After"]) == ("RATE_LIMITED", "1")
        assert answers[-1].body["error"]["details"] == {"retryAfter": 1}
    finally:
        await installation.stop()
