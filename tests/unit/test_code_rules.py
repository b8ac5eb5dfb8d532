"""One-time codes without a database: the tries of a challenge, a phone's day, the hour of an address and of a house."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.challenge import CODE_PURPOSE, OtpChallenge
from models.errors import PhoneBlocked, RateLimited, SmsLimitExceeded, SmsUnavailable
from models.house import Restaurant
from models.message_budget import FORGOTTEN, HOUR, MessageBudget, PhoneBudget, SentCode
from models.money import Currency
from models.pin import keyed_hash
from models.rules import Rules
from models.sealed import Sealed
from server.clock import Clock

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
RULES = Rules()
SECOND = timedelta(seconds=1)
TO_USE = timedelta(seconds=RULES.code_resend_seconds)
SEALED = Sealed(key="e1", text="")
HOUSE = Restaurant(id="h", restaurant_id="h", name="H", currency=Currency("RON"), time_zone="Europe/Bucharest")


def hashed(code: str, scope: str = "c"):  # type: ignore[no-untyped-def]
    return keyed_hash("p1", b"pepper", CODE_PURPOSE, scope, code)


def challenge(code: str = "042137") -> OtpChallenge:
    return OtpChallenge(
        id="c",
        restaurant_id="h",
        phone="digest",
        device="browser",
        name=SEALED,
        language="ro",
        code=hashed(code),
        sent_at=NOON,
        expires_at=NOON + timedelta(seconds=RULES.code_seconds),
        purge_at=NOON + HOUR,
    )


def phone() -> PhoneBudget:
    return PhoneBudget(id="p", restaurant_id="h", phone="digest", purge_at=NOON)


def sent(budget: PhoneBudget, now: datetime) -> PhoneBudget:
    """Send a code, if that may be."""
    date, midnight = HOUSE.calendar_date(now), HOUSE.next_midnight(now)
    budget.require_left(date, midnight, RULES, now)
    return budget.with_sent(date, midnight, now)


def code(source: str, at: datetime, *, is_used: bool = True, challenge_id: str = "c") -> SentCode:
    return SentCode(challenge_id=challenge_id, source=source, at=at, is_used=is_used)


def house_with(*codes: SentCode) -> MessageBudget:
    budget = MessageBudget(id="m", restaurant_id="h")
    for one in codes:
        budget = budget.with_sent(one, RULES)
    return budget


# ── a challenge ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_lives_for_300_seconds() -> None:
    one = challenge()
    assert one.is_live(5, NOON + 300 * SECOND - timedelta(milliseconds=1))
    assert not one.is_live(5, NOON + 300 * SECOND)


def test_five_wrong_codes_end_a_challenge() -> None:
    one = challenge()
    for left in (4, 3, 2, 1, 0):
        assert one.is_live(5, NOON)
        one = one.failed(NOON)
        assert one.tries_left(5) == left
    assert not one.is_live(5, NOON)


def test_a_code_that_is_sent_again_ends_the_one_before_and_gives_no_try_back() -> None:
    one = challenge("111111").failed(NOON).failed(NOON)
    later = NOON + 100 * SECOND
    again = one.sent_again(hashed("222222"), SEALED, "en", RULES, later)
    assert not again.is_code(hashed("111111"))
    assert again.is_code(hashed("222222"))
    assert again.tries_left(5) == 3
    assert again.expires_at == later + 300 * SECOND
    assert again.purge_at > again.expires_at


def test_a_used_code_is_worth_nothing() -> None:
    assert not challenge().used(NOON).is_live(5, NOON)


def test_a_code_of_another_challenge_is_another_code() -> None:
    assert challenge("042137").is_code(hashed("042137"))
    assert not challenge("042137").is_code(hashed("042137", "another"))


def test_codes_are_drawn_from_the_whole_million(monkeypatch: pytest.MonkeyPatch) -> None:
    """By construction: whatever number of the million is drawn is written with six digits, each as its own code."""
    asked: list[int] = []
    numbers = iter([0, 7, 42_137, 99_999, 100_000, 999_999])

    def below(limit: int) -> int:
        asked.append(limit)
        return next(numbers)

    monkeypatch.setattr("server.clock.secrets.randbelow", below)
    assert [Clock().code() for _ in range(6)] == ["000000", "000007", "042137", "099999", "100000", "999999"]
    assert set(asked) == {1_000_000}


def test_a_tenth_of_all_codes_begins_with_each_digit() -> None:
    """Statistically: a tenth of 20,000 is 2,000, and less than 1,700 or more than 2,300 has a chance of 1 in 10^11."""
    first = Counter(Clock().code()[0] for _ in range(20_000))
    assert set(first) == set("0123456789")
    assert all(1_700 < count < 2_300 for count in first.values())


# ── a phone ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_sent_again_after_a_minute() -> None:
    budget = sent(phone(), NOON)
    with pytest.raises(RateLimited) as refused:
        sent(budget, NOON + 59 * SECOND)
    assert refused.value.details == {"retryAfter": 1}
    assert sent(budget, NOON + 60 * SECOND).sent == 2


def test_three_codes_are_sent_to_a_phone_on_one_day_and_the_next_at_its_midnight() -> None:
    budget = phone()
    for minute in range(3):
        budget = sent(budget, NOON + timedelta(minutes=minute))
    midnight = datetime(2026, 11, 21, 22, tzinfo=UTC)
    with pytest.raises(SmsLimitExceeded) as refused:
        sent(budget, midnight - timedelta(milliseconds=1))
    assert refused.value.details == {"limit": 3, "reset_time": "2026-11-21T22:00:00Z"}
    assert sent(budget, midnight).sent == 1


@pytest.mark.parametrize(
    ("first", "reset_time"),
    [
        ("2026-03-28T23:30:00+00:00", "2026-03-29T21:00:00Z"),  # a day of 23 hours
        ("2026-10-24T21:30:00+00:00", "2026-10-25T22:00:00Z"),  # a day of 25
    ],
)
def test_a_day_on_which_the_clock_is_changed_ends_at_its_own_midnight(first: str, reset_time: str) -> None:
    budget, now = phone(), datetime.fromisoformat(first)
    for minute in range(3):
        budget = sent(budget, now + timedelta(minutes=minute))
    with pytest.raises(SmsLimitExceeded) as refused:
        sent(budget, now + HOUR)
    assert refused.value.details["reset_time"] == reset_time
    reset = datetime.fromisoformat(reset_time)
    with pytest.raises(SmsLimitExceeded):
        sent(budget, reset - timedelta(milliseconds=1))
    assert sent(budget, reset).date > budget.date


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=60))
def test_no_day_ever_has_a_fourth_code(steps: list[int]) -> None:
    budget, now, days = phone(), NOON, Counter[str]()
    for step in steps:
        now += step * SECOND
        try:
            budget = sent(budget, now)
        except (RateLimited, SmsLimitExceeded):
            continue
        days[HOUSE.calendar_date(now)] += 1
        assert budget.purge_at > HOUSE.next_midnight(now)
    assert max(days.values()) <= 3


def test_a_phone_is_blocked_for_a_time_that_doubles_up_to_a_day() -> None:
    budget, now, waits = phone(), NOON, []
    for _ in range(9):
        budget = budget.blocked(RULES, now)
        assert budget.blocked_until is not None
        waits.append(int((budget.blocked_until - now).total_seconds()))
        with pytest.raises(PhoneBlocked) as refused:
            budget.require_open(budget.blocked_until - timedelta(milliseconds=1))
        assert refused.value.details == {"retryAfter": 1}
        budget.require_open(budget.blocked_until)
        assert budget.purge_at > budget.blocked_until + FORGOTTEN
        now = budget.blocked_until + HOUR
    assert waits == [900, 1800, 3600, 7200, 14400, 28800, 57600, 86400, 86400]


def test_the_row_of_blocks_ends_with_a_day_without_one_and_with_a_right_code() -> None:
    twice = phone().blocked(RULES, NOON).blocked(RULES, NOON + HOUR)
    assert twice.blocked_until is not None
    assert twice.blocked(RULES, twice.blocked_until + FORGOTTEN - SECOND).blocks == 3
    assert twice.blocked(RULES, twice.blocked_until + FORGOTTEN).blocks == 1
    assert twice.proved().blocked(RULES, NOON + HOUR).blocks == 1


# ── a house ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_has_five_codes_in_any_hour_and_the_next_when_the_oldest_leaves() -> None:
    budget = house_with(*(code("a", NOON + timedelta(minutes=10 * step)) for step in range(5)))
    with pytest.raises(SmsLimitExceeded) as refused:
        budget.require_left("a", RULES, NOON + HOUR - timedelta(milliseconds=1))
    assert refused.value.details == {"limit": 5, "reset_time": "2026-11-21T11:00:00Z"}
    budget.require_left("b", RULES, NOON + timedelta(minutes=50))
    budget.require_left("a", RULES, NOON + HOUR)
    sixth = budget.with_sent(code("a", NOON + HOUR), RULES)
    with pytest.raises(SmsLimitExceeded) as refused:
        sixth.require_left("a", RULES, NOON + HOUR)
    assert refused.value.details["reset_time"] == "2026-11-21T11:10:00Z"


@given(st.lists(st.tuples(st.integers(0, 2_000), st.sampled_from("ab")), max_size=60))
def test_no_hour_ever_has_a_sixth_code_of_an_address(steps: list[tuple[int, str]]) -> None:
    budget, now = MessageBudget(id="m", restaurant_id="h"), NOON
    given_to: dict[str, list[datetime]] = {"a": [], "b": []}
    for step, source in steps:
        now += step * SECOND
        try:
            budget.require_left(source, RULES, now)
        except SmsLimitExceeded as refused:
            reset = datetime.fromisoformat(refused.details["reset_time"])
            assert now < reset <= now + HOUR
            budget.require_left(source, RULES, reset)
            continue
        budget = budget.with_sent(code(source, now), RULES)
        given_to[source].append(now)
        assert sum(at > now - HOUR for at in given_to[source]) <= 5


def test_a_house_has_its_budget_in_any_hour() -> None:
    rules = RULES.with_(house_messages=3, address_messages=99)
    budget = MessageBudget(id="m", restaurant_id="h")
    for step in range(3):
        budget.require_left("a", rules, NOON)
        budget = budget.with_sent(code("a", NOON + timedelta(minutes=step)), rules)
    with pytest.raises(SmsUnavailable) as refused:
        budget.require_left("b", rules, NOON + 2 * timedelta(minutes=1))
    assert refused.value.details == {"retryAfter": 58 * 60}
    budget.require_left("b", rules, NOON + HOUR)


def test_codes_that_nobody_uses_stop_all_codes_for_a_while() -> None:
    budget = house_with(*(code(str(step), NOON + step * SECOND, is_used=False) for step in range(20)))
    at = NOON + 19 * SECOND + TO_USE
    assert budget.with_sent(code("x", at - SECOND, is_used=False), RULES).stopped_until is None
    budget = budget.with_sent(code("x", at, is_used=False), RULES)
    assert budget.use(RULES, at) == (20, 0)
    with pytest.raises(SmsUnavailable) as refused:
        budget.require_left("y", RULES, at + SECOND)
    assert refused.value.details == {"retryAfter": 899}
    after = at + timedelta(seconds=RULES.code_use_window)
    budget.require_left("y", RULES, after)
    assert budget.with_sent(code("y", after, is_used=False), RULES).use(RULES, after + TO_USE) == (1, 0)


def test_many_who_ask_at_once_stop_nothing_before_they_could_read_what_was_sent() -> None:
    asked = [code(str(step), NOON + step * SECOND / 10, is_used=False, challenge_id=str(step)) for step in range(60)]
    budget = house_with(*asked)
    assert budget.stopped_until is None
    for step in range(30):
        budget = budget.with_used(str(step))
    budget = budget.with_sent(code("late", NOON + 2 * TO_USE, is_used=False), RULES)
    assert (budget.stopped_until, budget.use(RULES, NOON + 2 * TO_USE)) == (None, (60, 30))


def test_a_fifth_of_the_codes_used_is_enough() -> None:
    codes = [code(str(step), NOON + step * SECOND, is_used=step < 4) for step in range(20)]
    last = code("x", NOON + 19 * SECOND + TO_USE, is_used=False)
    assert house_with(*codes, last).stopped_until is None
    codes[3] = codes[3].with_(is_used=False)
    assert house_with(*codes, last).stopped_until is not None


def test_of_a_challenge_the_code_that_was_sent_last_is_the_used_one() -> None:
    codes = [code("a", NOON + step * SECOND, is_used=False, challenge_id=one) for step, one in enumerate("cdc")]
    budget = house_with(*codes).with_used("c")
    assert [one.is_used for one in budget.codes] == [False, False, True]
    assert budget.with_used("gone") == budget


def test_what_is_older_than_an_hour_is_kept_no_more() -> None:
    budget = house_with(code("a", NOON), code("a", NOON + timedelta(minutes=30)), code("a", NOON + 2 * HOUR))
    assert [one.at for one in budget.codes] == [NOON + 2 * HOUR]
