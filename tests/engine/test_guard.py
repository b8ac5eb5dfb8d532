"""Each hazard of the guard in what a hostile client sends: the frame itself, and what must come of it."""

import json
from typing import Any

import pytest
from engine.lodge import Site
from engine.raw import BINARY, CONTINUATION, PING, TEXT, code_of, until
from engine.test_protocol import entered

LONG = 16 * 1024


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error", "disconnecting", "newListener"])
async def test_reserved_name_runs_nothing_and_closes_the_socket(site: Site, name: str) -> None:
    client = await entered(site)
    client.send(f'42/table,1["{name}",{{"REMOTE_ADDR":"10.0.0.1"}},{{"token":"forged"}}]')
    assert await client.close_code() == 1002
    assert site.lodge.ran == []
    assert len(site.lodge.asked) == 1
    assert site.lodge.counts["events_reserved"] == 1


@pytest.mark.parametrize("name", ["nope", "cart:add;drop", "éche", "\\u0065cho", "echo\\n", "x" * 100, ""])
async def test_name_outside_the_allow_list_is_unknown(site: Site, name: str) -> None:
    client = await entered(site)
    assert code_of(await client.ask(name)) == "UNKNOWN_COMMAND"
    assert site.lodge.ran == []
    assert site.lodge.counts["commands_unknown_command"] == 1


@pytest.mark.parametrize(
    "arguments",
    ["", ",1", ",null", ',"x"', ",[]", ",{},1", ",1,{}", ",{},[]", ",[{}]", ",{", ",}", ",{}}"],
)
async def test_argument_that_is_not_one_object_is_refused(site: Site, arguments: str) -> None:
    client = await entered(site)
    client.send(f'42/table,9["echo"{arguments}]')
    answered = await client.text()
    refused = "VALIDATION_FAILED" in answered
    handed_on = site.lodge.ran and not is_one_object(site.lodge.ran[0][1])
    # What begins and ends like an object reaches the strict parser behind the door, which refuses what follows it.
    assert refused or handed_on


def is_one_object(text: str) -> bool:
    """Say whether a strict parser takes it."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("claim", "payload"),
    [
        ("too deep", '{"a":' * 9 + "1" + "}" * 9),
        ("too deep in lists", '{"a":' + "[" * 3000 + "]" * 3000 + "}"),
        ("too many keys", "{" + ",".join(f'"k{i}":1' for i in range(201)) + "}"),
        ("NaN", '{"a":NaN}'),
        ("infinity", '{"a":-Infinity}'),
        ("overflow", '{"a":1e999}'),
        ("overflow with sign", '{"a":[1E+400]}'),
        ("lone surrogate", '{"a":"\\ud800"}'),
        ("lone low surrogate", '{"a":"\\udc00x"}'),
        ("surrogates in the wrong order", '{"a":"\\udc00\\ud800"}'),
        ("surrogate behind an escaped backslash", '{"a":"\\\\\\ud83d"}'),
    ],
)
async def test_argument_outside_the_bounds_is_refused(site: Site, claim: str, payload: str) -> None:
    client = await entered(site)
    assert code_of(await client.ask("echo", payload)) == "VALIDATION_FAILED"
    assert site.lodge.ran == []


@pytest.mark.parametrize(
    ("claim", "payload"),
    [
        ("brackets in strings", json.dumps({"a": "[{" * 50, "b": "NaN, Infinity, 1e999"})),
        ("depth of eight", '{"a":' * 8 + "1" + "}" * 8),
        ("keys of two hundred", "{" + ",".join(f'"k{i}":[1,2]' for i in range(200)) + "}"),
        ("a pair of surrogates", '{"a":"\\ud83c\\udf55"}'),
        ("an escaped backslash before a u", '{"a":"\\\\ud800"}'),
        ("escaped quotes", '{"a":"\\"}{\\\\","b":"' + "e123" * 5 + '"}'),
        ("numbers", '{"a":1e12,"b":-0.5E-3}'),
    ],
)
async def test_argument_within_the_bounds_is_handed_on_as_written(site: Site, claim: str, payload: str) -> None:
    client = await entered(site)
    assert await client.ask("echo", payload) == json.loads(payload)
    assert site.lodge.ran == [("echo", payload)]


@pytest.mark.parametrize(
    "packet",
    [
        "zzz",
        "",
        "4",
        "49",
        "4zzz",
        "2",
        "2probe",
        "5",
        "0{}",
        "7",
        "[" * 15000,
        "42" + "[" * 15000,
        "42/table,",
        "42/table,1",
        "42/table,[]",
        '42/table,{"a":1}',
        "42/table,[5]",
        '42/table,[{"echo":1}]',
        '42/table,²["echo",{}]',
        '42/table,1234567890123456789["echo",{}]',
        '42/table,-1["echo",{}]',
        '42/table,1["echo',
        "42/" + "n" * 200 + ',["echo",{}]',
        '44/table,{"message":"mine"}',
        "40/floor,{",
        "40/floor,[1]",
        '40/floor,{"a":NaN}',
        '40/floor,{"a":1e999}',
        '40/floor,{"a":"\\ud800"}',
        "40/floor," + '{"a":' * 9 + "1" + "}" * 9,
        "40/table x",
    ],
    ids=lambda packet: packet[:30] or "empty",
)
async def test_malformed_packet_closes_the_socket_and_leaves_no_ghost(site: Site, packet: str) -> None:
    client = await entered(site)
    client.send(packet)
    await until(lambda: site.lodge.gone, "the door hears of it at once")
    assert site.lodge.gone[0][1] == "malformed frame"
    assert await client.close_code() == 1002
    assert site.lodge.counts["frames_malformed"] == 1


@pytest.mark.parametrize(
    "packet", ['451-/table,["echo",{"_placeholder":true,"num":0}]', '461-/table,1[{"_placeholder":true,"num":0}]']
)
async def test_packet_with_attachments_closes_the_socket(site: Site, packet: str) -> None:
    client = await entered(site)
    client.send(packet)
    assert await client.close_code() == 1002
    assert site.lodge.counts["frames_binary"] == 1


async def test_binary_frame_closes_the_socket(site: Site) -> None:
    client = await entered(site)
    client.send_frame(b"\x00" * 100, BINARY)
    assert await client.close_code() == 1003
    assert site.lodge.counts["frames_binary"] == 1


@pytest.mark.parametrize(
    ("claim", "frames", "code"),
    [
        ("no UTF-8", [(b"42\xff\xfe", TEXT, {})], 1007),
        ("encoded surrogate", [('42/table,["echo",{"a":"\ud800"}]'.encode(errors="surrogatepass"), TEXT, {})], 1007),
        ("reserved bit", [(b"3", TEXT, {"rsv": 4})], 1002),
        ("reserved bits", [(b"3", TEXT, {"rsv": 3})], 1002),
        ("unmasked", [(b"3", TEXT, {"masked": False})], 1002),
        ("unknown opcode", [(b"3", 5, {})], 1002),
        ("continuation of nothing", [(b"3", CONTINUATION, {})], 1002),
        ("text within text", [(b"4", TEXT, {"fin": False}), (b"3", TEXT, {})], 1002),
        ("fragmented ping", [(b"3", PING, {"fin": False})], 1002),
        ("long ping", [(b"x" * 126, PING, {})], 1002),
        ("too large", [(b"4" * (LONG + 1), TEXT, {})], 1009),
        ("too large in parts", [(b"4" * LONG, TEXT, {"fin": False}), (b"4", CONTINUATION, {"fin": False})], 1009),
    ],
)
async def test_frame_that_breaks_the_websocket_protocol_closes_the_socket(
    site: Site, claim: str, frames: list[Any], code: int
) -> None:
    client = await entered(site)
    for payload, opcode, options in frames:
        client.send_frame(payload, opcode, **options)
    await until(lambda: site.lodge.gone, "the door hears of it at once")
    assert await client.close_code() == code
    assert site.lodge.ran == []


async def test_largest_message_is_taken(site: Site) -> None:
    client = await entered(site)
    fill = LONG - len('42/table,1["echo",{"a":""}]')
    assert await client.ask("echo", json.dumps({"a": "x" * fill}, separators=(",", ":"))) == {"a": "x" * fill}
