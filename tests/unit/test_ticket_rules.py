"""What a ticket becomes when it is cleared, assembled, run, recalled, set back or rushed."""

from datetime import timedelta
from typing import Any

import pytest
from unit import making
from unit.making import NOW

from models.base import Actor
from models.dish import Course
from models.errors import LineHeld, StatusConflict, TransitionRefused
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus, in_order

LATER = NOW + timedelta(minutes=7)
COOK = Actor(kind="SCREEN", id="grill")
NEW, BEGUN, READY = LineStatus.NEW, LineStatus.IN_PROGRESS, LineStatus.READY
SERVED, CANCELLED = LineStatus.SERVED, LineStatus.CANCELLED


def ticket(*statuses: LineStatus, **fields: Any) -> Ticket:
    """A ticket with a line in each of these states, of starters and mains in turn."""
    lines = (
        making.ticket_line(
            f"l{number}", quantity=2, course=(Course.STARTERS, Course.MAINS)[number % 2], fired_at=NOW, starts_at=NOW
        ).at(status, NOW)
        for number, status in enumerate(statuses)
    )
    return making.ticket(*lines, **fields)


def states(one: Ticket) -> list[LineStatus]:
    return [line.status for line in one.lines]


# ── cleared and recalled ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recall_gives_each_line_back_what_it_was_before_the_bump() -> None:
    bumped = ticket(NEW, BEGUN, READY, SERVED).bump(COOK, LATER)
    assert states(bumped) == [READY, READY, READY, SERVED]
    assert (bumped.status, bumped.bumped_at) == (TicketStatus.BUMPED, LATER)
    back = bumped.recall(COOK, LATER)
    assert states(back) == [NEW, BEGUN, READY, SERVED]
    assert (back.status, back.bumped_at, back.revision) == (TicketStatus.OPEN, None, 1)


def test_a_recall_after_a_run_gives_back_what_was_before_the_run() -> None:
    run = ticket(NEW, READY, has_expo=True).run(COOK, LATER)
    assert (states(run), run.is_shown) == ([SERVED, SERVED], False)
    assert states(run.recall(COOK, LATER)) == [NEW, READY]


def test_a_recall_leaves_what_somebody_did_with_a_line_since() -> None:
    bumped = ticket(NEW, NEW).bump(COOK, NOW)
    assert states(bumped.step("l0", SERVED, READY, COOK, LATER).recall(COOK, LATER)) == [SERVED, NEW]


def test_a_line_that_was_finished_again_after_it_was_set_back_stays_finished_in_a_recall() -> None:
    bumped = ticket(NEW, NEW).bump(COOK, NOW)
    again = bumped.step("l0", BEGUN, READY, COOK, LATER).step("l0", READY, BEGUN, COOK, LATER)
    assert states(again.bump(COOK, LATER).recall(COOK, LATER))[0] is READY


def test_what_was_all_served_is_ready_again_and_what_was_cancelled_stays_so() -> None:
    served = ticket(NEW, NEW).bump(COOK, NOW).with_voided("l1", 2, COOK, NOW)
    served = served.step("l0", SERVED, READY, COOK, NOW).acknowledged("l1", None, COOK, NOW)
    assert states(served.recall(COOK, LATER)) == [READY, CANCELLED]


def test_what_was_cancelled_whole_cannot_be_recalled() -> None:
    gone = ticket(NEW).with_voided("l0", 2, COOK, NOW).acknowledged("l0", None, COOK, NOW)
    assert gone.status is TicketStatus.BUMPED
    with pytest.raises(TransitionRefused):
        gone.recall(COOK, LATER)


def test_a_line_that_is_set_back_brings_its_cleared_ticket_back() -> None:
    back = ticket(READY).bump(COOK, NOW).step("l0", BEGUN, READY, COOK, LATER)
    assert (back.status, back.is_shown, back.bumped_at, back.ready_at) == (TicketStatus.OPEN, True, None, None)


def test_what_is_held_is_not_cleared_and_the_ticket_is_not_bumped() -> None:
    cleared = ticket(NEW, NEW).held(Course.MAINS, COOK, NOW).bump(COOK, LATER)
    assert (states(cleared), cleared.status, cleared.bumped_at) == ([READY, NEW], TicketStatus.OPEN, None)
    assert cleared.is_cleared
    assert states(cleared.recall(COOK, LATER)) == [NEW, NEW]
    with pytest.raises(LineHeld):
        cleared.step("l1", BEGUN, NEW, COOK, LATER)


def test_a_held_line_that_is_voided_whole_does_not_keep_its_ticket() -> None:
    voided = ticket(NEW, NEW).held(Course.MAINS, COOK, NOW).with_voided("l1", 2, COOK, NOW)
    assert not voided.is_waiting
    assert voided.bump(COOK, LATER).status is TicketStatus.BUMPED


# ── the pass ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_assembled_can_still_be_recalled_to_what_it_was_at_its_station() -> None:
    together = ticket(NEW, has_expo=True).bump(COOK, NOW).assembled(COOK, LATER)
    assert (together.assembled_at, together.bumped_at) == (LATER, NOW)
    assert states(together.recall(COOK, LATER)) == [NEW]


@pytest.mark.parametrize("has_expo", [True, False])
def test_what_is_cooked_waits_on_the_pass_where_there_is_one(has_expo: bool) -> None:
    bumped = ticket(NEW, has_expo=has_expo).bump(COOK, NOW)
    assert bumped.is_shown is has_expo
    assert not bumped.step("l0", SERVED, READY, COOK, LATER).is_shown


def test_what_was_together_is_not_together_any_more_once_a_line_goes_back_or_a_course_is_fired() -> None:
    together = ticket(NEW, NEW).held(Course.MAINS, COOK, NOW).assembled(COOK, NOW)
    assert together.with_voided("l0", 1, COOK, NOW).assembled_at == NOW
    assert together.fired(Course.MAINS, {}, COOK, LATER).assembled_at is None
    assert together.step("l0", BEGUN, READY, COOK, LATER).assembled_at is None


def test_portions_that_are_voided_before_they_are_run_are_struck_on_the_pass_and_after_it_on_no_screen() -> None:
    bumped = ticket(NEW, has_expo=True).bump(COOK, NOW)
    assert bumped.with_voided("l0", 2, COOK, LATER).is_shown
    assert not bumped.with_voided("l0", 2, COOK, LATER).acknowledged("l0", None, COOK, LATER).is_shown
    assert not bumped.run(COOK, NOW).with_voided("l0", 2, COOK, LATER).is_shown


def test_what_is_struck_on_the_pass_leaves_it_when_its_order_is_bumped_there() -> None:
    struck = ticket(NEW, has_expo=True).bump(COOK, NOW).with_voided("l0", 2, COOK, LATER)
    assert struck.is_to_run
    assert not struck.assembled(COOK, LATER).is_shown
    assert not struck.run(COOK, LATER).is_shown
    assert not struck.run(COOK, LATER).is_to_run


def test_nothing_waits_on_the_pass_for_a_party_that_has_left() -> None:
    bumped = ticket(NEW, has_expo=True).bump(COOK, NOW)
    assert not bumped.left(COOK, LATER).is_shown
    struck = ticket(READY, NEW, has_expo=True).struck(COOK, NOW)
    assert struck.is_open
    assert not struck.bump(COOK, LATER).is_shown


def test_there_is_something_to_run_unless_it_is_held_or_over() -> None:
    assert ticket(NEW).is_to_run
    assert ticket(READY).is_to_run
    assert not ticket(SERVED, SERVED).is_to_run
    assert not ticket(SERVED, NEW).held(Course.MAINS, COOK, NOW).is_to_run


# ── times, order, taps ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_times_of_the_steps_behind_a_line_are_kept_and_those_before_it_are_not() -> None:
    begun = ticket(NEW).step("l0", BEGUN, NEW, COOK, NOW)
    ready = begun.step("l0", READY, BEGUN, COOK, LATER)
    back = ready.step("l0", BEGUN, READY, COOK, LATER)
    assert [(one.lines[0].started_at, one.lines[0].ready_at) for one in (begun, ready, back)] == [
        (NOW, None),
        (NOW, LATER),
        (NOW, None),
    ]


def test_a_process_whose_clock_is_behind_does_not_put_times_out_of_order() -> None:
    begun = ticket(NEW).step("l0", BEGUN, NEW, COOK, LATER)
    line = begun.step("l0", READY, BEGUN, COOK, NOW).lines[0]
    assert line.started_at == line.ready_at == LATER


def test_a_tap_on_another_revision_is_refused_and_one_that_names_none_is_not() -> None:
    voided = ticket(NEW).with_voided("l0", 1, COOK, NOW)
    voided.require_revision(None)
    voided.require_revision(1)
    with pytest.raises(StatusConflict):
        voided.require_revision(0)


def test_what_is_rushed_comes_first_and_saying_it_again_changes_nothing() -> None:
    first = ticket(NEW, id="a", placed_at=NOW)
    rushed = ticket(NEW, id="b", placed_at=LATER).prioritized(True, COOK, LATER)
    assert [one.id for one in in_order([first, rushed])] == ["b", "a"]
    assert rushed.prioritized(True, COOK, LATER) is rushed
