"""Thousands of random hostile frames, seeded: no unhandled exception, no logged fault, no ghost, and service goes on.

What `serving` checks at its end (no exception reached the loop, nobody is left) and the check of the log in `conftest`
are this test's verdict. A seed of a failed run is in the test's name.
"""

import asyncio
import random

import pytest
from engine.breaking import broken
from engine.lodge import Site
from engine.raw import CLOSE, RawClient, encode_frame

FRAMES_PER_SEED = 1500

SEEDS_OF_PACKETS = [
    '42/table,1["echo",{"a":1,"b":[true,null,"x"],"c":{"d":-1.5e3}}]',
    '42/table,2["slow",{"n":1}]',
    '42/floor,3["echo",{}]',
    '42/table,["note",{"note":"șțăîâ \\"quoted\\" \\u00e9"}]',
    '40/floor,{"silent":1}',
    '40/table,{"refuse":1}',
    "41/floor,",
    "41/table,",
    "43/table,7[]",
    '451-/table,["echo",{"_placeholder":true,"num":0}]',
    '42["connect",{},{}]',
    "2probe",
    "3",
    "5",
    "6",
    "1",
]


def hostile_frame(chance: random.Random) -> bytes:
    """Return the bytes of one frame: mostly broken packets in good frames, sometimes broken frames."""
    payload = broken(chance.choice(SEEDS_OF_PACKETS), chance).encode(errors="surrogatepass")
    kind = chance.random()
    if kind < 0.8:
        return encode_frame(payload)
    if kind < 0.9:
        cut = chance.randrange(len(payload) + 1)
        return encode_frame(payload[:cut], fin=False) + encode_frame(payload[cut:], 0, fin=chance.random() < 0.9)
    if kind < 0.95:
        return encode_frame(
            payload[: chance.randrange(126)],
            chance.randrange(16),
            fin=chance.random() < 0.8,
            rsv=chance.choice([0, 0, 0, 1, 4]),
            masked=chance.random() < 0.9,
        )
    if kind < 0.97:
        return encode_frame(bytes(chance.randrange(256) for _ in range(chance.randrange(300))))
    if kind < 0.98:
        return encode_frame(b"4" * chance.randrange(16_000, 70_000))
    return bytes(chance.randrange(256) for _ in range(chance.randrange(1, 40)))


async def hostile_client(site: Site, chance: random.Random, frames: int) -> int:
    """Send up to so many frames until the engine has had enough; returns how many were sent."""
    client = await RawClient.upgrade(site.port)
    reading = asyncio.create_task(client.rest())
    client.send('40/table,{"silent":1,"rooms":["r"]}')
    sent = 0
    while sent < frames and not reading.done():
        client.write(hostile_frame(chance))
        sent += 1
        site.clock.now += 0.05
        await asyncio.sleep(0)
    if chance.random() < 0.5:
        client.send_frame(b"", CLOSE)
    client.writer.close()
    await reading
    return sent


@pytest.mark.parametrize("seed", [11, 22, 33, 44])
async def test_random_hostile_frames_leave_nothing_behind(site: Site, seed: int) -> None:
    chance = random.Random(seed)
    sent = 0
    while sent < FRAMES_PER_SEED:
        sent += sum(await asyncio.gather(*(hostile_client(site, chance, 40) for _ in range(8))))
        site.clock.now += 1
    site.pass_time(30)
    honest = await RawClient.upgrade(site.port)
    assert (await honest.enter(auth='{"silent":1}')).startswith("40/table,")
    assert await honest.ask("echo", '{"still":"here"}') == {"still": "here"}
    assert site.engine.socket_count == 1
    assert site.lodge.counts["frames_malformed"] > 50
    assert site.lodge.counts["frames_failed"] == 0
