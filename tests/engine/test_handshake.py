"""Who may open a socket, and what the door learns of it."""

from ipaddress import ip_network

import pytest
from engine.conftest import ORIGIN
from engine.lodge import Site, serving
from engine.raw import RawClient

from server.engine import EngineSettings
from server.engine.handshake import client_address, read_cookies

PROXIES = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


async def test_listed_origin_is_let_in_and_marked(site: Site) -> None:
    client = await RawClient.upgrade(site.port, ("Origin", ORIGIN))
    assert client.answer.status == 101
    assert site.lodge.handshakes[0].is_listed_origin


async def test_missing_origin_is_let_in_and_not_marked(site: Site) -> None:
    await RawClient.upgrade(site.port)
    assert site.lodge.handshakes[0].origin is None
    assert not site.lodge.handshakes[0].is_listed_origin


@pytest.mark.parametrize(
    "origins",
    [
        ["https://evil.example"],
        ["null"],
        [ORIGIN + ".evil.example"],
        [ORIGIN + "/"],
        [""],
        [ORIGIN, "https://evil.example"],
    ],
    ids=["foreign", "null", "prefix", "slash", "empty", "two"],
)
async def test_any_other_origin_is_refused_before_the_door_is_asked(site: Site, origins: list[str]) -> None:
    request = "".join(f"Origin: {origin}\r\n" for origin in origins)
    client = await RawClient.dial(site.port)
    client.writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + request.encode()
        + b"\r\n"
    )
    await client.read_answer()
    assert client.answer.status == 403
    assert site.lodge.handshakes == []


@pytest.mark.parametrize(
    "replace",
    [
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Version": ""},
        {"Sec-WebSocket-Key": ""},
        {"Sec-WebSocket-Key": "short"},
        {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"},
        {"Connection": "close"},
        {"Upgrade": "h2c"},
    ],
    ids=lambda replace: " ".join("=".join(pair) for pair in replace.items()),
)
async def test_broken_upgrade_is_refused(site: Site, replace: dict[str, str]) -> None:
    client = await RawClient.upgrade(site.port, replace=replace)
    assert client.answer.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "EIO=3&transport=websocket",
        "transport=websocket",
        "EIO=4",
        "EIO=4&transport=polling",
        "EIO=4&transport=websocket&transport=polling",
        "EIO=4&EIO=4&transport=websocket",
        "EIO=4&transport=websocket&sid=unknown",
        "EIO=4&transport=websocket&j=1",
    ],
)
async def test_broken_query_is_refused(site: Site, query: str) -> None:
    client = await RawClient.upgrade(site.port, query=query)
    assert client.answer.status == 400
    assert site.engine.socket_count == 0


async def test_session_of_another_client_cannot_be_taken_over(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    sid = (await client.text())[8:28]
    thief = await RawClient.upgrade(site.port, query=f"EIO=4&transport=websocket&sid={sid}")
    assert thief.answer.status == 400


async def test_connections_beyond_the_pace_are_told_to_come_back_at_different_times() -> None:
    async with serving(EngineSettings(connects_per_second=10, connect_burst=5)) as site:
        answers = [(await RawClient.upgrade(site.port)).answer for _ in range(25)]
        refused = answers[5:]
        assert [answer.status for answer in answers[:5]] == [101] * 5
        assert [answer.status for answer in refused] == [503] * 20
        assert {answer.header("Retry-After") for answer in refused} == {str(n) for n in range(1, 11)}
        site.clock.now += 0.1
        assert (await RawClient.upgrade(site.port)).answer.status == 101


async def test_handshake_is_read_once_and_kept_by_the_connection(site: Site) -> None:
    client = await RawClient.upgrade(
        site.port, ("Cookie", 'device="abc"; b=2'), ("User-Agent", "u" * 500), ("Accept-Language", "ro,en;q=0.5")
    )
    await client.enter()
    handshake = site.lodge.present[0].handshake
    assert handshake is site.lodge.handshakes[0]
    assert handshake.cookies == {"device": "abc", "b": "2"}
    assert handshake.user_agent == "u" * 256
    assert handshake.languages == "ro,en;q=0.5"


async def test_address_is_the_peer_when_no_proxy_is_trusted(site: Site) -> None:
    await RawClient.upgrade(site.port, ("X-Forwarded-For", "6.6.6.6"))
    assert site.lodge.handshakes[0].address == "127.0.0.1"


async def test_address_is_found_behind_a_trusted_proxy() -> None:
    async with serving(EngineSettings(trusted_proxies=PROXIES)) as site:
        await RawClient.upgrade(site.port, ("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.1.2.3"))
        assert site.lodge.handshakes[0].address == "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", ["1.1.1.1"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["1.1.1.1", "2.2.2.2"], "2.2.2.2"),
        ("127.0.0.1", ["1.1.1.1,10.0.0.1", "10.0.0.2"], "1.1.1.1"),
        ("127.0.0.1", ["1.1.1.1, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["1.1.1.1, , "], "127.0.0.1"),
        ("127.0.0.1", ["2.2.2.2:4711"], "2.2.2.2"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:127.0.0.1", ["2001:DB8:0::1"], "2001:db8::1"),
        ("fd00::1", ["::ffff:1.2.3.4"], "1.2.3.4"),
        ("10.0.0.9", ["10.0.0.8"], "10.0.0.8"),
        ("", ["1.1.1.1"], ""),
    ],
)
def test_address_is_the_right_most_hop_that_is_not_trusted(peer: str, forwarded: list[str], address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_of_two_cookies_with_one_name_the_first_counts() -> None:
    assert read_cookies(["a=1; b=2;a=3", "a=4; =x; novalue; c=d=e"]) == {"a": "1", "b": "2", "c": "d=e"}


@pytest.mark.parametrize("space", ["\xa0", "\x85", "\u2003", "\u3000", "\x1f", "\x0b"])
def test_a_cookie_that_another_host_can_set_is_not_taken_for_one_that_it_cannot(space: str) -> None:
    header = f"{space}__Host-a=theirs; __Host-a{space}=theirs;\t __Host-a =\tours"
    assert read_cookies([header])["__Host-a"] == "ours"


def test_cookies_whose_values_are_no_ascii_are_left_out() -> None:
    assert read_cookies([b"a=\xff; b=2; c=\xc3\xa9; a=1".decode(errors="surrogateescape")]) == {"a": "1", "b": "2"}
