"""Bad input to every command of every namespace, made from the registry: one ack with the right code, counted, without
a trace of how the server is made, nothing changed, and nothing of it in a query.
"""

import json
import logging
from collections.abc import AsyncIterator, Iterable

import pytest
from engine.raw import RawClient, hang_up
from integration.attacker import Attacker
from integration.misuse import NOT_ONE_OBJECT, Misuse, extra_fields, missing_fields, odd_values, wrong_values
from integration.neighbourhood import (
    ROLES,
    TRACE,
    Neighbourhood,
    Served,
    allowed,
    require_refusal,
    serving,
    settle,
)

from handlers.registry import Command, Registry
from models.errors import REGISTRY
from models.principal import Role
from server.commands import COMMAND_MODULES

EVERY_COMMAND = Registry(COMMAND_MODULES).all()
UNKNOWN = [
    "cart:steal",
    "admin:drop",
    "$where",
    "__class__",
    "toString",
    "CART:ADD",
    "cart:add ",
    "",
    "x" * 500,
    "știri",
]

every_command = pytest.mark.parametrize(
    ("namespace", "command"), EVERY_COMMAND, ids=[f"{namespace} {one.name}" for namespace, one in EVERY_COMMAND]
)
every_namespace = pytest.mark.parametrize("namespace", sorted(ROLES))


@pytest.fixture(scope="module")
async def server(mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """One watched server for the whole module."""
    async with serving(mongo_url, redis_url) as served:
        yield served


@pytest.fixture(scope="module")
async def around(server: Served) -> AsyncIterator[Neighbourhood]:
    """A neighbourhood in which nothing may change."""
    neighbourhood = await settle(*server)
    yield neighbourhood
    await neighbourhood.close()


@pytest.fixture(scope="module")
async def sacrifice(server: Served) -> AsyncIterator[Neighbourhood]:
    """A neighbourhood in which anything may change."""
    neighbourhood = await settle(*server)
    yield neighbourhood
    await neighbourhood.close()


@pytest.fixture(autouse=True)
async def no_fault_is_logged(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """Nothing that a client says is an error of ours."""
    yield
    await hang_up()
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


async def require_all_refused(
    around: Neighbourhood, namespace: str, command: Command, misuses: Iterable[Misuse], code: str = "VALIDATION_FAILED"
) -> int:
    """Send all of them as someone who may, and require the code each time; returns how many there were."""
    role, misuses = allowed(command, namespace), list(misuses)
    before = around.refusals(code)
    async with around.unchanged():
        for first in range(0, len(misuses), command.limit.count):
            attacker = await around.enter(role, namespace)
            for misuse in misuses[first : first + command.limit.count]:
                answer = await attacker.ask(command.name, misuse.payload)
                require_refusal(answer, [code], misuse.what)
            await attacker.leave()
    assert around.refusals(code) - before == len(misuses)
    return len(misuses)


@every_command
async def test_a_wrong_value_in_any_field_is_refused_and_changes_nothing(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    example = around.example(command, namespace)
    sent = await require_all_refused(around, namespace, command, wrong_values(command, namespace, example))
    assert sent >= 20 * len(example)


@every_command
async def test_a_missing_field_is_refused_and_changes_nothing(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    example = around.example(command, namespace)
    await require_all_refused(around, namespace, command, missing_fields(command, namespace, example))


@every_command
async def test_a_field_too_many_is_refused_and_changes_nothing(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    example = around.example(command, namespace)
    more = {"sessionId": around.neighbours.party.id, "restaurantId": around.strangers.house.restaurant.id}
    sent = await require_all_refused(around, namespace, command, extra_fields(command, namespace, example, more))
    assert sent >= 10


@every_command
async def test_what_is_not_one_bounded_object_is_refused_and_changes_nothing(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    before = around.refusals("VALIDATION_FAILED")
    async with around.unchanged():
        for what, arguments in NOT_ONE_OBJECT.items():
            attacker = await around.enter(allowed(command, namespace), namespace)
            require_refusal(await attacker.ask(command.name, *arguments), ["VALIDATION_FAILED"], what)
            await attacker.leave()
    assert around.refusals("VALIDATION_FAILED") - before == len(NOT_ONE_OBJECT)


@every_command
async def test_a_role_that_may_not_is_refused_and_changes_nothing(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    payload = json.dumps(around.example(command, namespace))
    async with around.unchanged():
        for role in ROLES[namespace]:
            if role not in command.roles:
                code = "UNAUTHENTICATED" if role in (Role.STRANGER, Role.VISITOR) else "FORBIDDEN"
                before = around.refusals(code)
                attacker = await around.enter(role, namespace)
                require_refusal(await attacker.ask(command.name, payload), [code], role)
                await attacker.leave()
                assert around.refusals(code) - before == 1


@every_namespace
async def test_an_unknown_command_is_refused_counted_and_changes_nothing(around: Neighbourhood, namespace: str) -> None:
    here = {command.name for place, command in EVERY_COMMAND if place == namespace}
    elsewhere = {command.name for _, command in EVERY_COMMAND} - here
    names = [*UNKNOWN, *sorted(elsewhere)]
    before = around.refusals("UNKNOWN_COMMAND")
    async with around.unchanged():
        for role in ROLES[namespace]:
            attacker = await around.enter(role, namespace)
            for name in names:
                require_refusal(await attacker.ask(name, "{}"), ["UNKNOWN_COMMAND"], name)
            await attacker.leave()
    assert around.refusals("UNKNOWN_COMMAND") - before == len(names) * len(ROLES[namespace])


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error"])
async def test_a_name_that_socket_io_keeps_for_itself_closes_the_socket(around: Neighbourhood, name: str) -> None:
    async with around.unchanged():
        attacker = await around.enter(Role.WAITER, "/floor")
        attacker.client.send(f'42/floor,1["{name}",{{}}]')
        assert await attacker.client.close_code() == 1002


@pytest.mark.parametrize(
    "frame",
    [
        "4" * 17_000,
        '42/floor,1["cart:add",{"note":"' + "x" * 17_000 + '"}]',
        "42/floor,1[",
        '42/floor,1["x"',
        "9",
        "2probe",
    ],
    ids=["too large", "too large a note", "cut off", "cut off later", "no packet", "a probe"],
)
async def test_a_frame_that_no_client_sends_closes_the_socket_and_is_counted(around: Neighbourhood, frame: str) -> None:
    async with around.unchanged():
        before = around.counted("frames_")
        attacker = await around.enter(Role.WAITER, "/floor")
        attacker.client.send(frame)
        assert await attacker.client.close_code() in (1002, 1009)
        assert around.counted("frames_") == before + 1


@pytest.mark.parametrize(
    "auth",
    ['{"table":{"$ne":1}}', '{"sessionToken":{"$gt":""}}', '{"table":["x"],"language":{"$ne":1}}', '{"accessToken":1}'],
)
async def test_operators_in_place_of_proofs_let_nobody_in(around: Neighbourhood, auth: str) -> None:
    async with around.unchanged():
        client = await RawClient.upgrade(around.port)
        answer = await client.enter("/table", auth)
        assert answer.startswith("44/table,")
        assert json.loads(answer.removeprefix("44/table,"))["data"]["code"] == "JOIN_REFUSED"
        floor = await client.join("/floor", auth)
        assert floor.startswith("40/floor,")
        stranger = Attacker(client, "/floor")
        require_refusal(await stranger.ask("session:open", "{}"), ["UNAUTHENTICATED"], auth)
        await stranger.leave()


@every_command
async def test_a_strange_value_that_the_schema_allows_never_makes_the_server_fail(
    sacrifice: Neighbourhood, namespace: str, command: Command
) -> None:
    for misuse in odd_values(command, namespace, sacrifice.example(command, namespace)):
        attacker = await sacrifice.enter(allowed(command, namespace), namespace)
        answer = await attacker.ask(command.name, misuse.payload)
        assert answer["success"] or answer["error"]["code"] in REGISTRY.keys() - {"INTERNAL", "UNAVAILABLE"}, (
            misuse.what,
            answer,
        )
        assert not TRACE.search(json.dumps(answer.get("error")))
        await attacker.leave()
    assert sacrifice.watch.hostile == []
