"""`comanda customer export` and `erase`: all that is held of a person comes out, and afterwards nothing does."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from integration.calling import bearer, call
from integration.customers import HOME, NAME, Caller, deliver, order_of, ordered, proved
from integration.house import AUDIT_KEY, KEY, House
from integration.people import until_closed, until_true
from integration.test_command_line import environment
from integration.texting import Asker, letter_box

from models.base import Actor
from models.customer import Customer
from models.order import Order
from models.sealed import Sealed
from models.sms import MessageKind, SmsMessage
from models.store.client import DatabaseRefused
from server.customer_command import OrderUnderWay, erase, export

PHONE = "+40712345678"


async def exported(house: House, phone: str = PHONE) -> dict[str, Any] | None:
    return await export(house.apps[0].settings, house.restaurant.id, phone)


async def erased(house: House, phone: str = PHONE, *, force: bool = False) -> bool:
    return await erase(house.apps[0].settings, house.restaurant.id, phone, force=force)


async def documents(house: House) -> str:
    """Everything that the database has of a house, as text."""
    database, found = house.apps[0].database, []
    for name in await database.list_collection_names():
        found += await database[name].find({"restaurant_id": house.restaurant.id}).to_list()
    return json.dumps(found, default=str, ensure_ascii=False)


async def last_digits(house: House, **where: Any) -> list[str]:
    """Return the last digits in the messages of a house."""
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    return sorted(one.last_four for one in await work.every(SmsMessage, restaurant_id=house.restaurant.id, **where))


async def until_sent(house: House, count: int) -> None:
    """Wait until so many messages are at rest."""
    async with asyncio.timeout(10):
        while len(await last_digits(house, is_finished=True)) < count:  # noqa: ASYNC110  (what the database has)
            await asyncio.sleep(0.02)


async def finish(house: House, order_id: str) -> None:
    """Have an order handed over."""
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    order = await work.fresh(Order, order_id)
    assert order is not None
    work.save(order.handed_over(Actor(kind="STAFF", id="courier"), house.clock.now()))
    await work.commit()


async def test_everything_held_of_a_person_is_exported(house: House) -> None:
    await deliver(house)
    meal = await ordered(house, PHONE)
    held = await exported(house, "0712 345 678")
    assert held is not None
    assert (held["phone"], held["name"], held["orders"]) == (PHONE, NAME, 1)
    assert [{name: one[name] for name in HOME} for one in held["addresses"]] == [HOME]
    (order,) = held["orders_placed"]
    assert order["number"] == meal.order["number"]
    assert order["destination"]["address"]["street"] == HOME["street"]
    assert order["destination"]["phone"] == PHONE
    assert [line["quantity"] for line in order["lines"]] == [2]
    assert len(held["sessions"]) == 1
    json.dumps(held)


async def test_an_export_is_in_the_log(house: House) -> None:
    caller = await proved(house, PHONE)
    await exported(house)
    entries = await house.apps[0].database["audit"].find({"act": "customer-exported", "subject": caller.id}).to_list()
    assert len(entries) == 1
    assert entries[0]["actor"]["kind"] == "HOUSE"


async def test_of_somebody_unknown_nothing_is_exported_or_erased(house: House) -> None:
    await proved(house, PHONE)
    assert await exported(house, "+40799999999") is None
    assert await erased(house, "+40799999999") is False
    other = await house.installation.new_house()
    assert await exported(other) is None


async def test_what_is_no_number_is_refused_without_repeating_it(house: House) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        await exported(house, "07abc")
    assert "07abc" not in str(refused.value)


async def test_an_erased_person_is_gone_and_the_order_stays(house: House) -> None:
    await deliver(house)
    meal = await ordered(house, PHONE)
    await finish(house, meal.id)
    assert await erased(house)
    assert await exported(house) is None
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    order = await work.fresh(Order, meal.id)
    assert order is not None
    assert order.delivery is not None
    assert (order.delivery.destination, order.delivery.last_four) == (None, "")
    assert order.total.amount > 0
    customer = await work.fresh(Customer, meal.caller.id)
    assert customer is not None
    assert (customer.addresses, customer.phone_indexes, customer.last_four, customer.orders) == ((), (), "", 1)
    assert customer.phone.text == customer.name.text == ""


async def test_an_order_under_way_keeps_its_customer_unless_it_is_forced(house: House) -> None:
    await deliver(house)
    meal = await ordered(house, PHONE)
    with pytest.raises(OrderUnderWay, match=f"Order {meal.order['number']} is under way"):
        await erased(house)
    assert await exported(house) is not None
    assert await erased(house, force=True)
    assert await exported(house) is None


async def test_an_erased_persons_sessions_end_everywhere_at_once(house: House) -> None:
    caller = await proved(house, PHONE)
    phones = [await caller.connect() for _ in house.apps]
    assert await erased(house)
    for phone in phones:
        await until_closed(phone, 2)
    for server in range(len(house.apps)):
        for path in ("/session", "/addresses"):
            answer = await call(house, "GET", path, server=server, headers=bearer(caller.token))
            assert (answer.status, answer.code) == (401, "SESSION_EXPIRED")


async def test_many_can_be_erased_and_come_back_as_somebody_new(house: House) -> None:
    first = await proved(house, PHONE)
    assert await erased(house)
    await proved(house, "+40722222222")
    assert await erased(house, "+40722222222")
    again = await proved(house, PHONE)
    held = await exported(house)
    assert held is not None
    assert held["id"] == again.id != first.id


async def test_a_code_on_its_way_is_worth_nothing_to_who_was_erased(house: House) -> None:
    browser = Asker(house)
    with letter_box(house) as box:
        assert (await browser.ask(PHONE))["codeSent"]
        code = await box.code()
        held = await exported(house)
        assert held is not None
        assert (held["phone"], len(held["codes"])) == (PHONE, 1)
        assert await erased(house)
        assert await exported(house) is None
        answer = await browser.show(code, PHONE)
    assert answer["code"] == "INVALID_VERIFICATION_CODE"


async def test_a_message_that_cannot_be_opened_keeps_nobody_from_their_export_and_erasure(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await proved(house, PHONE)
    now, lost = house.clock.now(), Sealed(key="gone", text="x")
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    work.add(
        SmsMessage(
            id=f"lost-{house.restaurant.id}",
            restaurant_id=house.restaurant.id,
            kind=MessageKind.NOTICE,
            phone=lost,
            text=lost,
            last_four="0000",
            parts=1,
            queued_at=now,
            not_after=now,
            next_at=None,
        )
    )
    await work.commit()
    assert await exported(house) is not None
    assert f"lost-{house.restaurant.id}" in capsys.readouterr().err
    assert await erased(house)
    assert f"lost-{house.restaurant.id}" in capsys.readouterr().err


async def test_of_the_messages_that_were_sent_to_an_erased_person_no_digit_is_left(house: House) -> None:
    with letter_box(house) as box:
        for phone in (PHONE, "+40722000999"):
            await Asker(house, device=phone).ask(phone)
            await box.next()
    await until_sent(house, 2)
    assert await erased(house)
    assert await last_digits(house) == ["", "0999"]


async def test_who_orders_while_being_erased_is_erased_whole(house: House) -> None:
    await deliver(house)
    caller = await proved(house, PHONE)
    phone = await caller.connect()
    orders = asyncio.create_task(_order_without_end(phone, caller))
    await until_true(lambda: any(phone.state.of("order")), 10.0)
    assert await erased(house, force=True)
    orders.cancel()
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    placed = await work.every(Order, restaurant_id=house.restaurant.id, customer_id=caller.id)
    assert placed
    assert {one.delivery.destination for one in placed if one.delivery} == {None}


async def _order_without_end(phone: Any, caller: Caller) -> None:
    for _ in range(200):
        await phone.operate("order:place", order_of(caller))


async def test_the_command_asks_for_the_number_and_prints_json(house: House, tmp_path: Path) -> None:
    await proved(house, PHONE)
    settings = house.apps[0].settings
    options = {
        "COMANDA_MONGODB__URL": str(settings.mongodb.url),
        "COMANDA_MONGODB__DATABASE": settings.mongodb.database,
        "COMANDA_SECRETS__PEPPERS": f"p1:{KEY}",
        "COMANDA_SECRETS__TOKEN_KEYS": f"t1:{KEY[::-1]}",
        "COMANDA_SECRETS__AUDIT_KEYS": f"a1:{AUDIT_KEY}",
        "COMANDA_SECRETS__ENCRYPTION_KEYS": f"e1:encrypt {KEY}",
        "COMANDA_SECRETS__INDEX_KEYS": f"i1:index {KEY}",
    }

    async def run(*words: str) -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "server", "customer", *words, "--house", house.restaurant.id),
            cwd=tmp_path,
            env=environment(tmp_path, **options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await process.communicate(f"{PHONE}\n".encode())
        return process.returncode, out.decode(), error.decode()

    code, out, error = await run("export")
    assert code == 0, error
    assert json.loads(out)["name"] == NAME
    assert PHONE not in error
    assert (await run("erase"))[0] == 0
    code, out, error = await run("export")
    assert (code, out) == (1, "")
    assert "Nothing is held" in error
