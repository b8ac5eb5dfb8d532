"""Round trips to the database are the budget: what each command of ours costs in commands of the driver.

Everything a command reads is in memory by then, as on an evening in full swing. A figure that grows fails here.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection
from integration import sms_jobs, sms_phone
from integration.customers import deliver, order_of, ordered
from integration.house import House, Installation, Party, TestClock, free_socket, settings_for
from integration.intruder import code, knock, new_address, wrong
from integration.texting import ADA, Asker, other
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from models.hours import Window
from models.slot import SlotRule
from models.store.ledger import COMMENT
from models.store.reader import LOOK
from server.app import App
from server.messages import Texts
from server.reporting import SUMMING

BY_ITSELF = {"heartbeats", "leases", "audit_chains", "stations"}
"""Written by duties and by what counts the live screens: no command that is measured here writes one of them."""


HOUSE_FAILURES = 6
"""So few wrong PINs use up a house's budget here."""


class Listener(CommandListener):
    """Counts what the driver sends, but for what runs by itself: stream, heartbeats, leases, the sealer, duties."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self._sealing: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        target = str(event.command.get(event.command_name, ""))
        transaction = f"{event.command.get('lsid')} {event.command.get('txnNumber')}"
        if event.command.get("comment") == COMMENT:
            self._sealing.add(transaction)
            return
        if event.command.get("comment") == LOOK:
            return
        if event.command_name == "commitTransaction" and transaction in self._sealing:
            return
        if event.command_name in ("getMore", "hello", "ping", "endSessions") or target in BY_ITSELF:
            return
        self.sent[f"{event.command_name} {target}" if event.command_name != "commitTransaction" else "commit"] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to do."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to do."""

    async def of(self, act: Awaitable[object]) -> dict[str, int]:
        """Return what one act sent."""
        self.sent.clear()
        await act
        return dict(self.sent)


@pytest.fixture
async def counted(mongo_url: str) -> AsyncIterator[tuple[House, Listener]]:
    """A house on a server of its own, whose driver is watched."""
    listener, clock = Listener(), TestClock()
    settings = settings_for(mongo_url, None, "budget", limits={"house_failures": HOUSE_FAILURES})
    app = App(settings, clock=clock, mongo_options={"event_listeners": [listener]})
    port = await app.start(free_socket())
    # What is added up now and then is no cost of a command.
    app.duties._duties = [one for one in app.duties._duties if one is not SUMMING]
    installation = Installation([app], [port], clock)
    house = await installation.new_house()
    yield house, listener
    await house.close()
    await installation.stop()


async def warm(house: House) -> tuple[Connection, Party, Connection, Connection]:
    """A party in full swing: everyone is in, has ordered once and cooked something."""
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    phone = await house.phone(party)
    await order(house, phone)
    await cook.until(lambda state: any(state.of("ticket")))
    ticket = next(cook.state.of("ticket"))
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    marking = house.apps[0].marking
    while await house.apps[0].duties.perform(marking.duty) or marking._changed:
        pass  # the new menu is looked at by now
    return waiter, party, phone, cook


async def order(house: House, phone: Connection) -> dict[str, object]:
    added = await phone.send("cart:add", {"itemId": house.dish("grill"), "quantity": 1, "opId": str(uuid4())})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    return await phone.send("order:place", placing)


async def test_a_cart_command_is_one_write_and_no_read(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    _, _, phone, _ = await warm(house)
    add = {"itemId": house.dish("grill"), "quantity": 1, "opId": str(uuid4())}
    assert await listener.of(phone.send("cart:add", add)) == {"update carts": 1}
    assert await listener.of(phone.send("cart:add", add)) == {}
    assert await listener.of(phone.send("cart:clear", {"opId": str(uuid4())})) == {"update carts": 1}


async def test_placing_is_one_transaction_of_five_writes_and_no_read(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    _, _, phone, _ = await warm(house)
    added = await phone.send("cart:add", {"itemId": house.dish("grill"), "quantity": 1, "opId": str(uuid4())})
    await phone.send("cart:add", {"itemId": house.dish("bar"), "quantity": 1, "opId": str(uuid4())})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"] + 1}
    assert await listener.of(phone.send("order:place", placing)) == {
        "update carts": 1,
        "update checks": 1,
        "insert orders": 1,
        "insert tickets": 1,
        "insert audit": 1,
        "commit": 1,
    }
    assert await listener.of(phone.send("order:place", placing)) == {}


async def test_placing_what_is_counted_writes_the_item_besides_and_reads_nothing(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    waiter, _, phone, _ = await warm(house)
    count = {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 9}
    await waiter.operate("item:set-availability", count)
    await phone.until(lambda known: any(known.of("item")))
    added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    assert await listener.of(phone.send("order:place", placing)) == {
        "update carts": 1,
        "update checks": 1,
        "update items": 1,
        "insert orders": 1,
        "insert tickets": 1,
        "insert audit": 1,
        "commit": 1,
    }


async def test_an_order_from_home_is_one_transaction_and_one_look_for_its_key(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    await warm(house)
    hours = (Window(opens="00:00", closes="24:00"),)
    await deliver(house, slots=SlotRule(hours=hours, minutes=30, cap=90, days=1))
    meal = await ordered(house)
    asked = order_of(meal.caller)
    assert await listener.of(meal.phone.send("order:place", asked)) == {
        "find orders": 1,
        "insert table_sessions": 1,
        "insert carts": 1,
        "insert checks": 1,
        "insert orders": 1,
        "insert tickets": 1,
        "insert audit": 1,
        "update customers": 1,
        "update slot_loads": 1,
        "commit": 1,
    }
    assert await listener.of(meal.phone.send("order:place", asked)) == {"find orders": 1, "find checks": 1}
    question = {"items": asked["items"], "addressId": asked["addressId"]}
    assert await listener.of(meal.phone.send("order:quote", question)) == {}
    await meal.phone.sync()
    assert await listener.of(meal.phone.sync()) == {}


async def test_a_payment_writes_the_check_and_its_audit_entry_and_reads_nothing(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    waiter, party, _, _ = await warm(house)
    pay = {"sessionId": party.id, "method": "CARD_TERMINAL", "amount": 100, "idempotencyKey": str(uuid4())}
    sent = await listener.of(waiter.send("payment:record", pay))
    assert sent == {"update checks": 1, "insert audit": 1, "commit": 1}
    assert await listener.of(waiter.send("payment:record", pay)) == {}


async def test_a_claim_writes_the_check_the_session_and_its_audit_entry_and_reads_nothing(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    _, _, phone, _ = await warm(house)
    line = (await order(house, phone))["order"]["lines"][0]["id"]  # type: ignore[index]
    for name in ("check:claim", "check:unclaim"):
        request = {"lineId": line, "opId": str(uuid4())}
        sent = await listener.of(phone.send(name, request))
        assert sent == {"update checks": 1, "update table_sessions": 1, "insert audit": 1, "commit": 1}
        assert await listener.of(phone.send(name, request)) == {}


async def test_dividing_a_check_and_paying_a_share_write_the_check_and_an_audit_entry_and_read_nothing(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    waiter, party, _, _ = await warm(house)
    one_transaction = {"update checks": 1, "insert audit": 1, "commit": 1}
    session = {"sessionId": party.id}
    split = {**session, "method": "EVEN", "count": 3, "opId": str(uuid4())}
    assert await listener.of(waiter.send("check:split", split)) == one_transaction
    share = (await waiter.send("check:split", split))["check"]["shares"][0]
    pay = {"method": "CASH", "amount": share["due"]["amount"], "shareId": share["id"], "idempotencyKey": str(uuid4())}
    assert await listener.of(waiter.send("payment:record", session | pay)) == one_transaction
    assert await listener.of(waiter.send("payment:record", session | pay)) == {}


async def test_joining_writes_the_session_and_its_audit_entry_and_reads_nothing(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    _, party, _, _ = await warm(house)
    phone = await house.connect("/table", {"table": party.token})
    sent = await listener.of(phone.send("session:join", {"pin": party.pin, "name": "Ion"}))
    assert sent == {"update table_sessions": 1, "insert audit": 1, "commit": 1}


async def test_a_refusal_while_a_session_is_locked_costs_nothing(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    _, party, _, _ = await warm(house)
    for _ in range(5):
        await knock(house.apps[0], house.restaurant.id, party.table.id, wrong(party.pin), new_address())
        house.clock.advance(seconds=20)
    for pin in (party.pin, wrong(party.pin)):
        answers: list[dict[str, Any]] = []
        sent = await listener.of(_knock(house, party, pin, answers))
        assert (code(answers[0]), sent) == ("PIN_LOCKED", {})


async def test_a_refusal_while_the_house_takes_no_joins_costs_nothing(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    waiter, party, _, _ = await warm(house)
    attacked = [await house.party(waiter, table) for table in (1, 2)]
    for turn in range(HOUSE_FAILURES):
        other = attacked[turn % 2]
        await knock(house.apps[0], house.restaurant.id, other.table.id, wrong(other.pin), new_address())
        house.clock.advance(seconds=20)
    for pin in (party.pin, wrong(party.pin)):
        answers: list[dict[str, Any]] = []
        sent = await listener.of(_knock(house, party, pin, answers))
        assert (code(answers[0]), sent) == ("JOIN_NEEDS_WAITER", {})


async def _knock(house: House, party: Party, pin: str, answers: list[dict[str, Any]]) -> None:
    """Try a PIN from an address that nobody knows yet."""
    answers.append(await knock(house.apps[0], house.restaurant.id, party.table.id, pin, new_address()))


async def test_codes_are_counted_in_two_documents(
    counted: tuple[House, Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is looked up in the database, past the memory: the last request may have gone elsewhere.

    The phone is one of those of tests, so that nothing is sent meanwhile; the last one is not, and its message is
    written, too.
    """
    house, listener = counted
    await warm(house)
    (app,) = house.apps
    right, looked = "042137", {"find phone_budgets": 1, "find otp_challenges": 1}
    texts = Texts(app.sender.providers, {ADA: right, "+40722000999": right})
    monkeypatch.setattr(app.dispatcher, "_texting", texts)
    monkeypatch.setattr(app.sender, "hear", lambda aggregate: None)
    # Which phones the house has, and what waits for them, is in memory once it was asked for.
    await Asker(house, address="192.0.2.3").ask("+40722000997")
    await Asker(house).ask("+40722000999")
    asker = Asker(house, address="192.0.2.2")
    sending = {"update message_budgets": 1, "insert audit": 1, "commit": 1}
    first = {"insert phone_budgets": 1, "insert otp_challenges": 1}
    assert await listener.of(asker.ask()) == looked | sending | first
    assert await listener.of(asker.ask()) == {"find phone_budgets": 1}
    house.clock.advance(minutes=1)
    again = {"update phone_budgets": 1, "update otp_challenges": 1}
    assert await listener.of(asker.ask()) == looked | sending | again
    failing = {"update otp_challenges": 1, "insert audit": 1, "commit": 1}
    assert await listener.of(asker.show(other(right))) == looked | failing
    assert await listener.of(asker.show(right)) == looked | {
        "find customers": 1,
        "update otp_challenges": 1,
        "update message_budgets": 1,
        "insert customers": 1,
        "insert customer_sessions": 1,
        "insert audit": 1,
        "commit": 1,
    }
    sent = await listener.of(asker.ask("+40722000998"))
    assert sent == looked | sending | first | {"insert sms_messages": 1}
    refused = await listener.of(asker.show(right))
    refused.pop("insert audit", None)  # written down after the answer
    assert refused == {"find phone_budgets": 2, "find otp_challenges": 2, "find restaurants": 1}  # proved before told


async def test_catching_up_reads_nothing(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    waiter, _, phone, cook = await warm(house)
    for client in (phone, waiter, cook):
        await client.sync()
        assert await listener.of(client.sync()) == {}
        assert await listener.of(client.fresh()) == {}


async def test_a_step_in_the_kitchen_is_two_writes_and_no_read(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    _, _, phone, cook = await warm(house)
    placed = await order(house, phone)
    order_id = placed["order"]["id"]  # type: ignore[index]
    state = await cook.until(lambda known: any(one["orderId"] == order_id for one in known.of("ticket")))
    ticket = next(one for one in state.of("ticket") if one["orderId"] == order_id)
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "READY", "expected": "NEW"}
    await cook.send("board:get", {})
    sent = await listener.of(cook.send("line:set-status", step))
    assert sent == {"update tickets": 1, "update orders": 1, "commit": 1}


async def test_tables_where_nobody_sits_change_hands_without_a_look_at_what_parties_ask_for(
    counted: tuple[House, Listener],
) -> None:
    house, listener = counted
    _, party, _, _ = await warm(house)
    boss = await house.staff(house.login_of("MANAGER"))
    looks = [
        await listener.of(boss.send("section:assign", {"tableIds": [table], "staffId": None}))
        for table in (house.tables[1].id, party.table.id)
    ]
    assert ["find service_requests" in one for one in looks] == [False, True]


async def test_a_phone_that_comes_back_costs_one_read_at_most(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    _, _, phone, _ = await warm(house)
    await phone.drop()
    assert await listener.of(phone.open()) == {}


async def test_what_a_phone_says_of_a_message_reads_nothing(counted: tuple[House, Listener]) -> None:
    house, listener = counted
    phone = await sms_phone.pair(house)
    await sms_jobs.queue(house)
    job = await phone.job()
    assert await listener.of(phone.ack(job, "accepted")) == {"update sms_messages": 1}
    assert await listener.of(phone.ack(job, "accepted")) == {}
    sent = await listener.of(phone.ack(job, "sent"))
    assert sent == {"update sms_messages": 1, "update sms_phones": 1, "commit": 1}
    assert await listener.of(phone.ack(job | {"epoch": 0}, "failed")) == {}
