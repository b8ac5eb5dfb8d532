"""Headers that are no text: what they say counts for nothing, and nobody is answered with a fault."""

import asyncio
import json

import pytest
from integration.calling import CSRF, PREFIX, SITE, browser_of
from integration.customers import Caller, proved
from integration.house import House
from integration.test_checkout_door import raw
from structlog.testing import capture_logs

from server import listening

BROKEN = b"\xff.AAAA"
"""No UTF-8, in the shape of a token."""

NAMED = b'{"phone":"12","name":"M"}'


def call_of(method: str, path: str, *lines: bytes, body: bytes = b"") -> bytes:
    """Return a call in bytes."""
    told = [b"Content-Type: application/json", b"Content-Length: %d" % len(body)] if body else []
    first = f"{method} {PREFIX}{path} HTTP/1.1".encode()
    return b"\r\n".join((first, b"Host: x", b"Accept-Language: en", *lines, *told, b"", b"")) + body


async def status_of(house: House, sent: bytes) -> int:
    """Return the status of the answer to some bytes."""
    return int((await raw(house, [sent])).split(b" ", 2)[1])


@pytest.fixture
async def caller(house: House) -> Caller:
    """A proved customer."""
    return await proved(house)


async def test_a_token_that_is_no_text_is_none(house: House, caller: Caller) -> None:
    with capture_logs() as logs:
        assert await status_of(house, call_of("GET", "/session", b"Authorization: Bearer " + BROKEN)) == 401
        assert await status_of(house, call_of("GET", "/session", b"Cookie: comanda_checkout=" + BROKEN)) == 401
    assert logs == []


async def test_a_cookie_counts_beside_a_bearer_that_is_no_text_only_with_the_token_of_the_page(
    house: House, caller: Caller
) -> None:
    cookies = b"Cookie: comanda_checkout=" + caller.token.encode()
    lines = (b"Origin: " + SITE.encode(), b"Authorization: Bearer " + BROKEN, cookies)
    assert await status_of(house, call_of("DELETE", "/session", *lines)) == 403


@pytest.mark.parametrize("kept", [None, BROKEN], ids=["a good cookie", "a broken cookie"])
async def test_a_token_of_a_page_that_is_no_text_changes_nothing(
    house: House, caller: Caller, kept: bytes | None
) -> None:
    page = (await browser_of(caller)).cookies[CSRF].encode()
    cookies = b"Cookie: comanda_checkout=" + caller.token.encode() + b"; comanda_csrf=" + (kept or page)
    lines = (b"Origin: " + SITE.encode(), cookies, b"X-CSRF-Token: " + BROKEN)
    assert await status_of(house, call_of("DELETE", "/session", *lines)) == 403


async def test_a_device_cookie_that_is_no_text_is_replaced(house: House, caller: Caller) -> None:
    cookie = b"Cookie: comanda_device=" + BROKEN
    path = f"/phone/send-code?restaurantId={house.restaurant.id}"
    answer = await raw(house, [call_of("POST", path, cookie, body=NAMED)])
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nSet-Cookie: comanda_device=" in answer
    bearer = b"Authorization: Bearer " + caller.token.encode()
    assert await status_of(house, call_of("GET", "/session", cookie, bearer)) == 200


async def test_a_device_cookie_that_is_no_text_locks_no_browser_out_of_its_sockets(house: House) -> None:
    head = (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        b"Host: x",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        b"Origin: " + SITE.encode(),
        b"Cookie: comanda_device=\xff",
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", house.installation.ports[0])
    writer.write(b"\r\n".join((*head, b"", b"")))
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"\r\nSet-Cookie: comanda_device=" in answer


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
async def test_a_connection_on_which_nothing_is_asked_is_closed(
    house: House, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.installation.ports[0])
    writer.write(said)
    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()


async def test_a_connection_on_which_something_was_asked_stays_for_the_next_call(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.installation.ports[0])
    call = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with asyncio.timeout(20):
        writer.write(call)
        await reader.readuntil(b" 200 ")
        runner = house.apps[0]._runner
        for connection in runner.server.connections if runner and runner.server else ():
            connection._require_request()  # type: ignore[attr-defined]  # what the timer would do
        writer.write(call)
        await reader.readuntil(b" 200 ")
    writer.close()


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"Cookie: comanda_checkout=%s; z=" + b"a" * 9_000,), 400),
        ((b"Cookie: comanda_checkout=%s; z=\x01",), 400),
        ((b"Authorization: Bearer %s", b"Bad header: %s"), 400),
        ((b"Authorization: Bearer %s", b"Expect: %s"), 417),
        ((b"Authorization: Bearer %s", b"Content-Length: %s"), 400),
        ((b"Authorization: Bearer %s", b"Transfer-Encoding: chunked", b"Content-Length: 5"), 400),
        ((b"X: Bearer %s", *[b"Y%d: y" % one for one in range(200)]), 400),
    ],
    ids=["long", "control character", "bad name", "expectation", "length", "two lengths", "many"],
)
async def test_what_cannot_be_read_is_answered_as_all_else_and_repeated_nowhere(
    house: House, caller: Caller, caplog: pytest.LogCaptureFixture, lines: tuple[bytes, ...], status: int
) -> None:
    token = caller.token.encode()
    answer = await raw(house, [call_of("GET", "/session", *[line.replace(b"%s", token) for line in lines])])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int(head.split(b" ", 2)[1]) == status
    assert json.loads(body) == {
        "success": False,
        "error": {"code": "VALIDATION_FAILED", "message": "The request is not valid.", "details": {"problem": "http"}},
    }
    assert token not in answer
    assert caller.token[:40] not in caplog.text
