"""Whatever cooks, waiters and expediters do with a ticket in whatever order: it never lies and never loses a line."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from unit.making import NOW, ticket, ticket_line

from models.base import Actor
from models.dish import Course
from models.errors import LineHeld, StatusConflict, TransitionRefused
from models.status import LineStatus
from models.ticket import Ticket
from models.ticket_line import FINAL, TRANSITIONS, UNFINISHED

BY = Actor(kind="SCREEN", id="grill")
COURSES = (Course.STARTERS, Course.MAINS)
BEHIND = -2
"""Seconds by which another process's clock may be: a later step is then written with an earlier time."""

lines = st.sampled_from(("l0", "l1", "l2"))
statuses = st.sampled_from(LineStatus)
courses = st.sampled_from(COURSES)


class TicketMachine(RuleBasedStateMachine):
    """Random steps of everyone who may touch a ticket."""

    ticket: Ticket
    before: Ticket

    @initialize(has_expo=st.booleans(), quantities=st.tuples(*[st.integers(1, 3)] * 3))
    def place(self, has_expo: bool, quantities: tuple[int, int, int]) -> None:
        self.now = NOW
        self.ticket = self.before = ticket(
            *(
                ticket_line(f"l{number}", quantity=quantity, course=COURSES[number % 2], fired_at=NOW, starts_at=NOW)
                for number, quantity in enumerate(quantities)
            ),
            has_expo=has_expo,
        )

    @rule(seconds=st.integers(BEHIND, 60))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # ── what a cook does ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(line_id=lines, status=statuses, expected=statuses)
    def step(self, line_id: str, status: LineStatus, expected: LineStatus) -> None:
        line = self.ticket.line(line_id)
        try:
            self.become(self.ticket.step(line_id, status, expected, BY, self.now))
        except StatusConflict:
            assert line.status is not expected
        except LineHeld:
            assert line.is_held
        except TransitionRefused:
            assert status not in TRANSITIONS[line.status]
        else:
            assert not line.is_held

    @rule(line_id=lines, status=statuses)
    def step_as_seen(self, line_id: str, status: LineStatus) -> None:
        self.step(line_id, status, self.ticket.line(line_id).status)

    @rule(line_id=lines, portions=st.none() | st.integers(1, 3))
    def acknowledge(self, line_id: str, portions: int | None) -> None:
        self.become(self.ticket.acknowledged(line_id, portions, BY, self.now))

    @precondition(lambda self: self.ticket.is_open)
    @rule()
    def bump(self) -> None:
        self.become(self.ticket.bump(BY, self.now))
        assert all(not line.is_unfinished or line.is_held for line in self.ticket.lines)

    @rule()
    def bump_and_recall(self) -> None:
        """A ticket that comes back is what it was."""
        if not self.ticket.is_open:
            return
        before = self.ticket
        self.become(before.bump(BY, self.now))
        if self.ticket.is_cleared and any(line.status not in FINAL for line in before.lines):
            self.recall()
            assert [line.status for line in self.ticket.lines] == [line.status for line in before.lines]

    @precondition(lambda self: self.ticket.is_cleared)
    @rule()
    def recall(self) -> None:
        revision = self.ticket.revision
        try:
            self.become(self.ticket.recall(BY, self.now))
        except TransitionRefused:
            assert all(line.status is LineStatus.CANCELLED for line in self.ticket.lines)
        else:
            assert self.ticket.is_open
            assert self.ticket.is_shown
            assert self.ticket.revision > revision
            assert not all(line.is_over for line in self.ticket.lines)

    # ── what an expediter does ────────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def assemble(self) -> None:
        self.become(self.ticket.assembled(BY, self.now))
        assert self.ticket.assembled_at == self.now

    @rule()
    def run(self) -> None:
        self.become(self.ticket.run(BY, self.now))
        assert all(line.status in FINAL or line.is_held for line in self.ticket.lines)
        assert self.ticket.is_shown is any(line.is_held for line in self.ticket.lines)

    # ── what others do ────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(line_id=lines)
    def void(self, line_id: str) -> None:
        line, was_shown = self.ticket.line(line_id), self.ticket.is_shown
        if line.portions:
            self.become(self.ticket.with_voided(line_id, line.voided + 1, BY, self.now))
            assert self.ticket.is_shown or not was_shown

    @rule(course=courses)
    def hold(self, course: Course) -> None:
        begun = [line.id for line in self.ticket.lines if line.status is not LineStatus.NEW]
        self.become(self.ticket.held(course, BY, self.now))
        assert not any(self.ticket.line(line_id).is_held for line_id in begun)

    @rule(course=courses, later=st.integers(0, 600))
    def fire(self, course: Course, later: int) -> None:
        starts = {line.id: self.now + timedelta(seconds=later) for line in self.ticket.lines}
        self.become(self.ticket.fired(course, starts, BY, self.now))
        assert not any(line.is_held for line in self.ticket.lines if line.course is course)

    @rule(is_priority=st.booleans())
    def prioritize(self, is_priority: bool) -> None:
        self.become(self.ticket.prioritized(is_priority, BY, self.now))

    @rule()
    def see(self) -> None:
        self.become(self.ticket.seen(BY, self.now))

    @rule()
    def strike_at_closing(self) -> None:
        self.become(self.ticket.struck(BY, self.now))
        assert not any(line.is_unfinished for line in self.ticket.lines)

    def become(self, after: Ticket) -> None:
        self.before, self.ticket = self.ticket, after

    # ── what always holds ─────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def no_line_disappears(self) -> None:
        assert [line.id for line in self.ticket.lines] == ["l0", "l1", "l2"]
        for was, line in zip(self.before.lines, self.ticket.lines, strict=True):
            assert line.quantity == was.quantity
            assert was.voided <= line.voided <= line.quantity
            assert was.acknowledged <= line.acknowledged <= line.voided

    @invariant()
    def status_and_screens_follow_from_the_lines(self) -> None:
        ticket = self.ticket
        is_whole = all(line.status not in UNFINISHED for line in ticket.lines)
        assert ticket.is_open or is_whole, "what is to be cooked is on its station's screens"
        assert not ticket.is_open or not all(line.is_over for line in ticket.lines), "what is over has left the boards"
        is_on_pass = ticket.has_expo and any(line.status is LineStatus.READY for line in ticket.lines)
        assert ticket.is_shown or not (ticket.is_open or is_on_pass)
        assert not ticket.is_shown or ticket.is_open or ticket.has_expo
        assert (ticket.ready_at is not None) is is_whole or (ticket.version == 0 and ticket.change is None)
        assert (ticket.bumped_at is None) is ticket.is_open
        assert ticket.is_waiting is any(line.is_held for line in ticket.lines)

    @invariant()
    def a_held_line_is_never_cooked(self) -> None:
        for line in self.ticket.lines:
            assert not line.is_held or line.status is LineStatus.NEW
            assert not line.is_held or (line.fired_at, line.starts_at, line.started_at) == (None, None, None)

    @invariant()
    def times_are_those_of_the_steps_and_never_out_of_order(self) -> None:
        for line in self.ticket.lines:
            if line.status is not LineStatus.CANCELLED:
                assert (line.started_at is not None) is (line.status is not LineStatus.NEW)
                assert (line.ready_at is not None) is (line.status in (LineStatus.READY, LineStatus.SERVED))
                assert (line.served_at is not None) is (line.status is LineStatus.SERVED)
            times = [one for one in (line.fired_at, line.started_at, line.ready_at, line.served_at) if one]
            assert times == sorted(times)
            assert line.starts_at is None or line.fired_at is None or line.starts_at >= line.fired_at

    @invariant()
    def struck_lines_never_leave_unacknowledged(self) -> None:
        was_shown = {line.id for line in self.before.lines if line.struck and self.before.is_open}
        for line in self.ticket.lines:
            assert line.id not in was_shown or not line.struck or self.ticket.is_open

    @invariant()
    def what_was_assembled_is_so_until_it_is_cooked_again(self) -> None:
        is_cooking = any(line.is_unfinished and not line.is_held for line in self.ticket.lines)
        assert self.ticket.assembled_at is None or not is_cooking

    @invariant()
    def revision_grows_with_what_there_is_to_cook(self) -> None:
        def to_cook(ticket: Ticket) -> list[tuple[int, bool]]:
            return [(line.voided, line.is_held) for line in ticket.lines]

        assert self.ticket.revision >= self.before.revision
        assert to_cook(self.ticket) == to_cook(self.before) or self.ticket.revision > self.before.revision


TestTicketMachine = TicketMachine.TestCase
TestTicketMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
