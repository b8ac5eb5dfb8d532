"""People of the house: hired, changed, revoked, on every server at once; and what each may see of the others."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration import people
from integration.house import PASSWORD, House

from handlers.staff import RevokeStaff, revoke
from models.errors import LastManager
from models.staff import Staff
from models.store.work import Work

NEW_PASSWORD = "another password of the tests"


async def enter(house: House, login: str, password: str = PASSWORD) -> None:
    door = await house.connect("/floor")
    await door.send("staff:login", people.credentials(house, login, password=password))


# ── hiring ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_someone_who_was_hired_logs_in_and_the_managers_see_them(house: House) -> None:
    boss, other = await people.manager(house), await people.manager(house)
    staff = await people.hire(house, boss)
    assert (staff["roles"], staff["isActive"], staff["hasPassword"], staff["hasPin"]) == (["WAITER"], True, True, True)
    await enter(house, "dana")
    await other.until(lambda state: any(one["login"] == "dana" for one in state.of("staff")))
    (entry,) = await people.entries(house, "staff-added")
    assert entry["after"] == {"name": "Dana", "roles": "WAITER", "login": "dana"}


async def test_nobody_but_managers_is_told_who_works_here(house: House) -> None:
    boss, waiter, cashier = await people.manager(house), await house.waiter(), await house.staff("ioana")
    await people.hire(house, boss)
    await boss.until(lambda state: any(one["login"] == "dana" for one in state.of("staff")))
    for client in (waiter, cashier):
        assert list(client.state.of("staff")) == list((await client.fresh()).of("staff")) == []


async def test_a_name_that_is_taken_is_refused_also_when_two_hire_at_once(house: House) -> None:
    bosses = [await people.manager(house), await people.manager(house)]
    results = await asyncio.gather(*(people.hire(house, boss) for boss in bosses), return_exceptions=True)
    assert [one.code for one in results if isinstance(one, Refused)] == ["LOGIN_TAKEN"]
    assert len(await people.stored(house, Staff, login="dana")) == 1


async def test_a_hiring_that_is_repeated_is_one_hiring(house: House) -> None:
    boss, operation = await people.manager(house), str(uuid4())
    first = await people.hire(house, boss, opId=operation)
    assert (await people.hire(house, boss, opId=operation))["id"] == first["id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": "0000"},
        {"pin": "1234"},
        {"pin": "987654"},
        {"pin": "1212"},
        {"pin": "123"},
        {"password": "short"},
        {"password": "ă" * 40},
        {"roles": []},
        {"roles": ["GUEST"]},
        {"name": ""},
        {"password": None, "pin": None},
    ],
    ids=repr,
)
async def test_what_is_easy_to_guess_or_makes_no_sense_is_refused(house: House, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await people.hire(house, await people.manager(house), **wrong)


async def test_no_password_and_no_pin_is_kept_as_it_was_typed(house: House) -> None:
    await people.hire(house, await people.manager(house))
    (kept,) = await people.stored(house, Staff, login="dana")
    assert PASSWORD not in repr(kept)
    assert people.PIN not in repr(kept)
    assert kept["password_hash"].startswith("$2b$")


# ── changing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_role_counts_from_the_next_command_on(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss)
    client, _ = await people.log_in(house, "dana")
    party = await house.party(client)
    await boss.operate("staff:change", {"staffId": staff["id"], "roles": ["CHEF"]})
    await people.until_true(lambda: _roles_are(house, staff["id"], {"CHEF"}))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await client.send("pin:rotate", {"sessionId": party.id})
    await boss.operate("staff:change", {"staffId": staff["id"], "roles": ["MANAGER"]})
    await people.until_true(lambda: _roles_are(house, staff["id"], {"MANAGER"}))
    await client.send("pin:rotate", {"sessionId": party.id})
    await client.sync()
    await client.until(lambda state: any(state.of("staff")))
    (first, _) = await people.entries(house, "staff-changed")
    assert (first["before"]["roles"], first["after"]["roles"]) == ("WAITER", "CHEF")


def _roles_are(house: House, staff_id: str, roles: set[str]) -> bool:
    """Whether every connection of a person has these roles."""
    here = [client.principal for app in house.apps for client in app.realtime._clients.values()]
    return all(one.roles == roles for one in here if getattr(one, "staff_id", "") == staff_id)


async def test_who_loses_the_kitchen_loses_the_socket_there_and_hears_nothing_of_the_floor(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss, roles=["CHEF", "WAITER"])
    door, answer = await people.log_in(house, "dana")
    screen = await house.connect("/kitchen", {"accessToken": answer["accessToken"]})
    await boss.operate("staff:change", {"staffId": staff["id"], "roles": ["WAITER"]})
    await people.until_closed(screen)
    await house.party(door)
    await boss.operate("staff:change", {"staffId": staff["id"], "roles": ["CHEF"]})
    await people.until_true(lambda: _roles_are(house, staff["id"], {"CHEF"}))
    door.heard.clear()
    await house.party(boss, 1)
    assert [name for name, _ in door.heard] == []


async def test_a_new_password_ends_all_log_ins_and_closes_their_sockets(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss)
    (door, answer), (second, _) = await people.log_in(house, "dana"), await people.log_in(house, "dana")
    await boss.operate("staff:change", {"staffId": staff["id"], "password": NEW_PASSWORD})
    await asyncio.gather(people.until_closed(door), people.until_closed(second))
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await enter(house, "dana")
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await (await house.connect("/floor")).send("staff:refresh", {"refreshToken": answer["refreshToken"]})
    house.clock.advance(seconds=2)
    await enter(house, "dana", NEW_PASSWORD)


async def test_a_new_password_unlocks_the_name(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss)
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await enter(house, "dana", "wrong")
    await boss.operate("staff:change", {"staffId": staff["id"], "password": NEW_PASSWORD})
    await enter(house, "dana", NEW_PASSWORD)


async def test_one_changes_ones_own_password_and_stays_while_the_other_log_ins_end(house: House) -> None:
    await people.hire(house, await people.manager(house))
    (here, _), (there, _) = await people.log_in(house, "dana"), await people.log_in(house, "dana")
    change = {"password": PASSWORD, "newPassword": NEW_PASSWORD, "opId": str(uuid4())}
    await here.send("staff:change-password", change)
    await here.send("staff:change-password", change)
    await people.until_closed(there)
    await house.party(here)
    await enter(house, "dana", NEW_PASSWORD)
    (entry,) = await people.entries(house, "password-changed")
    assert PASSWORD not in repr(entry)
    assert NEW_PASSWORD not in repr(entry)


async def test_a_wrong_present_password_changes_nothing_and_counts_like_a_failed_log_in(house: House) -> None:
    await people.hire(house, await people.manager(house))
    here, _ = await people.log_in(house, "dana")
    change = {"password": "not this one", "newPin": "7315"}
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await here.send("staff:change-password", change)
    with pytest.raises(Refused, match="LOGIN_LOCKED"):
        await here.send("staff:change-password", change | {"password": PASSWORD})
    assert len(await people.entries(house, "password-refused")) == 1


# ── revoking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_who_is_revoked_is_out_everywhere_in_two_seconds_and_comes_back_by_nothing(house: House) -> None:
    boss = await people.manager(house)
    staff = await people.hire(house, boss, roles=["CHEF", "WAITER"])
    door, answer = await people.log_in(house, "dana")
    others = [
        await house.connect(namespace, {"accessToken": answer["accessToken"]}) for namespace in ("/floor", "/kitchen")
    ]
    await boss.operate("staff:revoke", {"staffId": staff["id"]})
    await asyncio.gather(*(people.until_closed(client) for client in (door, *others)))
    late = await house.connect("/floor", {"accessToken": answer["accessToken"]})
    assert late.hello["principal"]["roles"] == ["STRANGER"]
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await (await house.connect("/floor")).send("staff:refresh", {"refreshToken": answer["refreshToken"]})
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await enter(house, "dana")
    await boss.until(lambda state: any(not one["isActive"] for one in state.of("staff")))
    (entry,) = await people.entries(house, "staff-revoked")
    assert (entry["before"], entry["after"]) == ({"is_active": True}, {"is_active": False})


async def test_the_last_manager_cannot_be_revoked_or_lose_the_role(house: House) -> None:
    boss, answer = await people.log_in(house, house.login_of("MANAGER"))
    me = {"staffId": answer["staff"]["id"]}
    for command, more in (("staff:revoke", {}), ("staff:change", {"roles": ["WAITER"]})):
        with pytest.raises(Refused, match="LAST_MANAGER"):
            await boss.send(command, me | more)


async def test_of_two_managers_who_revoke_each_other_at_once_one_is_left(house: House) -> None:
    first, answer = await people.log_in(house, house.login_of("MANAGER"))
    elena = answer["staff"]["id"]
    dana = await people.hire(house, first, roles=["MANAGER"])
    second, _ = await people.log_in(house, "dana")
    results = await asyncio.gather(
        first.send("staff:revoke", {"staffId": dana["id"]}),
        second.send("staff:revoke", {"staffId": elena}),
        return_exceptions=True,
    )
    # The other is refused, or was shut out before it could be told.
    assert sum(isinstance(one, dict) for one in results) == 1
    active = [one for one in await people.stored(house, Staff, is_active=True) if "MANAGER" in one["roles"]]
    assert len(active) == 1


async def test_of_two_managers_who_revoke_each_other_one_is_left_when_the_second_is_behind(house: House) -> None:
    """The other server hears of the house before it hears of its staff."""
    first, answer = await people.log_in(house, house.login_of("MANAGER"))
    dana = await people.hire(house, first, roles=["MANAGER"])
    elena = answer["staff"]["id"]
    await people.log_in(house, "dana")
    app = house.apps[-1]
    members = Work.members
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 10)
    as_they_were = await work.members(Staff, "house", house.restaurant.id)
    await first.send("staff:revoke", {"staffId": dana["id"]})

    async def members_as_they_were(work: Work, model: type[Any], group: str, key: str) -> list[Any]:
        return as_they_were if model is Staff else await members(work, model, group, key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Work, "members", members_as_they_were)
        request = RevokeStaff(staff_id=elena, op_id=str(uuid4()))
        with pytest.raises(LastManager):
            await house.perform(revoke, request, server=-1)


async def test_of_two_managers_who_step_down_at_once_one_stays_manager(house: House) -> None:
    first, answer = await people.log_in(house, house.login_of("MANAGER"))
    elena = answer["staff"]["id"]
    dana = await people.hire(house, first, roles=["MANAGER"])
    second, _ = await people.log_in(house, "dana")
    results = await asyncio.gather(
        first.send("staff:change", {"staffId": elena, "roles": ["WAITER"]}),
        second.send("staff:change", {"staffId": dana["id"], "roles": ["WAITER"]}),
        return_exceptions=True,
    )
    assert [one.code for one in results if isinstance(one, Refused)] == ["LAST_MANAGER"]


async def test_someone_of_another_house_does_not_exist(house: House) -> None:
    boss, stranger = await people.manager(house), await house.installation.new_house()
    (theirs,) = await people.stored(stranger, Staff, login="ana")
    for command, more in (("staff:revoke", {}), ("staff:change", {"name": "Mine"})):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await boss.send(command, {"staffId": theirs["_id"], **more})


async def test_commands_of_staff_read_nothing_from_the_database_to_know_their_roles(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await waiter.sync()
    reads: list[str] = []
    find = Work._find_one

    async def watched(work: Work, model: type[Any], query: Any, sort: Any = None) -> Any:
        reads.append(model.__name__)
        return await find(work, model, query, sort)

    monkeypatch.setattr(Work, "_find_one", watched)
    for _ in range(3):
        await waiter.send("order:list", {"sessionId": party.id})
    assert {"Staff", "StaffSession"}.isdisjoint(reads)
