"""Devices of the house: enrolled by a manager, paired by a code that lives a minute, and sent away for good."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration import people
from integration.house import House

from models.device import ALPHABET, Device, code_from, spelled

ORIGIN = "https://order.example.com"


async def pair(client: Connection, code: str) -> dict[str, Any]:
    return await client.send("device:pair", {"code": code})


async def order(house: House, station: str) -> None:
    """Have something of a station ordered."""
    waiter = await house.waiter()
    party = await house.party(waiter, next(house._turns) % 10)
    phone = await house.phone(party)
    added = await phone.operate("cart:add", {"itemId": house.dish(station), "quantity": 1})
    await phone.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})


def roles(client: Connection) -> list[str]:
    return list(client.hello["principal"]["roles"])


# ── pairing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_screen_is_paired_by_a_code_and_proves_itself_by_its_token_from_then_on(house: House) -> None:
    boss = await people.manager(house)
    screen, answer = await people.enrol(house, boss, "/kitchen", name="Grill", stations=["grill"])
    await screen.send("board:get")
    again = await house.connect("/kitchen", {"deviceToken": answer["deviceToken"]})
    assert roles(again) == ["SCREEN"]
    assert again.hello["principal"]["name"] == "Grill"
    assert again.hello["principal"]["stations"] == ["grill"]
    await boss.until(lambda state: [one["status"] for one in state.of("device")] == ["PAIRED"])
    assert len(await people.entries(house, "device-enrolled")) == 1
    (entry,) = await people.entries(house, "device-paired")
    assert (entry["before"], entry["after"]) == ({"status": "WAITING"}, {"status": "PAIRED"})


async def test_a_code_is_easy_to_type_and_kept_as_a_hash(house: House) -> None:
    boss = await people.manager(house)
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Bar"})
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", enrolled["code"])
    (kept,) = await people.stored(house, Device)
    assert spelled(enrolled["code"]) not in repr(kept)
    screen = await house.connect("/kitchen")
    answer = await pair(screen, enrolled["code"].lower().replace("-", " "))
    (kept,) = await people.stored(house, Device)
    assert answer["deviceToken"] not in repr(kept)


def test_codes_use_all_signs_and_nothing_that_looks_like_another() -> None:
    assert len(ALPHABET) == 32
    assert not set("01IO") & set(ALPHABET)
    assert code_from("A" * 22) == "2" * 8
    assert len({code_from(f"{number:022}") for number in range(100)}) > 1


async def test_a_code_is_worth_nothing_after_a_minute_and_nothing_where_it_is_not_for(house: House) -> None:
    boss = await people.manager(house)
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Bar"})
    with pytest.raises(Refused, match="PAIRING_REFUSED"):
        await pair(await house.connect("/floor"), enrolled["code"])
    house.clock.advance(seconds=61)
    with pytest.raises(Refused, match="PAIRING_REFUSED") as refused:
        await pair(await house.connect("/kitchen"), enrolled["code"])
    assert refused.value.details == {}
    assert len(await people.entries(house, "device-refused")) == 2
    renewed = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Bar"})
    assert renewed["device"]["id"] == enrolled["device"]["id"]
    await pair(await house.connect("/kitchen"), renewed["code"])


async def test_of_two_hundred_uses_of_a_code_at_once_one_succeeds(house: House) -> None:
    boss = await people.manager(house)
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Bar"})
    doors = [await house.connect("/kitchen") for _ in range(40)]
    trying = (pair(door, enrolled["code"]) for _ in range(5) for door in doors)
    answers = await asyncio.gather(*trying, return_exceptions=True)
    refused = [one.code for one in answers if isinstance(one, Refused)]
    assert len(answers) - len(refused) == 1
    # Whose socket is the screen by now may not pair any more.
    assert set(refused) <= {"PAIRING_REFUSED", "FORBIDDEN"}
    house.clock.advance(seconds=901)


async def test_wrong_codes_lock_the_address_and_raise_an_alarm(house: House) -> None:
    boss = await people.manager(house)
    limit = house.apps[0].dispatcher._rules.pairing_failures
    used = await boss.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    house.clock.advance(seconds=901)
    for number in range(limit):
        if number % 5 == 0:
            door = await house.connect("/floor")
        with pytest.raises(Refused, match="PAIRING_REFUSED"):
            await pair(door, used["code"])
    assert await people.alarms(house) == ["DEVICE_REFUSED"]
    good = await boss.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    with pytest.raises(Refused, match="PAIRING_REFUSED"):
        await pair(await house.connect("/floor"), good["code"])
    house.clock.advance(seconds=901)
    again = await boss.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    await pair(await house.connect("/floor"), again["code"])


async def test_an_enrolment_that_is_repeated_tells_no_code(house: House) -> None:
    boss = await people.manager(house)
    asked = {"kind": "SCREEN", "name": "Bar", "opId": str(uuid4())}
    first, repeat = await boss.send("device:enrol", asked), await boss.send("device:enrol", asked)
    assert first["device"]["id"] == repeat["device"]["id"]
    assert repeat["code"] is None


async def test_an_enrolment_that_is_repeated_late_changes_nothing(house: House) -> None:
    boss = await people.manager(house)
    asked = {"kind": "TABLET", "name": "Hall"}
    old = asked | {"opId": str(uuid4())}
    await boss.send("device:enrol", old)
    newest = await boss.operate("device:enrol", asked)
    assert (await boss.send("device:enrol", old))["code"] is None
    await pair(await house.connect("/floor"), newest["code"])
    await boss.until(lambda state: [one["status"] for one in state.of("device")] == ["PAIRED"])
    assert (await boss.send("device:enrol", old))["device"]["id"] == newest["device"]["id"]
    assert len(await people.stored(house, Device)) == 1


async def test_a_station_that_the_house_does_not_have_is_not_found(house: House) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        await (await people.manager(house)).operate(
            "device:enrol", {"kind": "SCREEN", "name": "X", "stations": ["moon"]}
        )


# ── screens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_screen_hears_and_sees_its_stations_and_expo_all_of_them(house: House) -> None:
    boss = await people.manager(house)
    grill, _ = await people.enrol(house, boss, "/kitchen", name="Grill", stations=["grill"])
    expo, _ = await people.enrol(house, boss, "/kitchen", name="Pass", stations=["expo"])
    for screen in (grill, expo):
        await screen.sync()
    await order(house, "bar")
    await order(house, "grill")
    await expo.until(lambda state: {one["station"] for one in state.of("ticket")} >= {"bar", "grill"})
    await grill.until(lambda state: any(state.of("ticket")))
    assert {one["station"] for one in grill.state.of("ticket")} == {"grill"}
    assert {one["station"] for one in (await grill.send("board:get"))["tickets"]} == {"grill"}
    bar = next(one for one in expo.state.of("ticket") if one["station"] == "bar")
    with pytest.raises(Refused, match="NOT_FOUND"):
        await grill.send("ticket:bump", {"ticketId": bar["id"]})
    assert (await grill.send("ticket:seen", {"ticketIds": [bar["id"]]}))["seen"] == []


async def test_what_a_screen_does_carries_its_name(house: House) -> None:
    screen, answer = await people.enrol(house, await people.manager(house), "/kitchen", name="Grill")
    await screen.sync()
    await order(house, "grill")
    await screen.until(lambda state: any(state.of("ticket")))
    ticket = next(screen.state.of("ticket"))
    await screen.send("ticket:bump", {"ticketId": ticket["id"]})
    state = await screen.until(lambda known: any(one["status"] == "BUMPED" for one in known.of("ticket")))
    assert state
    change = next(
        payload["change"] for name, payload in reversed(screen.heard) if name == "ticket:changed" and payload["change"]
    )
    assert change["by"] == {"kind": "SCREEN", "id": answer["deviceId"], "name": "Grill"}


# ── tablets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_people_log_in_by_pin_on_a_tablet_of_the_house_and_nowhere_else(house: House) -> None:
    boss = await people.manager(house)
    tablet, answer = await people.enrol(house, boss)
    pin = "4862"
    await tablet.send("staff:login", people.credentials(house, "ana", pin=pin))
    await house.party(tablet)
    again = await house.connect("/floor", {"deviceToken": answer["deviceToken"]})
    await again.send("staff:login", people.credentials(house, "mihai", pin="7351"))
    elsewhere = await house.connect("/floor")
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await elsewhere.send("staff:login", people.credentials(house, "ana", pin=pin))
    house.clock.advance(seconds=2)
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await again.send("staff:login", people.credentials(house, "ana", pin="0001"))


async def test_the_cookie_of_a_paired_browser_is_enough(house: House) -> None:
    boss = await people.manager(house)
    browser = {"Origin": ORIGIN, "Cookie": f"comanda_device={uuid4().hex}"}
    enrolled = await boss.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    first = await house.connect("/floor", headers=browser)
    await pair(first, enrolled["code"])
    again = await house.connect("/floor", headers=browser)
    assert again.hello["principal"]["deviceId"] == enrolled["device"]["id"]
    await again.send("staff:login", people.credentials(house, "ana", pin="4862"))
    stolen = await house.connect("/floor", headers={"Cookie": browser["Cookie"]})
    assert stolen.hello["principal"]["deviceId"] is None


async def test_a_log_in_by_pin_ends_after_the_shift_however_often_it_is_refreshed(house: House) -> None:
    tablet, answer = await people.enrol(house, await people.manager(house))
    logged_in = await tablet.send("staff:login", people.credentials(house, "ana", pin="4862"))
    try:
        house.clock.advance(hours=11)
        logged_in = await tablet.send("staff:refresh", {"refreshToken": logged_in["refreshToken"]})
        with pytest.raises(Refused, match="SESSION_EXPIRED"):
            await (await house.connect("/floor")).send("staff:refresh", {"refreshToken": logged_in["refreshToken"]})
        house.clock.advance(hours=2)
        late = await house.connect("/floor", {"deviceToken": answer["deviceToken"]})
        with pytest.raises(Refused, match="SESSION_EXPIRED"):
            await late.send("staff:refresh", {"refreshToken": logged_in["refreshToken"]})
    finally:
        house.clock.advance(hours=-13)


async def test_of_two_people_on_one_tablet_only_the_last_is_logged_in(house: House) -> None:
    _, answer = await people.enrol(house, await people.manager(house))
    token = {"deviceToken": answer["deviceToken"]}
    first, second = await house.connect("/floor", token), await house.connect("/floor", token)
    await first.send("staff:login", people.credentials(house, "ana", pin="4862"))
    await second.send("staff:login", people.credentials(house, "mihai", pin="7351"))
    await people.until_closed(first)
    await house.party(second)


# ── sending away ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_revoked_device_is_cut_off_in_two_seconds_with_everyone_who_logged_in_on_it(house: House) -> None:
    boss = await people.manager(house)
    screen, shown = await people.enrol(house, boss, "/kitchen")
    tablet, answer = await people.enrol(house, boss)
    token = {"deviceToken": answer["deviceToken"]}
    waiting = await house.connect("/floor", token)
    logged_in = await tablet.send("staff:login", people.credentials(house, "radu", pin="3817"))
    elsewhere = await house.connect("/kitchen", {"accessToken": logged_in["accessToken"]})
    for device in (shown, answer):
        await boss.operate("device:revoke", {"deviceId": device["deviceId"]})
    await asyncio.gather(*(people.until_closed(client) for client in (screen, tablet, waiting, elsewhere)))
    assert await people.log_ins(house, logged_in["staff"]["id"]) == []
    late = await house.connect("/kitchen", {"deviceToken": shown["deviceToken"]})
    assert roles(late) == ["STRANGER"]
    door = await house.connect("/floor", token)
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await door.send("staff:login", people.credentials(house, "radu", pin="3817"))
    assert len(await people.entries(house, "device-revoked")) == 2


async def test_a_revoked_device_that_comes_back_later_is_an_alarm_once(house: House) -> None:
    boss = await people.manager(house)
    _, answer = await people.enrol(house, boss, "/kitchen")
    await boss.operate("device:revoke", {"deviceId": answer["deviceId"]})
    token = {"deviceToken": answer["deviceToken"]}
    await house.connect("/kitchen", token)
    assert await people.alarms(house) == []
    house.clock.advance(seconds=61)
    for _ in range(3):
        await house.connect("/kitchen", token)
    await boss.until(lambda state: any(one["kind"] == "DEVICE_REFUSED" for one in state.of("alarm")))
    assert [one["subject"] for one in await people.entries(house, "device-refused")] == [answer["deviceId"]]


async def test_a_tablet_that_is_paired_anew_is_one_device(house: House) -> None:
    boss = await people.manager(house)
    browser = {"Origin": ORIGIN, "Cookie": f"comanda_device={uuid4().hex}"}
    for name in ("Hall", "Terrace"):
        enrolled = await boss.operate("device:enrol", {"kind": "TABLET", "name": name})
        await pair(await house.connect("/floor", headers=browser), enrolled["code"])
    statuses = {one["name"]: one["status"] for one in await people.stored(house, Device)}
    assert statuses == {"Hall": "REVOKED", "Terrace": "PAIRED"}


async def test_nobody_but_managers_is_told_of_devices_and_another_house_has_none_of_them(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    _, answer = await people.enrol(house, boss)
    await boss.until(lambda state: any(state.of("device")))
    assert list(waiter.state.of("device")) == list((await waiter.fresh()).of("device")) == []
    other = await house.installation.new_house()
    stranger = await people.manager(other)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await stranger.send("device:revoke", {"deviceId": answer["deviceId"]})
    await other.close()
