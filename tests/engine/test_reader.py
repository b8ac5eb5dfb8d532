"""Clients that do not read: they are cut off at the bounds, and nobody else notices."""

import asyncio
import socket

import pytest
from engine.lodge import Site, serving
from engine.raw import CLOSE, PING, RawClient, encode_frame, until
from engine.test_rooms import in_rooms

from server.engine import EngineSettings

# Small kernel buffers, so that a test need not fill megabytes; the bounds are those of production.
SETTINGS = EngineSettings(kernel_buffer=4096)
PACKET = '{"a":"' + "x" * 1500 + '"}'


async def deaf_client(site: Site) -> RawClient:
    """Return a client in room `r` that reads nothing more."""
    client = await in_rooms(site, "r")
    client.writer.transport.pause_reading()
    client.writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return client


async def stall(site: Site, client: RawClient) -> None:
    """Send until the kernel takes no more for this client, also not a moment later."""
    (member,) = [c for c in site.engine.members("/table", "r") if c.sid == site.lodge.present[-1].sid]
    calm = 0
    while calm < 5:
        calm += 1
        while member.socket.direct is not None:
            member.send("fill", PACKET)
            calm = 0
        await asyncio.sleep(0.01)


def read_on(client: RawClient) -> None:
    """Let a client that did not read take everything, and fast."""
    client.writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    client.writer.transport.resume_reading()


async def heard(client: RawClient, count: int) -> list[str]:
    """Return the next events called `told`, past what was sent to stall the client."""
    texts: list[str] = []
    while len(texts) < count:
        text = await client.text()
        if '["told"' in text:
            texts.append(text)
    return texts


async def test_reader_is_cut_off_at_the_count_of_packets() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        for _ in range(250):
            site.engine.broadcast("/table", ["r"], "told", "{}")
        await asyncio.sleep(0)
        assert site.lodge.gone == []
        for _ in range(10):
            site.engine.broadcast("/table", ["r"], "told", "{}")
        await until(lambda: site.lodge.gone, "it is cut off")
        assert site.lodge.counts["slow_reader_closed"] == 1
        assert site.engine.socket_count == 0


async def test_reader_is_cut_off_at_the_count_of_bytes() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        large = '{"a":"' + "x" * 100_000 + '"}'
        for _ in range(9):
            site.engine.broadcast("/table", ["r"], "told", large)
        await asyncio.sleep(0)
        assert site.lodge.gone == []
        for _ in range(3):
            site.engine.broadcast("/table", ["r"], "told", large)
        await until(lambda: site.lodge.gone, "it is cut off")
        assert site.lodge.counts["slow_reader_closed"] == 1


async def test_one_packet_larger_than_the_bound_reaches_its_reader_among_others() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        told = ['{"n":1}', '{"a":"' + "x" * 3_000_000 + '"}', '{"n":2}']
        for payload in told:
            site.engine.broadcast("/table", ["r"], "told", payload)
        await asyncio.sleep(0)
        read_on(client)
        assert await heard(client, 3) == [f'42/table,["told",{payload}]' for payload in told]
        assert site.lodge.gone == []


async def test_large_packets_that_wait_stay_whole_behind_each_other() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        told = [
            '{"a":"' + letter * size + '"}' for letter, size in zip("abcd", (9_000, 70_000, 8_193, 10), strict=True)
        ]
        for payload in told:
            site.engine.broadcast("/table", ["r"], "told", payload)
        await asyncio.sleep(0)
        read_on(client)
        assert await heard(client, 4) == [f'42/table,["told",{payload}]' for payload in told]


async def test_second_packet_larger_than_the_bound_cuts_its_reader_off() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        board = '{"a":"' + "x" * 1_100_000 + '"}'
        site.engine.broadcast("/table", ["r"], "told", board)
        await asyncio.sleep(0)
        assert site.lodge.gone == []
        site.engine.broadcast("/table", ["r"], "told", board)
        await until(lambda: site.lodge.gone, "it is cut off")
        assert site.lodge.counts["slow_reader_closed"] == 1


async def test_reader_is_cut_off_when_a_packet_is_unsent_for_twenty_seconds() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        # Pongs without reading keep the ping timeout away, as a hostile reader would.
        for _ in range(19 * 2):
            site.pass_time(0.5)
            client.send("3")
            await asyncio.sleep(0.001)
        assert site.lodge.gone == []
        site.pass_time(2)
        await until(lambda: site.lodge.gone, "it is cut off")
        assert site.lodge.counts["slow_reader_closed"] == 1


async def test_reader_that_catches_up_stays_and_misses_nothing() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        for number in range(200):
            site.engine.broadcast("/table", ["r"], "told", f'{{"n":{number}}}')
        client.writer.transport.resume_reading()
        assert await heard(client, 200) == [f'42/table,["told",{{"n":{number}}}]' for number in range(200)]
        for _ in range(300):
            site.engine.broadcast("/table", ["r"], "told", "{}")
            assert await client.text() == '42/table,["told",{}]'
        assert site.lodge.gone == []


async def test_others_hear_everything_while_one_does_not_read() -> None:
    async with serving(SETTINGS) as site:
        others = [await in_rooms(site, "r") for _ in range(3)]
        await deaf_client(site)
        for number in range(400):
            site.engine.broadcast("/table", ["r"], "told", f'{{"n":{number},"a":{PACKET}}}')
            for client in others:
                assert (await client.text()).startswith(f'42/table,["told",{{"n":{number},')
        await until(lambda: site.lodge.gone, "the one is cut off")
        assert [reason for _, reason in site.lodge.gone] == ["slow reader"]


async def test_pings_of_a_reader_that_does_not_read_do_not_pile_up_pongs() -> None:
    async with serving(SETTINGS) as site:
        client = await deaf_client(site)
        await stall(site, client)
        for _ in range(13):
            site.clock.now += 1
            client.write(encode_frame(b"x" * 125, PING) * 25)
            await asyncio.sleep(0.005)
        await until(lambda: site.lodge.gone, "it is cut off")
        assert site.lodge.counts["slow_reader_closed"] == 1


async def test_closed_client_that_takes_no_goodbye_is_cut() -> None:
    async with serving(SETTINGS) as site:
        client = await in_rooms(site, "r")
        site.lodge.present[0].close("revoked")
        assert await client.text() == "41/table,"
        assert (await client.frame())[0] == CLOSE
        site.pass_time(5.5)
        with pytest.raises((EOFError, ConnectionError)):
            await client.frame()


async def test_what_is_held_for_a_client_that_connects_is_bounded() -> None:
    async with serving(SETTINGS) as site:
        client = await RawClient.upgrade(site.port)
        await client.text()
        client.send('40/table,{"hang":1,"rooms":["r"]}')
        await until(lambda: site.engine.has_members("/table", "r"), "the room is entered")
        for _ in range(257):
            site.engine.broadcast("/table", ["r"], "told", "{}")
        await until(lambda: site.lodge.counts["slow_reader_closed"], "it is cut off")
        assert [frame for frame in await client.rest() if b"told" in frame[1]] == []
