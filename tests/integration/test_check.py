"""The check as it is read: live on every phone and on the floor, and to each only what is theirs to see."""

import json

from integration.dinner import dine
from integration.house import House

REASON = "the guest's brother is a friend of the house"


async def test_a_check_is_read_at_the_table_and_on_the_floor(house: House) -> None:
    dinner = await dine(house)
    for client in (dinner.waiter, dinner.phone):
        await client.until(lambda state: any(check["rounds"] for check in state.of("check")))
    (on_floor,) = (await dinner.waiter.send("check:get", {"sessionId": dinner.party.id}))["checks"]
    (at_table,) = (await dinner.phone.send("check:get"))["checks"]
    assert on_floor["total"]["amount"] == dinner.total
    assert at_table == on_floor


async def test_what_is_taken_off_and_paid_is_live_on_every_phone_and_on_the_floor(house: House) -> None:
    dinner = await dine(house)
    ion = await house.phone(dinner.party, "Ion")
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, "reason": REASON})
    await dinner.pay(dinner.price(), tip=100)
    for client in (dinner.phone, ion, dinner.colleague):
        state = await client.until(lambda state: any(check["tenders"] for check in state.of("check")))
        (check,) = (one for one in state.of("check") if one["sessionId"] == dinner.party.id)
        assert [(one["kind"], one["quantity"], one["amount"]["amount"]) for one in check["corrections"]] == [
            ("VOID", 1, dinner.price())
        ]
        assert [(one["amount"]["amount"], one["tip"]["amount"]) for one in check["tenders"]] == [(dinner.price(), 100)]
        assert check["due"]["amount"] == dinner.price()


async def test_no_byte_on_a_phone_says_why_something_was_taken_off_or_who_approved_it(house: House) -> None:
    dinner, heard = await dine(house, quantity=9), []
    dinner.phone._log = lambda kind, name, data: heard.append(json.dumps([kind, name, data], ensure_ascii=False))
    manager = await house.staff(house.login_of("MANAGER"))
    big = {"amount": dinner.total, "reason": REASON, "approval": house.approval()}
    applied = await dinner.ask("discount:apply", big)
    approver = applied["correction"]["approver"]
    await dinner.phone.until(lambda state: any(check["corrections"] for check in state.of("check")))
    await dinner.phone.send("check:get")
    await dinner.phone.sync()
    text = "\n".join(heard)
    assert '"corrections"' in text
    assert approver["name"]
    assert [secret for secret in (REASON, approver["id"], approver["name"]) if secret in text] == []
    state = await manager.until(lambda state: any(check["corrections"] for check in state.of("check")))
    (correction,) = next(state.of("check"))["corrections"]
    assert (correction["reason"], correction["approver"]) == (REASON, approver)
