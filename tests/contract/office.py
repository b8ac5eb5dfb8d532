"""What a manager does: people, devices, phones for messages, deliveries and the menu; and what is ordered from home."""

from typing import Any

import pytest
from comanda_client import Refused
from integration import sms_phone
from integration.customers import deliver, order_of, ordered, wanted
from integration.house import PASSWORD, House

from models.room import device_room
from models.sms import MessageKind
from models.sms_wire import CancelMessage, PingPhone, SendMessage


async def manage(house: House) -> None:
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


async def send_messages(house: House) -> None:
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


async def set_up_deliveries(house: House) -> None:
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


async def order_from_home(house: House) -> None:
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


async def change_menu(house: House) -> None:
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
