"""Every command and every message of the code stands in the document, with all that a client must know about it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from contract.walk import nodes, operations, payload, reachable, resolve

from handlers.registry import Command, Registry
from models import events
from models.alarm import Alarm, AlarmKind
from models.base import Actor
from models.cart import Cart
from models.check import new_check
from models.delivery import Delivery
from models.delivery_plan import DeliveryPlan
from models.device import Device, DeviceKind
from models.dish import Category, Course, Dish
from models.errors import LANGUAGES, REGISTRY
from models.house import Table
from models.item import Item
from models.menu import Menu
from models.money import Money
from models.order import Order, OrderLine
from models.payment import Payment
from models.pin import KeyedHash
from models.principal import Role
from models.service import ServiceKind, ServiceRequest
from models.session import Mode, SessionStatus, TableSession
from models.sms_phone import SmsPhone
from models.staff import Staff
from models.station import Station
from models.ticket import Ticket
from models.ticket_line import TicketLine
from server.asyncapi import COMMON
from server.commands import COMMAND_MODULES
from server.namespace import NAMESPACES
from server.realtime import Realtime

COMMANDS = Registry(COMMAND_MODULES).all()
IDS = [f"{namespace} {command.name}" for namespace, command in COMMANDS]
MONEY = {"price", "amount", "total", "currency", "due", "paid", "unitPrice", "charged", "payable"}

each_command = pytest.mark.parametrize(("namespace", "command"), COMMANDS, ids=IDS)


def operation(published: dict[str, Any], namespace: str, command: Command) -> dict[str, Any]:
    return operations(published, namespace.strip("/"), "receive")[command.name]


def schema(published: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(published["components"]["schemas"][name])


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_has_the_registered_commands_and_no_other(published: dict[str, Any]) -> None:
    documented = {
        (channel["address"], name)
        for key, channel in published["channels"].items()
        for name in operations(published, key, "receive")
    }
    assert documented == {(namespace, command.name) for namespace, command in COMMANDS}


def test_the_document_has_the_namespaces_of_the_server_and_no_other(published: dict[str, Any]) -> None:
    assert {channel["address"] for channel in published["channels"].values()} == set(Realtime.namespaces)


@each_command
def test_a_command_has_a_summary_for_people(published: dict[str, Any], namespace: str, command: Command) -> None:
    summary = operation(published, namespace, command)["summary"]
    assert summary == command.summary
    assert summary.endswith((".", ")"))


@each_command
def test_a_request_has_exactly_the_fields_that_are_accepted(
    published: dict[str, Any], namespace: str, command: Command
) -> None:
    model = command.request_in(namespace)
    documented = schema(published, payload(published, operation(published, namespace, command)["messages"][0]))
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    assert set(documented["properties"]) == set(fields)
    assert set(documented.get("required", ())) == {name for name, field in fields.items() if field.is_required()}


@each_command
def test_nothing_that_is_asked_takes_an_unknown_field(
    published: dict[str, Any], namespace: str, command: Command
) -> None:
    message = operation(published, namespace, command)["messages"][0]
    asked = [resolve(published, message["$ref"]), *reachable(published, resolve(published, message["$ref"])).values()]
    objects = [node for one in asked for node in nodes(one) if node.get("type") == "object"]
    assert objects
    assert [node for node in objects if node.get("additionalProperties") is not False] == []


@each_command
def test_a_command_is_acknowledged_with_what_its_reply_is_made_of(
    published: dict[str, Any], namespace: str, command: Command
) -> None:
    done, refused = operation(published, namespace, command)["reply"]["messages"]
    ack = schema(published, payload(published, done))
    fields = {field.alias or name for name, field in command.reply.model_fields.items()}
    expected = {"success"} | fields | ({"snapshot"} if command.with_snapshot else set())
    assert set(ack["properties"]) == set(ack["required"]) == expected
    assert ack["properties"]["success"]["const"] is True
    assert payload(published, refused) == "Refused"


def test_a_refusal_has_the_one_shape_of_all_errors(published: dict[str, Any]) -> None:
    refused = schema(published, "Refused")
    error = schema(published, "Error")
    assert refused["required"] == ["success", "error"]
    assert refused["properties"]["success"]["const"] is False
    assert error["required"] == ["code", "message", "details"]
    assert error["properties"]["code"]["enum"] == sorted(REGISTRY)


@each_command
def test_roles_and_limits_are_those_of_the_declaration(
    published: dict[str, Any], namespace: str, command: Command
) -> None:
    documented = operation(published, namespace, command)
    here = next(space.roles for space in NAMESPACES if space.path == namespace)
    assert documented["x-roles"] == sorted(role.value for role in command.roles & here)
    assert documented["x-roles"]
    assert documented["x-limit"] == {"count": command.limit.count, "perSeconds": command.limit.per}


@each_command
def test_every_error_that_a_command_declares_is_named_and_has_a_text_in_every_language(
    published: dict[str, Any], namespace: str, command: Command
) -> None:
    codes = operation(published, namespace, command)["x-errors"]
    assert {error.code for error in command.errors} <= set(codes)
    for code in codes:
        text = published["x-errors"][code]["text"]
        assert set(text) == set(LANGUAGES)
        assert all(text.values())


def test_every_error_class_is_explained_with_the_status_of_its_class(published: dict[str, Any]) -> None:
    assert set(published["x-errors"]) == set(REGISTRY)
    for code, error in published["x-errors"].items():
        assert error["status"] == REGISTRY[code].status
        assert error["when"]
        assert error["isCommon"] == (REGISTRY[code] in COMMON)


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
BY = Actor(kind="GUEST", id="p1", name="Ana")
PRICE = Money(amount=1250, currency="RON")
KEPT: dict[str, Any] = {"restaurant_id": "r1", "version": 3}

SESSION = TableSession(
    id="s1",
    table_id="t1",
    table_name="T1",
    mode=Mode.FAMILY,
    covers=2,
    pin=KeyedHash(key="k", digest="d"),
    seatings=(),
    opened_at=NOW,
    opened_by=BY,
    **KEPT,
)
DISH = Dish(id="d1", category_id="c1", name={"en": "Soup"}, price=1250, stations=("grill",), course=Course.STARTERS)
LINE = {"id": "l1", "name": {"en": "Soup"}, "quantity": 1, "course": Course.STARTERS}
PLACED: dict[str, Any] = {"session_id": "s1", "number": 7, "round": 1, "table_name": "T1", "placed_at": NOW}
ORDER = Order(
    id="o1",
    placed_by=BY,
    idempotency_key="k-0000-0001",
    fingerprint="f",
    cart_id="c1",
    cart_version=3,
    currency="RON",
    lines=(OrderLine(**LINE, item_id="d1", unit_price=PRICE, added_by=BY, stations=("grill",)),),
    **PLACED,
    **KEPT,
)
PAYMENT = Payment(
    id="y1",
    check_id="k1",
    participant_id="p1",
    by=BY,
    provider="stripe",
    amount=PRICE,
    tip=PRICE,
    key="k-0000-0002",
    fingerprint="f",
    started_at=NOW,
    expires_at=NOW,
    next_at=NOW,
    **KEPT,
)
SAMPLES = (
    SESSION,
    SESSION.with_(status=SessionStatus.CLOSED, closed_at=NOW),
    Cart(id="c1", session_id="s1", currency="RON", **KEPT),
    ORDER,
    ORDER.with_(id="o2", customer_id="u1", delivery=Delivery(destination=None, last_four="5678", fee=PRICE)),
    new_check("k1", "r1", "s1", "RON"),
    new_check("k2", "r1", "s2", "RON").with_(customer_id="u1"),
    PAYMENT,
    PAYMENT.with_(id="y2", customer_id="u1"),
    Ticket(id="i1", order_id="o1", station="grill", lines=(TicketLine(**LINE, changed_at=NOW),), **PLACED, **KEPT),
    ServiceRequest(
        id="q1",
        session_id="s1",
        table_name="T1",
        kind=ServiceKind.WATER,
        by=BY,
        at=NOW,
        wish="s1/WATER",
        **KEPT,
    ),
    Staff(id="p1", login="ana", name="Ana", roles=(Role.WAITER,), **KEPT),
    Device(id="d1", kind=DeviceKind.SCREEN, name="Grill", enrolled_by=BY, enrolled_at=NOW, **KEPT),
    SmsPhone(id="d1-sms", name="Phone 1", **KEPT),
    Item(id="x1", item_id="d1", left=3, **KEPT),
    DeliveryPlan(id="v1", **KEPT),
    Station(id="st1", code="grill", name={"en": "Grill"}, **KEPT),
    Alarm(id="a1", kind=AlarmKind.PIN_SPRAY, subject="house", raised_at=NOW, **KEPT),
    Table(id="t1", name="T1", zone="Hall", seats=4, token="x" * 22, **KEPT),
    Menu(
        id="m1",
        currency="RON",
        languages=("en",),
        categories=(Category(id="c1", name={"en": "Soups"}),),
        dishes=(DISH,),
        **KEPT,
    ),
)
"""One of each aggregate that is told, and a session in both its states."""


def test_there_is_a_sample_of_every_aggregate_that_makes_messages() -> None:
    assert {type(sample) for sample in SAMPLES} == set(events._MESSAGES)


def test_the_document_has_the_messages_of_all_aggregates_with_the_types_they_have() -> None:
    made = {
        (message.namespace, message.event, type(message.payload()))
        for sample in SAMPLES
        for message in events.changed(sample)
    }
    assert made == {
        (space.path, told.event, told.payload) for space in NAMESPACES for told in space.told if told.is_snapshot
    }


def test_the_server_announces_itself_in_every_namespace(published: dict[str, Any]) -> None:
    for key in published["channels"]:
        assert {"hello", "server:draining"} <= set(operations(published, key, "send"))
    followed = {key for key in published["channels"] if "sync:required" in operations(published, key, "send")}
    assert followed == set(published["channels"]) - {"sms"}


def test_presence_is_told_to_guests_only(published: dict[str, Any]) -> None:
    heard = {key for key in published["channels"] if "presence:changed" in operations(published, key, "send")}
    assert heard == {"table"}


# ── the kitchen ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_that_the_kitchen_sends_or_receives_has_a_field_for_money(published: dict[str, Any]) -> None:
    reached = reachable(published, published["channels"]["kitchen"])
    fields = {field for one in reached.values() for node in nodes(one) for field in node.get("properties") or {}}
    assert {"TicketView", "KitchenSnapshot", "KitchenLogInReply"} <= set(reached)
    assert fields.isdisjoint(MONEY)
    assert set(reached).isdisjoint({"Money", "MenuView", "Dish", "CartView", "OrderView", "CheckView"})


@pytest.mark.parametrize("channel", ["table", "floor"])
def test_the_search_for_money_finds_it_where_it_is(published: dict[str, Any], channel: str) -> None:
    reached = reachable(published, published["channels"][channel])
    fields = {field for one in reached.values() for node in nodes(one) for field in node.get("properties") or {}}
    assert fields >= MONEY
    assert "Money" in reached
