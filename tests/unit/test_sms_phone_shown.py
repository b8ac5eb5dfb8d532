"""What the floor is told of a busy phone: not each message, and never figures that contradict what it was told."""

from datetime import UTC, datetime, timedelta

import pytest

from models.base import Change
from models.events import changed
from models.fleet import with_failure, with_job, with_sent
from models.message import version_in
from models.people_view import sms_phone_view
from models.room import FLOOR
from models.rules import Rules
from models.sealed import Sealed
from models.sms import MessageKind, SmsMessage
from models.sms_phone import Sim, SmsPhone, phone_id
from models.sms_phone_shown import APART, is_untold, worked

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
SOON, LATER = NOON + timedelta(seconds=1), NOON + APART
RULES = Rules()
SEALED = Sealed(key="e1", text="sealed")
PHONE = SmsPhone(
    id=phone_id("a"),
    restaurant_id="h",
    name="a",
    version=7,
    process="p",
    sims=(Sim(slot=0, month="2026-11"),),
    change=Change(kind="registered", at=NOON),
)
MESSAGE = SmsMessage(
    id="m",
    restaurant_id="h",
    kind=MessageKind.CODE,
    phone=SEALED,
    text=SEALED,
    last_four="0123",
    parts=2,
    queued_at=NOON,
    not_after=LATER,
    next_at=NOON,
)


def given(phone: SmsPhone, at: datetime) -> SmsPhone:
    return worked(phone, with_job(phone, 0, MESSAGE, at, RULES), at).with_(version=phone.version + 1)


def sent(phone: SmsPhone, at: datetime) -> SmsPhone:
    return worked(phone, with_sent(phone, MESSAGE, at), at).with_(version=phone.version + 1)


def told(phone: SmsPhone) -> tuple[int | None, object]:
    (message,) = changed(phone)
    return message.version, message.payload().model_dump()["sms_phone"]


def test_what_a_phone_was_given_and_has_sent_soon_after_is_not_told() -> None:
    busy = PHONE
    for step in (given, sent, given):
        busy = step(busy, SOON)
        assert told(busy) == told(PHONE)
        assert version_in(FLOOR, busy) == 7
    assert (busy.version, busy.sent) == (10, 1)


def test_it_is_told_when_some_seconds_have_gone_by() -> None:
    busy = sent(given(PHONE, SOON), LATER)
    assert told(busy)[0] == busy.version == 9
    view = sms_phone_view(busy)
    assert (view.sent, view.sims[0].month_parts, view.codes) == (1, 2, 1)


@pytest.mark.parametrize("kind", ["left", "registered", "paused", "told", "code-used", "counted"])
def test_whatever_else_happens_to_it_is_told_at_once_with_all_its_figures(kind: str) -> None:
    busy = sent(given(PHONE, SOON), SOON)
    other = busy.with_(version=10, change=Change(kind=kind, at=SOON))
    assert told(other)[0] == 10
    assert sms_phone_view(other).sent == 1
    assert version_in(FLOOR, given(other, SOON)) == 10


def test_a_failure_is_told_at_once_and_so_is_a_breaker_that_closes() -> None:
    failed = PHONE
    for _ in range(3):
        after = with_failure(failed, MESSAGE, SOON, RULES)
        failed = worked(failed, after, SOON).with_(version=failed.version + 1)
        assert version_in(FLOOR, failed) == failed.version
    assert sms_phone_view(failed).probe_at is not None
    mended = sent(failed, SOON)
    assert version_in(FLOOR, mended) == mended.version
    assert sms_phone_view(mended).probe_at is None


def test_a_failure_before_a_message_in_one_transaction_is_told() -> None:
    after = with_job(with_failure(PHONE, MESSAGE, SOON, RULES), 0, MESSAGE, SOON, RULES)
    assert version_in(FLOOR, worked(PHONE, after, SOON).with_(version=8)) == 8


def test_the_first_parts_of_a_month_are_told() -> None:
    october = PHONE.with_(sims=(Sim(slot=0, month="2026-10", month_parts=1_999),))
    assert sms_phone_view(given(october, SOON)).sims[0].month == "2026-11"


def test_figures_that_were_not_told_are_noticed_later_and_told_once() -> None:
    busy = sent(PHONE, SOON)
    assert [is_untold(one, at) for one, at in ((busy, SOON), (busy, LATER), (PHONE, LATER))] == [False, True, False]
    counted = busy.with_(version=9, change=Change(kind="counted", at=LATER))
    assert not is_untold(counted, LATER + APART)
