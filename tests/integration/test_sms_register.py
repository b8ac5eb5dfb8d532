"""Who an SMS phone is: enrolled by a manager, paired by a code that lives a minute, proved by an answer to a challenge
from then on, with one socket that counts, and sent away for good.
"""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from comanda_client import Connection, Refused, Unreachable
from integration import people, sms_phone
from integration.house import House, start_installation
from integration.sms_phone import Phone, connect, enrol, pair

from models.device import Device, spelled
from models.sms_phone import SmsPhone
from models.sms_proof import proof
from server.pulse import DEAD_BEATS, Pulse
from server.watching import lost_phones

FIELDS = {"protocols": [1], "app": "1.0"}
SOON = 10.0
REPLACED_WITHIN = 10.0
"""Seconds: an older socket is given nothing at once, and stays for a second to be asked who is behind it."""


async def stored(house: House) -> dict[str, Any]:
    """Return the one phone of a house as the database has it."""
    (found,) = await people.stored(house, SmsPhone)
    return found


async def until_stored(house: House, **fields: Any) -> None:
    """Wait until the one phone of a house has some fields."""
    async with asyncio.timeout(SOON):
        while {name: (await stored(house))[name] for name in fields} != fields:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.02)


async def refused(connection: Connection, **fields: Any) -> str:
    """Register in vain; return the code of the refusal."""
    with pytest.raises(Refused) as found:
        await connection.send("sms:register", FIELDS | fields)
    return found.value.code


# ── pairing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_is_paired_by_a_code_and_proves_itself_by_its_secret_from_then_on(house: House) -> None:
    boss = await people.manager(house)
    enrolled = await enrol(house, boss)
    assert enrolled["qr"] == f"comanda-sms:{house.apps[0].settings.public_url}?code={enrolled['code']}"
    phone = Phone(house, await connect(house))
    first = await phone.register(code=enrolled["code"].lower())
    assert (first["protocol"], first["epoch"], first["name"], len(first["secret"])) == (1, 1, "Phone 1", 43)
    await phone.come()
    assert (phone.answer["secret"], phone.answer["epoch"]) == (None, 2)
    await boss.until(lambda state: [one["status"] for one in state.of("device")] == ["PAIRED"])
    await boss.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["LIVE"])
    assert len(await people.entries(house, "device-paired")) == 1


async def test_a_phone_is_paired_with_neither_a_token_nor_a_cookie_nor_without_anything(house: House) -> None:
    boss = await people.manager(house)
    _, tablet = await people.enrol(house, boss)
    for auth in ({"deviceToken": tablet["deviceToken"]}, {"accessToken": "x"}, {}):
        door = await house.connect("/sms", auth)
        assert door.hello["principal"]["roles"] == ["STRANGER"]
        for command in ("sms:ack", "sms:status", "sms:pong"):
            with pytest.raises(Refused, match="UNAUTHENTICATED"):
                await door.send(command, {"correlationId": "m", "status": "sent", "epoch": 1})
        with pytest.raises(Refused, match="VALIDATION_FAILED"):
            await door.send("sms:register", FIELDS)


async def test_a_code_is_used_once_lives_a_minute_and_is_for_phones_alone(house: House) -> None:
    boss = await people.manager(house)
    enrolled = await enrol(house, boss)
    with pytest.raises(Refused, match="PAIRING_REFUSED"):
        await (await house.connect("/floor")).send("device:pair", {"code": enrolled["code"]})
    await Phone(house, await connect(house)).register(code=enrolled["code"])
    assert await refused(await connect(house), code=enrolled["code"]) == "PAIRING_REFUSED"
    tablet = await boss.operate("device:enrol", {"kind": "TABLET", "name": "Hall"})
    assert tablet["qr"] is None
    assert await refused(await connect(house), code=tablet["code"]) == "PAIRING_REFUSED"
    late = await enrol(house, boss, "Phone 2")
    house.clock.advance(seconds=61)
    assert await refused(await connect(house), code=late["code"]) == "PAIRING_REFUSED"
    house.clock.advance(seconds=901)


async def test_of_forty_uses_of_a_code_at_once_one_succeeds(house: House) -> None:
    enrolled = await enrol(house)
    doors = [await connect(house) for _ in range(40)]
    asked = FIELDS | {"code": enrolled["code"]}
    answers = await asyncio.gather(
        *(one.send("sms:register", asked, seconds=30) for one in doors), return_exceptions=True
    )
    assert sum(isinstance(one, dict) for one in answers) == 1
    assert {type(one) for one in answers} <= {dict, Refused, Unreachable}
    assert len(await people.stored(house, SmsPhone)) == 1
    house.clock.advance(seconds=901)


async def test_a_phone_that_speaks_nothing_that_we_do_is_told_so_and_keeps_its_code(house: House) -> None:
    enrolled = await enrol(house)
    door = await connect(house)
    with pytest.raises(Refused, match="VERSION_UNSUPPORTED") as found:
        await door.send("sms:register", FIELDS | {"code": enrolled["code"], "protocols": [2, 7]})
    assert found.value.details == {"spoken": [1]}
    answer = await Phone(house, door).register(code=enrolled["code"], protocols=[1, 2])
    assert answer["protocol"] == 1


# ── proofs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_proof_is_worth_nothing_on_another_connection(house: House) -> None:
    phone = await pair(house)
    one, other = await connect(house), await connect(house)
    assert one.hello["challenge"] != other.hello["challenge"]
    taken = phone.proof(one)
    assert await refused(other, deviceId=phone.device_id, proof=taken) == "PAIRING_REFUSED"
    await one.send("sms:register", FIELDS | {"deviceId": phone.device_id, "proof": taken})
    assert len(await people.entries(house, "device-refused")) == 1
    house.clock.advance(seconds=901)


async def test_who_reads_the_database_cannot_come_in(house: House) -> None:
    enrolled = await enrol(house)
    (waiting,) = await people.stored(house, Device)
    phone = Phone(house, await connect(house))
    await phone.register(code=enrolled["code"])
    documents = [waiting, *await people.stored(house, Device), await stored(house)]
    assert phone.secret not in repr(documents)
    assert spelled(enrolled["code"]) not in repr(documents)
    door = await connect(house)
    kept = bytes.fromhex(documents[1]["stored_key"])
    made = proof(sms_phone.written(kept), door.hello["challenge"])
    for shown in (made, sms_phone.written(kept)):
        assert await refused(door, deviceId=phone.device_id, proof=shown) == "PAIRING_REFUSED"
    house.clock.advance(seconds=901)


async def test_wrong_proofs_are_an_alarm_and_lock_no_phone_that_is_ours(house: House) -> None:
    boss = await people.manager(house)
    phone = await pair(house, boss)
    house.clock.advance(seconds=901)
    limit = house.apps[0].dispatcher._rules.pairing_failures
    for number in range(limit + 2):
        if number % 5 == 0:
            door = await connect(house)
        assert await refused(door, deviceId=phone.device_id, proof="A" * 43) == "PAIRING_REFUSED"
    await boss.until(lambda state: [one["kind"] for one in state.of("alarm")] == ["DEVICE_REFUSED"])
    assert len(await people.entries(house, "device-refused")) == limit
    await phone.come()
    assert phone.answer["epoch"] == 2
    house.clock.advance(seconds=901)


async def test_nobody_learns_whether_a_phone_exists(house: House) -> None:
    phone, door = await pair(house), await connect(house)
    answers = []
    for device_id in (phone.device_id, "nobody"):
        with pytest.raises(Refused) as found:
            await door.send("sms:register", FIELDS | {"deviceId": device_id, "proof": "A" * 43})
        answers.append((found.value.code, found.value.details, str(found.value)))
    assert answers[0] == answers[1]
    house.clock.advance(seconds=901)


# ── one socket that counts ────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_newer_of_two_sockets_counts_and_the_older_is_closed_everywhere(house: House) -> None:
    phone = await pair(house)
    *older, newest = [phone.connection, *[await phone.come() for _ in range(3)]]
    await asyncio.gather(*(people.until_closed(one, REPLACED_WITHIN) for one in older))
    assert (await stored(house))["epoch"] == 4
    await newest.send("sms:pong")
    await until_stored(house, process=(await stored(house))["process"], gone_at=None)


async def test_two_devices_with_one_secret_are_an_alarm_that_ends_when_the_phone_is_revoked(house: House) -> None:
    boss = await people.manager(house)
    phone = await pair(house, boss)
    async with asyncio.timeout(30):
        while not await people.alarms(house):
            older = phone.connection
            await phone.come()
            # Another device is still behind it. It is closed a second later, perhaps before this one has answered.
            with suppress(TimeoutError, Unreachable):
                await sms_phone.hear(older, "sms:ping", 1.0)
                await older.send("sms:pong")
    assert await people.alarms(house) == ["SMS_PHONE_COPIED"]
    (entry,) = await people.entries(house, "sms-phone-copied")
    assert (entry["subject"], entry["details"]) == (phone.device_id, {"times": 3})
    await boss.operate("device:revoke", {"deviceId": phone.device_id})
    await boss.until(lambda state: [one["status"] for one in state.of("alarm")] == ["RESOLVED"])


async def test_a_phone_that_changes_its_network_again_and_again_is_no_alarm(house: House) -> None:
    phone = await pair(house)
    for _ in range(4):
        older = phone.connection
        await phone.come()
        await people.until_closed(older, REPLACED_WITHIN)
    assert await people.alarms(house) == []
    assert (await stored(house))["replaced"] == []


async def test_the_end_of_an_older_socket_does_not_take_the_phone_away(house: House) -> None:
    phone = await pair(house)
    older = phone.connection
    await phone.come()
    await people.until_closed(older, REPLACED_WITHIN)
    await phone.connection.send("sms:status", {"battery": 7})
    await until_stored(house, battery=7, gone_at=None)
    assert (await stored(house))["process"] in {app.process_id for app in house.apps}


async def test_who_has_not_registered_hears_nothing_but_hello_and_is_cut_off(
    mongo_url: str, redis_url: str | None
) -> None:
    installation = await start_installation(
        mongo_url, redis_url, servers=1, database="strangers", guard={"identify_seconds": 1}
    )
    try:
        house = await installation.new_house()
        door = await connect(house)
        house.apps[0].realtime.tell_all("server:draining")
        house.apps[0].realtime.tell_to_catch_up()
        await people.until_closed(door, 3.0)
        assert [name for name, _ in door.heard] == ["hello"]
        assert door.hello["principal"]["restaurantId"] is None
        await house.close()
    finally:
        await installation.stop()


async def test_another_house_hears_nothing_of_a_phone(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    other = await house.installation.new_house()
    strangers, theirs = await people.manager(other), await pair(other)
    phone = await pair(house, boss)
    await phone.connection.send("sms:status", {"battery": 50})
    await waiter.until(lambda state: [one["battery"] for one in state.of("smsPhone")] == [50])
    assert {one["deviceId"] for one in strangers.state.of("smsPhone")} == {theirs.device_id}
    assert [name for name, _ in theirs.connection.heard] == ["hello"]
    with pytest.raises(Refused, match="NOT_FOUND"):
        await strangers.send("device:revoke", {"deviceId": phone.device_id})
    await other.close()


# ── sending away ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_revoked_phone_is_cut_off_in_two_seconds_and_comes_back_no_more(house: House) -> None:
    boss = await people.manager(house)
    phone = await pair(house, boss)
    await boss.operate("device:revoke", {"deviceId": phone.device_id})
    await people.until_closed(phone.connection)
    await boss.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["REVOKED"])
    door = await connect(house)
    assert await refused(door, deviceId=phone.device_id, proof=phone.proof(door)) == "PAIRING_REFUSED"
    assert await people.alarms(house) == []
    house.clock.advance(seconds=61)
    for _ in range(2):
        assert await refused(door, deviceId=phone.device_id, proof=phone.proof(door)) == "PAIRING_REFUSED"
    assert await people.alarms(house) == ["DEVICE_REFUSED"]
    assert [one["subject"] for one in await people.entries(house, "device-refused")] == [phone.device_id]


# ── who is here ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_floor_sees_a_phone_go_and_come(house: House) -> None:
    waiter, phone = await house.waiter(), await pair(house)
    await waiter.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["LIVE"], SOON)
    await phone.connection.drop()
    await waiter.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["AWAY"], SOON)
    assert next(waiter.state.of("smsPhone"))["goneAt"] is not None
    await phone.come()
    await waiter.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["LIVE"], SOON)


async def test_the_phones_of_a_dead_process_are_taken_out_and_those_of_a_living_one_put_back(house: House) -> None:
    await pair(house)
    ours = (await stored(house))["process"]
    pulse = Pulse("another")
    duty = lost_phones(pulse)
    await house.apps[0].duties.perform(duty)
    for _ in range(DEAD_BEATS):
        pulse.hear("another")
        for app in house.apps:
            if app.process_id != ours:
                pulse.hear(app.process_id)
    async with asyncio.timeout(SOON):
        # One that has not yet heard of the phone finds it at its next look.
        while (await stored(house))["change"]["kind"] == "registered":
            await house.apps[0].duties.perform(duty)
    await until_stored(house, process=ours, epoch=1, gone_at=None)
    assert (await stored(house))["change"]["kind"] == "back"


async def test_a_phone_whose_app_is_silent_is_asked_and_then_taken_for_gone(
    mongo_url: str, redis_url: str | None
) -> None:
    guard = {"phone_ping_interval_seconds": 1, "phone_silent_seconds": 4}
    installation = await start_installation(mongo_url, redis_url, servers=1, database="silent", guard=guard)
    try:
        house = await installation.new_house()
        silent, lively = await pair(house), await pair(house, name="Phone 2")
        for _ in range(2):
            await sms_phone.hear(lively.connection, "sms:ping")
            await lively.connection.send("sms:pong")
        await people.until_closed(silent.connection, 10.0)
        assert any(name == "sms:ping" for name, _ in silent.connection.heard)
        await lively.connection.send("sms:pong")
        boss = await people.manager(house)
        await boss.until(lambda state: {one["status"] for one in state.of("smsPhone")} == {"AWAY", "LIVE"})
        await house.close()
    finally:
        await installation.stop()


async def test_what_a_phone_says_of_itself_is_written_every_ten_seconds_and_the_state_of_a_card_at_once(
    house: House,
) -> None:
    phone = await pair(house)
    first = await phone.connection.send("sms:status", {"battery": 80, "signal": 4, "isCharging": False})
    version = (await stored(house))["version"]
    second = await phone.connection.send("sms:status", {"battery": 79})
    assert (first["written"], first["againAfter"], second["written"]) == (True, None, False)
    assert 8 <= second["againAfter"] <= 10
    assert (await stored(house))["version"] == version
    card = sms_phone.SIM | {"state": "NO_SERVICE"}
    await phone.connection.send("sms:status", {"battery": 78, "sims": [card]})
    after = await stored(house)
    assert (after["version"], after["battery"], after["sims"][0]["state"]) == (version + 1, 78, "NO_SERVICE")
    house.clock.advance(seconds=10)
    await phone.connection.send("sms:status", {"battery": 60})
    assert (await stored(house))["battery"] == 60


async def test_a_process_that_stops_says_that_its_phones_are_gone(mongo_url: str, redis_url: str | None) -> None:
    installation = await start_installation(mongo_url, redis_url, servers=2, database="stopping")
    try:
        house = await installation.new_house()
        phone = await pair(house)
        before = await stored(house)
        (here,) = (app for app in house.apps if app.process_id == before["process"])
        installation.apps.remove(here)
        await here.stop()
        await people.until_closed(phone.connection)
        after = await stored(house)
        assert (after["process"], after["epoch"], after["change"]["kind"]) == (None, 1, "left")
        await house.close()
    finally:
        await installation.stop()
