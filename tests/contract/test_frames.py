"""What goes over the wire during a dinner is what the document says: every frame, both ways, refusals included."""

from typing import Any

import pytest
import socketio
from comanda_client import Connection
from contract.dinner import dine
from contract.mistakes import WRONG_PINS, be_besieged, be_refused
from contract.office import change_menu, manage, order_from_home, send_messages, set_up_deliveries
from contract.walk import operations, payload
from integration.house import House, Installation, start_installation
from jsonschema import Draft7Validator
from simulators.simulated_stripe import KEYS, simulated_stripe
from socketio.exceptions import ConnectionError as SocketConnectionError

Frame = tuple[str, str, str, Any]
"""Namespace; `sent`, `answered` or `heard`; name; what was in it."""


class RecordedHouse(House):
    """A house whose clients write down every frame."""

    frames: list[Frame]

    async def connect(self, namespace: str, auth: dict[str, Any] | None = None, **options: Any) -> Connection:
        def record(kind: str, name: str, data: Any) -> None:
            self.frames.append((namespace, kind, name, data or {}))

        return await super().connect(namespace, auth, log=record, **options)


@pytest.fixture(scope="module")
async def frames(mongo_url: str, redis_url: str) -> list[Frame]:
    """Every frame of a dinner with all commands, some mistakes, and the server's end."""
    limits = {"first_order_gate": True, "house_failures": WRONG_PINS}
    async with simulated_stripe() as stripe:
        payments = {"stripe": KEYS, "stripe_url": stripe.address}
        installation = await start_installation(
            mongo_url, redis_url, servers=1, database="frames", limits=limits, payments=payments
        )
        return await _recorded(installation)


async def _recorded(installation: Installation) -> list[Frame]:
    plain = await installation.new_house()
    house = RecordedHouse(installation, plain.restaurant, plain.tables, plain.menu)
    house.frames = []
    try:
        await dine(house)
        await be_refused(house)
        await order_from_home(house)
        await change_menu(house)
        await be_besieged(house)
        await manage(house)
        await send_messages(house)
        await set_up_deliveries(house)
        for app in installation.apps:
            app.realtime.tell_to_catch_up()
    finally:
        await installation.stop()
        await house.close()
    return house.frames


def _validator(published: dict[str, Any], name: str) -> Draft7Validator:
    return Draft7Validator({**published, "$ref": f"#/components/schemas/{name}"})


def _problems(published: dict[str, Any], name: str, data: Any) -> list[str]:
    return [f"{name} {list(one.absolute_path)}: {one.message}" for one in _validator(published, name).iter_errors(data)]


def test_every_message_that_was_heard_is_as_documented(frames: list[Frame], published: dict[str, Any]) -> None:
    for namespace, kind, event, data in frames:
        if kind == "heard":
            told = operations(published, namespace.strip("/"), "send")[event]
            assert _problems(published, payload(published, told["messages"][0]), data) == []


def test_every_command_that_was_sent_is_as_documented(frames: list[Frame], published: dict[str, Any]) -> None:
    for namespace, kind, command, data in frames:
        if kind == "sent":
            asked = operations(published, namespace.strip("/"), "receive")[command]
            assert _problems(published, payload(published, asked["messages"][0]), data) == []


def test_every_ack_is_as_documented(frames: list[Frame], published: dict[str, Any]) -> None:
    for namespace, kind, command, data in frames:
        if kind == "answered":
            done, refused = operations(published, namespace.strip("/"), "receive")[command]["reply"]["messages"]
            assert _problems(published, payload(published, done if data["success"] else refused), data) == []


def test_every_refusal_is_one_that_the_document_names_for_its_command(
    frames: list[Frame], published: dict[str, Any]
) -> None:
    refusals = [
        (namespace, command, data["error"]["code"])
        for namespace, kind, command, data in frames
        if kind == "answered" and not data["success"]
    ]
    assert len(refusals) >= 8
    for namespace, command, code in refusals:
        assert code in operations(published, namespace.strip("/"), "receive")[command]["x-errors"]


def test_the_dinner_used_every_command(frames: list[Frame], published: dict[str, Any]) -> None:
    done = {name for _, kind, name, data in frames if kind == "answered" and data["success"]}
    documented = {one["title"] for one in published["operations"].values() if one["action"] == "receive"}
    assert done == documented


def test_the_dinner_made_every_message_in_every_namespace(frames: list[Frame], published: dict[str, Any]) -> None:
    heard = {(namespace, name) for namespace, kind, name, _ in frames if kind == "heard"}
    assert heard == {
        (channel["address"], event)
        for key, channel in published["channels"].items()
        for event in operations(published, key, "send")
    }


def test_a_frame_that_is_not_as_documented_is_noticed(frames: list[Frame], published: dict[str, Any]) -> None:
    ticket = next(data for _, _, name, data in frames if name == "ticket:changed")
    assert _problems(published, "TicketChanged", ticket) == []
    assert _problems(published, "TicketChanged", ticket | {"price": 1250})


async def test_a_refused_connection_is_as_documented(mongo_url: str, redis_url: str, published: dict[str, Any]) -> None:
    installation = await start_installation(mongo_url, redis_url, servers=1, database="frames")
    heard: list[Any] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", heard.append, namespace="/table")
    try:
        with pytest.raises(SocketConnectionError):
            await client.connect(
                installation.addresses[0], namespaces=["/table"], auth={"table": "nothing"}, transports=["websocket"]
            )
    finally:
        await client.disconnect()
        await installation.stop()
    assert _problems(published, "ConnectError", heard[0]) == []
    assert heard[0]["data"]["code"] in published["channels"]["table"]["x-connect"]["errors"]
