"""Two houses and three parties on one server, with everything in sight watched: the database, the driver, the counters.

Our party and its neighbours sit in one house, the strangers in another. Whoever is not ours carries a name and a note
that stand nowhere else.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from comanda_client import Connection
from integration.attacker import Attacker
from integration.customers import Caller, deliver, ordered, wanted
from integration.house import PASSWORD, House, Installation, Party, TestClock, free_socket, in_a_hurry, settings_for
from integration.promoted import promotion, publish
from prometheus_client.samples import Sample
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from simulators.simulated_stripe import KEYS

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from handlers.registry import CHECKOUT, FLOOR, KITCHEN, SMS, TABLE, Command
from models.alarm import Alarm, AlarmKind
from models.base import Actor
from models.money import Money
from models.payment import Payment
from models.payment_state import PaymentStatus
from models.principal import Role
from models.sms import MessageKind, MessageStatus, SmsMessage
from models.sms_proof import proof
from models.staff import Staff
from models.store import client as mongodb
from models.store.schema import KINDS, LEASES
from server.app import App

ROLES: dict[str, tuple[Role, ...]] = {
    TABLE: (Role.GUEST, Role.VISITOR),
    FLOOR: (Role.WAITER, Role.CASHIER, Role.MANAGER, Role.CHEF, Role.STRANGER),
    KITCHEN: (Role.CHEF, Role.MANAGER, Role.SCREEN, Role.STRANGER),
    CHECKOUT: (Role.CUSTOMER,),
    SMS: (Role.SMS_PHONE, Role.STRANGER),
}
"""Who can be connected in a namespace."""

HOSTILE_OPERATORS = frozenset({"$ne", "$gt", "$gte", "$lt", "$where", "$regex", "$function", "$expr"})
"""None of them is in any command of ours once the server runs."""

TRACE = re.compile(r"Traceback|File \\?\"|\.py\b|pydantic|pymongo|bson\.|site-packages|line \d+, in", re.IGNORECASE)
ID_LENGTH = len("06gvq297032j7fu77rqfme54")
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

NOBODY = "http://127.0.0.1:9"
"""Where no provider of payments answers."""

AT_HOME = {"delivery:show", "delivery:send", "delivery:done", "delivery:cancel"}
"""On the floor: these are about an order from home."""

COUNTED_FAILURES = {
    "refused",
    "audit-read",
    "pin-failed",
    "login-failed",
    "password-refused",
    "approval-refused",
    "promotion-refused",
    "device-refused",
}
UNALARMED = {
    "void_alarm_count": 10**6,
    "pin_alarm_sessions": 10**6,
    "login_alarm_names": 10**6,
    "device_alarm_refusals": 10**6,
    "pairing_failures": 10**6,
}
"""What is tried here is suspicious, and an alarm about it in the middle of a test is no answer to a command."""

OF_SCREENS = {"live", "dark_since", "open_portions", "wait", "version", "change"}
"""What changes on a station when a screen comes or goes, and as time passes."""

OF_COMING = {"epoch", "process", "last_seen_at", "gone_at", "sims", "app", "version", "change"}
"""What changes of an SMS phone when it comes or goes."""

NAMES = {"neighbours": ("Zenobia", "nota-vecinilor-7193"), "strangers": ("Xerxes", "nota-strainilor-5528")}


class Watch(CommandListener):
    """Looks at every command that the server's driver sends."""

    def __init__(self) -> None:
        self.hostile: list[str] = []
        self.count = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.count += 1
        is_lease = LEASES in event.command.values()  # taken by the database's own time; no client has a word in it
        is_lease |= "comment" in event.command  # made by us of what is no text of a client's
        if event.command_name != "createIndexes" and not is_lease and _has_operator(event.command):
            self.hostile.append(str(event.command)[:500])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to see."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to see."""


COUNTED = ["comanda_commands_total", "comanda_refused_total"]
"""The counters in which a refusal shows."""


@dataclass
class Company:
    """One party with a phone that joined, something in its cart and something in the kitchen; and somebody of theirs at
    home who has ordered, too.
    """

    house: House
    party: Party
    phone: Connection
    session_token: str
    caller: Caller
    ids: dict[str, Any] = field(default_factory=dict)
    at_home: dict[str, Any] = field(default_factory=dict)
    """Ids of what was ordered from home, by the fields that name such things there."""

    @property
    def names_of_things(self) -> list[str]:
        """Every id that is theirs; what every house calls the same (a dish, a station) is not among them."""
        named = [*self.ids.items(), *self.at_home.items()]
        listed = [one if isinstance(one, list) else [one] for name, one in named if name != "itemId"]
        found = [one for each in listed for one in each if isinstance(one, str) and len(one) == ID_LENGTH]
        return list(dict.fromkeys(found))

    @property
    def secrets(self) -> set[str]:
        """What nobody else may hear: ids of its things, its name, its note, its tokens."""
        words = {self.ids["guest"], self.ids["guestNote"], self.party.token, self.session_token}
        words |= {self.caller.phone, self.caller.token}
        return words | set(self.names_of_things)

    def ids_in(self, command: Command, namespace: str) -> dict[str, Any]:
        """Return their ids for all the fields of a command that name something."""
        named = (one.alias or name for name, one in command.request_in(namespace).model_fields.items())
        ids = self.ids | ({"from": self.party.id} if command.name == "session:merge" else {})
        ids |= self.at_home if namespace == CHECKOUT or command.name in AT_HOME else {}
        return {name: ids[name] for name in named if name in ids}


@dataclass
class Neighbourhood:
    """See the module."""

    app: App
    port: int
    database: Any
    watch: Watch
    ours: Company
    neighbours: Company
    strangers: Company
    tokens: dict[Role, str]

    async def enter(self, role: Role, namespace: str) -> Attacker:
        """Connect as someone of our house."""
        auth: dict[str, Any] = {}
        if namespace == TABLE:
            auth = {"table": self.ours.party.token}
            if role is Role.GUEST:
                auth["sessionToken"] = self.ours.session_token
        elif namespace == CHECKOUT:
            auth = {"token": self.ours.caller.token}
        elif role is Role.SMS_PHONE:
            return await self._as_phone()
        elif role is Role.SCREEN:
            auth = {"deviceToken": self.tokens[role]}
        elif role in self.tokens:
            auth = {"accessToken": self.tokens[role]}
        return await Attacker.enter(self.port, namespace, auth)

    async def _as_phone(self) -> Attacker:
        """Connect as the SMS phone of our house: it has to answer what it is asked on that connection."""
        attacker = await Attacker.enter(self.port, SMS)
        await attacker.hear("hello")
        hello = json.loads(attacker.received[-1].partition(",")[2])[1]
        device_id, _, secret = self.tokens[Role.SMS_PHONE].partition(" ")
        shown = {"deviceId": device_id, "proof": proof(secret, hello["challenge"])}
        answer = await attacker.ask("sms:register", json.dumps(shown | {"protocols": [1], "app": "1.0"}))
        assert answer["success"], answer
        return attacker

    def example(self, command: Command, namespace: str) -> dict[str, Any]:
        """Return a payload that is right in every field that is required."""
        model = command.request_in(namespace)
        values = self.ours.ids | {
            "pin": self.ours.party.pin,
            "keepPin": True,
            "resume": False,
            "name": "Maria",
            "mode": "FAMILY",
            "covers": 2,
            "login": self.ours.house.login_of("WAITER"),
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
            "approval": self.ours.house.approval(),
            "act": "login",
            "actorId": self.ours.ids["participantId"],
            "subject": self.ours.ids["orderId"],
            "since": "2026-01-01T00:00:00Z",
            "until": "2100-01-01T00:00:00Z",
            "before": f"4000000000000.{self.ours.ids['orderId']}",
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
            "items": [{"itemId": self.ours.ids["itemId"], "quantity": 1, "note": "fără sare"}],
            "location": "44.4325,26.1039",
            "slot": "2100-01-01T00:00:00Z",
            "expectedTotal": 1,
            "opId": str(uuid4()),
            "idempotencyKey": str(uuid4()),
        }
        if namespace == CHECKOUT or command.name in AT_HOME:
            values |= self.ours.at_home
        named = [one.alias or name for name, one in model.model_fields.items()]
        values |= OF_ONE_COMMAND.get(command.name, {})
        if command.name == "session:merge":
            values["from"] = self.ours.party.id
        if command.name in ("sms:pause", "sms:resume"):
            values["deviceId"] = self.tokens[Role.SMS_PHONE].partition(" ")[0]
        if command.name == "section:assign":
            values["staffId"] = self.ours.ids["from"]  # a waiter may take tables on nobody else
        if not {"orderId", "ticketId"}.isdisjoint(named):
            values["lineId"] = self.ours.ids["ticketLineId"]  # what was sent has another id than what is in the cart
        left_out = EITHER_OR | {name for name in named if (command.name, name) in LEFT_OUT}
        return {name: values[name] for name in named if name not in left_out}

    async def documents(self) -> dict[tuple[str, str], str]:
        """Return everything that both houses have in the database, but for counted failures."""
        houses = {"$in": [self.ours.house.restaurant.id, self.strangers.house.restaurant.id]}
        found: dict[tuple[str, str], str] = {}
        for name in {kind.collection for kind in KINDS.values()} - {"attempt_limits", "audit_chains"}:
            async for one in self.database[name].find({"$or": [{"restaurant_id": houses}, {"_id": houses}]}):
                one.pop("seal", None)
                if name == "stations":
                    # Who connects to try something is a screen of them, a moment later.
                    one = {field: value for field, value in one.items() if field not in OF_SCREENS}
                if name == "sms_phones":
                    one = {field: value for field, value in one.items() if field not in OF_COMING}
                if one.get("act") not in COUNTED_FAILURES:
                    found[name, str(one["_id"])] = repr(one)
        return found

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Require that nothing in the database is otherwise afterwards, and that no operator came to the driver."""
        before, seen = await self.documents(), len(self.watch.hostile)
        yield
        after = await self.documents()
        changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
        assert not changed, [(before.get(key), after.get(key)) for key in changed[:2]]
        assert self.watch.hostile[seen:] == []

    def refusals(self, code: str) -> float:
        """Return how many commands were refused with a code so far, by the guard or behind it."""
        guards = f"commands_{code.lower()}"
        return sum(
            one.value
            for one in self._samples()
            if (one.name == "comanda_commands_total" and one.labels["outcome"] == code)
            or (one.name == "comanda_refused_total" and one.labels["what"] == guards)
        )

    def counted(self, beginning: str) -> float:
        """Return how often the guard cut someone off for reasons of one kind."""
        return sum(
            one.value
            for one in self._samples()
            if one.name == "comanda_refused_total" and one.labels["what"].startswith(beginning)
        )

    def _samples(self) -> Iterator[Sample]:
        """What an operator's Prometheus would read now of what was refused."""
        self.app.metrics.flush()
        for family in self.app.metrics.registry.restricted_registry(COUNTED).collect():
            yield from family.samples

    async def close(self) -> None:
        """Let everyone go."""
        await self.ours.house.close()
        await self.strangers.house.close()


@asynccontextmanager
async def serving(mongo_url: str, redis_url: str) -> AsyncIterator[tuple[Installation, Watch, Any]]:
    """Have one server whose driver is watched, and a view of its database that is not."""
    watch, clock = Watch(), TestClock()
    settings = settings_for(
        mongo_url, redis_url, "neighbourhood", limits=UNALARMED, payments={"stripe": KEYS, "stripe_url": NOBODY}
    )
    app = in_a_hurry(App(settings, clock=clock, mongo_options={"event_listeners": [watch]}))
    _let_nothing_change_by_itself(app)
    port = await app.start(free_socket())
    client = mongodb.connect(mongo_url)
    try:
        yield Installation([app], [port], clock), watch, client["neighbourhood"]
    finally:
        await app.stop()
        await client.close()


Served = tuple[Installation, Watch, Any]


def _let_nothing_change_by_itself(app: App) -> None:
    """Leave out what a house does without anyone asking: whoever comes and goes here would be answered by it."""

    async def rest() -> None:
        await asyncio.Event().wait()

    app.duties.run = rest  # type: ignore[method-assign]
    app.screens.follow = lambda connection, principal: None  # type: ignore[method-assign]
    app.attendance.follow = lambda connection, principal: None  # type: ignore[method-assign]


async def settle(installation: Installation, watch: Watch, database: Any) -> Neighbourhood:
    """Furnish two houses and seat three parties."""
    house, other = await installation.new_house(), await installation.new_house()
    for one in (house, other):
        await publish(one, promotion())
        await deliver(one)
    waiter, foreign_waiter = await house.waiter(), await other.waiter()
    ours = await _seat(house, waiter, 0, "Ana", "fără sare")
    neighbours = await _seat(house, waiter, 1, *NAMES["neighbours"])
    strangers = await _seat(other, foreign_waiter, 0, *NAMES["strangers"])
    for company in (ours, strangers):
        company.ids["deviceId"] = await _device(company.house)
        company.ids["correlationId"] = await _message(company.house)
    for shared in ("restaurantId", "from", "to", "staffId", "stationId"):
        del neighbours.ids[shared]  # of one house: what is theirs is ours, too
    tokens: dict[Role, str] = {}
    for role in (Role.WAITER, Role.CASHIER, Role.CHEF, Role.MANAGER):
        tokens[role] = await access_token(house, role)
    tokens[Role.SCREEN] = await _screen(house)
    tokens[Role.SMS_PHONE] = await _sms_phone(house)
    (app,), (port,) = installation.apps, installation.ports
    return Neighbourhood(app, port, database, watch, ours, neighbours, strangers, tokens)


async def access_token(house: House, role: Role) -> str:
    """Log someone of a role in; return what proves it."""
    door = await house.connect(FLOOR)
    return str((await door.send("staff:login", _credentials(house, role)))["accessToken"])


def _credentials(house: House, role: Role) -> dict[str, str]:
    return {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}


async def _seat(house: House, waiter: Connection, table: int, name: str, note: str) -> Company:
    party = await house.party(waiter, table)
    phone = await house.phone(party, name)
    cook = await house.cook()
    dish = house.dish("grill")
    added = await phone.operate("cart:add", {"itemId": dish, "quantity": 1, "note": note})
    answer = await phone.operate(
        "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    )
    left = await phone.operate("cart:add", {"itemId": dish, "quantity": 1, "note": note})
    await cook.until(lambda state: any(one["orderId"] == answer["order"]["id"] for one in state.of("ticket")))
    ticket = next(one for one in cook.state.of("ticket") if one["orderId"] == answer["order"]["id"])
    pay = {"sessionId": party.id, "method": "CASH", "amount": 100, "idempotencyKey": str(uuid4())}
    paid = await waiter.send("payment:record", pay)
    promoted = await waiter.operate("promotion:apply", {"sessionId": party.id, "code": "PRANZ-10"})
    # Taken, so that nothing happens to it by itself while a test looks.
    asked = (await phone.send("service:request", {"kind": "BILL", "note": note}))["service"]
    await waiter.send("service:take", {"requestId": asked["id"]})
    alarm = await _alarm(house, party, asked["id"])
    payer = Actor(kind="GUEST", id=left["cart"]["lines"][0]["addedBy"]["id"])
    payment = await _payment(house, paid["check"]["id"], payer)
    caller, at_home = await _order_from_home(house, name, note)
    free = house.tables[10]
    ids = {
        "sessionId": party.id,
        "into": party.id,
        "tableId": free.id,
        "tableOfTheirs": party.table.id,
        "restaurantId": house.restaurant.id,
        "itemId": dish,
        "lineId": left["cart"]["lines"][0]["id"],
        "ticketId": ticket["id"],
        "ticketIds": [ticket["id"]],
        "cartVersion": left["cart"]["version"],
        "cartId": left["cart"]["id"],
        "orderId": answer["order"]["id"],
        "checkId": paid["check"]["id"],
        "shareId": "rest",
        "tenderId": paid["tender"]["id"],
        "requestId": asked["id"],
        "alarmId": alarm,
        "paymentId": payment,
        "tableIds": [free.id],
        "stationId": next(one["id"] for one in waiter.state.of("station") if one["code"] == "grill"),
        "from": asked["waiter"]["id"],
        "to": await _staff_id(house, "mihai"),
        "staffId": await _staff_id(house, "mihai"),
        "ticketLineId": ticket["lines"][0]["id"],
        "correctionId": promoted["check"]["corrections"][0]["id"],
        "lineIds": [ticket["lines"][0]["id"]],
        "participantId": left["cart"]["lines"][0]["addedBy"]["id"],
        "guest": name,
        "guestNote": note,
    }
    await cook.close()
    return Company(house, party, phone, str(phone.auth["sessionToken"]), caller, ids, at_home)


async def _order_from_home(house: House, name: str, note: str) -> tuple[Caller, dict[str, Any]]:
    """Have somebody at home order and begin to pay; return who, and the ids of what is theirs."""
    number = f"+4071{len(name):02}{len(note):02}{len(house.clients):03}"
    meal = await ordered(house, number, name=f"{name} Acasă", items=[wanted(house, note=note)])
    await meal.phone.close()
    caller = meal.caller
    payment = await _payment(house, str(meal.check["id"]), Actor(kind="CUSTOMER", id=caller.id))
    ids = {"addressId": caller.address_id, "orderId": meal.id, "paymentId": payment}
    return caller, ids | {"checkId": meal.check["id"], "sessionId": meal.session_id, "customerId": caller.id}


async def _device(house: House) -> str:
    """Enrol a tablet that is never paired; return its id."""
    manager = await house.staff(house.login_of(Role.MANAGER))
    enrolled = await manager.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    return str(enrolled["device"]["id"])


async def _screen(house: House) -> str:
    """Pair a screen of all stations; return its token."""
    manager, screen = await house.staff(house.login_of(Role.MANAGER)), await house.connect(KITCHEN)
    enrolled = await manager.operate("device:enrol", {"kind": "SCREEN", "name": "Pass"})
    return str((await screen.send("device:pair", {"code": enrolled["code"]}))["deviceToken"])


async def _sms_phone(house: House) -> str:
    """Pair an SMS phone; return its id and its secret."""
    manager, phone = await house.staff(house.login_of(Role.MANAGER)), await house.connect(SMS)
    enrolled = await manager.operate("device:enrol", {"kind": "SMS_PHONE", "name": "Phone"})
    paired = await phone.send("sms:register", {"code": enrolled["code"], "protocols": [1], "app": "1.0"})
    await phone.close()
    return f"{paired['deviceId']} {paired['secret']}"


async def _message(house: House) -> str:
    """Have a message that was sent by somebody; return its id."""

    async def act(ctx: Context, message_id: str) -> Done:
        ctx.store.add(
            SmsMessage(
                id=message_id,
                restaurant_id=house.restaurant.id,
                kind=MessageKind.NOTICE,
                phone=None,
                text=None,
                last_four="0123",
                parts=1,
                status=MessageStatus.SENT,
                epoch=1,
                queued_at=ctx.now,
                not_after=ctx.now,
                next_at=None,
                is_finished=True,
            )
        )
        return Done()

    (app,) = house.apps
    message_id = app.clock.new_id()
    await house.perform(act, message_id)
    return message_id


async def _alarm(house: House, party: Party, subject: str) -> str:
    """Raise an alarm about a party; return its id."""

    async def act(ctx: Context, subject: str) -> Done:
        await raise_alarm(ctx, AlarmKind.SERVICE_WAITING, subject, session_id=party.id, table_name=party.table.name)
        return Done()

    (app,) = house.apps
    await house.perform(act, subject)
    stored = await app.store.collection(Alarm).find_one({"restaurant_id": house.restaurant.id, "subject": subject})
    assert stored is not None
    return str(stored["_id"])


async def _payment(house: House, check_id: str, payer: Actor) -> str:
    """Have a payment that waits for its payer, and about which nobody is asked; return its id."""

    async def act(ctx: Context, payment_id: str) -> Done:
        money = Money(amount=100, currency=house.restaurant.currency)
        ctx.store.add(
            Payment(
                id=payment_id,
                restaurant_id=house.restaurant.id,
                check_id=check_id,
                participant_id=payer.id,
                customer_id=payer.id if payer.kind == "CUSTOMER" else None,
                by=payer,
                provider="stripe",
                amount=money,
                tip=money.with_(amount=0),
                key=payment_id,
                fingerprint="",
                status=PaymentStatus.REQUIRES_ACTION,
                intent_id=f"pi_{payment_id}",
                client_secret=f"pi_{payment_id}_secret",
                started_at=ctx.now,
                expires_at=ctx.now,
                next_at=None,
            )
        )
        return Done()

    (app,) = house.apps
    payment_id = app.clock.new_id()
    await house.perform(act, payment_id)
    return payment_id


async def _staff_id(house: House, login: str) -> str:
    person = {"restaurant_id": house.restaurant.id, "login": login}
    stored = await house.apps[0].store.collection(Staff).find_one(person)
    assert stored is not None
    return str(stored["_id"])


def allowed(command: Command, namespace: str) -> Role:
    """Return a role that may send a command."""
    return next(role for role in ROLES[namespace] if role in command.roles)


def require_refusal(answer: dict[str, Any], codes: Sequence[str], what: str) -> None:
    """Require a refusal of one shape with one of some codes, that says nothing of how the server is made."""
    assert answer["success"] is False, (what, answer)
    assert set(answer) == {"success", "error"}, (what, answer)
    assert set(answer["error"]) == {"code", "message", "details"}, (what, answer)
    assert answer["error"]["code"] in codes, (what, answer)
    assert not TRACE.search(str(answer)), (what, answer)


def _has_operator(value: Any) -> bool:
    if isinstance(value, dict) or hasattr(value, "items"):
        return any(key in HOSTILE_OPERATORS or _has_operator(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return any(_has_operator(one) for one in value)
    return False
