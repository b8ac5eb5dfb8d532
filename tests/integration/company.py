"""A party with something of everything that a party can have, and the ids of all of it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from comanda_client import Connection
from integration.customers import Caller, ordered, wanted
from integration.house import House, Party

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from handlers.registry import CHECKOUT, Command
from models.alarm import Alarm, AlarmKind
from models.base import Actor
from models.money import Money
from models.payment import Payment
from models.payment_state import PaymentStatus
from models.principal import Role
from models.sms import MessageKind, MessageStatus, SmsMessage
from models.staff import Staff

ID_LENGTH = len("06gvq297032j7fu77rqfme54")
AT_HOME = {"delivery:show", "delivery:send", "delivery:done", "delivery:cancel"}
"""On the floor: these are about an order from home."""


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


async def seat(house: House, waiter: Connection, table: int, name: str, note: str) -> Company:
    """Have a party order, pay, ask for something and fill its cart; and have somebody of theirs order at home."""
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


async def enrolled_tablet(house: House) -> str:
    """Enrol a tablet that is never paired; return its id."""
    manager = await house.staff(house.login_of(Role.MANAGER))
    enrolled = await manager.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    return str(enrolled["device"]["id"])


async def sent_message(house: House) -> str:
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
