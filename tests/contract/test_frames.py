"""What goes over the wire during a dinner is what the document says: every frame, both ways, refusals included."""

from typing import Any
from uuid import uuid4

import pytest
import socketio
from comanda_client import Connection, Refused
from contract.walk import operations, payload
from integration import sms_phone
from integration.customers import deliver, order_of, ordered, wanted
from integration.house import PASSWORD, House, Installation, start_installation
from integration.promoted import promotion, publish
from jsonschema import Draft7Validator
from simulators.simulated_stripe import KEYS, simulated_stripe
from socketio.exceptions import ConnectionError as SocketConnectionError

from models.room import device_room
from models.sms import MessageKind
from models.sms_wire import CancelMessage, PingPhone, SendMessage
from server.waiting import ESCALATION

Frame = tuple[str, str, str, Any]
"""Namespace; `sent`, `answered` or `heard`; name; what was in it."""


WRONG_PINS = 2
"""So many are tried in the dinner: the last one uses up the house's budget."""


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
        await _dine(house)
        await _be_refused(house)
        await _order_from_home(house)
        await _change_menu(house)
        await _be_besieged(house)
        await _manage(house)
        await _send_messages(house)
        await _set_up_deliveries(house)
        for app in installation.apps:
            app.realtime.tell_to_catch_up()
    finally:
        await installation.stop()
        await house.close()
    return house.frames


async def _dine(house: House) -> None:
    await publish(house, promotion())
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.send("menu:get", {"language": "ro"})
    added = await ana.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 2, "note": "fără sare"})
    line = added["cart"]["lines"][0]["id"]
    await ana.operate("cart:update", {"lineId": line, "quantity": 1})
    await ana.operate("cart:remove", {"lineId": line})
    await ana.operate("cart:add", {"itemId": house.dish("grill"), "opId": "op-00000001"})
    await ion.operate("cart:clear", {})
    await waiter.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 3, "sessionId": party.id})
    await ana.send("checkout:hold")
    held = await ana.send("checkout:release")
    placing = {"idempotencyKey": "k-0000-0001", "cartVersion": held["cart"]["version"]}
    placed = await ion.send("order:place", placing)
    await waiter.operate("order:approve", {"sessionId": party.id, "orderId": placed["order"]["id"]})
    await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 3})
    await ion.send("order:list")
    await cook.until(lambda state: any(state.of("ticket")))
    board = await cook.send("board:get")
    ticket = board["tickets"][0]
    await cook.send("ticket:seen", {"ticketIds": [ticket["id"]]})
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "READY", "expected": "NEW"}
    await cook.send("line:set-status", step)
    with pytest.raises(Refused, match="STATUS_CONFLICT"):
        await cook.send("line:set-status", step)
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    await cook.send("ticket:recall", {"ticketId": ticket["id"]})
    await _hold_and_fire(waiter, cook, {"sessionId": party.id, "course": ticket["lines"][0]["course"]})
    await _rush(waiter, cook, ticket["orderId"])
    await cook.send("sync:probe")
    await _be_served(house, waiter, ana)
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[1].id})
    await waiter.operate("session:undo-move", {"sessionId": party.id})
    other = await house.party(waiter, 3)
    await waiter.operate("session:merge", {"from": other.id, "into": party.id})
    await waiter.operate("session:unmerge", {"sessionId": other.id})
    await waiter.operate("pin:rotate", {"sessionId": party.id})
    await _settle(waiter, ana, {"sessionId": party.id}, ticket)
    await cook.send("line:acknowledge", {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "voided": 1})
    await ion.send("session:leave")
    screen = await house.connect("/kitchen")
    await screen.send("staff:login", _credentials(house, "CHEF"))
    await screen.send("staff:logout")
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": party.id, "reason": "invited by the house"})
    await manager.send("audit:list", {"sessionId": party.id, "limit": 5})
    await manager.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 7})
    for client in (ana, cook):
        await client.until(lambda state: any(one["isAvailable"] for one in state.of("item")))
    grill = next(one for one in manager.state.of("station") if one["code"] == "grill")
    ages = {"MAINS": {"amber": 12, "red": 20}, "DRINKS": None}
    await manager.operate(
        "station:change", {"stationId": grill["id"], "backup": "pizza", "busyPortions": 25, "ages": ages}
    )
    await cook.until(lambda state: state.snapshots[grill["id"]].version > grill["version"])
    await ana.until(lambda state: any(one["wait"] for one in state.of("station")), 10)
    await manager.send("report:get")
    await ana.until(lambda state: any(one["status"] == "CLOSED" for one in state.of("session")))
    await manager.send("staff:logout")


async def _hold_and_fire(waiter: Connection, cook: Connection, course: dict[str, str]) -> None:
    """Keep a course back and let it be cooked, on the floor and in the kitchen; it is begun, so it stays as it is."""
    for client in (waiter, cook):
        await client.operate("course:hold", course)
        await client.operate("course:fire", course)


async def _rush(waiter: Connection, cook: Connection, order_id: str) -> None:
    """Have an order cooked before all others, put it together, and look again at what was cleared."""
    for client in (waiter, cook):
        await client.operate("order:prioritize", {"orderId": order_id, "isPriority": client is waiter})
    await cook.operate("order:bump", {"orderId": order_id, "level": "READY"})
    await cook.send("ticket:list")
    await cook.operate("order:recall", {"orderId": order_id})


async def _be_served(house: House, waiter: Connection, ana: Connection) -> None:
    """Ask for this and that, wait too long, take a step back; then the table gets another waiter."""
    water = (await ana.operate("service:request", {"kind": "WATER", "note": "plată"}))["service"]
    house.clock.advance(seconds=121)
    await house.apps[0].duties.perform(ESCALATION)
    state = await waiter.until(lambda known: any(known.of("alarm")))
    await waiter.operate("alarm:resolve", {"alarmId": next(state.of("alarm"))["id"]})
    await waiter.send("service:take", {"requestId": water["id"]})
    colleague = await house.staff("mihai")
    with pytest.raises(Refused, match="ALREADY_TAKEN"):
        await colleague.send("service:take", {"requestId": water["id"]})
    await waiter.send("service:resolve", {"requestId": water["id"]})
    bill = (await ana.operate("service:request", {"kind": "BILL"}))["service"]
    await ana.operate("service:cancel", {"requestId": bill["id"]})
    me, table = water["waiter"]["id"], house.tables[0].id
    await waiter.operate("section:assign", {"tableIds": [table], "staffId": me})
    with pytest.raises(Refused, match="NOT_FOUND"):
        await waiter.operate("shift:handover", {"to": "nobody"})
    await waiter.operate("shift:handover", {"to": me})
    await colleague.close()


async def _settle(waiter: Connection, ana: Connection, session: dict[str, Any], ticket: dict[str, Any]) -> None:
    line = {**session, "orderId": ticket["orderId"], "lineId": ticket["lines"][0]["id"]}
    await waiter.send("line:serve", line)
    await waiter.operate("line:void", {**line, "quantity": 1, "reason": "cold"})
    await waiter.operate("line:comp", {**line, "quantity": 1, "reason": "late"})
    await waiter.operate("discount:apply", {**session, "percent": 1000, "reason": "a friend of the house"})
    await ana.operate("promotion:apply", {"code": "PRANZ-10"})
    (check,) = (await waiter.send("check:get", session))["checks"]
    taken = {"correctionId": check["corrections"][-1]["id"], "reason": "not today"}
    (check,) = [(await waiter.operate("promotion:remove", session | taken))["check"]]
    await _share(waiter, ana, session, ticket["lines"][0]["id"])
    await _pay_online(waiter, ana)
    paid = {"method": "CASH", "amount": check["due"]["amount"], "tip": 500, "given": 50_000}
    tender = (await waiter.send("payment:record", {**session, **paid, "idempotencyKey": "k-0000-0003"}))["tender"]
    back = {"tenderId": tender["id"], "amount": 100, "reason": "a mistake", "idempotencyKey": "k-0000-0004"}
    await waiter.send("payment:refund", {**session, **back})
    await ana.send("check:get")
    await ana.send("receipt:get", {"format": "HTML"})
    await waiter.send("receipt:get", {**session, "language": "ro"})


async def _share(waiter: Connection, ana: Connection, session: dict[str, Any], line_id: str) -> None:
    """Claim a dish, divide the check, and take both back."""
    line = {"lineId": line_id}
    claimed = await ana.operate("check:claim", {**line, "share": {"parts": 1, "of": 2}})
    await waiter.operate("check:split", {**session, "method": "EVEN", "count": 3})
    await waiter.operate("check:unsplit", session)
    await ana.operate("check:unclaim", line)
    guest = {**session, **line, "participantId": claimed["check"]["claims"][0]["by"]["id"]}
    await waiter.operate("check:claim", guest)
    await waiter.operate("check:unclaim", guest)


async def _pay_online(waiter: Connection, ana: Connection) -> None:
    """Begin to pay from a phone, until it could; then the waiter takes it in hand."""
    asked = {"method": "ONLINE", "amount": 500, "idempotencyKey": "k-0000-0006"}
    payment = (await ana.send("payment:start", asked))["payment"]
    await ana.until(lambda state: any(one["clientSecret"] for one in state.of("payment")))
    await waiter.send("payment:cancel", {"paymentId": payment["id"]})
    await ana.until(lambda state: any(one["status"] == "CANCELLED" for one in state.of("payment")))


async def _be_refused(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 2)
    guest = await house.phone(party)
    stranger = await house.connect("/table", {"table": party.token})
    added = await guest.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": "k-0000-0005", "cartVersion": added["cart"]["version"]}
    order = (await guest.send("order:place", placing))["order"]
    await waiter.operate("order:reject", {"sessionId": party.id, "orderId": order["id"], "reason": "nobody sits there"})
    for client, more in ((guest, {}), (waiter, {"sessionId": party.id, "reason": "they left"})):
        added = await guest.operate("cart:add", {"itemId": house.dish("grill")})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        order = (await guest.send("order:place", placing))["order"]
        await client.operate("order:cancel", {"orderId": order["id"], **more})
    wrong = f"{(int(party.pin) + 1) % 10_000:04}"
    for client, command, request, code in (
        (stranger, "session:join", {"pin": wrong}, "INVALID_PIN"),
        (stranger, "cart:clear", {"opId": "op-00000002"}, "UNAUTHENTICATED"),
        (waiter, "session:open", {"tableId": party.table.id, "mode": "FAMILY", "covers": 1}, "TABLE_OCCUPIED"),
        (waiter, "session:move", {"sessionId": party.id, "tableId": party.table.id}, "SAME_TABLE"),
        (waiter, "order:list", {"sessionId": "nobody"}, "NOT_FOUND"),
    ):
        with pytest.raises(Refused, match=code):
            await client.send(command, request)
    for command, request, code in (
        ("cart:add", {"itemId": "nothing", "opId": "op-00000003"}, "UNKNOWN_ITEM"),
        ("order:place", {"idempotencyKey": "k-0000-0002", "cartVersion": 999}, "CART_CHANGED"),
        ("cart:remove", {"lineId": "nothing", "opId": "op-00000004"}, "NOT_FOUND"),
    ):
        with pytest.raises(Refused, match=code):
            await guest.send(command, request)


async def _be_besieged(house: House) -> None:
    """Use up the house's budget of wrong PINs, let a guest in by a waiter's tap, and send that guest away."""
    waiter = await house.waiter()
    party = await house.party(waiter, 5)
    door = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused, match="INVALID_PIN"):
        await door.send("session:join", {"pin": f"{(int(party.pin) + 1) % 10_000:04}"})
    await waiter.until(lambda state: any(state.of("alarm")))
    with pytest.raises(Refused, match="JOIN_NEEDS_WAITER"):
        await door.send("session:join", {"pin": party.pin})
    pin = (await waiter.operate("pin:rotate", {"sessionId": party.id}))["pin"]
    await waiter.operate("session:admit", {"sessionId": party.id})
    guest = (await door.send("session:join", {"pin": pin, "name": "Vlad", "resume": True}))["participantId"]
    await waiter.operate("participant:eject", {"sessionId": party.id, "participantId": guest, "reason": "loud"})


async def _manage(house: House) -> None:
    """Hire, change and revoke someone, take a tablet and a screen into the house and send them away, stay logged in."""
    manager, door = await house.staff(house.login_of("MANAGER")), await house.connect("/floor")
    person = {"login": "dana", "name": "Dana", "roles": ["CHEF"], "password": PASSWORD, "pin": "4862"}
    staff = (await manager.operate("staff:add", person))["staff"]
    await manager.operate("staff:change", {"staffId": staff["id"], "name": "Dana P.", "roles": ["CHEF", "WAITER"]})
    dana = {"login": "dana", "password": PASSWORD, "restaurantId": house.restaurant.id}
    answer = await door.send("staff:login", dana)
    answer = await door.send("staff:refresh", {"refreshToken": answer["refreshToken"]})
    await (await house.connect("/kitchen")).send("staff:refresh", {"refreshToken": answer["refreshToken"]})
    await door.operate("staff:change-password", {"password": PASSWORD, "newPin": "7315"})
    with pytest.raises(Refused, match="LOGIN_TAKEN"):
        await manager.operate("staff:add", person)
    await manager.operate("staff:revoke", {"staffId": staff["id"]})
    for namespace, kind in (("/floor", "TABLET"), ("/kitchen", "SCREEN")):
        enrolled = await manager.operate("device:enrol", {"kind": kind, "name": f"the {kind}"})
        device = await house.connect(namespace)
        await device.send("device:pair", {"code": enrolled["code"]})
        await manager.operate("device:revoke", {"deviceId": enrolled["device"]["id"]})


async def _send_messages(house: House) -> None:
    """Pair a phone that sends messages, speak to it once in every way, and let it come back."""
    manager = await house.staff(house.login_of("MANAGER"))
    phone = await sms_phone.pair(house, manager)
    await phone.connection.send("sms:status", {"battery": 81, "isCharging": True, "signal": 3})
    (connection,) = house.apps[0].engine.members("/sms", device_room(phone.device_id))
    send = SendMessage(
        correlation_id="m-1",
        phone="+40722000123",
        text="Your code is 123456.",
        kind=MessageKind.CODE,
        parts=1,
        sim=0,
        attempt=1,
        epoch=1,
        not_after=house.clock.now(),
    )
    for event, told in (
        ("sms:send", send),
        ("sms:cancel", CancelMessage(correlation_id="m-1")),
        ("sms:ping", PingPhone()),
    ):
        connection.send(event, told.model_dump_json(by_alias=True))
        await sms_phone.hear(phone.connection, event)
    await phone.connection.send("sms:pong")
    assert not await phone.ack({"correlationId": "m-1", "epoch": 1}, "accepted")
    await phone.come(open=[{"correlationId": "m-1", "status": "sent"}])
    with pytest.raises(Refused, match="VERSION_UNSUPPORTED"):
        await (await sms_phone.connect(house)).send("sms:register", {"code": "ABCD-2345", "protocols": [9], "app": "9"})
    await manager.until(lambda state: any(one["battery"] == 81 for one in state.of("smsPhone")))
    for command in ("sms:pause", "sms:resume"):
        await manager.operate(command, {"deviceId": phone.device_id})


async def _set_up_deliveries(house: House) -> None:
    """Change the plan, pause and resume; one version and one plan are refused."""
    manager = await house.staff(house.login_of("MANAGER"))
    found = (await manager.send("delivery:plan"))["plan"]
    plan = {name: one for name, one in found.items() if name not in ("id", "version", "pause")}
    set_up = {"plan": plan | {"leadMinutes": 30}, "planVersion": found["version"]}
    await manager.operate("delivery:set-up", set_up)
    with pytest.raises(Refused, match="DELIVERY_PLAN_CHANGED"):
        await manager.operate("delivery:set-up", set_up)
    paused = await manager.operate("delivery:pause", {})
    nowhere = plan["zones"][0] | {"postalCodes": [], "polygon": []}
    wrong = {"plan": plan | {"zones": [nowhere]}, "planVersion": paused["plan"]["version"]}
    with pytest.raises(Refused, match="DELIVERY_PLAN_INVALID"):
        await manager.operate("delivery:set-up", wrong)
    await manager.operate("delivery:resume", {})


async def _order_from_home(house: House) -> None:
    """Order from home, begin to pay, follow it to the door; call another order off, and be refused."""
    await deliver(house)
    waiter = await house.staff(house.login_of("MANAGER"))
    meal = await ordered(house)
    await meal.phone.send("menu:get", {"language": "ro", "diningOption": "DELIVERY"})
    question = {"items": [wanted(house)], "addressId": meal.caller.address_id}
    await meal.phone.send("order:quote", question)
    with pytest.raises(Refused, match="UNKNOWN_ITEM"):
        await meal.phone.send("order:quote", question | {"items": [{"itemId": "nothing"}]})
    with pytest.raises(Refused, match="PRICE_CHANGED"):
        await meal.phone.send("order:place", order_of(meal.caller, expectedTotal=1))
    await meal.phone.send("order:list")
    await meal.phone.send("sync:probe")
    asked = {"method": "ONLINE", "amount": 500, "orderId": meal.id, "idempotencyKey": "k-0000-0009"}
    payment = (await meal.phone.send("payment:start", asked))["payment"]
    await meal.phone.until(lambda state: any(one["clientSecret"] for one in state.of("payment")))
    await meal.phone.send("payment:cancel", {"paymentId": payment["id"]})
    await meal.phone.until(lambda state: any(one["status"] == "CANCELLED" for one in state.of("payment")))
    await waiter.send("delivery:show", {"orderId": meal.id})
    for step in ("delivery:send", "delivery:done"):
        await waiter.operate(step, {"orderId": meal.id})
    with pytest.raises(Refused, match="DELIVERY_FINISHED"):
        await waiter.operate("delivery:cancel", {"orderId": meal.id, "reason": "late"})
    other = (await meal.phone.operate("order:place", order_of(meal.caller)))["order"]
    with pytest.raises(Refused, match="NOT_AT_TABLE"):
        await waiter.operate("pin:rotate", {"sessionId": other["sessionId"]})
    await waiter.operate("delivery:cancel", {"orderId": other["id"], "reason": "nobody there"})


async def _change_menu(house: House) -> None:
    """Change everything of the draft once, forget it, change one price and publish it."""
    manager = await house.staff(house.login_of("MANAGER"))
    draft = (await manager.send("menu:draft"))["draft"]
    version = draft["version"]
    group, dish = draft["modifierGroups"][0], draft["dishes"][0]
    edits: list[tuple[str, dict[str, Any]]] = [
        ("menu:put-category", {"category": {"id": "late", "name": {"ro": "Noaptea", "en": "Late"}}}),
        ("menu:put-option", {"groupId": group["id"], "option": {"id": "extra", "name": {"en": "Extra"}}}),
        ("menu:remove", {"kind": "OPTION", "id": "extra"}),
        ("menu:put-group", {"group": {"id": "none", "name": {}, "options": []}}),
        ("menu:put-promotion", {"promotion": {"code": "AUTUMN", "name": {"en": "Autumn"}, "percent": 1000}}),
        ("menu:put-pricing", {name: draft["pricing"][name] for name in ("taxClasses", "serviceCharge", "deliveryFee")}),
        ("menu:put-languages", {"languages": ["en", "ro"]}),
        ("menu:discard-draft", {}),
        ("menu:put-dish", {"dish": dish | {"price": dish["price"] + 100}}),
    ]
    for command, request in edits:
        answer = await manager.operate(command, request | {"draftVersion": version})
        version = answer["draftVersion"]
    published = await manager.operate("menu:publish", {"draftVersion": version})
    await manager.until(lambda state: any(one["version"] == published["menu"]["version"] for one in state.of("menu")))
    await manager.close()


def _credentials(house: House, role: str) -> dict[str, Any]:
    return {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}


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
