"""Claims: guests say which dishes they pay for, or which parts of them; never more than the whole, and all see it."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House
from integration.shared import amounts, outcome, share, shared_table

WHY = {"reason": "a test"}


async def test_what_a_guest_claims_is_a_share_that_every_phone_and_the_floor_see(house: House) -> None:
    table = await shared_table(house)
    price = table.dinner.price(0) * 2
    check = await table.claim(table.ana)
    assert share(check, table.ids["Ana"]) | {"id": ""} == {
        "id": "",
        "name": "Ana",
        "participantId": table.ids["Ana"],
        "amount": {"amount": price, "currency": "RON"},
        "paid": {"amount": 0, "currency": "RON"},
        "due": {"amount": price, "currency": "RON"},
        "payable": {"amount": price, "currency": "RON"},
    }
    assert amounts(check) == [price, table.dinner.total - price]
    await table.is_everywhere(lambda one: one["version"] >= check["version"] and one["shares"] == check["shares"])


async def test_what_check_get_answers_is_what_was_told(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ana, 0, 1, 2)
    await table.split("EVEN", count=3)
    await table.start_payment("Ion", 100)
    paid = await table.dinner.ask("payment:record", {"method": "CASH", "amount": 200, "given": 500})
    version = paid["check"]["version"]
    await table.is_everywhere(lambda one: one["version"] == version)
    for client, request in (
        (table.ana, {}),
        (table.ion, {}),
        *((one, {"sessionId": table.dinner.party.id}) for one in table.dinner.waiters),
    ):
        (read,) = (await client.send("check:get", request))["checks"]
        (told,) = (one for one in client.state.of("check") if one["sessionId"] == table.dinner.party.id)
        assert read == told
        assert (len(read["claims"]), len(read["pending"]), len(read["tenders"]), len(read["shares"])) == (1, 1, 1, 3)


async def test_a_dish_is_shared_by_fractions_to_the_last_minor_unit(house: House) -> None:
    table = await shared_table(house, quantity=1)
    await table.claim(table.ana, 0, 1, 3)
    check = await table.claim(table.ion, 0, 2, 3)
    price = table.dinner.price(0)
    mine, theirs = (share(check, table.ids[name])["amount"]["amount"] for name in ("Ana", "Ion"))
    assert mine + theirs == price
    assert abs(mine - price // 3) <= 1
    assert sum(amounts(check)) == table.dinner.total


async def test_a_new_claim_takes_the_place_of_the_old_one(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ana, 0, 1, 2)
    check = await table.claim(table.ana, 0, 3, 4)
    assert [(one["parts"], one["of"]) for one in check["claims"]] == [(3, 4)]
    assert await outcome(table.ion, "check:claim", {"lineId": table.line(), "share": {"parts": 1, "of": 2}}) == (
        "CLAIM_TOO_LARGE",
        {"lineId": table.line(), "parts": 1, "of": 4},
    )


async def test_without_a_share_all_of_a_dish_is_claimed_and_can_be_given_up(house: House) -> None:
    table = await shared_table(house)
    claimed = await table.ana.operate("check:claim", {"lineId": table.line()})
    assert [(one["parts"], one["of"]) for one in claimed["check"]["claims"]] == [(1, 1)]
    assert await outcome(table.ion, "check:unclaim", {"lineId": table.line()}) == (
        "NOT_FOUND",
        {"lineId": table.line()},
    )
    freed = await table.ana.operate("check:unclaim", {"lineId": table.line()})
    assert (freed["check"]["claims"], freed["check"]["shares"][0]["id"]) == ([], "rest")
    assert (await outcome(table.ion, "check:claim", {"lineId": table.line()}))[0] == "DONE"


async def test_of_two_phones_that_claim_the_last_half_at_once_one_gets_it(house: House) -> None:
    table = await shared_table(house)
    await table.dinner.ask("check:split", {"method": "CLAIMS"})
    third = await house.phone(table.dinner.party, "Zoe")
    await table.claim(third, 0, 1, 2)
    half = {"lineId": table.line(), "share": {"parts": 1, "of": 2}}
    found = await asyncio.gather(*(outcome(one, "check:claim", half) for one in (table.ana, table.ion)))
    assert sorted(code for code, _ in found) == ["CLAIM_TOO_LARGE", "DONE"]
    assert [details for code, details in found if code != "DONE"] == [{"lineId": table.line(), "parts": 0, "of": 1}]
    assert len((await table.dinner.check())["claims"]) == 2


async def test_a_line_of_another_table_is_not_found(house: House) -> None:
    table = await shared_table(house)
    other = await house.phone(await house.party(table.dinner.waiter, 1), "Eva")
    for name in ("check:claim", "check:unclaim"):
        assert (await outcome(other, name, {"lineId": table.line()}))[0] == "NOT_FOUND"


async def test_what_was_taken_off_is_claimed_by_nobody(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ana)
    voided = await table.dinner.ask("line:void", {**table.dinner.line(), **WHY})
    assert voided["check"]["claims"] == []
    assert (await outcome(table.ion, "check:claim", {"lineId": table.line()}))[0] == "LINE_TAKEN_OFF"


async def test_twenty_repeats_at_once_are_one_claim_and_all_are_answered_alike(house: House) -> None:
    table = await shared_table(house)
    request = {"lineId": table.line(), "opId": str(uuid4())}
    twin = await house.connect("/table", {"table": table.dinner.party.token, **table.ana.auth})
    answers = await asyncio.gather(
        *((table.ana, twin)[number % 2].send("check:claim", request) for number in range(20))
    )
    assert sum(not one["replayed"] for one in answers) == 1
    assert {one["check"]["version"] for one in answers} == {answers[0]["check"]["version"]}
    assert len(await table.dinner.entries("line-claimed")) == 1


async def test_a_repeat_after_others_went_on_changes_nothing(house: House) -> None:
    table = await shared_table(house)
    request = {"lineId": table.line(), "opId": str(uuid4())}
    await table.ana.send("check:claim", request)
    await table.ana.operate("check:unclaim", {"lineId": table.line()})
    again = await table.ana.send("check:claim", request)
    assert (again["replayed"], again["check"]["claims"]) == (True, [])


# ── while somebody pays ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_being_paid_is_claimed_and_given_up_by_nobody(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ana, 0, 1, 2)
    await table.start_payment("Ana", 100)
    line, half = {"lineId": table.line()}, {"share": {"parts": 1, "of": 2}}
    assert (await outcome(table.ion, "check:claim", line | half))[0] == "LINE_BEING_PAID"
    assert (await outcome(table.ana, "check:unclaim", line))[0] == "LINE_BEING_PAID"
    guest = line | {"participantId": table.ids["Ana"]}
    assert await table.dinner.outcome("check:unclaim", guest) == "LINE_BEING_PAID"
    assert (await outcome(table.ion, "check:claim", {"lineId": table.line(1)}))[0] == "DONE"


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_staff_claim_for_a_guest_and_take_a_claim_back(house: House) -> None:
    table = await shared_table(house)
    request = {"lineId": table.line(), "participantId": table.ids["Ion"]}
    claimed = (await table.dinner.ask("check:claim", request | {"share": {"parts": 1, "of": 2}}))["check"]
    assert [(one["by"]["name"], one["of"]) for one in claimed["claims"]] == [("Ion", 2)]
    freed = (await table.dinner.ask("check:unclaim", request, by=table.dinner.colleague))["check"]
    assert freed["claims"] == []
    entries = [(await table.dinner.entries(act))[0] for act in ("line-claimed", "line-unclaimed")]
    assert {one["details"]["participant"] for one in entries} == {table.ids["Ion"]}
    assert [one["actor"]["kind"] for one in entries] == ["STAFF", "STAFF"]


async def test_staff_repeat_a_claim_under_its_operation_id_without_effect(house: House) -> None:
    table = await shared_table(house)
    request = {"lineId": table.line(), "participantId": table.ids["Ion"], "opId": str(uuid4())}
    for name in ("check:claim", "check:unclaim"):
        request["opId"] = str(uuid4())
        outcomes = await asyncio.gather(
            *(table.dinner.outcome(name, request, by=one) for one in (*table.dinner.waiters, *table.dinner.waiters))
        )
        assert sorted(outcomes) == ["DONE", "REPLAYED", "REPLAYED", "REPLAYED"]


# ── those who go ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_claim_stays_when_its_guest_leaves_and_staff_give_it_to_another(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ion)
    await table.ion.send("session:leave")
    assert [one["by"]["name"] for one in (await table.dinner.check())["claims"]] == ["Ion"]
    assert (await outcome(table.ana, "check:claim", {"lineId": table.line()}))[0] == "CLAIM_TOO_LARGE"
    assert (await outcome(table.ion, "check:claim", {"lineId": table.line()}))[0] == "UNAUTHENTICATED"
    guest = {"lineId": table.line(), "participantId": table.ids["Ion"]}
    assert await table.dinner.outcome("check:claim", {**guest, "lineId": table.line(1)}) == "NOT_FOUND"
    await table.dinner.ask("check:unclaim", guest)
    assert (await outcome(table.ana, "check:claim", {"lineId": table.line()}))[0] == "DONE"


async def test_a_claim_stays_when_its_guest_is_sent_away_and_its_share_can_be_paid(house: House) -> None:
    table = await shared_table(house)
    await table.claim(table.ion)
    await table.dinner.waiter.operate(
        "participant:eject", {"sessionId": table.dinner.party.id, "participantId": table.ids["Ion"]}
    )
    check = await table.dinner.check()
    due = share(check, table.ids["Ion"])["due"]["amount"]
    assert due == table.dinner.price(0) * 2
    await table.dinner.pay(due, shareId=table.ids["Ion"])
    assert share(await table.dinner.check(), table.ids["Ion"])["due"]["amount"] == 0


async def test_claims_go_with_their_lines_through_a_merge_and_back(house: House) -> None:
    table = await shared_table(house)
    host = await house.party(table.dinner.waiter, 1)
    eva = await house.phone(host, "Eva")
    await table.claim(table.ana, 0, 1, 2)
    await table.dinner.waiter.operate("session:merge", {"from": table.dinner.party.id, "into": host.id})
    await eva.until(lambda state: any(one["claims"] for one in state.of("check")))
    # Whoever sits there can claim what anybody there has ordered.
    claimed = (await eva.operate("check:claim", {"lineId": table.line(), "share": {"parts": 1, "of": 2}}))["check"]
    assert [one["by"]["name"] for one in claimed["claims"]] == ["Ana", "Eva"]
    await table.claim(table.ion, 1)
    await table.dinner.waiter.operate("session:unmerge", {"sessionId": table.dinner.party.id})
    check = await table.dinner.check()
    assert [one["by"]["name"] for one in check["claims"]] == ["Ana", "Eva", "Ion"]
    assert sum(amounts(check)) == table.dinner.total
    # Eva sits at another table now; only staff take her claim back.
    assert (await outcome(eva, "check:unclaim", {"lineId": table.line()}))[0] == "NOT_FOUND"
    eva_id = check["claims"][1]["by"]["id"]
    await table.dinner.ask("check:unclaim", {"lineId": table.line(), "participantId": eva_id})
    freed = await table.claim(table.ana)
    assert [one["by"]["name"] for one in freed["claims"]] == ["Ion", "Ana"]


async def test_after_the_party_is_gone_nothing_is_claimed(house: House) -> None:
    table = await shared_table(house)
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": table.dinner.party.id, "reason": "late"})
    guest = {"sessionId": table.dinner.party.id, "lineId": table.line(), "participantId": table.ids["Ana"]}
    for name in ("check:claim", "check:unclaim"):
        with pytest.raises(Refused, match="SESSION_CLOSED"):
            await manager.operate(name, guest)
