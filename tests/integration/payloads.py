"""What can be said in every field of every command, by somebody of one party's house."""

from typing import Any
from uuid import uuid4

from integration.company import AT_HOME, Company
from integration.house import PASSWORD

from handlers.registry import CHECKOUT, Command

EITHER_OR = {"percent"}
"""What may only be said instead of another field."""

LEFT_OUT = {
    ("staff:login", "pin"),
    ("check:split", "count"),
    ("check:split", "amounts"),
    ("item:set-availability", "until"),
    ("delivery:pause", "until"),
    ("sms:register", "code"),
}
"""The same for a field that other commands need."""

OF_THE_MENU: dict[str, Any] = {
    "diningOption": "TAKE_OUT",
    "draftVersion": 0,
    "position": 1,
    "category": {"id": "late", "name": {"en": "Late"}, "hours": [{"opens": "22:00", "closes": "02:00"}]},
    "group": {"id": "size", "name": {"en": "Size"}, "options": [{"id": "small", "name": {"en": "Small"}}]},
    "groupId": "sauce",
    "option": {"id": "sauce-soy", "name": {"en": "Soy sauce"}, "price": 300, "allergens": ["SOYBEANS"]},
    "dish": {
        "id": "soup-of-the-day",
        "categoryId": "soups",
        "name": {"en": "Soup of the day"},
        "price": 1900,
        "prices": {"TAKE_OUT": 1700},
        "stations": ["grill"],
        "course": "STARTERS",
    },
    "taxClasses": [{"id": "food", "name": {"en": "Food"}, "rates": {"DINE_IN": {"rate": 1100}}}],
    "serviceCharge": {"rate": 1000},
    "deliveryFee": {"amount": 1500},
    "promotion": {"code": "AUTUMN", "name": {"en": "Autumn"}, "percent": 1000},
    "languages": ["ro", "en"],
    "menuVersion": 1,
}
"""What a manager may put into the draft of a menu."""

OF_ONE_COMMAND: dict[str, dict[str, Any]] = {
    "menu:remove": {"kind": "DISH", "id": "zacusca"},
    "check:split": {"method": "EVEN", "parts": [{"name": "Ana"}, {"name": "Ion"}]},
    "item:set-availability": {"state": "AVAILABLE", "left": 9},
    "service:request": {"kind": "WATER"},
    "payment:start": {"method": "ONLINE"},
    "report:get": {"from": "2026-11-01", "to": "2100-01-01"},
    "device:enrol": {"kind": "TABLET", "name": "Hall"},
    "sms:ack": {"status": "sent"},
    "staff:add": {"login": "dana", "pin": "4862"},
    "staff:change": {"pin": "4862"},
    "delivery:set-up": {
        "planVersion": 0,
        "plan": {"zones": [{"id": "near", "name": {"en": "Near"}, "postalCodes": ["01*"], "fee": 500, "minutes": 20}]},
    },
}
"""What a field may be in one command, where another command means something else by it."""


def example(command: Command, namespace: str, ours: Company, sms_phone_id: str) -> dict[str, Any]:
    """Return a payload that is right in every field that is required."""
    model = command.request_in(namespace)
    values = ours.ids | {
        "pin": ours.party.pin,
        "keepPin": True,
        "resume": False,
        "name": "Maria",
        "mode": "FAMILY",
        "covers": 2,
        "login": ours.house.login_of("WAITER"),
        "password": PASSWORD,
        "quantity": 1,
        "note": "",
        "modifiers": [],
        "reason": "a mistake",
        "language": "ro",
        "format": "TEXT",
        "station": "grill",
        "course": "MAINS",
        "status": "IN_PROGRESS",
        "expected": "NEW",
        "voided": 1,
        "revision": 0,
        "revisions": {},
        "level": "RUN",
        "isPriority": True,
        "after": "0",
        "avoid": ["GLUTEN"],
        "have": {},
        "paymentMethod": "CASH",
        "fence": 1,
        "acceptWait": 30,
        "method": "CASH",
        "amount": 100,
        "tip": 10,
        "share": {"parts": 1, "of": 2},
        "given": 200,
        "reference": "0042-7",
        "approval": ours.house.approval(),
        "act": "login",
        "actorId": ours.ids["participantId"],
        "subject": ours.ids["orderId"],
        "since": "2026-01-01T00:00:00Z",
        "until": "2100-01-01T00:00:00Z",
        "before": f"4000000000000.{ours.ids['orderId']}",
        "limit": 10,
        "roles": ["WAITER"],
        "newPassword": PASSWORD,
        "newPin": "4862",
        "refreshToken": "nobody's",
        "everywhere": False,
        "code": "ABCD-2345",
        "stations": ["grill"],
        "proof": "A" * 43,
        "protocols": [1],
        "app": "1.0",
        "sims": [{"slot": 0, "operator": "Orange RO", "state": "READY"}],
        "open": [],
        "epoch": 1,
        "error": "RESULT_ERROR_NO_SERVICE",
        "battery": 80,
        "isCharging": True,
        "signal": 3,
        "backup": "pizza",
        "busyPortions": 20,
        "ages": {"MAINS": {"amber": 10, "red": 20}},
        **OF_THE_MENU,
        "items": [{"itemId": ours.ids["itemId"], "quantity": 1, "note": "fără sare"}],
        "location": "44.4325,26.1039",
        "slot": "2100-01-01T00:00:00Z",
        "expectedTotal": 1,
        "opId": str(uuid4()),
        "idempotencyKey": str(uuid4()),
    }
    if namespace == CHECKOUT or command.name in AT_HOME:
        values |= ours.at_home
    named = [one.alias or name for name, one in model.model_fields.items()]
    values |= OF_ONE_COMMAND.get(command.name, {})
    if command.name == "session:merge":
        values["from"] = ours.party.id
    if command.name in ("sms:pause", "sms:resume"):
        values["deviceId"] = sms_phone_id
    if command.name == "section:assign":
        values["staffId"] = ours.ids["from"]  # a waiter may take tables on nobody else
    if not {"orderId", "ticketId"}.isdisjoint(named):
        values["lineId"] = ours.ids["ticketLineId"]  # what was sent has another id than what is in the cart
    left_out = EITHER_OR | {name for name in named if (command.name, name) in LEFT_OUT}
    return {name: values[name] for name in named if name not in left_out}
