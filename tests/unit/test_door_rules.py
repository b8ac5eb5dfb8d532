"""Who is who at the door of a session: names, devices, and whom staff let in or sent away."""

from datetime import UTC, datetime, timedelta

import pytest
from unit import making

from models.base import Actor
from models.errors import NotFound, NotJoined, TooManyParticipants
from models.participant import Participant
from models.session import EVER_JOINED, TableSession

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
WAITER = Actor(kind="STAFF", id="w1", name="Ana")


def session(*participants: Participant) -> TableSession:
    return making.session(participants=participants)


def guest(number: int, name: str, device: str = "") -> Participant:
    return Participant(id=f"p{number}", name=name, device=device, joined_at=NOW)


@pytest.mark.parametrize("written", ["Ștefan", "ȘTEFAN", "s\u0326tefan", "S\u0326TEFAN"])
def test_a_name_is_the_same_in_any_case_and_composition(written: str) -> None:
    assert guest(1, "Ștefan").is_called(written)


def test_nobody_is_called_nothing() -> None:
    assert not guest(1, "").is_called("")
    assert session(guest(1, "")).by_name("") is None


def test_a_name_names_one_who_is_in_or_nobody() -> None:
    party = session(guest(1, "Ana"), guest(2, "Ion"), guest(3, "ion"))
    assert party.by_name("ana") == party.participants[0]
    assert party.by_name("Ion") is None
    assert party.leave("p2", NOW).by_name("Ion") == party.participants[2]


def test_who_joins_and_leaves_over_and_over_does_not_fill_the_session_without_end() -> None:
    limit = 3
    party = session(guest(0, "Ana"))
    for number in range(1, EVER_JOINED * limit):
        party = party.join(guest(number, "Ion"), limit).leave(f"p{number}", NOW)
    with pytest.raises(TooManyParticipants):
        party.join(guest(99, "Ion"), limit)
    assert party.join(guest(0, "Ana Maria"), limit).participant("p0").name == "Ana Maria"


def test_who_is_resumed_keeps_everything_but_the_device() -> None:
    resumed = session(guest(1, "Ana", "old"), guest(2, "Ion")).resume("p1", "new", "operation-1", NOW)
    assert resumed.participant("p1") == guest(1, "Ana", "new").with_(operation="operation-1")
    assert resumed.by_device("old") is None
    assert len(resumed.participants) == 2


def test_who_was_sent_away_is_out_by_device_and_by_name() -> None:
    party = session(guest(1, "Ana", "one"), guest(2, "Ion", "two")).eject("p1", WAITER, NOW)
    assert party.has_ejected("one")
    assert party.has_ejected("", "p1")
    assert not party.has_ejected("two", "p2")
    assert party.by_device("one") is None
    assert party.by_name("Ana") is None
    with pytest.raises(NotJoined):
        party.participant("p1")


def test_who_has_no_cookie_is_not_taken_for_another_who_has_none() -> None:
    assert not session(guest(1, "Ana")).eject("p1", WAITER, NOW).has_ejected("", "p2")


def test_who_left_was_not_sent_away() -> None:
    assert not session(guest(1, "Ana", "one")).leave("p1", NOW).has_ejected("one", "p1")


@pytest.mark.parametrize("who", ["p1", "p9"])
def test_who_is_not_in_cannot_be_sent_away(who: str) -> None:
    with pytest.raises(NotFound):
        session(guest(1, "Ana")).leave("p1", NOW).eject(who, WAITER, NOW)


def test_a_door_is_open_until_its_time_is_up() -> None:
    admitted = session().admit(120, WAITER, NOW)
    assert not session().admits(NOW)
    assert admitted.admits(NOW + timedelta(seconds=119))
    assert not admitted.admits(NOW + timedelta(seconds=120))
