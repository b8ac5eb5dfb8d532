"""Long-polling, request by request: the same guard on another carrier, and the upgrade to a WebSocket."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from engine.lodge import Site, serving
from engine.raw import CLOSE, RawClient, until

from server.engine import EngineSettings


class Poller:
    """A long-polling session, request by request."""

    def __init__(self, site: Site, session: ClientSession) -> None:
        self._url = f"http://127.0.0.1:{site.port}/socket.io/?EIO=4&transport=polling"
        self._session = session
        self.sid = ""

    async def open(self) -> dict[str, Any]:
        """Begin a session and return what its first packet says."""
        (packet,) = await self.poll()
        opened: dict[str, Any] = json.loads(packet[1:])
        self.sid = opened["sid"]
        self._url += f"&sid={self.sid}"
        return opened

    async def poll(self) -> list[str]:
        """Return the packets of one request."""
        async with self._session.get(self._url) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.text()).split("\x1e")

    async def get(self, **headers: str) -> ClientResponse:
        """Ask for packets and return the whole answer."""
        async with self._session.get(self._url, headers=headers) as answer:
            await answer.read()
            return answer

    async def post(self, *packets: str | bytes) -> int:
        """Send packets in one request; returns the status."""
        body = b"\x1e".join(packet if isinstance(packet, bytes) else packet.encode() for packet in packets)
        async with self._session.post(self._url, data=body) as answer:
            return answer.status

    async def enter(self) -> None:
        """Be in /table, with everything read."""
        await self.open()
        assert await self.post('40/table,{"silent":1,"rooms":["r"]}') == 200
        assert (await self.poll())[0].startswith("40/table,")


@pytest.fixture
async def poller(polling_site: Site):
    """Return a poller that has not begun."""
    async with ClientSession() as session:
        yield Poller(polling_site, session)


async def test_polling_is_refused_where_it_is_off(site: Site) -> None:
    async with ClientSession() as session:
        assert (await Poller(site, session).get()).status == 400


async def test_session_offers_the_upgrade_and_carries_the_headers_of_the_door(
    polling_site: Site, poller: Poller
) -> None:
    answer = await poller.get()
    assert answer.headers["Set-Cookie"] == "device=abc; HttpOnly"
    opened = await poller.open()
    assert opened["upgrades"] == ["websocket"]
    assert opened["maxPayload"] == 16384


async def test_command_is_acknowledged_over_polling(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    assert await poller.post('42/table,3["echo",{"a":"ă"}]') == 200
    assert await poller.poll() == ['43/table,3[{"a":"ă"}]']


async def test_packets_of_one_request_run_in_order(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    packets = [f'42/table,{n}["{"slow" if n == 0 else "echo"}",{{"n":{n}}}]' for n in range(10)]
    assert await poller.post(*packets) == 200
    acks: list[str] = []
    while len(acks) < 10:
        acks += await poller.poll()
    assert acks == [f'43/table,{n}[{{"n":{n}}}]' for n in range(10)]


async def test_broadcast_wakes_the_request_that_waits(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    waiting = asyncio.create_task(poller.poll())
    socket = next(iter(polling_site.engine._hub.eio.sockets.values()))
    await until(lambda: socket.backlog.is_asked, "a request waits")
    polling_site.engine.broadcast("/table", ["r"], "told", "{}")
    assert await waiting == ['42/table,["told",{}]']


@pytest.mark.parametrize(
    "packet",
    ['42/table,1["connect",{}]', "zzz", "b AAAA", "", '451-/table,["echo",{"_placeholder":true,"num":0}]', b"\xff\xfe"],
    ids=["reserved", "malformed", "binary", "empty", "attachments", "no text"],
)
async def test_guard_closes_a_session_that_polls(polling_site: Site, poller: Poller, packet: str | bytes) -> None:
    await poller.enter()
    await poller.post(packet)
    await until(lambda: polling_site.lodge.gone, "the door hears of it at once")
    assert polling_site.lodge.gone[0][1] == "malformed frame"
    assert polling_site.lodge.ran == []


async def test_request_that_is_too_large_closes_the_session(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    assert await poller.post("4" + "x" * 16384) == 400
    assert polling_site.lodge.counts["frames_too_large"] == 1
    assert len(polling_site.lodge.gone) == 1


async def test_too_many_packets_in_one_request_close_the_session(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    await poller.post(*["6"] * 17)
    assert len(polling_site.lodge.gone) == 1
    assert polling_site.lodge.counts["frames_malformed"] == 1


async def test_two_requests_at_once_close_the_session(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    waiting = asyncio.create_task(poller.poll())
    socket = next(iter(polling_site.engine._hub.eio.sockets.values()))
    await until(lambda: socket.backlog.is_asked, "a request waits")
    assert (await poller.get()).status == 400
    assert await waiting == ["1"]
    assert len(polling_site.lodge.gone) == 1


async def test_session_that_does_not_poll_is_cut_off_at_the_bound(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    for _ in range(257):
        polling_site.engine.broadcast("/table", ["r"], "told", "{}")
    await until(lambda: polling_site.lodge.gone, "it is cut off")
    assert polling_site.lodge.counts["slow_reader_closed"] == 1
    assert (await poller.get()).status == 400


async def test_session_that_does_not_poll_is_cut_off_at_the_bytes_beside_one_packet(
    polling_site: Site, poller: Poller
) -> None:
    await poller.enter()
    board = '{"a":"' + "x" * 1_100_000 + '"}'
    polling_site.engine.broadcast("/table", ["r"], "told", board)
    await asyncio.sleep(0)
    assert polling_site.lodge.gone == []
    polling_site.engine.broadcast("/table", ["r"], "told", board)
    await until(lambda: polling_site.lodge.gone, "it is cut off")
    assert polling_site.lodge.counts["slow_reader_closed"] == 1


async def test_session_that_is_gone_ends_by_the_ping_timeout(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    polling_site.pass_time(26)
    assert [reason for _, reason in polling_site.lodge.gone] == ["ping timeout"]
    polling_site.pass_time(6)
    assert polling_site.engine.socket_count == 0


async def test_disconnect_and_close_reach_a_client_that_polls(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    polling_site.lodge.present[0].close("revoked")
    assert await poller.poll() == ["41/table,", "1"]
    assert (await poller.get()).status == 400


async def test_padding_of_jsonp_is_refused(polling_site: Site, poller: Poller) -> None:
    poller._url += "&j=0"
    assert (await poller.get()).status == 400


async def test_foreign_origin_is_refused(polling_site: Site, poller: Poller) -> None:
    assert (await poller.get(Origin="https://evil.example")).status == 403


async def test_connections_beyond_the_pace_are_told_to_come_back() -> None:
    async with serving(EngineSettings(polling=True, connect_burst=1)) as site, ClientSession() as session:
        assert (await Poller(site, session).get()).status == 200
        answer = await Poller(site, session).get()
        assert answer.status == 503
        assert answer.headers["Retry-After"]


async def probe(site: Site, poller: Poller) -> RawClient:
    """Return a WebSocket of the session whose probe was answered."""
    client = await RawClient.upgrade(site.port, query=f"EIO=4&transport=websocket&sid={poller.sid}")
    assert client.answer.status == 101
    client.send("2probe")
    assert await client.text() == "3probe"
    return client


async def test_upgrade_moves_the_session_and_loses_nothing(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    waiting = asyncio.create_task(poller.poll())
    socket = next(iter(polling_site.engine._hub.eio.sockets.values()))
    await until(lambda: socket.backlog.is_asked, "a request waits")
    client = await probe(polling_site, poller)
    assert await waiting == ["6"]
    for number in range(3):
        polling_site.engine.broadcast("/table", ["r"], "told", f'{{"n":{number}}}')
    assert await poller.poll() == ["6"]
    client.send("5")
    assert [await client.text() for _ in range(3)] == [f'42/table,["told",{{"n":{n}}}]' for n in range(3)]
    assert await client.ask("echo", '{"n":1}') == {"n": 1}


async def test_requests_of_a_session_that_has_upgraded_are_refused(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    client = await probe(polling_site, poller)
    client.send("5")
    await client.ask("echo")
    assert await poller.post('42/table,1["note",{}]') == 400
    assert (await poller.get()).status == 400
    second = await RawClient.upgrade(polling_site.port, query=f"EIO=4&transport=websocket&sid={poller.sid}")
    assert second.answer.status == 400
    assert [name for name, _ in polling_site.lodge.ran] == ["echo"]


@pytest.mark.parametrize("packet", ["5", '42/table,1["note",{}]', "3probe"])
async def test_broken_probe_ends_the_websocket_and_not_the_session(
    polling_site: Site, poller: Poller, packet: str
) -> None:
    await poller.enter()
    client = await RawClient.upgrade(polling_site.port, query=f"EIO=4&transport=websocket&sid={poller.sid}")
    client.send(packet)
    await client.rest()
    assert await poller.post('42/table,1["echo",{}]') == 200
    assert await poller.poll() == ["43/table,1[{}]"]
    assert [name for name, _ in polling_site.lodge.ran] == ["echo"]


async def test_probe_that_never_ends_is_ended(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    client = await probe(polling_site, poller)
    polling_site.pass_time(15)
    assert await client.close_code() is None
    assert await poller.poll() == ["2"]


async def test_close_of_the_client_ends_the_session(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    client = await probe(polling_site, poller)
    client.send("5")
    client.send_frame(b"\x03\xe8", CLOSE)
    await client.rest()
    assert [reason for _, reason in polling_site.lodge.gone] == ["transport close"]


async def test_client_that_polls_may_close_its_session(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    assert await poller.post("41/table,", "1") == 200
    assert [reason for _, reason in polling_site.lodge.gone] == ["client disconnect"]


async def test_request_that_breaks_off_closes_the_session_without_a_fault(polling_site: Site, poller: Poller) -> None:
    await poller.enter()
    client = await RawClient.dial(polling_site.port)
    client.write(
        f"POST /socket.io/?EIO=4&transport=polling&sid={poller.sid} HTTP/1.1\r\nHost: x\r\n"
        "Content-Length: 100\r\n\r\n42/table".encode()
    )
    await asyncio.sleep(0.01)
    client.writer.transport.abort()
    await until(lambda: polling_site.lodge.gone, "the door hears of it")
    assert polling_site.lodge.ran == []
