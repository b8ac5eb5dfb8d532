"""The copies of sessions in Redis: they may refuse, they never admit, and nothing needs them."""

import asyncio
import hashlib
import time
from typing import Any

import pytest
from integration.calling import Answer, bearer, call
from integration.customers import Caller, proved
from integration.house import House, free_socket, start_installation
from redis.asyncio import Redis

from server.session_copies import REDIS_SECONDS, SessionCopies

LOOKS, PAUSE_SECONDS = 100, 0.02
"""How long a copy may take."""


def key_of(caller: Caller) -> str:
    """Return where the copy of a session is."""
    return f"comanda:checkout:session:{hashlib.sha256(caller.session_id.encode()).hexdigest()}"


async def copy_of(caller: Caller, until: str) -> tuple[str | None, int]:
    """Wait for a copy to say something; returns what it says and for how many seconds it stays."""
    redis = caller.house.apps[0].redis
    assert redis is not None
    said = None
    for _ in range(LOOKS):
        said = await redis.get(key_of(caller))
        if said == until:
            break
        await asyncio.sleep(PAUSE_SECONDS)
    return said, await redis.ttl(key_of(caller))


async def look(caller: Caller, token: str = "") -> Answer:
    """Ask who somebody is."""
    return await call(caller.house, "GET", "/session", headers=bearer(token or caller.token))


async def test_a_copy_follows_its_session_and_ends_with_it(house: House) -> None:
    caller = await proved(house)
    token = (await call(house, "POST", "/session/refresh", headers=bearer(caller.token))).body["token"]
    said, seconds = await copy_of(caller, "2")
    assert said == "2"
    assert 11 * 3600 < seconds <= 12 * 3600
    await call(house, "DELETE", "/session", headers=bearer(token))
    assert (await copy_of(caller, "ended"))[0] == "ended"


async def test_what_is_in_redis_says_nothing_about_the_person(house: House) -> None:
    caller = await proved(house, "+40722999888", name="Canara Rarișoară")
    await call(house, "POST", "/session/refresh", headers=bearer(caller.token))
    await copy_of(caller, "2")
    redis = house.apps[0].redis
    assert redis is not None
    names = " ".join(await redis.keys("*"))
    seen = [str(await redis.get(key)) for key in await redis.keys("comanda:checkout:*")]
    for secret in ("722999888", "999888", "Canara", caller.id, caller.session_id, caller.token):
        assert secret not in names
        assert secret not in " ".join(seen)


async def test_a_session_that_ended_is_refused_without_asking_the_database(house: House) -> None:
    caller = await proved(house)
    redis = house.apps[0].redis
    assert redis is not None
    await redis.set(key_of(caller), "ended", ex=60)
    assert (await look(caller)).code == "SESSION_EXPIRED"
    await redis.set(key_of(caller), "3", ex=60)
    assert (await look(caller)).code == "SESSION_EXPIRED"


@pytest.mark.parametrize("said", ["1", "2", "0", "live", ""])
async def test_no_copy_lets_in_a_session_that_ended(house: House, said: str) -> None:
    caller = await proved(house)
    await call(house, "DELETE", "/session", headers=bearer(caller.token))
    await copy_of(caller, "ended")
    redis = house.apps[0].redis
    assert redis is not None
    await redis.set(key_of(caller), said, ex=60)
    assert (await look(caller)).code == "SESSION_EXPIRED"


async def test_a_copy_that_says_nothing_sensible_shuts_nobody_out(house: House) -> None:
    caller = await proved(house)
    redis = house.apps[0].redis
    assert redis is not None
    for said in ("", "1", "2", "nonsense", "-5", "²"):
        await redis.set(key_of(caller), said, ex=60)
        assert (await look(caller)).status == 200, said


async def test_without_redis_all_is_as_with_it(mongo_url: str) -> None:
    closed = free_socket()
    url = f"redis://127.0.0.1:{closed.getsockname()[1]}"
    installation = await start_installation(mongo_url, url, servers=2, database="away")
    try:
        caller = await proved(await installation.new_house())
        answer = await call(caller.house, "POST", "/session/refresh", headers=bearer(caller.token))
        assert (await look(caller, answer.body["token"])).status == 200
        ended = await call(caller.house, "DELETE", "/session", server=1, headers=bearer(answer.body["token"]))
        assert ended.status == 200
        assert (await look(caller, answer.body["token"])).code == "SESSION_EXPIRED"
    finally:
        await installation.stop()
        closed.close()


async def test_a_redis_that_does_not_answer_is_waited_for_half_a_second_and_then_not_at_all(house: House) -> None:
    asked: list[float] = []

    async def silent(reader: Any, writer: asyncio.StreamWriter) -> None:
        asked.append(time.monotonic())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    redis = Redis.from_url(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", decode_responses=True)
    copies = SessionCopies(redis, house.clock, house.apps[0].metrics)
    try:
        began = time.monotonic()
        assert not await copies.refuses("anyone", 1)
        assert REDIS_SECONDS * 0.9 <= time.monotonic() - began < REDIS_SECONDS * 4
        for _ in range(100):
            assert not await copies.refuses("anyone", 1)
        assert len(asked) == 1
    finally:
        await redis.aclose()
        server.close()
