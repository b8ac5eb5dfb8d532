"""What a client names when it catches up, and what it forgets, with more on its board than a request can name."""

from typing import Any

from comanda_client import Connection, State

NAMED_AT_MOST = 150


def ticket(number: int, version: int = 1, status: str = "OPEN") -> dict[str, Any]:
    return {"ticket": {"id": f"t{number}", "version": version, "status": status, "sessionId": "s1"}}


def board(tickets: int) -> State:
    state = State()
    for number in range(tickets):
        state.merge(ticket(number))
    return state


def test_a_request_names_no_more_than_it_can_carry() -> None:
    assert len(board(400).versions()) == NAMED_AT_MOST


def test_what_is_finished_is_named_last() -> None:
    state = board(140)
    for number in range(140, 340):
        state.merge(ticket(number, status="BUMPED"))
    assert {f"t{number}" for number in range(140)} <= state.versions().keys()


def test_what_belongs_to_a_closed_session_is_named_last() -> None:
    state = board(140)
    state.merge({"session": {"id": "s2", "version": 1, "status": "CLOSED"}})
    for number in range(200):
        state.merge({"order": {"id": f"o{number}", "version": 1, "sessionId": "s2"}})
    assert {f"t{number}" for number in range(140)} <= state.versions().keys()


def test_the_menu_is_always_named_because_nobody_sends_it_again_unasked() -> None:
    state = State()
    state.merge({"menu": {"id": "menu", "version": 3}})
    for number in range(400):
        state.merge(ticket(number))
    assert state.versions()["menu"] == 3


def test_presence_is_never_named() -> None:
    state = board(1)
    state.merge({"presence": {"id": "presence-s1", "version": 5, "online": []}})
    assert state.versions().keys() == {"t0"}


def test_what_was_neither_named_nor_told_again_is_forgotten() -> None:
    state = board(400)
    asked = state.ask()
    silent = [one for one in asked.unnamed if one != "t7"]
    state.settle(asked, [ticket(7)])
    assert "t7" in state.snapshots
    assert not state.snapshots.keys() & set(silent)


def test_what_was_named_is_kept_because_no_answer_means_no_change() -> None:
    state = board(400)
    asked = state.ask()
    state.settle(asked, [])
    assert asked.have.keys() <= state.snapshots.keys()


def test_what_is_called_gone_is_forgotten_unless_it_was_heard_of_meanwhile() -> None:
    state = board(3)
    asked = state.ask()
    state.merge(ticket(1, version=4))
    state.settle(asked, [], ["t0", "t1", "t9"])
    assert state.snapshots.keys() == {"t1", "t2"}


def test_what_was_heard_while_the_answer_was_on_its_way_is_kept() -> None:
    state = board(400)
    asked = state.ask()
    recalled = next(iter(asked.unnamed))
    state.merge(ticket(int(recalled[1:]), version=4))
    state.merge(ticket(1000))
    state.settle(asked, [])
    assert state.snapshots[recalled].version == 4
    assert "t1000" in state.snapshots


def test_a_client_that_stays_for_weeks_does_not_remember_every_message() -> None:
    client = Connection("http://localhost", "/kitchen")
    for number in range(5_000):
        client._take("ticket:changed", ticket(1, version=number + 1))
    assert len(client.heard) <= 1_000
    assert client.heard[-1] == ("ticket:changed", ticket(1, version=5_000))
