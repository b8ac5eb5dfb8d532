"""Log-ins: what is told to whoever fails, how refresh tokens rotate, what a copied one ends, and how one logs out."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Connection, Refused
from integration import people
from integration.house import PASSWORD, House

from models.staff import Staff, StaffSession


@pytest.fixture
def checked(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every password hash that was checked, in order; None where there was none to check against."""
    seen: list[str | None] = []
    for app in house.apps:
        check = app.vault.is_password

        async def watched(password: str, kept: str | None, check: Any = check) -> bool:
            seen.append(kept)
            return bool(await check(password, kept))

        monkeypatch.setattr(app.vault, "is_password", watched)
    return seen


async def refresh(client: Connection, token: str) -> dict[str, Any]:
    answer = await client.send("staff:refresh", {"refreshToken": token})
    await client.sync()
    return answer


async def age_of_log_in(house: House, staff_id: str) -> timedelta:
    (session,) = await people.log_ins(house, staff_id)
    return session["ends_at"] - house.clock.now()


# ── failing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_unknown_name_a_wrong_password_and_someone_revoked_cost_one_check_each_and_get_one_answer(
    house: House, checked: list[str | None]
) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss)
    await people.hire(house, boss, "emil", password=None)
    await boss.operate("staff:revoke", {"staffId": staff["id"]})
    checked.clear()
    answers = []
    for login, password in (("nobody.here", PASSWORD), ("ana", "wrong"), ("dana", PASSWORD), ("emil", PASSWORD)):
        door = await house.connect("/floor")
        with pytest.raises(Refused) as refused:
            await door.send("staff:login", people.credentials(house, login, password=password))
        answers.append((refused.value.code, refused.value.details))
    assert answers == [("INVALID_CREDENTIALS", {})] * 4
    assert len(checked) == 4
    assert len(await people.entries(house, "login-failed")) == 4


async def test_a_house_that_does_not_exist_costs_the_same_check(house: House, checked: list[str | None]) -> None:
    door = await house.connect("/floor")
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await door.send("staff:login", {"login": "ana", "password": PASSWORD, "restaurantId": "nowhere"})
    assert checked == [None]


async def test_many_names_tried_from_one_address_lock_that_address_and_raise_an_alarm(house: House) -> None:
    boss = await people.manager(house)
    limit = house.apps[0].dispatcher._rules.login_address_failures
    for number in range(limit):
        if number % 5 == 0:
            door = await house.connect("/floor")
        with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
            await door.send("staff:login", people.credentials(house, f"name.{number}", pin="0000"))
    door = await house.connect("/floor")
    with pytest.raises(Refused, match="LOGIN_LOCKED") as refused:
        await door.send("staff:login", people.credentials(house, "ana"))
    assert refused.value.details["retryAfter"] > 0
    assert await people.alarms(house) == ["LOGIN_SPRAY"]
    await boss.until(lambda state: any(one["kind"] == "LOGIN_SPRAY" for one in state.of("alarm")))
    house.clock.advance(seconds=901)
    await door.send("staff:login", people.credentials(house, "ana"))


async def test_a_password_and_a_pin_together_are_no_log_in(house: House) -> None:
    door = await house.connect("/floor")
    for proof in ({"password": PASSWORD, "pin": "4862"}, {}):
        with pytest.raises(Refused, match="VALIDATION_FAILED"):
            await door.send("staff:login", {"login": "ana", "restaurantId": house.restaurant.id, **proof})


# ── refreshing ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_refresh_gives_new_tokens_and_makes_a_stranger_that_person(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    stranger = await house.connect("/floor")
    renewed = await refresh(stranger, answer["refreshToken"])
    assert renewed["staff"]["login"] == "ana"
    assert renewed["refreshToken"] != answer["refreshToken"]
    await house.party(stranger)
    await house.connect("/floor", {"accessToken": renewed["accessToken"]})


async def test_a_log_in_by_password_lasts_seven_days_after_its_last_refresh(house: House) -> None:
    client, answer = await people.log_in(house, "ana")
    staff_id = answer["staff"]["id"]
    try:
        house.clock.advance(days=5)
        answer = await refresh(client, answer["refreshToken"])
        assert await age_of_log_in(house, staff_id) > timedelta(days=6, hours=23)
        house.clock.advance(days=8)
        with pytest.raises(Refused, match="SESSION_EXPIRED"):
            await refresh(await house.connect("/floor"), answer["refreshToken"])
    finally:
        house.clock.advance(days=-13)


async def test_the_token_before_the_present_one_is_answered_for_ten_seconds_without_another_rotation(
    house: House,
) -> None:
    client, answer = await people.log_in(house, "ana")
    first = await refresh(client, answer["refreshToken"])
    house.clock.advance(seconds=8)
    again = await refresh(await house.connect("/floor"), answer["refreshToken"])
    (session,) = await people.log_ins(house, answer["staff"]["id"])
    assert session["generation"] == 1
    newest = await refresh(client, again["refreshToken"])
    assert newest["refreshToken"] not in (first["refreshToken"], again["refreshToken"])


async def test_fifty_refreshes_at_once_with_one_token_are_one_step_and_all_are_answered(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    doors = [await house.connect("/floor") for _ in range(50)]
    answers = await asyncio.gather(*(refresh(door, answer["refreshToken"]) for door in doors))
    (session,) = await people.log_ins(house, answer["staff"]["id"])
    assert session["generation"] == 1
    assert {one["staff"]["id"] for one in answers} == {answer["staff"]["id"]}
    for one in (answers[0], answers[-1]):
        await refresh(await house.connect("/floor"), one["refreshToken"])
    assert len(await people.log_ins(house, answer["staff"]["id"])) == 1


@pytest.mark.parametrize(("steps", "later"), [(2, 0), (1, 11)], ids=["older", "after the grace"])
async def test_a_copied_token_ends_the_log_in_closes_its_sockets_and_raises_an_alarm(
    house: House, steps: int, later: int
) -> None:
    client, answer = await people.log_in(house, "ana")
    newest = answer
    for _ in range(steps):
        newest = await refresh(client, newest["refreshToken"])
    elsewhere = await house.connect("/floor", {"accessToken": newest["accessToken"]})
    house.clock.advance(seconds=later)
    with pytest.raises(Refused, match="TOKEN_REUSED"):
        await refresh(await house.connect("/floor"), answer["refreshToken"])
    await asyncio.gather(people.until_closed(client), people.until_closed(elsewhere))
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await refresh(await house.connect("/floor"), newest["refreshToken"])
    assert await people.alarms(house) == ["TOKEN_REUSED"]
    assert [one["subject"] for one in await people.entries(house, "token-reused")] == [answer["staff"]["id"]]


async def test_a_token_of_another_kind_refreshes_nothing(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    for token in (answer["accessToken"], "x", answer["refreshToken"][:-1]):
        with pytest.raises(Refused, match="SESSION_EXPIRED"):
            await refresh(await house.connect("/floor"), token)


async def test_nobody_becomes_another_person_by_that_persons_token(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    other, _ = await people.log_in(house, "mihai")
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await refresh(other, answer["refreshToken"])


async def test_an_access_token_opens_nothing_after_fifteen_minutes(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    house.clock.advance(seconds=901)
    late = await house.connect("/floor", {"accessToken": answer["accessToken"]})
    assert late.hello["principal"]["roles"] == ["STRANGER"]


async def test_who_logs_in_on_a_connection_ends_the_log_in_that_was_made_there_before(house: House) -> None:
    client, former = await people.log_in(house, "ana")
    elsewhere = await house.connect("/floor", {"accessToken": former["accessToken"]})
    answer = await client.send("staff:login", people.credentials(house, "mihai"))
    await people.until_closed(elsewhere)
    assert await people.log_ins(house, former["staff"]["id"]) == []
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await refresh(await house.connect("/floor"), former["refreshToken"])
    assert len(await people.log_ins(house, answer["staff"]["id"])) == 1
    await house.party(client)


# ── logging out ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_logging_out_everywhere_ends_every_log_in_and_every_socket_of_the_person(house: House) -> None:
    devices = [await people.log_in(house, "ana") for _ in range(3)]
    other, _ = await people.log_in(house, "mihai")
    await devices[0][0].send("staff:logout", {"everywhere": True})
    await asyncio.gather(*(people.until_closed(client) for client, _ in devices[1:]))
    assert await people.log_ins(house, devices[0][1]["staff"]["id"]) == []
    for _, answer in devices:
        with pytest.raises(Refused, match="SESSION_EXPIRED"):
            await refresh(await house.connect("/floor"), answer["refreshToken"])
    await house.party(other)


async def test_logging_out_ends_this_log_in_only(house: House) -> None:
    (first, answer), (second, _) = await people.log_in(house, "ana"), await people.log_in(house, "ana")
    await first.send("staff:logout")
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await refresh(await house.connect("/floor"), answer["refreshToken"])
    await house.party(second)


# ── races ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_log_in_and_a_revocation_at_once_no_log_in_is_left(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss)
    doors = [await house.connect("/floor") for _ in range(6)]
    entering = [door.send("staff:login", people.credentials(house, "dana")) for door in doors]
    await asyncio.gather(*entering, boss.operate("staff:revoke", {"staffId": staff["id"]}), return_exceptions=True)
    assert await people.log_ins(house, staff["id"]) == []
    (kept,) = await people.stored(house, Staff, _id=staff["id"])
    assert kept["is_active"] is False


async def test_no_token_is_in_the_database(house: House) -> None:
    _, answer = await people.log_in(house, "ana")
    text = repr(await people.stored(house, StaffSession)) + repr(await people.entries(house, "login"))
    assert answer["refreshToken"] not in text
    assert answer["accessToken"] not in text
