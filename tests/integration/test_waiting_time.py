"""Waiting times: what phones, floor and kitchen are told, on what it rests, and how it is found."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from comanda_client import Connection
from integration.coursed import MAIN, seat
from integration.gate import change_menu, seated
from integration.house import House
from integration.waits import cook_all, house_knows, look, measured, send, stations

from models.store import cooked
from models.ticket import Ticket
from server.app import App


def wait_of(client: Connection, code: str = "grill") -> dict[str, Any] | None:
    return next(one["wait"] for one in client.state.of("station") if one["code"] == code)


async def until_told(client: Connection, minutes: int, code: str = "grill") -> dict[str, Any]:
    await client.until(
        lambda state: any(
            one["code"] == code and one["wait"] and one["wait"]["minutes"] == minutes for one in state.of("station")
        )
    )
    return next(one for one in client.state.of("station") if one["code"] == code)


def moment(text: str | None) -> datetime:
    assert text
    return datetime.fromisoformat(text)


# ── what is told ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_before_anything_was_cooked_it_is_what_the_menu_says_and_nothing_at_the_pass(house: House) -> None:
    await look(house, lambda one: one["wait"] is not None)
    minutes = sorted(dish.prep_minutes for dish in house.menu.dishes if "grill" in dish.stations)
    waiter = await house.waiter()
    phone, cook = await house.phone(await house.party(waiter)), await house.cook()
    half, nine_of_ten = (minutes[-(-len(minutes) * percent // 100) - 1] for percent in (50, 90))
    for client in (phone, waiter, cook):
        told = await until_told(client, half)
        wait = told["wait"]
        assert (wait["longMinutes"], wait["basis"], wait["samples"]) == (nine_of_ten, "MENU", 0)
        assert wait_of(client, "expo") is None
    guests = next(phone.state.of("station"))
    assert guests.keys() == {"id", "version", "code", "name", "wait"}


async def test_what_was_cooked_is_measured_and_told_to_phone_floor_and_kitchen(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    phone = await house.phone(await house.party(waiter))
    placed = await send(house, phone, *[house.dish("grill")] * 8)
    await cook_all(house, cook, placed, minutes=33, seconds=20)
    await measured(house, 34)
    for client in (phone, waiter, cook):
        wait = (await until_told(client, 34))["wait"]
        assert (wait["longMinutes"], wait["basis"], wait["samples"]) == (34, "MEASURED", 8)
    again = await send(house, phone)
    assert again["waits"] == {"grill": 34}
    line = again["order"]["lines"][0]
    (ticket,) = [one async for one in house.apps[0].store.collection(Ticket).find({"order_id": again["order"]["id"]})]
    assert moment(line["expectedAt"]) == ticket["lines"][0]["starts_at"] + timedelta(minutes=34)


async def test_drinks_are_measured_like_all_else(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    phone = await house.phone(await house.party(waiter))
    await cook_all(house, cook, await send(house, phone, *[house.dish("bar")] * 8), minutes=2, seconds=30)
    station = await look(house, lambda one: bool(one["wait"]) and one["wait"]["basis"] == "MEASURED", "bar")
    assert station["wait"]["minutes"] == 3


async def test_what_is_bumped_unseen_teaches_nothing(house: House) -> None:
    cook, waiter = await house.cook(), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    placed = await send(house, phone, *[house.dish("grill")] * 8)
    await house_knows(house, cook, placed)
    house.clock.advance(minutes=50)
    await look(house, lambda one: bool(one["open_portions"] == 8))
    for ticket in [*cook.state.of("ticket")]:
        await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    station = await look(house, lambda one: one["open_portions"] == 0)
    assert station["wait"]["basis"] == "MENU"


async def test_a_station_that_stands_still_does_not_look_quick_and_when_it_is_done_it_does_again(house: House) -> None:
    cook, waiter = await house.cook(), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    menus = (await look(house, lambda one: one["wait"] is not None))["wait"]["minutes"]
    placed = await send(house, phone, quantity=4)
    house.clock.advance(minutes=55, seconds=30)
    station = await measured(house, 56)
    assert (station["wait"]["basis"], station["wait"]["long_minutes"], station["open_portions"]) == ("MENU", 56, 4)
    await cook_all(house, cook, placed)
    station = await measured(house, menus)
    assert station["open_portions"] == 0


async def test_what_was_cooked_hours_ago_counts_no_more(house: House) -> None:
    cook, waiter = await house.cook(), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    await cook_all(house, cook, await send(house, phone, *[house.dish("grill")] * 8), minutes=40, seconds=30)
    await measured(house, 41)
    house.clock.advance(hours=2, minutes=50)
    await measured(house, 41)
    house.clock.advance(minutes=15)
    await look(house, lambda one: bool(one["wait"]["basis"] == "MENU"))


async def test_another_menu_says_something_else(house: House) -> None:
    await look(house, lambda one: one["wait"] is not None)
    for prep_minutes in (77, 12):
        await change_menu(house, prep_minutes=prep_minutes)
        assert (await measured(house, prep_minutes))["wait"]["basis"] == "MENU"


async def test_a_phone_hears_of_a_station_when_its_wait_changes_and_not_of_each_portion(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    phone = await house.phone(await house.party(waiter))
    minutes = (await look(house, lambda one: one["wait"] is not None))["wait"]["minutes"]
    before = (await until_told(phone, minutes))["version"]
    for quantity in (2, 3):
        await send(house, phone, quantity=quantity)
        station = await look(house, lambda one, least=quantity: bool(one["open_portions"] >= least))
    assert (station["open_portions"], station["wait"]["minutes"]) == (5, minutes)
    await cook.until(lambda state: any(one["openPortions"] == 5 for one in state.of("station")))
    house.clock.advance(minutes=55, seconds=30)
    after = await measured(house, 56)
    await until_told(phone, 56)
    heard = [body["station"] for name, body in phone.heard if name == "station:changed"]
    assert {one["version"] for one in heard if one["code"] == "grill" and one["version"] > before} == {after["version"]}


async def test_a_phone_that_comes_back_is_not_told_again_of_a_wait_that_has_not_changed(house: House) -> None:
    phone = await house.phone(await house.party(await house.waiter()))
    await look(house, lambda one: one["wait"] is not None)
    await phone.sync()
    await send(house, phone, quantity=2)
    await look(house, lambda one: bool(one["open_portions"] == 2))
    have = {one["id"]: one["version"] for one in phone.state.of("station")}
    answer = await phone.send("sync:get", {"have": have})
    assert "station:changed" not in {one["event"] for one in answer["messages"]}


async def test_nothing_is_written_while_nothing_that_is_said_changes(house: House) -> None:
    phone = await house.phone(await house.party(await house.waiter()))
    await send(house, phone, quantity=2)
    version = (await look(house, lambda one: bool(one["open_portions"] == 2)))["version"]
    for app in house.apps * 2:
        await app.duties.perform(app.estimating.duty)
    assert (await stations(house))["grill"]["version"] == version


async def test_a_server_that_takes_over_says_the_same(house: House) -> None:
    cook, waiter = await house.cook(), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    await cook_all(house, cook, await send(house, phone, *[house.dish("grill")] * 8), minutes=40, seconds=30)
    version = (await measured(house, 41))["version"]
    heir = App(house.apps[0].settings, clock=house.clock)
    work = heir.store.begin("", heir.clock.monotonic() + 10)
    found = await heir.estimating.duty.find(work, house.clock.now())
    await heir.client.close()
    assert [due for due in found if due.restaurant_id == house.restaurant.id] == []
    assert (await stations(house))["grill"]["version"] == version


async def test_a_recalled_ticket_is_work_again_and_no_sample(house: House) -> None:
    cook, waiter = await house.cook(), await house.waiter()
    phone = await house.phone(await house.party(waiter))
    await cook_all(house, cook, await send(house, phone, *[house.dish("grill")] * 8), minutes=40, seconds=30)
    await measured(house, 41)
    (ticket,) = cook.state.of("ticket")
    await cook.send("ticket:recall", {"ticketId": ticket["id"]})
    station = await look(house, lambda one: bool(one["open_portions"] == 8))
    assert station["wait"]["basis"] == "MENU"


async def test_what_was_before_a_dish_when_it_was_fired_is_kept(house: House) -> None:
    waiter = await house.waiter()
    party = {"sessionId": (await house.party(waiter)).id}
    await send(house, waiter, quantity=7, **party)
    await look(house, lambda one: bool(one["open_portions"] == 7))
    await waiter.until(lambda state: any(one["openPortions"] == 7 for one in state.of("station")))
    again = await send(house, waiter, **party)
    (ticket,) = [one async for one in house.apps[0].store.collection(Ticket).find({"order_id": again["order"]["id"]})]
    assert ticket["ahead"] == {again["order"]["lines"][0]["id"]: 7}


async def test_a_course_that_is_kept_back_is_expected_once_it_is_fired(house: House) -> None:
    await look(house, lambda one: one["wait"] is not None)
    table = await seat(house)
    await table.send(MAIN)
    await table.ask("hold", "MAINS")
    assert (await table.ordered(MAIN))[1]["expected_at"] is None
    house.clock.advance(minutes=20)
    answer = await table.ask("fire", "MAINS")
    (line,) = answer["orders"][0]["lines"]
    (ticket,) = await table.tickets()
    minutes = (await stations(house))[ticket["station"]]["wait"]["minutes"]
    assert moment(line["expectedAt"]) == ticket["lines"][0]["starts_at"] + timedelta(minutes=minutes)
    await table.until_fired(MAIN)


# ── how it is found ───────────────────────────────────────────────────────────────────────────────────────────────────


def _stages(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from _stages(inner)


async def test_what_was_cooked_and_what_is_shown_are_found_by_their_indexes(house: House) -> None:
    _, _, phone = await seated(house)
    cook = await house.cook()
    await cook_all(house, cook, await send(house, phone), minutes=1)
    await send(house, phone)
    asked: list[dict[str, Any]] = []

    class Asking:
        """Takes down what is asked of the database."""

        async def values(self, model: type, *fields: str, **query: Any) -> list[dict[str, Any]]:
            asked.append(query)
            return []

    houses = [house.restaurant.id]
    since = house.clock.now() - timedelta(hours=3)
    await cooked.cooked_tickets(Asking(), houses, since)  # type: ignore[arg-type]
    await cooked.shown_tickets(Asking(), houses)  # type: ignore[arg-type]
    for query, index in zip(asked, ("cooked", "shown_tickets"), strict=True):
        explained = await house.apps[0].store.collection(Ticket).find(query).explain()
        stages = list(_stages(explained["queryPlanner"]["winningPlan"]))
        assert [one["indexName"] for one in stages if one["stage"] == "IXSCAN"] == [index]
        assert explained["executionStats"]["totalDocsExamined"] == explained["executionStats"]["nReturned"] > 0
