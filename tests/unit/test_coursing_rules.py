"""When a course is kept back, when its turn comes, and when each of its dishes is to be begun."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from unit import making
from unit.making import NOW

from models.base import Actor
from models.coursing import FOOD, Changed, due, fire, hold, kept_back, lines_changed, may_wait, starts
from models.dish import Course
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus
from models.ticket_line import FINAL, TicketLine

LATER = NOW + timedelta(minutes=9)
ANA = Actor(kind="STAFF", id="ana")
HOUSE = Actor(kind="HOUSE", id="")
DRINKS, STARTERS, MAINS, DESSERTS = Course.DRINKS, Course.STARTERS, Course.MAINS, Course.DESSERTS
NEW, SERVED, CANCELLED = LineStatus.NEW, LineStatus.SERVED, LineStatus.CANCELLED


def line(line_id: str, course: Course, status: LineStatus = NEW, *, held: bool = False, **more: object) -> TicketLine:
    times = {"fired_at": None if held else NOW, "starts_at": None if held else NOW}
    known = {"name": {"en": line_id}, "quantity": 2, "course": course, "status": status, "is_held": held}
    return making.ticket_line(line_id, **(known | times | more))


def ticket(*lines: TicketLine, station: str = "grill") -> Ticket:
    return making.ticket(*lines, id=station, station=station, is_waiting=any(one.is_held for one in lines))


def after(changed: Changed) -> list[TicketLine]:
    return [one for _, ticket in changed for one in ticket.lines]


def fire_all(*tickets: Ticket, course: Course = MAINS, is_by_rule: bool = False) -> Changed:
    return fire(tickets, course, ANA, LATER, by_prep_time=True, is_by_rule=is_by_rule)


# ── the rule ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_later_courses_of_a_round_wait_for_its_first_one() -> None:
    sent = [line(course, course) for course in Course]
    assert kept_back(sent, []) == {MAINS, DESSERTS}


def test_desserts_wait_for_mains_where_there_are_no_starters() -> None:
    assert kept_back([line("m", MAINS), line("d", DESSERTS)], []) == {DESSERTS}


def test_drinks_wait_for_nothing_and_nothing_waits_for_them() -> None:
    assert kept_back([line("w", DRINKS), line("m", MAINS)], []) == frozenset()
    assert kept_back([line("w", DRINKS)], [ticket(line("s", STARTERS))]) == frozenset()


def test_a_course_waits_for_an_earlier_one_of_an_older_round() -> None:
    assert kept_back([line("m", MAINS)], [ticket(line("s", STARTERS, LineStatus.READY))]) == {MAINS}


def test_what_is_sent_for_a_course_that_runs_already_is_not_held() -> None:
    running = ticket(line("s", STARTERS, SERVED), line("v", STARTERS, CANCELLED), line("m", MAINS))
    assert kept_back([line("m2", MAINS)], [running]) == frozenset()


def test_only_what_comes_after_another_course_may_wait() -> None:
    assert not may_wait([line("w", DRINKS), line("s", STARTERS)])
    assert may_wait([line("s", STARTERS), line("d", DESSERTS)])


def test_a_course_is_due_when_all_before_it_are_served_or_cancelled() -> None:
    waiting = line("m", MAINS, held=True)
    assert due([line("a", STARTERS, SERVED), line("b", STARTERS), waiting]) is None
    assert due([line("a", STARTERS, SERVED), line("b", STARTERS, LineStatus.READY), waiting]) is None
    assert due([line("a", STARTERS, SERVED), line("b", STARTERS, CANCELLED), waiting]) is MAINS


def test_the_course_after_the_next_is_not_due() -> None:
    held = [line("m", MAINS, held=True), line("d", DESSERTS, held=True)]
    assert due([line("s", STARTERS, SERVED), *held]) is MAINS
    assert due([line("s", STARTERS, SERVED), line("m", MAINS, CANCELLED), held[1]]) is DESSERTS


def test_what_somebody_holds_is_never_due_and_what_comes_after_it_neither() -> None:
    by_hand = line("m", MAINS, held=True, held_by=ANA)
    assert due([line("s", STARTERS, SERVED), by_hand, line("d", DESSERTS, held=True)]) is None


parts = st.lists(
    st.tuples(st.sampled_from(Course), st.sampled_from(LineStatus), st.sampled_from(["fired", "rule", "hand"])),
    max_size=8,
)


@given(parts)
def test_a_due_course_has_nothing_unserved_before_it(found: list[tuple[Course, LineStatus, str]]) -> None:
    lines = [
        line(
            str(number),
            course,
            NEW if hold != "fired" else status,
            held=hold != "fired",
            held_by=ANA if hold == "hand" else None,
        )
        for number, (course, status, hold) in enumerate(found)
    ]
    course = due(lines)
    waiting = {one.course for one in lines if one.is_held and one.held_by is None and one.course in FOOD}
    clear = {
        one
        for one in waiting
        if all(other.status in FINAL for other in lines if other.course in FOOD[: FOOD.index(one)])
    }
    assert course == (min(clear, key=FOOD.index) if clear else None)
    if course:
        changed = fire((ticket(*lines),), course, HOUSE, LATER, by_prep_time=True, is_by_rule=True)
        assert due(after(changed)) is not course


# ── by hand ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_course_is_held_but_for_what_is_begun() -> None:
    begun = line("b", MAINS, LineStatus.IN_PROGRESS)
    (changed,) = hold([ticket(begun, line("m", MAINS), line("s", STARTERS))], MAINS, ANA, LATER)
    assert [one.is_held for one in changed[1].lines] == [False, True, False]
    assert changed[1].lines[1].held_by == ANA
    assert changed[1].lines[1].starts_at is None
    assert changed[1].is_waiting
    assert lines_changed([changed]) == {"m"}


def test_a_dish_of_two_stations_is_not_held_once_one_has_begun() -> None:
    grill, cold = ticket(line("m", MAINS, LineStatus.IN_PROGRESS)), ticket(line("m", MAINS), station="cold")
    assert hold([grill, cold], MAINS, ANA, LATER) == []


def test_holding_what_is_held_by_somebody_changes_nothing() -> None:
    assert hold([ticket(line("m", MAINS, held=True, held_by=HOUSE))], MAINS, ANA, LATER) == []


def test_what_the_rule_holds_is_somebodys_once_they_hold_it() -> None:
    ((_, held),) = hold([ticket(line("m", MAINS, held=True))], MAINS, ANA, LATER)
    assert held.lines[0].held_by == ANA
    assert due(held.lines) is None


def test_drinks_can_be_held_by_hand() -> None:
    assert lines_changed(hold([ticket(line("w", DRINKS))], DRINKS, ANA, LATER)) == {"w"}


def test_firing_what_is_not_held_changes_nothing() -> None:
    assert fire_all(ticket(line("m", MAINS), line("d", DESSERTS, held=True))) == []


def test_firing_by_hand_takes_all_that_is_held_and_by_the_rule_only_its_own() -> None:
    both = ticket(line("a", MAINS, held=True), line("b", MAINS, held=True, held_by=ANA))
    assert lines_changed(fire_all(both)) == {"a", "b"}
    ((_, fired),) = fire_all(both, is_by_rule=True)
    assert [one.is_held for one in fired.lines] == [False, True]
    assert fired.is_waiting


def test_a_fired_line_counts_from_when_it_was_fired() -> None:
    ((before, fired),) = fire_all(ticket(line("m", MAINS, held=True)))
    assert (fired.lines[0].fired_at, fired.lines[0].starts_at, fired.lines[0].held_by) == (LATER, LATER, None)
    assert fired.revision == before.revision + 1


def test_a_tap_on_a_ticket_whose_course_was_fired_since_means_something_else() -> None:
    ((before, fired),) = fire_all(ticket(line("m", MAINS, held=True)))
    assert before.revision != fired.revision


# ── what else happens to what is held ─────────────────────────────────────────────────────────────────────────────────


def test_of_what_is_voided_whole_nothing_is_kept_back() -> None:
    struck = ticket(line("m", MAINS, held=True)).with_voided("m", 2, ANA, LATER)
    assert not struck.is_waiting
    assert not struck.lines[0].is_held
    assert fire_all(struck) == []
    assert struck.bump(ANA, LATER).status is TicketStatus.BUMPED


def test_what_is_voided_in_part_stays_held() -> None:
    struck = ticket(line("m", MAINS, held=True)).with_voided("m", 1, ANA, LATER)
    assert struck.is_waiting
    assert struck.lines[0].portions == 1


def test_clearing_a_ticket_leaves_what_is_held() -> None:
    cleared = ticket(line("s", STARTERS), line("m", MAINS, held=True)).bump(ANA, LATER)
    assert [one.status for one in cleared.lines] == [LineStatus.READY, NEW]
    assert (cleared.status, cleared.is_shown, cleared.is_waiting) == (TicketStatus.OPEN, True, True)


def test_a_party_that_is_closed_has_nothing_held() -> None:
    struck = ticket(line("m", MAINS, held=True)).struck(ANA, LATER)
    assert struck.lines[0].status is CANCELLED
    assert not struck.is_waiting


# ── by prep time ──────────────────────────────────────────────────────────────────────────────────────────────────────

dishes = st.lists(st.tuples(st.sampled_from(Course), st.integers(0, 240)), max_size=12)


@given(dishes)
def test_all_of_a_course_is_ready_at_the_same_minute_and_nothing_begins_before_it_is_fired(
    found: list[tuple[Course, int]],
) -> None:
    lines = [line(str(number), course, prep_minutes=prep) for number, (course, prep) in enumerate(found)]
    when = starts(lines, NOW, by_prep_time=True)
    assert all(moment >= NOW for moment in when.values())
    for course in FOOD:
        of_course = [one for one in lines if one.course is course]
        assert len({when[one.id] + timedelta(minutes=one.prep_minutes) for one in of_course}) <= 1
        assert not of_course or min(when[one.id] for one in of_course) == NOW
    assert all(when[one.id] == NOW for one in lines if one.course is DRINKS)


@given(dishes)
def test_without_the_option_all_is_begun_when_it_is_fired(found: list[tuple[Course, int]]) -> None:
    lines = [line(str(number), course, prep_minutes=prep) for number, (course, prep) in enumerate(found)]
    assert set(starts(lines, NOW, by_prep_time=False).values()) <= {NOW}


def test_the_longest_counts_over_all_stations_and_only_what_is_fired() -> None:
    grill = ticket(line("steak", MAINS, held=True, prep_minutes=20), line("old", MAINS, prep_minutes=90))
    cold = ticket(line("salad", MAINS, held=True, prep_minutes=8), station="cold")
    begins = {one.id: one.starts_at for one in after(fire_all(grill, cold))}
    assert begins == {"steak": LATER, "salad": LATER + timedelta(minutes=12), "old": NOW}
