"""Broadcasts: everyone in the rooms, once each, nobody else, and what leaving costs."""

import pytest
from engine.lodge import Site
from engine.raw import RawClient, until
from engine.test_protocol import entered


async def in_rooms(site: Site, *rooms: str) -> RawClient:
    """Return a client in these rooms."""
    names = ",".join(f'"{room}"' for room in rooms)
    return await entered(site, f'{{"silent":1,"rooms":[{names}]}}')


async def test_broadcast_reaches_the_room_and_nobody_else(site: Site) -> None:
    inside, outside = await in_rooms(site, "a"), await in_rooms(site, "b")
    assert site.engine.broadcast("/table", ["a"], "told", '{"n":"ș"}') == 1
    assert await inside.text() == '42/table,["told",{"n":"ș"}]'
    assert await outside.ask("echo") == {}


async def test_member_of_several_rooms_hears_a_broadcast_once(site: Site) -> None:
    both, one = await in_rooms(site, "a", "b"), await in_rooms(site, "b")
    assert site.engine.broadcast("/table", ["a", "b", "c"], "told", "{}") == 2
    for client in (both, one):
        assert await client.text() == '42/table,["told",{}]'
        assert await client.ask("echo") == {}


async def test_broadcast_stays_in_its_namespace(site: Site) -> None:
    client = await in_rooms(site, "a")
    await client.join("/floor", '{"silent":1,"rooms":["a"]}')
    site.engine.broadcast("/floor", ["a"], "told", "{}")
    assert await client.text() == '42/floor,["told",{}]'
    assert await client.ask("echo") == {}


async def test_entering_and_leaving_count_from_the_next_broadcast(site: Site) -> None:
    client = await entered(site)
    assert site.engine.broadcast("/table", ["r"], "told", "{}") == 0
    await client.ask("enter", '{"room":"r"}')
    assert site.engine.broadcast("/table", ["r"], "told", "{}") == 1
    assert await client.text() == '42/table,["told",{}]'
    await client.ask("leave", '{"room":"r"}')
    assert site.engine.broadcast("/table", ["r"], "told", "{}") == 0


async def test_own_broadcast_comes_before_the_ack_of_its_command(site: Site) -> None:
    client = await in_rooms(site, "r")
    client.send('42/table,4["tell",{"room":"r"}]')
    assert await client.text() == '42/table,["told",{"room":"r"}]'
    assert await client.text() == '43/table,4[{"room":"r"}]'


async def test_large_payload_arrives_whole_at_everyone(site: Site) -> None:
    clients = [await in_rooms(site, "r") for _ in range(3)]
    payload = '{"a":"' + "ă" * 40_000 + '"}'
    site.engine.broadcast("/table", ["r"], "told", payload)
    for client in clients:
        assert await client.text() == f'42/table,["told",{payload}]'


async def test_members_are_known_until_they_are_gone(site: Site) -> None:
    client = await in_rooms(site, "r")
    (member,) = site.engine.members("/table", "r")
    assert member.rooms == {"r"}
    assert list(site.engine.connections("/table")) == [member]
    client.writer.transport.abort()
    await until(lambda: not site.engine.has_members("/table", "r"), "the room is empty")
    assert list(site.engine.connections("/table")) == []
    assert member.rooms == frozenset()


async def test_empty_rooms_leave_nothing_behind(site: Site) -> None:
    client = await in_rooms(site, *(f"room-{number}" for number in range(50)))
    client.writer.transport.abort()
    await until(lambda: site.lodge.gone, "the client is gone")
    assert site.engine._hub.manager.rooms == {}


async def test_connection_that_is_gone_enters_nothing(site: Site) -> None:
    client = await entered(site)
    client.writer.transport.abort()
    await until(lambda: site.lodge.gone, "the client is gone")
    site.lodge.present[0].enter("r")
    assert not site.engine.has_members("/table", "r")


async def test_room_named_like_another_connection_is_refused(site: Site) -> None:
    await entered(site)
    await entered(site)
    one, other = site.lodge.present
    with pytest.raises(ValueError, match="named like"):
        one.enter(other.sid)


async def test_payload_that_is_no_unicode_is_refused_before_anyone_hears_it(site: Site) -> None:
    client = await in_rooms(site, "r")
    with pytest.raises(ValueError, match="surrogates"):
        site.engine.broadcast("/table", ["r"], "told", '{"a":"\ud800"}')
    assert await client.ask("echo") == {}


async def test_calls_of_python_socketio_work_on_the_same_membership(site: Site) -> None:
    one, other = await in_rooms(site, "r"), await in_rooms(site, "r")
    hub, first = site.engine._hub, site.lodge.present[0]
    await hub.emit("told", {"n": 1}, room="r", skip_sid=first.sid, namespace="/table")
    assert await other.text() == '42/table,["told",{"n":1}]'
    await hub.enter_room(first.sid, "mine", namespace="/table")
    assert set(hub.rooms(first.sid, namespace="/table")) == {"r", "mine"}
    await hub.emit("told", {"n": 2}, to=first.sid, namespace="/table")
    assert await one.text() == '42/table,["told",{"n":2}]'
    await hub.disconnect(first.sid, namespace="/table")
    assert await one.text() == "41/table,"
    with pytest.raises(ValueError, match="JSON compliant"):
        await hub.emit("told", float("nan"), room="r", namespace="/table")
