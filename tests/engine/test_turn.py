"""When a client sends: whose command runs next, what comes before and beside a connect, and how much and how long the
guard waits for.
"""

import json

import pytest
from engine.lodge import Site, serving
from engine.raw import PING, TEXT, RawClient, code_of, until
from engine.test_protocol import entered

from server.engine import EngineSettings


async def test_commands_of_one_client_run_one_at_a_time_in_order(site: Site) -> None:
    client = await entered(site)
    for number in range(20):
        client.send(f'42/table,{number}["{"slow" if number % 3 == 0 else "echo"}",{{"n":{number}}}]')
    acks = [await client.text() for _ in range(20)]
    assert acks == [f'43/table,{number}[{{"n":{number}}}]' for number in range(20)]
    assert [json.loads(payload)["n"] for _, payload in site.lodge.ran] == list(range(20))


async def test_commands_keep_their_order_over_namespaces(site: Site) -> None:
    client = await entered(site)
    await client.join("/floor", '{"silent":1}')
    client.send('42/table,1["gate",{}]')
    client.send('42/floor,2["echo",{}]')
    await until(lambda: len(site.lodge.ran) == 1, "the first runs")
    site.lodge.gate.set()
    assert await client.text() == "43/table,1[{}]"
    assert await client.text() == "43/floor,2[{}]"


async def test_commands_that_go_abreast_begin_in_order_and_let_no_other_in_between() -> None:
    settings = EngineSettings(abreast=frozenset({("/table", "gate")}))
    async with serving(settings) as site:
        client = await entered(site)
        for number, name in enumerate(["gate", "gate", "echo", "gate", "gate"]):
            client.send(f'42/table,{number}["{name}",{{"n":{number}}}]')
        await until(lambda: len(site.lodge.ran) == 2, "both at the front run")
        site.lodge.gate.set()
        assert [await client.text() for _ in range(5)] == [
            f'43/table,{number}[{{"n":{number}}}]' for number in range(5)
        ]
    assert [json.loads(payload)["n"] for _, payload in site.lodge.ran] == list(range(5))


async def test_commands_that_go_abreast_are_bounded_like_those_that_wait() -> None:
    settings = EngineSettings(waiting_commands=3, abreast=frozenset({("/table", "gate")}))
    async with serving(settings) as site:
        client = await entered(site)
        for number in range(7):
            client.send(f'42/table,{number}["gate",{{}}]')
        refused = await client.text()
        assert code_of(RawClient.ack_of(refused, 6)) == "RATE_LIMITED"
        assert len(site.lodge.ran) == 3
        site.lodge.gate.set()
        assert {await client.text() for _ in range(6)} == {f"43/table,{number}[{{}}]" for number in range(6)}


async def test_slow_command_of_one_client_delays_no_other(site: Site) -> None:
    slow, quick = await entered(site), await entered(site)
    slow.send('42/table,1["gate",{}]')
    assert await quick.ask("echo", '{"n":1}') == {"n": 1}
    site.lodge.gate.set()
    assert await slow.text() == "43/table,1[{}]"


async def test_waiting_commands_of_a_closed_connection_do_not_run(site: Site) -> None:
    client = await entered(site)
    client.send('42/table,1["gate",{}]')
    client.send('42/table,2["note",{}]')
    await until(lambda: site.lodge.ran, "the first runs")
    client.writer.transport.abort()
    await until(lambda: site.lodge.gone, "the client is gone")
    site.lodge.gate.set()
    other = await entered(site)
    await other.ask("echo")
    assert [name for name, _ in site.lodge.ran] == ["gate", "echo"]


async def test_command_may_need_a_task(site: Site) -> None:
    client = await entered(site)
    assert await client.ask("task", '{"n":1}') == {"n": 1}


@pytest.mark.faulty
@pytest.mark.parametrize("name", ["fail", "broken"])
async def test_command_that_raises_is_still_acknowledged(site: Site, name: str) -> None:
    client = await entered(site)
    ack = await client.ask(name)
    assert code_of(ack) == "INTERNAL"
    assert await client.ask("echo") == {}


@pytest.mark.faulty
async def test_connect_that_raises_refuses_once_and_says_nothing_of_the_fault(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    assert await client.enter(auth='{"fail":1}') == '44/table,{"message":"Unable to connect"}'
    assert len(site.lodge.asked) == 1


async def test_second_connect_to_a_namespace_never_runs(site: Site) -> None:
    client = await entered(site)
    client.send("40/table,{}")
    assert await client.ask("echo") == {}
    assert len(site.lodge.asked) == 1


async def test_connect_repeated_while_it_is_asked_never_runs(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send('40/table,{"hang":1,"silent":1}')
    client.send("40/table,{}")
    await until(lambda: site.lodge.counts["connects_repeated"], "it is counted")
    site.lodge.gate.set()
    assert (await client.text()).startswith("40/table,")
    assert await client.ask("echo") == {}
    assert len(site.lodge.asked) == 1


async def test_events_before_connect_is_answered_are_never_dispatched(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send('42/table,1["note",{}]')
    client.send('40/table,{"hang":1,"silent":1}')
    for number in range(20):
        client.send(f'42/table,{number}["note",{{}}]')
    await until(lambda: site.lodge.counts["events_unconnected"] == 21, "all are counted")
    site.lodge.gate.set()
    assert (await client.text()).startswith("40/table,")
    await client.ask("echo")
    assert [name for name, _ in site.lodge.ran] == ["echo"]


async def test_client_that_goes_while_it_connects_is_reported_only_if_it_was_known(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send('40/table,{"hang":1}')
    await until(lambda: site.lodge.asked, "the door is asked")
    client.writer.transport.abort()
    await until(lambda: site.engine.socket_count == 0, "the socket is gone")
    site.lodge.gate.set()
    await until(lambda: site.lodge.gone, "the door hears of it")
    assert site.lodge.present == []
    assert [reason for _, reason in site.lodge.gone] == ["refused"]


async def test_acks_of_a_client_are_ignored(site: Site) -> None:
    client = await entered(site)
    client.send('43/table,1["anything"]')
    assert await client.ask("echo") == {}


async def test_pong_that_nobody_asked_for_starts_no_ping(site: Site) -> None:
    client = await entered(site)
    for _ in range(50):
        client.send("3")
    await client.ask("echo")
    site.pass_time(15.5)
    assert await client.text() == "2"
    assert await client.ask("echo") == {}


async def test_commands_beyond_the_burst_are_told_to_wait_and_flow_again(site: Site) -> None:
    client = await entered(site)
    for number in range(31):
        client.send(f'42/table,{number}["echo",{{}}]')
    acks = [await client.text() for _ in range(31)]
    assert all(ack.endswith("[{}]") for ack in acks[:30])
    refused = RawClient.ack_of(acks[30], 30)
    assert code_of(refused) == "RATE_LIMITED"
    assert refused["error"]["details"] == {"retryAfter": 1}
    site.clock.now += 1
    for number in range(10):
        assert await client.ask("echo", ack=number) == {}
    assert code_of(await client.ask("echo")) == "RATE_LIMITED"


@pytest.mark.parametrize(
    ("claim", "packet", "opcode"),
    [("commands", '42/table,1["echo",{}]', TEXT), ("pongs", "3", TEXT), ("pings of WebSocket", "x", PING)],
)
async def test_flood_of_three_times_the_burst_closes_the_socket(
    site: Site, claim: str, packet: str, opcode: int
) -> None:
    client = await entered(site)
    for _ in range(100):
        client.send_frame(packet.encode(), opcode)
    assert await client.close_code() == 1008
    assert site.lodge.counts["floods_closed"] == 1
    assert len(site.lodge.ran) <= 30


async def test_commands_waiting_behind_a_slow_one_are_bounded() -> None:
    settings = EngineSettings(waiting_commands=3)
    async with serving(settings) as site:
        client = await entered(site)
        client.send('42/table,0["gate",{}]')
        for number in range(1, 6):
            client.send(f'42/table,{number}["echo",{{}}]')
        refused = [await client.text() for _ in range(2)]
        site.lodge.gate.set()
        assert [code_of(RawClient.ack_of(text, number)) for number, text in enumerate(refused, 4)] == [
            "RATE_LIMITED"
        ] * 2
        assert [await client.text() for _ in range(4)] == [f"43/table,{number}[{{}}]" for number in range(4)]


async def test_socket_without_a_connection_is_closed_after_ten_seconds(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    site.pass_time(9)
    assert site.lodge.counts["unproven_closed"] == 0
    site.pass_time(1.5)
    assert await client.close_code() == 1008


async def test_socket_whose_connections_prove_nobody_is_closed_after_ten_seconds(site: Site) -> None:
    client = await entered(site, '{"stranger":1,"silent":1}')
    site.pass_time(10.5)
    assert await client.close_code() == 1008
    assert [reason for _, reason in site.lodge.gone] == ["not proven"]


async def test_socket_whose_connect_hangs_is_closed_after_ten_seconds(site: Site) -> None:
    client = await RawClient.upgrade(site.port)
    await client.text()
    client.send('40/table,{"hang":1,"stranger":1}')
    await until(lambda: site.lodge.asked, "the door is asked")
    site.pass_time(10.5)
    assert await client.close_code() == 1008


async def test_process_that_was_stopped_reads_pongs_before_it_drops_anybody(site: Site) -> None:
    client = await entered(site)
    site.pass_time(15)
    assert await client.text() == "2"
    site.clock.now += 90
    site.engine.tick()
    client.send("3")
    assert await client.ask("echo") == {}
    site.pass_time(1.5)
    assert site.lodge.gone == []
