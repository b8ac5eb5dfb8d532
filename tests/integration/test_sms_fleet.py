"""The phones of a house as a fleet, over real sockets: who is given a message, and who after them."""

import asyncio

import pytest
from integration.house import House
from integration.sms_jobs import (
    CODE,
    NOTICE,
    TEXT,
    cancelled,
    jobs,
    kept,
    later,
    queue,
    send,
    settle,
    stored,
    until,
    until_away,
)
from integration.sms_phone import SIM, Phone, pair
from integration.texting import Asker, letter_box, other

from handlers.context import Context, Done
from handlers.messaging import DeliveryReport, cancel_messages, delivery_report
from models.sms import MessageKind, MessageStatus, ProviderReport

SECOND_SIM = {"slot": 1, "operator": "Vodafone RO", "state": "READY"}


async def two_phones(house: House) -> dict[str, Phone]:
    """Pair two phones; returns them by their device."""
    phones = [await pair(house, name="Phone 1"), await pair(house, name="Phone 2")]
    return {one.device_id: one for one in phones}


async def given(house: House, phones: dict[str, Phone], message_id: str) -> Phone:
    """Return the phone that a message is leased to."""
    message = await until(house, message_id, MessageStatus.LEASED)
    assert message.lease is not None
    return phones[message.lease.owner.split(":")[1]]


async def test_a_code_goes_out_by_the_phone_of_the_house_and_proves_the_number(house: House) -> None:
    phone, stranger = await pair(house), await pair(await house.installation.new_house())
    asker = Asker(house)
    assert (await asker.ask())["codeSent"] is True
    job = await send(phone)
    assert (job["phone"], job["kind"], job["sim"], job["parts"], job["attempt"]) == ("+40722000123", "CODE", 0, 1, 1)
    done = await until(house, job["correlationId"], MessageStatus.SENT)
    assert (done.phone, done.text, done.lease) == (None, None, None)
    assert [step.status.value for step in done.history] == ["QUEUED", "LEASED", "ACCEPTED", "SENT"]
    assert (await asker.show(job["text"][:6]))["verified"] is True
    known = await kept(house, phone)
    assert (known.sent, known.failed, known.jobs) == (1, 0, ())
    assert [one.is_used for one in known.codes] == [True]
    assert [one.parts for one in known.sims[0].spent] == [1]
    assert jobs(stranger) == []


async def test_what_nobody_accepts_in_time_goes_to_the_next_phone(house: House) -> None:
    phones = await two_phones(house)
    message_id = await queue(house)
    silent = await given(house, phones, message_id)
    job = await silent.job()
    (other,) = (one for one in phones.values() if one is not silent)
    await later(house, seconds=5)
    second = await other.job()
    assert (second["correlationId"], second["text"]) == (message_id, TEXT)
    assert second["epoch"] > job["epoch"]
    assert await cancelled(silent) == message_id
    assert await silent.ack(job, "accepted") is False
    assert await other.ack(second, "accepted") is True
    assert await silent.ack(job, "sent") is False
    assert await other.ack(second, "sent") is True
    assert (await kept(house, silent)).failed == 1


async def test_a_code_that_was_accepted_and_never_heard_of_is_sent_once_more_by_another_phone(house: House) -> None:
    phones = await two_phones(house)
    message_id = await queue(house)
    silent = await given(house, phones, message_id)
    job = await silent.job()
    assert await silent.ack(job, "accepted")
    await later(house, seconds=30)
    (other,) = (one for one in phones.values() if one is not silent)
    second = await other.job()
    assert await other.ack(second, "accepted")
    assert await silent.ack(job, "sent") is False
    await later(house, seconds=30)
    done = await until(house, message_id, MessageStatus.UNKNOWN)
    assert (done.is_finished, done.text) == (True, None)
    await settle()
    assert jobs(silent) + jobs(other) == []


async def test_a_code_is_not_sent_again_by_the_phone_that_may_have_sent_it(house: House) -> None:
    phone = await pair(house)
    message_id = await queue(house)
    assert await phone.ack(await phone.job(), "accepted")
    await later(house, seconds=30)
    await until(house, message_id, MessageStatus.UNKNOWN)
    await later(house, minutes=1)
    await settle()
    assert jobs(phone) == []
    await later(house, minutes=5)
    assert (await until(house, message_id, MessageStatus.EXPIRED)).text is None


async def test_a_notice_that_was_accepted_and_never_heard_of_is_not_sent_again(house: House) -> None:
    phones = await two_phones(house)
    message_id = await queue(house, NOTICE)
    silent = await given(house, phones, message_id)
    assert await silent.ack(await silent.job(), "accepted")
    await later(house, seconds=30)
    assert (await until(house, message_id, MessageStatus.UNKNOWN)).is_finished
    await settle()
    assert [one for phone in phones.values() for one in jobs(phone)] == []


async def test_what_a_phone_cannot_send_goes_to_its_other_card_then_to_another_phone(house: House) -> None:
    first = await pair(house, sims=[SIM, SECOND_SIM])
    message_id = await queue(house)
    cards = []
    for _ in range(2):
        job = await first.job()
        cards.append(job["sim"])
        assert await first.ack(job, "accepted")
        if len(cards) == 1:
            second = await pair(house, name="Phone 2")
        assert await first.ack(job, "failed", error="radio_off")
    assert sorted(cards) == [0, 1]
    assert (await send(second))["correlationId"] == message_id
    assert (await kept(house, first)).breaker.failures == 2


async def test_what_nobody_is_left_to_send_has_failed(house: House) -> None:
    phone = await pair(house)
    message_id = await queue(house)
    job = await phone.job()
    assert await phone.ack(job, "failed", error="no_credit40722.000-000")
    done = await until(house, message_id, MessageStatus.FAILED)
    assert (done.reason, done.text) == ("no_credit", None)


async def test_a_provider_sends_what_no_phone_can(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for app in house.apps:
        monkeypatch.setattr(app.dispatcher._texting, "is_stand_in", False)
    with letter_box(house) as box:
        phone = await pair(house)
        first = await queue(house)
        assert await phone.ack(await phone.job(), "failed", error="no_service")
        await until(house, first, MessageStatus.SENT)
        await phone.connection.close()
        await until_away(house, phone)
        second = await queue(house, number=1)
        await until(house, second, MessageStatus.SENT)
        assert [one.message_id for one in box.messages] == [first, second]


async def test_the_terminal_stands_in_until_a_phone_is_paired(house: House) -> None:
    with letter_box(house) as box:
        await until(house, await queue(house), MessageStatus.SENT)
        phone = await pair(house)
        message_id = await queue(house, number=1)
        assert (await send(phone))["correlationId"] == message_id
        assert len(box.messages) == 1


@pytest.mark.parametrize("kind", [CODE, NOTICE])
async def test_a_phone_that_comes_gets_what_waits(house: House, kind: MessageKind) -> None:
    phone = await pair(house)
    await phone.connection.close()
    await until_away(house, phone)
    house.clock.advance(seconds=1)
    message_id = await queue(house, kind)
    await settle()
    assert (await stored(house, message_id)).status is MessageStatus.QUEUED
    await phone.come()
    assert (await send(phone))["correlationId"] == message_id


async def test_a_code_that_was_asked_for_again_takes_the_first_one_back(house: House) -> None:
    phone = await pair(house)
    asker = Asker(house)
    await asker.ask()
    first = await phone.job()
    house.clock.advance(seconds=60)
    assert (await asker.ask())["codeSent"] is True
    assert await cancelled(phone) == first["correlationId"]
    assert await phone.ack(first, "accepted") is False
    # Its lease was over by then, so the phone may have been given the first one once more before it was taken back.
    given = await phone.job()
    second = given if given["correlationId"] != first["correlationId"] else await phone.job()
    assert await phone.ack(second, "accepted")
    assert (await asker.show(second["text"][:6]))["verified"] is True
    assert (await stored(house, first["correlationId"])).status is MessageStatus.CANCELLED


async def test_a_code_that_is_taken_back_leaves_its_place_on_the_phone_to_another_at_once(house: House) -> None:
    async def take_back(ctx: Context, about: str) -> Done:
        await cancel_messages(ctx, about)
        return Done()

    phone = await pair(house)
    ids = [await queue(house, number=number) for number in range(6)]
    had = []
    for _ in range(5):
        had.append(await phone.job())
        assert await phone.ack(had[-1], "accepted")
    (waiting,) = set(ids) - {one["correlationId"] for one in had}
    await house.perform(take_back, f"c{ids.index(had[0]['correlationId'])}")
    assert await cancelled(phone) == had[0]["correlationId"]
    assert (await phone.job(15.0))["correlationId"] == waiting
    assert await phone.ack(had[0], "sent") is False


async def test_what_a_provider_says_late_that_it_has_sent_is_taken_back_from_a_phone(house: House) -> None:
    phone = await pair(house)
    message_id = await queue(house)
    assert await phone.ack(await phone.job(), "accepted")
    said = ProviderReport(provider="twilio", provider_id=None, epoch=0, status=MessageStatus.SENT)
    await house.perform(delivery_report, DeliveryReport(message_id, said))
    assert await cancelled(phone) == message_id
    assert (await stored(house, message_id)).status is MessageStatus.SENT
    assert (await kept(house, phone)).jobs == ()


async def test_a_code_that_is_used_before_its_phone_says_anything_has_arrived_and_goes_to_nobody_again(
    house: House,
) -> None:
    phones = await two_phones(house)
    asker = Asker(house)
    assert (await asker.ask())["codeSent"] is True
    async with asyncio.timeout(5):
        while not any(jobs(one) for one in phones.values()):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    (asked,) = (one for one in phones.values() if jobs(one))
    job = await asked.job()
    assert await asked.ack(job, "accepted")
    assert (await asker.show(job["text"][:6]))["verified"] is True
    done = await stored(house, job["correlationId"])
    assert (done.status, done.text, done.is_finished) == (MessageStatus.DELIVERED, None, True)
    known = await kept(house, asked)
    assert (known.sent, known.jobs, [one.is_used for one in known.codes]) == (1, (), [True])
    assert await asked.ack(job, "sent") is False
    await later(house, seconds=30)
    await settle()
    assert [one for phone in phones.values() for one in jobs(phone)] == []


async def test_a_code_that_nobody_knows_of_and_that_is_used_is_not_sent_by_the_next_phone(house: House) -> None:
    phone = await pair(house)
    asker = Asker(house)
    assert (await asker.ask())["codeSent"] is True
    job = await phone.job()
    assert await phone.ack(job, "accepted")
    await later(house, seconds=30)
    await until(house, job["correlationId"], MessageStatus.UNKNOWN)
    assert (await asker.show(job["text"][:6]))["verified"] is True
    assert (await stored(house, job["correlationId"])).status is MessageStatus.DELIVERED
    other = await pair(house, name="Phone 2")
    await settle()
    assert jobs(other) == []


async def test_a_code_that_was_guessed_to_death_is_not_sent_any_more(house: House) -> None:
    phone = await pair(house)
    asker = Asker(house)
    assert (await asker.ask())["codeSent"] is True
    job = await phone.job()
    for step in range(1, 6):
        await asker.show(other(job["text"][:6], step))
    assert await cancelled(phone) == job["correlationId"]
    assert (await stored(house, job["correlationId"])).status is MessageStatus.CANCELLED
    assert await phone.ack(job, "accepted") is False


async def test_a_code_that_is_used_speaks_for_the_phone_that_has_sent_it_and_for_no_other(house: House) -> None:
    phones = await two_phones(house)
    asker = Asker(house)
    texts: dict[str, str] = {}
    for _ in range(2):
        assert (await asker.ask())["codeSent"] is True
        async with asyncio.timeout(5):
            while not any(jobs(one) for one in phones.values()):  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.01)
        (asked,) = (one for one in phones.values() if jobs(one))
        texts[asked.device_id] = (await send(asked))["text"]
        house.clock.advance(seconds=60)
    first, second = texts
    assert (await asker.show(texts[second][:6]))["verified"] is True
    assert [[code.is_used for code in (await kept(house, phones[one])).codes] for one in (first, second)] == [
        [False],
        [True],
    ]
