"""A message to a phone, as a job: its states only move forward, its lease is checked, and its text goes at the end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phone import masked
from models.sealed import Sealed
from models.sms import ACCEPT_WITHIN, AT_REST, SEND_WITHIN, TRANSITIONS, MessageKind, MessageStatus, SmsMessage
from models.sms_encoding import encoded
from models.sms_text import code_text
from sms_gateway.provider import Outgoing

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
SEALED = Sealed(key="e1", text="sealed")
S = MessageStatus
FORWARD = [
    {S.QUEUED},
    {S.LEASED},
    {S.ACCEPTED},
    {S.UNKNOWN},
    {S.SENT},
    {S.DELIVERED, S.FAILED, S.EXPIRED, S.CANCELLED},
]
RANK = {status: rank for rank, statuses in enumerate(FORWARD) for status in statuses}


def message(kind: MessageKind = MessageKind.CODE, **fields: object) -> SmsMessage:
    given = {
        "id": "m",
        "restaurant_id": "h",
        "kind": kind,
        "phone": SEALED,
        "text": SEALED,
        "last_four": "0123",
        "parts": 1,
        "queued_at": NOON,
        "not_after": NOON + timedelta(minutes=5),
        "next_at": NOON,
    }
    return SmsMessage(**given | fields)  # type: ignore[arg-type]


def in_state(status: MessageStatus) -> SmsMessage:
    return message(status=status)


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_a_state_follows_where_the_table_says_so_and_nowhere_else(before: MessageStatus, after: MessageStatus) -> None:
    if after in TRANSITIONS[before]:
        assert in_state(before).moved(after, NOON).status is after
    else:
        with pytest.raises(ValueError, match="does not follow"):
            in_state(before).moved(after, NOON)


def test_states_move_forward_but_for_the_one_repetition_of_a_code_and_what_a_phone_gives_back() -> None:
    back = {(one, two) for one, following in TRANSITIONS.items() for two in following if RANK[two] < RANK[one]}
    assert back == {(S.UNKNOWN, S.LEASED), (S.ACCEPTED, S.LEASED)}


def test_a_message_is_deleted_some_weeks_after_its_end_and_never_before_it() -> None:
    leased = in_state(S.QUEUED).moved(S.LEASED, NOON)
    assert leased.purge_at is None
    assert leased.moved(S.UNKNOWN, NOON).purge_at is None
    sent = leased.moved(S.SENT, NOON)
    assert sent.purge_at == NOON + timedelta(days=30)
    assert sent.moved(S.DELIVERED, NOON + timedelta(days=1)).purge_at == NOON + timedelta(days=30)


@given(st.lists(st.sampled_from(list(S)), max_size=12), st.sampled_from(list(MessageKind)))
def test_every_walk_ends_without_phone_and_text(walk: list[MessageStatus], kind: MessageKind) -> None:
    one = message(kind)
    for status in walk:
        if status in TRANSITIONS[one.status]:
            one = one.moved(status, NOON)
        assert one.is_finished == (one.text is None) == (one.phone is None) == (one.next_at is None)
        assert one.is_finished or one.status not in AT_REST
    assert all(before.status is not after.status for before, after in pairwise(one.history))


def test_a_lease_has_an_owner_an_epoch_and_an_end() -> None:
    first = message().taken("one", NOON)
    assert first.status is S.LEASED
    assert first.holds("one", 1, NOON)
    assert first.holds("one", 1, NOON + ACCEPT_WITHIN - timedelta(milliseconds=1))
    assert not first.holds("one", 1, NOON + ACCEPT_WITHIN)
    assert not first.holds("two", 1, NOON)
    with pytest.raises(ValueError, match="not due"):
        first.taken("two", NOON + ACCEPT_WITHIN - timedelta(milliseconds=1))
    second = first.taken("two", NOON + ACCEPT_WITHIN)
    assert second.holds("two", 2, NOON + ACCEPT_WITHIN)
    assert not second.holds("one", 1, NOON + ACCEPT_WITHIN)
    assert not second.is_repeated


def test_whoever_has_accepted_has_half_a_minute() -> None:
    accepted = message().taken("one", NOON).moved(S.ACCEPTED, NOON, "one")
    assert accepted.holds("one", 1, NOON + SEND_WITHIN - timedelta(milliseconds=1))
    assert accepted.next_at == NOON + SEND_WITHIN


def test_only_a_code_of_which_nothing_is_known_is_sent_again_and_only_once() -> None:
    accepted = message().taken("one", NOON).moved(S.ACCEPTED, NOON, "one")
    silent = NOON + SEND_WITHIN
    unknown = accepted.taken("two", silent)
    assert unknown.status is S.UNKNOWN
    assert not unknown.is_finished
    again = unknown.taken("two", silent)
    assert again.status is S.LEASED
    assert again.is_repeated
    assert again.moved(S.UNKNOWN, silent).is_finished


def test_a_notice_of_which_nothing_is_known_is_not_sent_again() -> None:
    accepted = message(MessageKind.NOTICE).taken("one", NOON).moved(S.ACCEPTED, NOON, "one")
    unknown = accepted.taken("two", NOON + SEND_WITHIN)
    assert unknown.status is S.UNKNOWN
    assert unknown.is_finished


@pytest.mark.parametrize("before", [S.QUEUED, S.LEASED, S.UNKNOWN])
def test_what_is_too_old_is_never_sent(before: MessageStatus) -> None:
    late = NOON + timedelta(minutes=5)
    assert message(status=before).taken("one", late).status is S.EXPIRED


def test_a_delivery_is_noted_after_the_end() -> None:
    sent = message().taken("one", NOON).moved(S.SENT, NOON, "one")
    delivered = sent.moved(S.DELIVERED, NOON + timedelta(minutes=1))
    assert delivered.finished_at == NOON
    assert [step.status for step in delivered.history] == [S.LEASED, S.SENT, S.DELIVERED]


def test_neither_phone_nor_text_are_in_what_is_shown_of_an_outgoing_message() -> None:
    shown = repr(Outgoing("k", "h", "+40722000123", "042137 is your code", NOON))
    assert "722" not in shown
    assert "042137" not in shown
    assert masked("+40722000123") == "+40******123"


@pytest.mark.parametrize(("language", "word"), [("en", "is your code"), ("ro", "este codul"), ("tk", "is your code")])
def test_a_code_goes_in_one_part_in_every_language(language: str, word: str) -> None:
    text = code_text(language, "007421", "Restaurantul cu {nuc} și cu un nume foarte, foarte lung", 300)
    assert text.startswith("007421 ")
    assert word in text
    assert encoded(text).parts == 1


@pytest.mark.parametrize("language", ["en", "ro"])
def test_browsers_find_the_code_for_our_page_alone_in_the_last_line_where_that_costs_nothing(language: str) -> None:
    text = code_text(language, "007421", "Casa cu Nuc", 300, "https://comanda.example.com")
    assert text.splitlines()[-1] == "@comanda.example.com #007421"
    assert encoded(text).parts == 1
    short = code_text(language, "007421", "Casa cu Nuc", 300)
    for url in ("http://localhost:8080", "https://comanda.example.com:8443", f"https://{'very-' * 20}long.example.com"):
        assert code_text(language, "007421", "Casa cu Nuc", 300, url) == short
