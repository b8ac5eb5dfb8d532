"""What a phone says of its messages, and what it and the house agree on when it has come back: an old epoch is counted
and not believed, and every open message ends with one of the two.
"""

from typing import Any

import pytest
from comanda_client import Refused, Unreachable
from integration.house import House
from integration.sms_jobs import CODE, NOTICE, jobs, kept, later, queue, send, settle, stored, until
from integration.sms_phone import Phone, pair
from integration.texting import letter_box
from prometheus_client.parser import text_string_to_metric_families

from models.sms import ACCEPT_WITHIN, MessageStatus


def late(house: House) -> float:
    """Return how many late acknowledgements all servers have counted."""
    families = [one for app in house.apps for one in text_string_to_metric_families(app.metrics.text().decode())]
    return sum(
        sample.value for family in families for sample in family.samples if sample.name == "comanda_sms_late_acks_total"
    )


def named(job: dict[str, Any], status: str) -> list[dict[str, Any]]:
    """Return what a phone says it has open: one message."""
    return [{"correlationId": job["correlationId"], "status": status}]


async def accepted(house: House, phone: Phone, **fields: Any) -> dict[str, Any]:
    """Queue a message and have a phone accept it."""
    await queue(house, **fields)
    job = await phone.job()
    assert await phone.ack(job, "accepted")
    return job


# ── acknowledgements ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_said_twice_changes_nothing_and_still_counts(house: House) -> None:
    phone = await pair(house)
    await queue(house)
    job = await phone.job()
    for status in ("accepted", "accepted", "sent", "sent", "delivered", "delivered"):
        assert await phone.ack(job, status) is True
    done = await stored(house, job["correlationId"])
    assert [step.status.value for step in done.history] == ["QUEUED", "LEASED", "ACCEPTED", "SENT", "DELIVERED"]


async def test_what_comes_in_the_wrong_order_moves_nothing_back_and_is_counted(house: House) -> None:
    phone, before = await pair(house), late(house)
    job = await accepted(house, phone)
    assert await phone.ack(job, "delivered") is True
    for status in ("sent", "accepted", "failed"):
        assert await phone.ack(job, status) is False
    assert (await stored(house, job["correlationId"])).status is MessageStatus.DELIVERED
    assert late(house) - before == 3


async def test_nobody_acknowledges_what_another_phone_was_given_nor_what_another_house_has(house: House) -> None:
    other = await house.installation.new_house()
    phone, second, stranger = await pair(house), await pair(house, name="Phone 2"), await pair(other)
    message_id = await queue(house)
    leased = await until(house, message_id, MessageStatus.LEASED)
    said = {"correlationId": message_id, "epoch": leased.epoch}
    given = [one for one in (phone, second) if leased.lease and one.device_id in leased.lease.owner]
    for one in {id(one): one for one in (phone, second, stranger) if one not in given}.values():
        assert await one.ack(said, "sent") is False
    assert (await stored(house, message_id)).version == leased.version
    assert await given[0].ack(said, "accepted") is True
    await other.close()


async def test_an_old_epoch_of_a_message_is_not_believed(house: House) -> None:
    phone = await pair(house)
    job = await accepted(house, phone)
    for epoch in (job["epoch"] - 1, job["epoch"] + 1):
        assert await phone.ack(job | {"epoch": epoch}, "sent") is False
    assert (await stored(house, job["correlationId"])).status is MessageStatus.ACCEPTED


# ── coming back ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_that_comes_back_with_a_message_sends_it_under_a_new_epoch(house: House) -> None:
    phone = await pair(house)
    job = await accepted(house, phone)
    await phone.connection.drop()
    await phone.come(open=named(job, "accepted"))
    (task,) = phone.answer["open"]
    assert (task["correlationId"], task["do"], task["epoch"]) == (job["correlationId"], "send", job["epoch"] + 1)
    assert await phone.ack(job, "sent") is False
    assert await phone.ack(task, "sent") is True
    assert (await stored(house, job["correlationId"])).status is MessageStatus.SENT


@pytest.mark.parametrize("said", ["sent", "delivered"])
async def test_what_a_phone_has_sent_meanwhile_it_reports_and_nobody_sends_again(house: House, said: str) -> None:
    phone, other = await pair(house), None
    job = await accepted(house, phone)
    await phone.connection.drop()
    other = await pair(house, name="Phone 2")
    await phone.come(open=named(job, said))
    (task,) = phone.answer["open"]
    assert task["do"] == "report"
    assert await phone.ack(task, said) is True
    assert (await stored(house, job["correlationId"])).status is MessageStatus[said.upper()]
    await settle()
    assert jobs(other) == jobs(phone) == []


async def test_what_a_phone_has_said_it_sent_when_it_came_back_nobody_sends_again(house: House) -> None:
    """Its network goes once more before it can say so again."""
    phone = await pair(house)
    job = await accepted(house, phone)
    await phone.connection.drop()
    other = await pair(house, name="Phone 2")
    await phone.come(open=named(job, "sent"))
    await phone.connection.drop()
    await later(house, seconds=ACCEPT_WITHIN.total_seconds())
    await settle()
    assert jobs(other) == []
    known, told = await stored(house, job["correlationId"]), await kept(house, phone)
    assert (known.status, known.text) == (MessageStatus.SENT, None)
    assert (told.sent, [one.message_id for one in told.codes], told.jobs) == (1, [known.id], ())
    await phone.come(open=named(job, "delivered"))
    assert phone.answer["open"] == [{"correlationId": known.id, "do": "forget", "epoch": None}]


@pytest.mark.parametrize("is_alone", [True, False])
async def test_what_a_phone_says_it_could_not_send_when_it_comes_back_is_another_ones(
    house: House, is_alone: bool
) -> None:
    phone = await pair(house)
    job = await accepted(house, phone, kind=NOTICE)
    await phone.connection.drop()
    other = None if is_alone else await pair(house, name="Phone 2")
    await phone.come(open=named(job, "failed"))
    assert phone.answer["open"] == [{"correlationId": job["correlationId"], "do": "forget", "epoch": None}]
    assert (await kept(house, phone)).breaker.failures == 1
    if other is None:
        await until(house, job["correlationId"], MessageStatus.FAILED)
    else:
        assert (await send(other))["correlationId"] == job["correlationId"]


async def test_what_a_phone_never_got_is_given_out_again_at_once(house: House) -> None:
    phone = await pair(house)
    await queue(house)
    job = await phone.job()
    await phone.come()
    again = await phone.job()
    assert again["correlationId"] == job["correlationId"]
    assert again["epoch"] > job["epoch"]
    assert await phone.ack(job, "accepted") is False
    assert await phone.ack(again, "accepted") is True


async def test_a_code_that_a_phone_has_lost_goes_to_another_one_at_once_and_a_notice_to_nobody(house: House) -> None:
    phone = await pair(house)
    code, notice = await accepted(house, phone, kind=CODE), await accepted(house, phone, kind=NOTICE, number=1)
    await phone.connection.drop()
    other = await pair(house, name="Phone 2")
    await phone.come(open=[])
    assert (await send(other))["correlationId"] == code["correlationId"]
    lost = await until(house, notice["correlationId"], MessageStatus.UNKNOWN)
    assert (lost.is_finished, lost.reason, lost.text) == (True, "lost", None)
    assert jobs(phone) == jobs(other) == []


async def test_what_was_given_to_another_phone_meanwhile_is_forgotten(house: House) -> None:
    phone = await pair(house)
    await queue(house)
    job = await phone.job()
    other = await pair(house, name="Phone 2")
    house.clock.advance(seconds=6)
    sent = await other.job(10)
    assert await other.ack(sent, "accepted")
    await phone.come(open=[*named(job, "sent"), {"correlationId": "nothing", "status": "accepted"}])
    assert {one["correlationId"]: (one["do"], one["epoch"]) for one in phone.answer["open"]} == {
        job["correlationId"]: ("forget", None),
        "nothing": ("forget", None),
    }
    assert (await stored(house, job["correlationId"])).lease.owner.split(":")[1] == other.device_id  # type: ignore[union-attr]


async def test_what_was_not_sent_in_time_is_not_sent_by_a_phone_that_comes_back(house: House) -> None:
    phone = await pair(house)
    job = await accepted(house, phone, minutes=1)
    await phone.connection.drop()
    house.clock.advance(seconds=61)
    await phone.come(open=named(job, "accepted"))
    assert phone.answer["open"][0]["do"] == "forget"
    await until(house, job["correlationId"], MessageStatus.EXPIRED)
    assert jobs(phone) == []


async def test_a_revoked_phone_says_nothing_any_more(house: House) -> None:
    phone = await pair(house)
    job = await accepted(house, phone)
    boss = await house.staff(house.login_of("MANAGER"))
    # Nothing is paired any more, so the terminal of a development machine stands in again.
    with letter_box(house) as box:
        await boss.operate("device:revoke", {"deviceId": phone.device_id})
        with pytest.raises((Refused, Unreachable)):
            await phone.ack(job, "sent")
        done = await until(house, job["correlationId"], MessageStatus.SENT)
        assert [one.message_id for one in box.messages] == [done.id]
    assert [step.status.value for step in done.history] == ["QUEUED", "LEASED", "ACCEPTED", "UNKNOWN", "LEASED", "SENT"]
    assert phone.device_id not in done.history[-1].by


async def test_what_a_revoked_phone_had_is_another_ones_at_once(house: House) -> None:
    phone = await pair(house)
    code, notice = await accepted(house, phone, kind=CODE), await accepted(house, phone, kind=NOTICE, number=1)
    waiting = await queue(house, NOTICE, number=2)
    assert (await phone.job())["correlationId"] == waiting
    other = await pair(house, name="Phone 2")
    boss = await house.staff(house.login_of("MANAGER"))
    await boss.operate("device:revoke", {"deviceId": phone.device_id})
    assert {(await send(other))["correlationId"] for _ in range(2)} == {code["correlationId"], waiting}
    assert (await until(house, notice["correlationId"], MessageStatus.UNKNOWN)).is_finished
