"""The plan of deliveries on the floor: managers set it up, whoever serves pauses it, everyone hears of it at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from comanda_client import Connection, Refused, State
from integration import people
from integration.customers import CENTRE, deliver, order_of, proved, wanted
from integration.house import House

from models.delivery_plan import DeliveryPlan
from models.hours import Window
from models.slot import SlotLoad, SlotRule

ZONE = {
    "id": "near",
    "name": {"ro": "Aproape", "en": "Near"},
    "postalCodes": ["0301*"],
    "polygon": ["44.43,26.09", "44.45,26.09", "44.45,26.12"],
    "fee": 700,
    "freeFrom": 8000,
    "minimum": 2500,
    "minutes": 15,
}
SLOTS = {"hours": [{"opens": "10:00", "closes": "22:00"}], "minutes": 30, "cap": 40, "days": 1}


def plan(state: State) -> dict[str, Any]:
    """The plan that a client knows."""
    (found,) = state.of("plan")
    return found


async def set_up(boss: Connection, *, seen: int | None = None, **fields: Any) -> dict[str, Any]:
    """Replace the plan by one with one zone; returns it as the manager is told."""
    version = plan(boss.state)["version"] if seen is None else seen
    content = {"zones": [ZONE], **fields}
    return dict((await boss.operate("delivery:set-up", {"plan": content, "planVersion": version}))["plan"])


async def test_a_manager_sets_deliveries_up_and_floor_and_customers_hear_what_concerns_them(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    customer = await (await proved(house)).connect()
    was = plan(boss.state)
    changed = await set_up(boss, slots=SLOTS, leadMinutes=30, packMinutes=5, takeOut=True)
    assert changed["version"] == was["version"] + 1
    assert changed["zones"] == [
        ZONE | {"polygon": ["44.430000,26.090000", "44.450000,26.090000", "44.450000,26.120000"]}
    ]
    assert changed["slots"]["cap"] == 40
    for client in (waiter, customer):
        await client.until(lambda state: plan(state)["version"] == changed["version"])
    assert plan(waiter.state) == changed
    (zone,) = plan(customer.state)["zones"]
    assert zone == {name: ZONE[name] for name in ("id", "name", "fee", "freeFrom", "minimum", "minutes")}
    assert set(plan(customer.state)["slots"]) == {"hours", "minutes", "days"}
    (entry,) = await people.entries(house, "delivery-set-up")
    assert entry["subject"] == changed["id"]
    assert (entry["before"]["zones/near"], entry["after"]["zones/near"]) == (None, "Aproape")
    assert (entry["before"]["plan/lead_minutes"], entry["after"]["plan/lead_minutes"]) == (45, 30)


async def test_a_pause_is_heard_live_by_the_floor_and_by_customers(house: House) -> None:
    waiter, colleague = await house.waiter(), await house.staff(house.login_of("CASHIER"))
    customer = await (await proved(house)).connect()
    until = house.clock.now() + timedelta(minutes=30)
    said = until.astimezone(ZoneInfo("Europe/Bucharest")).isoformat()
    paused = (await waiter.operate("delivery:pause", {"until": said}))["plan"]["pause"]
    assert paused["until"].endswith("Z")
    for client in (colleague, customer):
        await client.until(lambda state: plan(state)["pause"] is not None)
    assert plan(colleague.state)["pause"] == paused
    assert paused["by"]["kind"] == "STAFF"
    assert plan(customer.state)["pause"] == {"until": paused["until"]}
    assert (await colleague.operate("delivery:resume", {}))["plan"]["pause"] is None
    for client in (waiter, customer):
        await client.until(lambda state: plan(state)["pause"] is None)
    (pause,), (resume,) = [await people.entries(house, act) for act in ("delivery-paused", "delivery-resumed")]
    assert pause["after"] == {"is_paused": True, "until": until.isoformat()} == resume["before"]
    assert pause["before"] == {"is_paused": False, "until": None} == resume["after"]


async def test_what_changed_on_the_way_is_known_after_a_reconnect(house: House) -> None:
    boss, customer = await people.manager(house), await (await proved(house)).connect()
    await customer.until(lambda state: any(state.of("plan")))
    await customer.close()
    changed = await set_up(boss, isOffered=False)
    await customer.open()
    await customer.until(lambda state: plan(state)["version"] == changed["version"])
    assert not plan(customer.state)["isOffered"]


async def test_only_what_was_seen_is_replaced_so_that_nobodys_work_is_lost(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    seen = plan(boss.state)["version"]
    await waiter.operate("delivery:pause", {})
    with pytest.raises(Refused, match="DELIVERY_PLAN_CHANGED") as refused:
        await set_up(boss, seen=seen)
    assert refused.value.details == {"version": seen + 1}
    kept = await set_up(boss, seen=seen + 1)
    assert kept["pause"] is not None


async def test_of_two_managers_at_once_one_is_refused(house: House) -> None:
    bosses = [await people.manager(house), await people.manager(house)]
    seen = plan(bosses[0].state)["version"]
    ends = await asyncio.gather(
        *(set_up(boss, seen=seen, leadMinutes=number) for number, boss in enumerate(bosses)), return_exceptions=True
    )
    assert sorted(getattr(one, "code", "DONE") for one in ends) == ["DELIVERY_PLAN_CHANGED", "DONE"]


async def test_an_operation_is_carried_out_once(house: House) -> None:
    boss = await people.manager(house)
    names = "delivery:set-up", "delivery:pause", "delivery:resume"
    fields: list[dict[str, Any]] = [{"plan": {"zones": [ZONE]}, "planVersion": plan(boss.state)["version"]}, {}, {}]
    for name, request in zip(names, fields, strict=True):
        operation = request | {"opId": str(uuid4())}
        first, again = [(await boss.send(name, operation))["plan"]["version"] for _ in range(2)]
        assert first == again
    for act in ("delivery-set-up", "delivery-paused", "delivery-resumed"):
        assert len(await people.entries(house, act)) == 1


async def test_a_wrong_plan_is_refused_with_every_mistake(house: House) -> None:
    boss = await people.manager(house)
    bow_tie = ZONE | {"id": "tie", "postalCodes": [], "polygon": ["0,0", "9,9", "0,9", "9,0"]}
    nowhere = ZONE | {"id": "nowhere", "postalCodes": [], "polygon": []}
    with pytest.raises(Refused, match="DELIVERY_PLAN_INVALID") as refused:
        await set_up(boss, zones=[bow_tie, nowhere])
    found = [(one["path"], one["code"]) for one in refused.value.details["problems"]]
    assert found == [("zones.tie.polygon", "CROSSES_ITSELF"), ("zones.nowhere", "NO_BORDER")]
    assert refused.value.details["count"] == 2
    assert plan(boss.state)["zones"][0]["id"] != "tie"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"zones": [ZONE | {"fee": -1}]}, id="a negative fee"),
        pytest.param({"zones": [ZONE | {"fee": "700"}]}, id="a fee as text"),
        pytest.param({"zones": [ZONE | {"polygon": ["91,0", "0,0", "0,1"]}]}, id="north of the pole"),
        pytest.param({"zones": [ZONE | {"polygon": [[44, 26]]}]}, id="a corner as numbers"),
        pytest.param({"zones": [ZONE | {"postalCodes": ["0*1"]}]}, id="a star within a code"),
        pytest.param({"slots": SLOTS | {"hours": []}}, id="slots without hours"),
        pytest.param({"slots": SLOTS | {"cap": 0}}, id="slots without room"),
        pytest.param({"leadMinutes": 1_000}, id="a lead time of a day"),
        pytest.param({"pause": None}, id="a pause"),
    ],
)
async def test_what_is_no_plan_is_refused(house: House, fields: dict[str, Any]) -> None:
    boss = await people.manager(house)
    before = plan(boss.state)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await set_up(boss, **fields)
    assert (await boss.send("delivery:plan"))["plan"] == before


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=7, seconds=1)], ids=["now", "more than a week"])
async def test_a_pause_ends_within_a_week(house: House, ahead: timedelta) -> None:
    waiter = await house.waiter()
    with pytest.raises(Refused, match="UNTIL_REFUSED"):
        await waiter.operate("delivery:pause", {"until": (house.clock.now() + ahead).isoformat()})


async def test_a_house_that_never_had_a_plan_has_none_until_a_manager_sets_one_up(house: House) -> None:
    """A database of before deliveries: nothing fails, nothing is taken, and version 0 is what the manager has seen."""
    store = house.apps[0].store
    await store.collection(DeliveryPlan).delete_many({"restaurant_id": house.restaurant.id})
    for app in house.apps:
        app.store.cache.clear()
    boss = await people.manager(house)
    customer = await (await proved(house)).connect()
    assert (await boss.send("delivery:plan"))["plan"] is None
    assert list(boss.state.of("plan")) == []
    for name in ("delivery:pause", "delivery:resume"):
        with pytest.raises(Refused, match="DELIVERY_OFF"):
            await boss.operate(name, {})
    with pytest.raises(Refused, match="DELIVERY_PLAN_CHANGED"):
        await set_up(boss, seen=1)
    made = await set_up(boss, seen=0)
    assert made["version"] == 1
    for client in (boss, customer):
        await client.until(lambda state: [one["version"] for one in state.of("plan")] == [1])


# ── room in slots ─────────────────────────────────────────────────────────────────────────────────────────────────────

CAP, PORTIONS = 10, 2


async def test_room_in_a_slot_is_sold_once(house: House) -> None:
    """Twelve orders of two portions at once, on all servers, into a slot with room for ten portions."""
    rule = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=CAP, days=1)
    made = await deliver(house, slots=rule)
    slot = made.slots_on(house.clock.now() + timedelta(hours=1), house.restaurant.time_zone, ())[0]
    callers = [await proved(house, f"+4071234567{number}") for number in range(4)]
    phones = [await caller.connect() for caller in callers]

    async def order(number: int) -> str:
        asked = order_of(callers[number % 4], slot=slot.begins_at.isoformat(), items=[wanted(house, quantity=PORTIONS)])
        try:
            await phones[number % 4].operate("order:place", asked)
        except Refused as refused:
            return refused.code
        return "PLACED"

    ends = await asyncio.gather(*(order(number) for number in range(12)))
    assert (ends.count("PLACED"), ends.count("SLOT_FULL")) == (CAP // PORTIONS, 12 - CAP // PORTIONS)
    (load,) = await house.apps[0].store.collection(SlotLoad).find({"restaurant_id": house.restaurant.id}).to_list()
    assert (load["dishes"], load["begins_at"]) == (CAP, slot.begins_at)


async def test_the_fee_of_a_zone_is_in_the_report(house: House) -> None:
    await deliver(house)
    customer = await proved(house)
    placed = await (await customer.connect()).operate("order:place", order_of(customer))
    report = (await (await people.manager(house)).send("report:get"))["report"]
    fee = next(one["amount"] for one in placed["check"]["bill"] if one["kind"] == "DELIVERY_FEE")
    assert fee["amount"] == CENTRE.fee
    assert report["bills"]["deliveryFee"] == fee
