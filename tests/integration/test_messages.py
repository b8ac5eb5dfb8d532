"""Messages to phones on real servers: sent once, by whoever is alive, in time or never, and readable nowhere else."""

import asyncio
import io
import json
import logging
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from integration.house import House, Installation, start_installation
from integration.texting import ADA, Asker, LetterBox, letter_box, other

from handlers.context import Context, Done
from handlers.messaging import Report, queue_message, report
from handlers.sms_turn import Turn, take
from models.sms import ACCEPT_WITHIN, MessageKind, MessageStatus, SmsMessage, provider_owner
from models.store import waiting
from models.store.codec import from_document
from server.messages import MESSAGES
from server.options import Log
from server.telemetry import set_up_logging
from sms_gateway.provider import Declined, Outgoing, Unclear, Unreachable
from sms_gateway.providers.console import Console

TEXT = "Your order has left."
WAIT_SECONDS = 10.0


class Faulty(LetterBox):
    """Does with each message what comes next in a list: an answer, or a fault."""

    def __init__(self, *outcomes: MessageStatus | Exception) -> None:
        super().__init__()
        self.outcomes = list(outcomes)

    def outcome(self) -> MessageStatus:
        outcome = self.outcomes.pop(0) if self.outcomes else MessageStatus.SENT
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Printing(LetterBox):
    """Prints what a development machine prints."""

    async def send(self, message: Outgoing) -> MessageStatus:
        return await Console().send(message) if message.restaurant_id == self.house_id else MessageStatus.SENT


async def queue(house: House, kind: MessageKind = MessageKind.NOTICE, minutes: int = 5, phone: str = ADA) -> str:
    """Queue a message to a phone; return its id."""
    queued: list[SmsMessage | None] = []

    async def act(ctx: Context, text: str) -> Done:
        until = ctx.now + timedelta(minutes=minutes)
        queued.append(queue_message(ctx, kind=kind, phone=phone, text=text, not_after=until))
        return Done()

    await house.perform(act, TEXT)
    assert queued[-1] is not None
    return queued[-1].id


async def stored(house: House, message_id: str) -> SmsMessage:
    """Return a message as the database has it."""
    found = await house.apps[0].store.collection(SmsMessage).find_one({"_id": message_id})
    assert found is not None
    return from_document(SmsMessage, found)


async def until(house: House, message_id: str, status: MessageStatus) -> SmsMessage:
    """Wait until a message is in a state."""
    async with asyncio.timeout(WAIT_SECONDS):
        while (message := await stored(house, message_id)).status is not status:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    return message


async def look_after(house: House) -> None:
    """Do the duty about messages that nobody sends, once their grace is over."""
    house.clock.advance(seconds=4)
    await house.apps[0].duties.perform(MESSAGES)


# ── sent ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_sent_once_however_many_servers_hear_of_it(house: House) -> None:
    with letter_box(house) as box:
        ids = [await queue(house, phone=f"+407220{number:02}123") for number in range(20)]
        done = [await until(house, one, MessageStatus.SENT) for one in ids]
        assert [one.text for one in box.messages] == [TEXT] * 20
        assert {one.correlation_id for one in box.messages} == {one.correlation_id for one in done}
    for number, message in enumerate(done):
        assert (message.phone, message.text, message.last_four, message.parts) == (
            None,
            None,
            f"{number:02}123"[-4:],
            1,
        )
        assert [step.status.value for step in message.history] == ["QUEUED", "LEASED", "SENT"]


async def test_what_was_not_committed_is_not_sent(house: House) -> None:
    async def act(ctx: Context, text: str) -> Done:
        queue_message(ctx, kind=MessageKind.NOTICE, phone=ADA, text=text, not_after=ctx.now + timedelta(minutes=5))
        raise ValueError("something went wrong afterwards")

    with letter_box(house) as box:
        with pytest.raises(ValueError, match="afterwards"):
            await house.perform(act, TEXT)
        await until(house, await queue(house), MessageStatus.SENT)
        assert len(box.messages) == 1


async def test_phone_and_text_are_sealed_while_a_message_waits(house: House) -> None:
    with letter_box(house, Faulty(Unreachable())):
        message_id = await queue(house)
        await until(house, message_id, MessageStatus.LEASED)
        document = await house.apps[0].store.collection(SmsMessage).find_one({"_id": message_id})
        assert document is not None
        assert document["phone"]["key"] == document["text"]["key"] == "e1"
        assert "722000" not in str(document)
        assert "order" not in str(document)


# ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_could_not_be_sent_is_tried_again_when_the_lease_is_over(house: House) -> None:
    with letter_box(house, Faulty(Unreachable(), Unreachable())) as box:
        message_id = await queue(house)
        for tries in (1, 2):
            await box.next()
            await until(house, message_id, MessageStatus.LEASED)
            assert (await stored(house, message_id)).epoch == tries
            house.clock.advance(seconds=ACCEPT_WITHIN.total_seconds())
            await look_after(house)
        done = await until(house, message_id, MessageStatus.SENT)
    assert [step.status.value for step in done.history] == ["QUEUED", "LEASED", "SENT"]
    assert done.epoch == 3


async def test_what_could_not_be_sent_in_time_is_never_sent(house: House) -> None:
    with letter_box(house, Faulty(Unreachable())) as box:
        message_id = await queue(house, minutes=1)
        await box.next()
        house.clock.advance(minutes=1)
        await look_after(house)
        done = await until(house, message_id, MessageStatus.EXPIRED)
        assert done.text is None
        assert box.messages == []


async def test_what_a_provider_declines_has_failed(house: House) -> None:
    with letter_box(house, Faulty(Declined("blocked"))):
        done = await until(house, await queue(house), MessageStatus.FAILED)
    assert (done.reason, done.phone, done.text) == ("blocked", None, None)


@pytest.mark.parametrize(("kind", "times"), [(MessageKind.CODE, 2), (MessageKind.NOTICE, 1)])
async def test_what_may_have_been_sent_is_sent_again_once_and_only_a_code(
    house: House, kind: MessageKind, times: int
) -> None:
    with letter_box(house, Faulty(Unclear(), Unclear(), Unclear())) as box:
        message_id = await queue(house, kind)
        async with asyncio.timeout(WAIT_SECONDS):
            while not (await stored(house, message_id)).is_finished:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.01)
        done = await stored(house, message_id)
        assert (done.status, done.text) == (MessageStatus.UNKNOWN, None)
        assert [one.text for one in box.messages] == [TEXT] * times
        assert len({one.correlation_id for one in box.messages}) == 1


@pytest.mark.parametrize(
    ("kind", "end", "sent"),
    [(MessageKind.CODE, MessageStatus.SENT, 1), (MessageKind.NOTICE, MessageStatus.UNKNOWN, 0)],
)
async def test_of_what_a_sender_has_died_over_only_a_code_is_sent_by_another(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: MessageKind, end: MessageStatus, sent: int
) -> None:
    """A provider may have taken it: nobody is left to say."""
    dead = provider_owner("dead")
    with letter_box(house) as box:
        for app in house.apps:
            monkeypatch.setattr(app.sender, "hear", lambda aggregate: None)
        message_id = await queue(house, kind)
        assert (await house.perform(take, Turn(message_id, dead))).message.status is MessageStatus.LEASED
        monkeypatch.undo()
        house.clock.advance(seconds=ACCEPT_WITHIN.total_seconds())
        await look_after(house)
        done = await until(house, message_id, end)
        assert len(box.messages) == sent
    assert (done.is_repeated, done.is_finished) == (sent > 0, True)
    for status in (MessageStatus.FAILED, MessageStatus.QUEUED):
        late = Report(message_id, dead, 1, status, "late")
        assert (await house.perform(report, late)).message is None
    assert (await stored(house, message_id)).status is end


async def test_whoever_is_late_or_has_no_lease_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for app in house.apps:
        monkeypatch.setattr(app.sender, "hear", lambda aggregate: None)
    message_id = await queue(house)
    taken = (await house.perform(take, Turn(message_id, "one"))).message
    assert (await house.perform(take, Turn(message_id, "two"))).message is None
    for owner, epoch in (("two", 1), ("one", 2), ("one", 0)):
        said = Report(message_id, owner, epoch, MessageStatus.SENT)
        assert (await house.perform(report, said)).message is None
    house.clock.advance(seconds=ACCEPT_WITHIN.total_seconds())
    said = Report(message_id, "one", taken.epoch, MessageStatus.SENT)
    assert (await house.perform(report, said)).message is None
    assert (await stored(house, message_id)).status is MessageStatus.LEASED


# ── where a code can be read ──────────────────────────────────────────────────────────────────────────────────────────


async def test_on_a_development_machine_the_code_is_printed_on_the_terminal_and_is_nowhere_else(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    logged = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logging(Log(level="debug", format="json"), stream=logged)
    try:
        with letter_box(house, Printing()):
            asker = Asker(house)
            answer = await asker.ask()
            printed = ""
            async with asyncio.timeout(WAIT_SECONDS):
                while not printed.endswith("\n"):
                    printed += capsys.readouterr().out
                    await asyncio.sleep(0.01)
            code = printed.split(": ", 1)[1][:6]
            answers = [answer, await asker.show(other(code)), await asker.show(code)]
            await house.apps[0].dispatcher.refusals.stop()
    finally:
        root.handlers, root.level = before, level
    assert printed.startswith("SMS to +40******123: ")
    assert answers[2]["verified"] is True
    told = json.dumps(answers) + logged.getvalue()
    told += "".join(app.metrics.text().decode() for app in house.apps)
    for secret in (code, "722000123"):
        assert secret not in told.replace(answers[2]["token"], "")
    assert "722000" not in printed


@pytest.fixture
async def installation_with_test_numbers(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """A server with a phone number for tests."""
    given = {"test_numbers": ["+40700000001:000042"]}
    installation = await start_installation(mongo_url, redis_url, servers=1, database="testing", messages=given)
    yield installation
    await installation.stop()


async def test_a_test_number_has_its_own_code_and_is_sent_nothing(installation_with_test_numbers: Installation) -> None:
    house = await installation_with_test_numbers.new_house()
    with letter_box(house) as box:
        asker = Asker(house)
        assert (await asker.ask("+40700000001"))["codeSent"] is True
        await Asker(house, device="another").ask("+40722000001")
        assert (await box.next()).phone == "+40722000001"
        assert (await asker.show("000041", "+40700000001"))["attemptsLeft"] == 4
        assert (await asker.show("000042", "+40700000001"))["verified"] is True
        assert await house.apps[0].store.collection(SmsMessage).count_documents({}) == 1


async def test_what_is_leased_too_late_to_be_sent_in_time_is_sent_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may answer a commit when the lease that it wrote is over, and the message is somebody else's."""
    late: list[str] = []
    for app in house.apps:
        assert app.sender is not None
        quick = app.sender._perform

        async def slow(of: str, act: Any, subject: Any, quick: Any = quick) -> Any:
            told = await quick(of, act, subject)
            if act is take and of == house.restaurant.id and told.message is not None and not late:
                late.append(told.message.id)
                house.clock.advance(seconds=ACCEPT_WITHIN.total_seconds())
            return told

        monkeypatch.setattr(app.sender, "_perform", slow)
    with letter_box(house) as box:
        message_id = await queue(house)
        done = await until(house, message_id, MessageStatus.SENT)
        assert late == [message_id]
        assert (len(box.messages), done.epoch) == (1, 2)


async def test_what_nobody_can_send_in_one_house_keeps_nothing_of_another_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_house = await house.installation.new_house()
    with monkeypatch.context() as patched:
        for app in house.apps:
            patched.setattr(app.sender, "hear", lambda aggregate: None)
        theirs = await queue(other_house)
        ours = [await queue(house, MessageKind.CODE, phone=f"+4072200000{number}") for number in range(3)]
        work = house.apps[0].store.begin("", time.monotonic() + 5)
        patched.setattr(waiting, "AT_ONCE", 2)
        house.clock.advance(seconds=1)
        found = await waiting.overdue_messages(work, house.clock.now())
        work.close()
    assert {of for of, _ in found} == {house.restaurant.id, other_house.restaurant.id}
    assert {one for _, one in found} == {ours[-1], theirs}
    await other_house.close()
