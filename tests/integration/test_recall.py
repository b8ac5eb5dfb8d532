"""Taking back: a ticket or an order that was cleared comes back as it was, a line that was moved on goes back, and both
screens of a station agree on it.
"""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, State
from integration.dinner import dine
from integration.house import House
from integration.passing import COLD, GRILLED, at_the_pass, board, bump, on_pass, screen, states
from integration.people import entries, manager

from models.store.stream import Committed

BEHIND_SECONDS = 1.0

OTHER_COLD, STARTER_OF_THE_GRILL = "salata-de-vinete", "cascaval-pane"


async def recall(client: Connection, ticket: dict[str, Any], **more: Any) -> dict[str, Any]:
    return dict((await client.send("ticket:recall", {"ticketId": ticket["id"], **more}))["ticket"])


def known(state: State, ticket: dict[str, Any]) -> dict[str, Any]:
    return next((one for one in state.of("ticket") if one["id"] == ticket["id"]), {})


async def agree(ticket: dict[str, Any], *clients: Connection) -> None:
    """Wait until clients know a ticket in this version, and require that they know the same of it."""
    for client in clients:
        await client.until(lambda state: known(state, ticket).get("version", 0) >= ticket["version"])
    assert all(known(client.state, ticket) == ticket for client in clients)


# ── a ticket comes back ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_recalled_ticket_is_on_the_station_and_on_the_pass_as_it_was_before(house: House) -> None:
    table = await at_the_pass(house)
    before = await table.step(table.grill, "grill", "IN_PROGRESS", "NEW")
    after = await recall(table.grill, await bump(table.grill, before))
    assert [line["status"] for line in after["lines"]] == ["IN_PROGRESS"]
    assert [line["startedAt"] for line in after["lines"]] == [line["startedAt"] for line in before["lines"]]
    assert (after["status"], after["bumpedAt"], after["revision"]) == ("OPEN", None, before["revision"] + 1)
    await agree(after, table.grill, table.expo, table.other)
    assert after["id"] in await board(table.expo)
    assert await board(table.grill) == [after["id"]]
    assert await on_pass(table.expo) == []
    (entry,) = await table.dinner.entries("ticket-recalled")
    assert (entry["subject"], entry["actor"]["kind"]) == (after["id"], "SCREEN")


async def test_what_was_served_since_it_was_bumped_stays_served_when_the_rest_comes_back(house: House) -> None:
    dinner, cook = await dine(house, COLD, OTHER_COLD, quantity=1), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    await dinner.waiter.send("line:serve", {"sessionId": dinner.party.id, **dinner.line(0)})
    after = await recall(cook, ticket)
    lines = {line["id"]: line["status"] for line in after["lines"]}
    assert [lines[dinner.line(number)["lineId"]] for number in (0, 1)] == ["SERVED", "NEW"]


async def test_what_was_all_served_is_ready_again_when_it_comes_back(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=1), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    await dinner.waiter.send("line:serve", {"sessionId": dinner.party.id, **dinner.line(0)})
    assert states([await recall(cook, ticket)]) == ["READY"]


async def test_a_ticket_comes_back_after_its_party_was_moved_and_shows_both_tables(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=1), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    await dinner.ask("session:move", {"tableId": house.tables[5].id})
    after = await recall(cook, ticket)
    assert (after["tableName"], after["tableWas"]) == (house.tables[5].name, house.tables[0].name)
    assert states([after]) == ["NEW"]


async def test_the_ticket_of_a_party_that_has_left_is_not_recalled(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=1), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    boss = await manager(house)
    await boss.operate("session:close", {"sessionId": dinner.party.id, "reason": "they ran"})
    for command, data in (
        ("ticket:recall", {"ticketId": ticket["id"]}),
        ("order:recall", {"orderId": dinner.order["id"]}),
    ):
        with pytest.raises(Refused, match="SESSION_CLOSED"):
            await cook.send(command, data)


async def test_of_a_recall_and_the_closing_of_the_table_one_is_first(house: House) -> None:
    dinner, cook, boss = await dine(house, GRILLED, quantity=1), await house.cook(), await manager(house)
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    closing = boss.operate("session:close", {"sessionId": dinner.party.id, "reason": "they ran"})
    recalled, _ = await asyncio.gather(recall(cook, ticket), closing, return_exceptions=True)
    expected = ["READY"] if isinstance(recalled, Refused) else ["CANCELLED"]
    # A ticket of a closed table is on no board that is asked for anew: screens that had it are told.
    await cook.until(lambda state: [line["status"] for line in known(state, ticket).get("lines", ())] == expected)


async def test_a_repeated_recall_does_not_bring_back_what_was_bumped_again(house: House) -> None:
    dinner, cook, other = await dine(house, GRILLED, quantity=1), await house.cook(), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    await bump(cook, ticket)
    operation = str(uuid4())
    await recall(cook, ticket, opId=operation)
    await bump(other, ticket)
    assert (await recall(cook, ticket, opId=operation))["status"] == "BUMPED"


async def test_what_was_cleared_beside_a_held_course_comes_back_too(house: House) -> None:
    dinner, cook = await dine(house, STARTER_OF_THE_GRILL, GRILLED, quantity=1), await house.cook()
    await dinner.tickets(cook)
    await dinner.ask("course:hold", {"course": "MAINS"})
    await cook.until(lambda state: any(line["isHeld"] for one in state.of("ticket") for line in one["lines"]))
    (ticket,) = await dinner.tickets(cook)
    cleared = await bump(cook, ticket)
    assert (cleared["status"], states([cleared])) == ("OPEN", ["READY", "NEW"])
    assert states([await recall(cook, cleared)]) == ["NEW", "NEW"]


# ── an order comes back ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_order_that_was_run_by_mistake_is_back_everywhere_as_it_was(house: House) -> None:
    table = await at_the_pass(house)
    await table.step(table.grill, "grill", "READY", "NEW")
    await table.ask("order:bump", level="RUN")
    tickets = await table.ask("order:recall")
    assert {one["station"]: states([one]) for one in tickets} == {"cold": ["NEW"], "grill": ["READY"]}
    assert {one["status"] for one in tickets} == {"OPEN"}
    assert all(line["servedAt"] is None for one in tickets for line in one["lines"])
    for client in (table.grill, table.cold, table.expo, table.other):
        await client.until(lambda state: all(one["status"] == "OPEN" for one in state.of("ticket")))
    assert len(await board(table.expo)) == 2
    await table.dinner.phone.until(
        lambda state: sorted(line["status"] for one in state.of("order") for line in one["lines"]) == ["NEW", "READY"]
    )
    assert len(await table.dinner.entries("ticket-recalled")) == 2


async def test_what_the_expediter_put_together_can_be_taken_back_by_the_cook(house: House) -> None:
    table = await at_the_pass(house)
    (cold, grill) = await table.ask("order:bump", level="READY")
    after = await recall(table.grill, grill)
    assert (states([after]), after["assembledAt"]) == (["NEW"], None)
    assert await on_pass(table.expo) == [cold["id"]]


async def test_recalling_what_is_on_the_screens_changes_nothing(house: House) -> None:
    table = await at_the_pass(house)
    versions = [one["version"] for one in await table.ask("order:recall")]
    assert versions == [1, 1]
    assert await entries(house, "ticket-recalled") == []


# ── two screens of one station, on two servers ────────────────────────────────────────────────────────────────────────


async def test_of_two_cooks_who_bump_one_ticket_both_see_it_gone(house: House) -> None:
    table = await at_the_pass(house)
    twin = await screen(house, table.boss, "grill")
    ticket = await table.ticket("grill")
    bumped = await asyncio.gather(*(bump(one, ticket, revision=0, opId=str(uuid4())) for one in (table.grill, twin)))
    assert {one["status"] for one in bumped} == {"BUMPED"}
    await agree(max(bumped, key=lambda one: one["version"]), table.grill, twin)


async def test_a_bump_of_what_was_voided_since_is_refused_with_the_new_state_and_done_on_it(house: House) -> None:
    table = await at_the_pass(house)
    twin = await screen(house, table.boss, "grill")
    ticket = await table.ticket("grill")
    line = next(one for one in table.dinner.order["lines"] if one["itemId"] == GRILLED)["id"]
    void = {"orderId": table.order_id, "lineId": line, "reason": "changed their mind"}
    await table.dinner.ask("line:void", void)
    with pytest.raises(Refused, match="STATUS_CONFLICT") as conflict:
        await bump(twin, ticket, revision=ticket["revision"])
    shown = conflict.value.details["ticket"]
    assert shown["lines"][0]["voided"] == 1
    after = await bump(twin, ticket, revision=shown["revision"])
    await agree(after, table.grill, twin)


async def test_a_recall_of_what_another_screen_has_recalled_and_cooked_since_is_refused(house: House) -> None:
    boss, _ = await manager(house), await dine(house)
    one, other = await screen(house, boss, "grill"), await screen(house, boss, "grill")
    (ticket,) = (await one.send("board:get"))["tickets"]
    seen = await bump(one, ticket)
    await bump(other, await recall(other, seen, revision=seen["revision"]))
    with pytest.raises(Refused, match="STATUS_CONFLICT") as refused:
        await recall(one, seen, revision=seen["revision"])
    assert refused.value.details["ticket"]["status"] == "BUMPED"
    assert (await one.send("board:get"))["tickets"] == []


async def test_what_a_server_believes_done_is_looked_up_before_it_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, _ = await manager(house), await dine(house)
    one, other = await screen(house, boss, "grill"), await screen(house, boss, "grill")
    (ticket,) = (await one.send("board:get"))["tickets"]
    for app in house.apps:

        def hear_late(committed: Committed, hear: Any = app.relay._relay) -> None:
            asyncio.get_running_loop().call_later(BEHIND_SECONDS, hear, committed)

        monkeypatch.setattr(app.relay, "_relay", hear_late)
    await bump(other, ticket)
    assert (await recall(one, ticket))["status"] == "OPEN"


async def test_a_bump_after_a_recall_by_another_screen_is_refused(house: House) -> None:
    table = await at_the_pass(house)
    twin = await screen(house, table.boss, "grill")
    ticket = await table.ticket("grill")
    await bump(table.grill, ticket, revision=0)
    await recall(table.grill, ticket)
    with pytest.raises(Refused, match="STATUS_CONFLICT") as conflict:
        await bump(twin, ticket, revision=0)
    assert conflict.value.details["ticket"]["revision"] == 1


@pytest.mark.parametrize("back", ["NEW", "IN_PROGRESS"])
async def test_a_line_that_was_ready_goes_back_on_both_screens(house: House, back: str) -> None:
    table = await at_the_pass(house)
    twin = await screen(house, table.boss, "grill")
    await table.step(table.grill, "grill", "READY", "NEW")
    after = await table.step(twin, "grill", back, "READY")
    (line,) = after["lines"]
    assert (line["status"], line["readyAt"]) == (back, None)
    assert (line["startedAt"] is None) is (back == "NEW")
    await agree(after, table.grill, twin, table.expo)
    (entry,) = await table.dinner.entries("line-set-back")
    assert (entry["before"], entry["after"]) == ({"status": "READY"}, {"status": back})


async def test_a_line_that_goes_back_after_its_ticket_was_bumped_brings_the_ticket_back(house: House) -> None:
    table = await at_the_pass(house)
    await bump(table.grill, await table.ticket("grill"))
    after = await table.step(table.expo, "grill", "IN_PROGRESS", "READY")
    assert (after["status"], after["bumpedAt"]) == ("OPEN", None)
    await agree(after, table.grill, table.expo)
    assert await board(table.grill) == [after["id"]]


async def test_a_repeated_acknowledgement_does_not_acknowledge_what_was_struck_since(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=3), await house.cook()
    (ticket,) = await dinner.tickets(cook)
    line, operation = dinner.line(), str(uuid4())
    seen = {"ticketId": ticket["id"], "lineId": line["lineId"], "opId": operation}
    for _ in range(2):
        await dinner.ask("line:void", {**line, "quantity": 1, "reason": "enough"})
        after = (await cook.send("line:acknowledge", seen))["ticket"]["lines"][0]
    assert after["acknowledged"] == 1
