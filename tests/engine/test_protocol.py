"""Packet by packet: Engine.IO 4 and Socket.IO 5 as their specifications describe them."""

import json

from engine.lodge import Lodge, Site, serving
from engine.raw import CLOSE, PING, PONG, RawClient, until

from server.engine import EngineSettings


async def test_opening_tells_session_and_figures(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    packet = await client.text()
    opened = json.loads(packet[1:])
    assert packet[0] == "0"
    assert len(opened.pop("sid")) == 20
    assert opened == {"upgrades": [], "pingInterval": 15000, "pingTimeout": 10000, "maxPayload": 16384}


async def test_handshake_answer_carries_the_headers_of_the_door(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    assert client.answer.status == 101
    assert client.answer.header("Set-Cookie") == "device=abc; HttpOnly"
    assert client.answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


async def test_compression_is_never_negotiated(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    assert client.answer.header("Sec-WebSocket-Extensions") is None


async def test_connect_is_answered_with_a_session_id_before_any_event(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    answer = await client.enter()
    assert answer.startswith('40/table,{"sid":"')
    assert await client.text() == '42/table,["hello",{"protocol":1}]'


async def test_connect_without_auth_and_without_comma_is_understood(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send("40/table")
    assert (await client.text()).startswith("40/table,")


async def test_command_is_acknowledged_with_its_id(site: Site) -> None:
    client = await entered(site)
    client.send('42/table,712["echo",{"a":[1,{"b":"ă"}]}]')
    assert await client.text() == '43/table,712[{"a":[1,{"b":"ă"}]}]'


async def test_command_with_spaces_between_its_parts_is_understood(site: Site) -> None:
    client = await entered(site)
    client.send('42/table,5[ "echo" , {"a" : 1} ]')
    assert await client.text() == '43/table,5[{"a" : 1}]'


async def test_command_without_an_id_runs_and_is_not_acknowledged(site: Site) -> None:
    client = await entered(site)
    client.send('42/table,["note",{}]')
    assert await client.ask("echo", '{"after":1}') == {"after": 1}
    assert site.lodge.ran[0] == ("note", "{}")


async def test_two_namespaces_on_one_socket_keep_apart(site: Site) -> None:
    client = await entered(site)
    assert (await client.join("/floor", '{"silent":1}')).startswith("40/floor,")
    site.engine.broadcast("/floor", ["nobody"], "lost", "{}")
    assert await client.ask("echo", '{"n":1}', namespace="/floor") == {"n": 1}
    assert await client.ask("echo", '{"n":2}') == {"n": 2}


async def test_leaving_one_namespace_leaves_the_other(site: Site) -> None:
    client = await entered(site)
    await client.join("/floor", '{"silent":1}')
    client.send("41/table,")
    await until(lambda: site.lodge.gone, "the door hears of it")
    assert [(c.namespace, reason) for c, reason in site.lodge.gone] == [("/table", "client disconnect")]
    assert await client.ask("echo", namespace="/floor") == {}


async def test_closing_the_last_connection_says_disconnect_and_ends_the_socket(site: Site) -> None:
    client = await entered(site)
    site.lodge.present[0].close("revoked")
    assert await client.text() == "41/table,"
    assert (await client.frame())[0] == CLOSE
    assert [reason for _, reason in site.lodge.gone] == ["revoked"]


async def test_nothing_is_sent_to_a_connection_that_was_closed(site: Site) -> None:
    client = await entered(site)
    await client.join("/floor", '{"silent":1}')
    table = next(c for c in site.lodge.present if c.namespace == "/table")
    table.close("over")
    table.send("late", "{}")
    assert await client.text() == "41/table,"
    assert await client.ask("echo", namespace="/floor") == {}


async def test_unknown_namespace_is_refused(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    assert await client.enter("/admin") == '44/admin,{"message":"Invalid namespace"}'


async def test_refused_client_hears_the_reason_and_nothing_else(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    answer = await client.enter(auth='{"refuse":1,"rooms":["r"]}')
    site.engine.broadcast("/table", ["r"], "secret", "{}")
    assert answer == '44/table,{"message":"no","data":{"code":"NOT_YOU"}}'
    assert (await client.join("/floor", '{"silent":1}')).startswith("40/floor,")
    assert site.lodge.gone[0][1] == "refused"


async def test_refused_client_may_try_again_on_the_same_socket(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.enter(auth='{"refuse":1,"stranger":1}')
    assert (await client.join("/table")).startswith("40/table,")


async def test_what_is_sent_while_a_client_connects_follows_its_connect(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send('40/table,{"hang":1,"rooms":["r"],"silent":1}')
    await until(lambda: site.engine.has_members("/table", "r"), "the room is entered")
    site.engine.broadcast("/table", ["r"], "early", '{"n":1}')
    site.lodge.gate.set()
    assert (await client.text()).startswith("40/table,")
    assert await client.text() == '42/table,["early",{"n":1}]'


async def test_ping_is_sent_after_the_interval_and_a_pong_keeps_the_socket(site: Site) -> None:
    client = await entered(site)
    site.pass_time(15)
    assert await client.text() == "2"
    client.send("3")
    await client.ask("echo")
    site.pass_time(14)
    site.pass_time(1.5)
    assert await client.text() == "2"


async def test_missing_pong_ends_the_socket_after_the_timeout(site: Site) -> None:
    client = await entered(site)
    site.pass_time(15)
    site.pass_time(10.5)
    assert [reason for _, reason in site.lodge.gone] == ["ping timeout"]
    client.send_frame(b"", CLOSE)
    assert await client.close_code() == 1000


async def test_who_is_in_a_watched_namespace_is_pinged_sooner_and_missed_sooner() -> None:
    async with serving(EngineSettings(watched=frozenset({"/floor"}))) as site:
        guest, client = await entered(site), await RawClient.upgrade(site.port)
        assert (await client.enter("/floor", auth='{"silent":1}')).startswith("40/floor,")
        for _ in range(3):
            site.pass_time(3)
            assert await client.text() == "2"
            client.send("3")
            await client.ask("echo", namespace="/floor")
        site.pass_time(3)
        assert site.lodge.gone == []
        site.pass_time(3)
        assert [(one.namespace, reason) for one, reason in site.lodge.gone] == [("/floor", "ping timeout")]
        assert await guest.text() == "2"


async def test_websocket_ping_is_answered(site: Site) -> None:
    client = await entered(site)
    client.send_frame(b"are you there", PING)
    assert await client.frame() == (PONG, b"are you there")


async def test_fragmented_command_is_put_together(site: Site) -> None:
    client = await entered(site)
    client.send_frame(b'42/table,3["ec', fin=False)
    client.send_frame(b"", PING)
    client.send_frame('ho",{"a":"ț'.encode()[:-1], 0, fin=False)
    client.send_frame('ț"}]'.encode()[1:], 0)
    assert (await client.frame())[0] == PONG
    assert await client.text() == '43/table,3[{"a":"ț"}]'


async def test_close_frame_is_answered_and_reported(site: Site) -> None:
    client = await entered(site)
    client.send_frame(b"\x03\xe8", CLOSE)
    assert await client.close_code() == 1000
    assert [reason for _, reason in site.lodge.gone] == ["transport close"]


async def test_engine_close_packet_ends_the_session(site: Site) -> None:
    client = await entered(site)
    client.send("1")
    assert (await client.frame())[0] == CLOSE
    assert [reason for _, reason in site.lodge.gone] == ["client disconnect"]


async def test_dropped_connection_is_reported_at_once(site: Site) -> None:
    client = await entered(site)
    client.writer.transport.abort()
    await until(lambda: site.lodge.gone, "the door hears of it")
    assert [reason for _, reason in site.lodge.gone] == ["transport close"]


async def test_frames_sent_with_the_upgrade_request_are_not_lost(site: Site) -> None:
    from engine.raw import encode_frame

    early = encode_frame(b"40/table,{}") + encode_frame(b"6") * 3
    client = await RawClient.upgrade(site.port, early=early)
    assert (await client.text()).startswith("0{")
    assert (await client.text()).startswith("40/table,")


async def test_draining_ends_sockets_without_disconnect_and_admits_nobody(site: Site) -> None:
    clients = [await entered(site) for _ in range(3)]
    await site.engine.drain(0.05)
    codes = []
    for client in clients:
        frames = await client.frame()
        codes.append(frames)
        client.send_frame(frames[1], CLOSE)
    assert codes == [(CLOSE, b"\x03\xf4")] * 3
    assert (await RawClient.upgrade(site.port)).answer.status == 503


async def entered(site: Site, auth: str = '{"silent":1}') -> RawClient:
    """Return a client that is in /table and has read everything so far."""
    client = await RawClient.upgrade(site.port)
    assert (await client.enter(auth=auth)).startswith("40/table,")
    return client


def test_the_lodge_is_a_door() -> None:
    from server.engine.contract import Door

    door: Door = Lodge()
    assert door.namespaces == {"/table", "/floor"}
