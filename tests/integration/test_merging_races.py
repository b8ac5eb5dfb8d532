"""What a repeat of a merge changes (nothing), and what happens at the same moment elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House, Installation
from integration.joined import (
    Evening,
    busy_evening,
    evening,
    lasting,
    on,
    placing,
    refused,
    send_round,
    shows,
    waiter_on,
)

# ── repeats ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_merge_and_its_end_repeated_change_nothing(house: House) -> None:
    seated = await busy_evening(house)
    for act in (seated.merge, seated.unmerge):
        operation = str(uuid4())
        await act(opId=operation)
        once = await seated.everything()
        await act(opId=operation)
        assert await seated.everything() == once
    assert len(once) == 12


@pytest.mark.parametrize(("host_mode", "mode"), [("FAMILY", "INDIVIDUAL"), ("INDIVIDUAL", "FAMILY")])
async def test_operations_repeated_after_a_merge_or_its_end_change_nothing(
    house: House, host_mode: str, mode: str
) -> None:
    seated = await evening(house, host_mode, mode)
    phone = seated.phones[0]
    before = {"itemId": house.dish("grill"), "opId": str(uuid4())}
    sent = placing(await phone.send("cart:add", before))
    order = (await phone.send("order:place", sent))["order"]["id"]
    await seated.merge()
    assert (await phone.send("cart:add", before))["replayed"] is True
    again = await phone.send("order:place", sent)
    assert (again["replayed"], again["order"]["id"]) == (True, order)
    meanwhile = {"itemId": house.dish("grill"), "opId": str(uuid4())}
    await phone.send("cart:add", meanwhile)
    await seated.unmerge()
    for operation in (before, meanwhile):
        answer = await phone.send("cart:add", operation)
        assert (answer["replayed"], len(answer["cart"]["lines"])) == (True, 1)
    assert (await phone.send("order:place", sent))["order"]["id"] == order


async def test_both_parties_may_have_used_one_idempotency_key(house: House) -> None:
    seated = await evening(house)
    orders = []
    for phone in (seated.hosts_phones[0], seated.phones[0]):
        added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
        orders.append(await phone.send("order:place", placing(added) | {"idempotencyKey": "order-0001"}))
    before = await seated.everything()
    await seated.merge()
    placed = {one["order"]["id"] for one in orders}
    await seated.hosts_phones[0].until(lambda known: {one["id"] for one in known.of("order")} == placed)
    await seated.unmerge()
    assert lasting(await seated.everything()) == lasting(before)


async def test_a_phone_cannot_send_the_hosts_cart_by_the_version_of_its_own(house: House) -> None:
    seated = await evening(house)
    vlad, ana = seated.phones[0], seated.hosts_phones[0]
    versions = [(await vlad.operate("cart:add", {"itemId": house.dish()}))["cart"]["version"] for _ in range(6)]
    await ana.operate("cart:add", {"itemId": house.dish()})
    await seated.merge()
    for version in range(1, max(versions) + 1):
        request = {"idempotencyKey": str(uuid4()), "cartVersion": version}
        assert await refused(vlad, "order:place", **request) == "CART_CHANGED"


# ── at the same moment ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_two_merges_crosswise_at_the_same_time_one_wins(house: House) -> None:
    waiters = [await waiter_on(house, server) for server in (0, 1)]
    first, second = await house.party(waiters[0], 0), await house.party(waiters[0], 1)
    for _ in range(5):
        pairs = ((first, second), (second, first))
        answers = await asyncio.gather(
            *(
                waiter.send("session:merge", {"from": merging.id, "into": into.id})
                for waiter, (merging, into) in zip(waiters, pairs, strict=True)
            ),
            return_exceptions=True,
        )
        assert [one.code for one in answers if isinstance(one, Refused)] == ["SESSION_MERGED"]
        winner = next(index for index, one in enumerate(answers) if isinstance(one, dict))
        await waiters[1 - winner].send("session:unmerge", {"sessionId": pairs[winner][0].id})


@pytest.fixture
async def two(installation_of_two: Installation):  # type: ignore[no-untyped-def]
    house = await installation_of_two.new_house()
    yield house
    await house.require_all_know_the_truth()
    await house.close()


async def apart(house: House, host_mode: str, mode: str) -> Evening:
    """Seat two parties on one server; the phones of the one that joins the other are on the other server."""
    waiter, cook = await waiter_on(house, 0), await house.cook()
    host, party = await house.party(waiter, 0, host_mode), await house.party(waiter, 1, mode)
    return Evening(house, waiter, cook, host, party, [], [])


async def phone_of(seated: Evening, name: str = "Vlad") -> Connection:
    """Join the party that joins the other one, on the other server."""
    phone = await on(seated.house, 1, "/table", {"table": seated.party.token})
    joined = await phone.send("session:join", {"pin": seated.party.pin, "name": name})
    phone.auth["sessionToken"] = joined["sessionToken"]
    return phone


async def send_meanwhile(house: House, phone: Connection, act: Callable[[], Awaitable[Any]]) -> str:
    """Send a round of one dish at the moment of an act, and what was shown instead if it came too late."""
    added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
    done, answer = await asyncio.gather(act(), phone.send("order:place", placing(added)), return_exceptions=True)
    assert isinstance(done, dict), done
    if isinstance(answer, Refused):
        assert answer.code == "CART_CHANGED"
        answer = await phone.operate("order:place", placing(answer.details))
    assert isinstance(answer, dict), answer
    assert [line["id"] for line in answer["order"]["lines"]] == [added["cart"]["lines"][0]["id"]]
    return str(answer["order"]["id"])


@pytest.mark.parametrize(("host_mode", "mode"), [("FAMILY", "FAMILY"), ("INDIVIDUAL", "FAMILY")])
async def test_a_round_sent_at_the_moment_of_a_merge_or_its_end_is_whole_and_sent_once(
    two: House, host_mode: str, mode: str
) -> None:
    seated = await apart(two, host_mode, mode)
    sent: list[str] = []
    for name in ("Vlad", "Mara", "Dan", "Eva", "Nelu"):
        # A phone catches up at most ten times in ten seconds, and each turn has it catch up.
        phone = await phone_of(seated, name)
        sent += [await send_meanwhile(two, phone, act) for act in (seated.merge, seated.unmerge) * 2]
        await phone.close()
    found = await seated.everything()
    tickets = [one for one in found.values() if "order_id" in one]
    orders = {entry_id: one for entry_id, one in found.items() if "idempotency_key" in one}
    assert sorted(orders) == sorted(sent) == sorted(one["order_id"] for one in tickets)
    assert {one["_id"]: one["session_id"] for one in tickets} == {
        one["_id"]: orders[one["order_id"]]["session_id"] for one in tickets
    }
    checks = [one for one in found.values() if "tenders" in one]
    assert sorted(entry["order_id"] for check in checks for entry in check["rounds"]) == sorted(sent)
    assert [one for one in found.values() if "line_homes" in one and one["lines"]] == []


async def test_what_happens_to_a_party_while_it_is_merged_elsewhere_is_not_lost(two: House) -> None:
    seated = await apart(two, "FAMILY", "FAMILY")
    phone = await phone_of(seated)
    await send_round(two, phone)
    state = await seated.cook.until(lambda known: any(known.of("ticket")))
    ticket = next(state.of("ticket"))
    line = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"]}
    for turn in range(6):
        step = ("NEW", "IN_PROGRESS") if turn % 2 == 0 else ("IN_PROGRESS", "NEW")
        act = seated.unmerge() if turn % 2 else seated.merge()
        _, added, stepped = await asyncio.gather(
            act,
            phone.operate("cart:add", {"itemId": two.dish("bar")}),
            seated.cook.send("line:set-status", {**line, "expected": step[0], "status": step[1]}),
        )
        assert len(added["cart"]["lines"]) == turn + 1
        assert stepped["ticket"]["lines"][0]["status"] == step[1]
    await shows(phone, seated.party)


async def test_a_guest_who_joins_at_the_moment_of_a_merge_is_with_the_party_or_its_host(two: House) -> None:
    seated = await apart(two, "INDIVIDUAL", "INDIVIDUAL")
    pins = {seated.party.id: seated.party.pin, seated.host.id: seated.host.pin}
    for turn in range(6):
        door = await on(two, 1, "/table", {"table": seated.party.token})
        act = seated.unmerge() if turn % 2 else seated.merge()
        where = seated.host if turn % 2 else seated.party
        joining = door.send("session:join", {"pin": pins[where.id], "name": f"guest {turn}"})
        _, joined = await asyncio.gather(act, joining, return_exceptions=True)
        if isinstance(joined, dict):
            added = await door.operate("cart:add", {"itemId": two.dish("grill")})
            assert [line["addedBy"]["name"] for line in added["cart"]["lines"]] == [f"guest {turn}"]
        two.clock.advance(minutes=16)
