"""A second person's PIN on the same command: who counts, what a wrong one costs, and what it leaves behind."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from integration.house import House

from handlers.approval import Approval, require_approval
from handlers.context import Context, Reply
from models.audit import AuditEntry
from models.base import Actor
from models.errors import ApproverRefused, ApproverRequired, LoginLocked
from models.principal import Role, StaffMember, the_house
from models.staff import Staff, StaffSession

LIMIT = 10_000


class Approved(Reply):
    """Who approved."""

    by: Actor | None


@dataclass
class Person:
    """Someone of the house, logged in, who asks for approvals through the servers in turn."""

    house: House
    principal: StaffMember
    turn: int = 0

    async def ask(self, amount: int, approval: dict[str, str] | None = None) -> Actor | None:
        """Do an act of an amount; raises what a command would answer."""

        async def act(ctx: Context, given: Any) -> Approved:
            by = await require_approval(ctx, given, amount=amount, act="line:void")
            ctx.record("line-voided", amount=amount)
            return Approved(by=by)

        self.turn += 1
        app = self.house.apps[self.turn % len(self.house.apps)]
        given = Approval(**approval) if approval else None
        reply = await app.dispatcher.perform(self.principal, act, given)
        assert isinstance(reply, Approved)
        return reply.by


async def person(house: House, role: str = "WAITER") -> Person:
    client = await house.staff(house.login_of(role))
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    staff = await work.first(Staff, restaurant_id=house.restaurant.id, login=house.login_of(role))
    assert staff
    session = await work.first(StaffSession, restaurant_id=house.restaurant.id, staff_id=staff.id)
    assert session
    assert client.state is not None
    return Person(
        house,
        StaffMember(
            restaurant_id=house.restaurant.id,
            roles=frozenset({Role(role)}),
            address="127.0.0.1",
            device="",
            staff_id=staff.id,
            staff_session_id=session.id,
            name=staff.name,
        ),
    )


async def entries(house: House, act: str) -> list[dict[str, Any]]:
    found = house.apps[0].store.collection(AuditEntry).find({"restaurant_id": house.restaurant.id, "act": act})
    return await found.to_list()


async def test_nobody_is_needed_up_to_the_limit(house: House) -> None:
    assert await (await person(house)).ask(LIMIT) is None


async def test_above_the_limit_someone_is_needed(house: House) -> None:
    with pytest.raises(ApproverRequired) as refused:
        await (await person(house)).ask(LIMIT + 1)
    assert refused.value.details == {"limit": LIMIT}


async def test_a_manager_approves_with_their_pin(house: House) -> None:
    approver = await (await person(house)).ask(LIMIT + 1, house.approval())
    assert approver
    assert (approver.kind, approver.name) == ("STAFF", "Elena Marin")


async def test_the_house_itself_needs_no_log_in_to_ask(house: House) -> None:
    principal = the_house(house.restaurant.id)
    with pytest.raises(ApproverRequired):
        await Person(house, principal).ask(LIMIT + 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [{"pin": "000000"}, {"login": "nobody.here"}, {"login": "mihai", "pin": "7351"}],
    ids=["wrong PIN", "unknown name", "no manager"],
)
async def test_everyone_else_is_refused_in_one_way_with_an_entry(house: House, wrong: dict[str, str]) -> None:
    waiter = await person(house)
    with pytest.raises(ApproverRefused) as refused:
        await waiter.ask(LIMIT + 1, house.approval() | wrong)
    assert refused.value.details == {}
    (entry,) = await entries(house, "approval-refused")
    assert entry["actor"]["id"] == waiter.principal.staff_id
    assert entry["details"] == {"of": "line:void", "amount": LIMIT + 1}
    assert await entries(house, "line-voided") == []


async def test_a_manager_does_not_approve_themselves(house: House) -> None:
    manager = await person(house, "MANAGER")
    with pytest.raises(ApproverRefused):
        await manager.ask(LIMIT + 1, house.approval())


async def test_a_manager_who_was_revoked_approves_nothing_at_once(house: House) -> None:
    waiter = await person(house)
    await waiter.ask(LIMIT + 1, house.approval())
    staff = house.apps[0].store.collection(Staff)
    gone = {"$set": {"is_active": False}, "$inc": {"version": 1}}
    await staff.update_one({"restaurant_id": house.restaurant.id, "login": house.approval()["login"]}, gone)
    with pytest.raises(ApproverRefused):
        await waiter.ask(LIMIT + 1, house.approval())


async def test_wrong_pins_lock_the_name_for_longer_each_time_and_by_any_server(house: House) -> None:
    waiter, waits = await person(house), []
    for _ in range(4):
        with pytest.raises(ApproverRefused):
            await waiter.ask(LIMIT + 1, house.approval() | {"pin": "0001"})
        with pytest.raises(LoginLocked) as locked:
            await waiter.ask(LIMIT + 1, house.approval())
        waits.append(locked.value.details["retryAfter"])
        house.clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8]
    assert await waiter.ask(LIMIT + 1, house.approval())


async def test_of_many_guesses_at_once_five_are_looked_at(house: House) -> None:
    waiter = await person(house)
    guesses = (waiter.ask(LIMIT + 1, house.approval() | {"pin": f"1{number:03}"}) for number in range(60))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    looked_at = [one for one in answers if isinstance(one, ApproverRefused)]
    assert 1 <= len(looked_at) <= 5
    assert len(await entries(house, "approval-refused")) == len(looked_at)
