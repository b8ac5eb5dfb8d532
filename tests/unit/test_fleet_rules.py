"""Which card is given a message: the order of failover, what a card may be given, and what a phone is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fleet import (
    at_work,
    can_send,
    has_other_way,
    has_room,
    health,
    is_rogue,
    is_trusted,
    spent_lately,
    with_code_used,
    with_failure,
    with_job,
    with_sent,
)
from models.route import Route, route
from models.rules import Rules
from models.sealed import Sealed
from models.sms import ACCEPT_WITHIN, SEND_WITHIN, Lease, MessageKind, MessageStatus, SmsMessage
from models.sms_phone import (
    Breaker,
    PausedReason,
    Sim,
    SimState,
    SmsPhone,
    ToldSim,
    lease_owner,
    phone_id,
    phone_of,
)

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
RULES = Rules()
SEALED = Sealed(key="e1", text="sealed")
MINUTE = timedelta(minutes=1)


def phone(name: str = "a", slots: int = 1, **fields: object) -> SmsPhone:
    given = {"process": "p", "epoch": 1, "sims": tuple(Sim(slot=slot) for slot in range(slots))}
    return SmsPhone(id=phone_id(name), restaurant_id="h", name=name, **given | fields)  # type: ignore[arg-type]


def message(number: int = 0, kind: MessageKind = MessageKind.CODE, **fields: object) -> SmsMessage:
    given = {
        "id": f"m{number}",
        "restaurant_id": "h",
        "kind": kind,
        "phone": SEALED,
        "text": SEALED,
        "last_four": "0123",
        "parts": 1,
        "about": f"c{number}",
        "queued_at": NOON,
        "not_after": NOON + timedelta(minutes=5),
        "next_at": NOON,
    }
    return SmsMessage(**given | fields)  # type: ignore[arg-type]


def chosen(way: Route | None) -> str | None:
    return way.owner if way else "nobody"


def leased(to: SmsPhone, status: MessageStatus = MessageStatus.LEASED) -> SmsMessage:
    lease = Lease(owner=lease_owner(to.device_id, 0), epoch=1, until=NOON)
    return message(status=status, lease=lease, epoch=1)


# ── the order of failover ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_healthiest_phone_is_first_then_its_other_card_then_another_phone_then_the_provider() -> None:
    fleet = [phone("a", slots=2), phone("b", battery=5)]
    order: list[str | None] = []
    refused: tuple[str, ...] = ()
    for _ in range(5):
        way = route(message(refused=refused), fleet, True, NOON, RULES)
        order.append(chosen(way))
        refused = (*refused, way.owner or "") if way else refused
    assert order == ["phone:a:0", "phone:a:1", "phone:b:0", None, None]


def test_a_fifth_of_what_a_card_may_send_is_kept_for_codes() -> None:
    one, notice = phone("a"), message(kind=MessageKind.NOTICE)
    for number in range(RULES.sim_parts):
        way = route(message(number), [one], False, NOON, RULES)
        assert chosen(route(notice, [one], False, NOON, RULES)) == (chosen(way) if number < 20 else "nobody")
        assert way is not None
        one = with_sent(with_job(one, 0, message(number), NOON, RULES), notice, NOON)
        one = one.with_(jobs=())
    assert route(message(99), [one], False, NOON, RULES) is None


def test_without_a_provider_nobody_sends_what_no_phone_can() -> None:
    assert route(message(refused=("phone:a:0",)), [phone("a")], False, NOON, RULES) is None


def test_the_other_card_of_a_phone_that_failed_goes_before_a_healthier_phone() -> None:
    worse = phone("a", slots=2, outcomes=(False,) * 5)
    assert chosen(route(message(refused=("phone:a:0",)), [phone("b"), worse], True, NOON, RULES)) == "phone:a:1"


@pytest.mark.parametrize(
    ("others", "has_http", "expected"),
    [(["b"], True, "phone:b:0"), ([], True, None), ([], False, "phone:a:0")],
)
def test_a_phone_that_was_silent_comes_after_everybody_else(
    others: list[str], has_http: bool, expected: str | None
) -> None:
    silent = phone("a")
    fleet = [silent, *(phone(one, battery=1, signal=0) for one in others)]
    assert chosen(route(leased(silent), fleet, has_http, NOON, RULES)) == expected


def test_what_a_phone_may_have_sent_it_is_not_given_again_by_any_card() -> None:
    fleet = [phone("a", slots=2)]
    unknown = message(status=MessageStatus.UNKNOWN, refused=("phone:a:0",))
    assert route(unknown, fleet, False, NOON, RULES) is None
    again = message(is_repeated=True, refused=("phone:a:0",))
    assert route(again, fleet, False, NOON, RULES) is None
    assert chosen(route(unknown, [*fleet, phone("b")], False, NOON, RULES)) == "phone:b:0"


@pytest.mark.parametrize(
    "unfit",
    [
        phone(process=None),
        phone(is_revoked=True),
        phone(paused_reason=PausedReason.MANAGER),
        phone(sims=()),
        phone(sims=(Sim(slot=0, state=SimState.NO_SERVICE),)),
        phone(sims=(Sim(slot=0, month="2026-11", month_parts=RULES.sim_month_parts),)),
        phone(breaker=Breaker(failures=3, opened_at=NOON, probe_at=NOON + timedelta(seconds=1), opened=1)),
    ],
    ids=["away", "revoked", "paused", "no card", "no service", "month used up", "breaker open"],
)
def test_who_cannot_send_is_given_nothing(unfit: SmsPhone) -> None:
    assert route(message(), [unfit], False, NOON, RULES) is None
    assert can_send([unfit], False, NOON, RULES) is False
    assert can_send([unfit], True, NOON, RULES) is True


def test_a_month_that_is_over_counts_no_more() -> None:
    spent = Sim(slot=0, month="2026-10", month_parts=RULES.sim_month_parts)
    assert route(message(), [phone(sims=(spent,))], False, NOON, RULES) is not None


def test_a_phone_that_has_just_lost_its_socket_may_be_hoped_for() -> None:
    gone = phone(process=None, gone_at=NOON)
    assert can_send([gone], False, NOON + timedelta(seconds=29), RULES) is True
    assert can_send([gone], False, NOON + timedelta(seconds=30), RULES) is False


def test_a_message_that_three_could_not_send_is_itself_at_fault() -> None:
    fleet = [phone(name, slots=2) for name in "abc"]
    assert has_other_way(message(refused=("phone:a:0", "phone:a:1")), fleet, False) is True
    assert has_other_way(message(refused=("phone:a:0", "phone:a:1", "phone:b:0")), fleet, True) is False
    assert has_other_way(message(refused=("phone:a:0",)), [phone("a")], False) is False


@given(
    st.lists(
        st.builds(
            phone,
            st.sampled_from("abcdef"),
            st.integers(0, 2),
            process=st.sampled_from([None, "p"]),
            battery=st.none() | st.integers(0, 100),
            signal=st.none() | st.integers(0, 4),
            outcomes=st.lists(st.booleans(), max_size=20).map(tuple),
            paused_reason=st.none() | st.sampled_from(PausedReason),
        ),
        max_size=5,
        unique_by=lambda one: one.id,
    ),
    st.lists(st.sampled_from([f"phone:{name}:{slot}" for name in "abcdef" for slot in range(2)]), max_size=4),
    st.sampled_from([MessageStatus.QUEUED, MessageStatus.UNKNOWN]),
    st.booleans(),
)
def test_whoever_is_chosen_is_here_and_was_not_asked_before(
    fleet: list[SmsPhone], refused: list[str], status: MessageStatus, has_http: bool
) -> None:
    one = message(status=status, refused=tuple(refused))
    way = route(one, fleet, has_http, NOON, RULES)
    assert way == route(one, fleet[::-1], has_http, NOON, RULES)
    if way is None:
        assert not has_http
    elif way.phone is not None:
        assert way.phone.is_live
        assert way.phone.paused_reason is None
        assert way.owner not in refused
        assert status is MessageStatus.QUEUED or way.phone.device_id not in {phone_of(of) for of in refused}
        assert all(0 <= health(of) <= 100 for of in fleet)


# ── how much ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 4)), min_size=1, max_size=120))
def test_no_window_has_more_parts_than_a_card_may_send(steps: list[tuple[int, int]]) -> None:
    """Whenever messages come and however long they are, over all windows that end with one of them."""
    one, now, given_at = phone(), NOON, []
    for number, (seconds, parts) in enumerate(steps):
        now += timedelta(seconds=seconds)
        job = message(number, MessageKind.NOTICE, parts=parts)
        if has_room(one.sims[0], parts, now, RULES):
            one = with_job(one, 0, job, now, RULES)
            given_at.append((now, parts))
        assert len(one.sims[0].spent) <= RULES.sim_window // 60 + 1
    for end, _ in given_at:
        window = [parts for at, parts in given_at if timedelta(0) <= end - at < timedelta(seconds=RULES.sim_window)]
        assert sum(window) <= RULES.sim_parts


def test_what_was_spent_is_forgotten_within_a_minute_after_the_window() -> None:
    one = with_job(with_job(phone(), 0, message(1), NOON, RULES), 0, message(2), NOON + 0.5 * MINUTE, RULES)
    assert spent_lately(one.sims[0], NOON + 30 * MINUTE, RULES) == 2
    assert spent_lately(one.sims[0], NOON + 31 * MINUTE, RULES) == 0
    assert one.sims[0].month_parts == 2


@pytest.mark.parametrize(
    "told",
    [
        (),
        (ToldSim(slot=0, operator=""),),
        (ToldSim(slot=0, operator="No service", state=SimState.NO_SERVICE),),
        (ToldSim(slot=0, operator="", state=SimState.LOCKED),),
    ],
)
def test_a_card_that_is_back_has_spent_what_it_had(told: tuple[ToldSim, ...]) -> None:
    cards = (ToldSim(slot=0, operator="Orange RO"),)
    one = phone(sims=()).registered("p", 1, "1", cards, frozenset(), NOON)
    one = with_job(one, 0, message(parts=3), NOON, RULES)
    unsure = one.registered("p", 1, "1", told, frozenset(), NOON)
    back = unsure.told(None, None, None, cards, NOON)
    assert [(sim.operator, sim.state, spent_lately(sim, NOON, RULES), sim.month_parts) for sim in back.sims] == [
        ("Orange RO", SimState.READY, 3, 3)
    ]
    assert told or [sim.state for sim in unsure.sims] == [SimState.ABSENT]
    other = unsure.told(None, None, None, (ToldSim(slot=0, operator="Vodafone RO"),), NOON)
    assert [(sim.operator, sim.month_parts) for sim in other.sims] == [("Vodafone RO", 0)]


def test_a_message_that_is_never_heard_of_gives_its_place_free() -> None:
    one = phone()
    for number in range(RULES.sms_phone_jobs):
        one = with_job(one, 0, message(number), NOON, RULES)
    assert route(message(9), [one], False, NOON, RULES) is None
    assert can_send([one], False, NOON, RULES) is True
    later = NOON + ACCEPT_WITHIN + SEND_WITHIN
    assert at_work(one, later) == ()
    assert route(message(9), [one], False, later, RULES) is not None


# ── the breaker ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_breaker_opens_at_the_third_failure_in_a_row_and_waits_longer_each_time() -> None:
    one, now, waits = phone(), NOON, []
    for _ in range(2):
        one = with_failure(one, message(), now, RULES)
    assert one.breaker.opened_at is None
    for _ in range(8):
        one = with_failure(one, message(), now, RULES)
        assert one.breaker.probe_at is not None
        waits.append(int((one.breaker.probe_at - now).total_seconds()))
        assert route(message(), [one], False, one.breaker.probe_at - timedelta(seconds=1), RULES) is None
        now = one.breaker.probe_at
        assert route(message(), [one], False, now, RULES) is not None
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert with_sent(one, message(), now).breaker == Breaker()


def test_what_a_phone_had_when_its_breaker_opened_makes_no_wait_longer() -> None:
    one = phone()
    for number in range(RULES.sms_phone_jobs):
        one = with_failure(one, message(number), NOON + timedelta(seconds=number), RULES)
    opened_at = NOON + timedelta(seconds=RULES.sms_phone_failures - 1)
    assert one.breaker == Breaker(
        failures=RULES.sms_phone_jobs,
        opened_at=opened_at,
        probe_at=opened_at + timedelta(seconds=RULES.sms_phone_probe_seconds),
        opened=1,
    )


def test_a_probe_is_one_message() -> None:
    one = phone()
    for _ in range(3):
        one = with_failure(one, message(), NOON, RULES)
    probing = with_job(one, 0, message(1), NOON + MINUTE, RULES)
    assert route(message(2), [probing], False, NOON + MINUTE, RULES) is None
    assert route(message(2), [with_sent(probing, message(1), NOON + MINUTE)], False, NOON + MINUTE, RULES) is not None


def test_a_success_between_failures_keeps_it_closed() -> None:
    one = phone()
    for _ in range(5):
        one = with_failure(with_failure(one, message(), NOON, RULES), message(), NOON, RULES)
        one = with_sent(one, message(kind=MessageKind.NOTICE), NOON)
    assert one.breaker == Breaker()


# ── what it is believed ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phone_that_says_that_it_sends_codes_is_given_ten_while_nobody_uses_one() -> None:
    one, count = phone(), 0
    while (way := route(message(count), [one], False, NOON, RULES)) is not None and way.phone is not None:
        one = with_sent(with_job(one, 0, message(count), NOON, RULES), message(count), NOON)
        count += 1
    assert count == 10
    assert is_rogue(one, NOON, RULES) is False
    assert is_rogue(one, NOON + timedelta(seconds=RULES.code_seconds), RULES) is True


def test_one_code_that_is_used_shows_that_a_phone_sends() -> None:
    one = phone()
    for number in range(10):
        one = with_sent(one, message(number), NOON)
    used = with_code_used(one, "c4", NOON)
    later = NOON + timedelta(hours=1)
    assert (is_trusted(one, NOON, RULES), is_trusted(used, later, RULES), is_rogue(used, later, RULES)) == (
        False,
        True,
        False,
    )
    assert with_code_used(used, "c4", NOON) is used
    assert with_code_used(one, "another", NOON) is one


def test_notices_say_nothing_about_codes() -> None:
    one = phone()
    for number in range(50):
        one = with_sent(one, message(number, MessageKind.NOTICE), NOON)
    assert (one.codes, is_rogue(one, NOON + timedelta(hours=1), RULES)) == ((), False)


def test_of_the_same_challenge_the_newest_code_was_used() -> None:
    one = with_sent(with_sent(phone(), message(1, about="c"), NOON), message(2, about="c"), NOON)
    assert [code.is_used for code in with_code_used(one, "c", NOON).codes] == [False, True]
