"""What a void does to a ticket: its portions are struck, and not to be cooked."""

import pytest
from unit import making
from unit.making import COOK, NOW

from kitchen_display.board import all_day
from models.dish import Course
from models.errors import (
    TransitionRefused,
)
from models.status import LineStatus
from models.ticket import Ticket


def ticket(status: LineStatus = LineStatus.IN_PROGRESS) -> Ticket:
    dish = making.ticket_line(quantity=3, course=Course.STARTERS, status=status)
    return making.ticket(dish, station="cold")


@pytest.mark.parametrize("status", [one for one in LineStatus if one is not LineStatus.CANCELLED])
def test_a_line_is_struck_when_no_portion_is_left_whatever_its_state(status: LineStatus) -> None:
    partly = ticket(status).with_voided("l", 2, COOK, NOW)
    assert (partly.lines[0].voided, partly.lines[0].status) == (2, status)
    struck = partly.with_voided("l", 3, COOK, NOW)
    assert (struck.lines[0].voided, struck.lines[0].status) == (3, LineStatus.CANCELLED)
    assert struck.change
    assert struck.change.kind == "line-voided"


def test_a_struck_line_stays_struck_through_bump_and_recall() -> None:
    cleared = ticket().with_voided("l", 3, COOK, NOW).bump(COOK, NOW)
    assert cleared.lines[0].status is LineStatus.CANCELLED
    with pytest.raises(TransitionRefused):
        cleared.recall(COOK, NOW)


def test_voided_portions_are_not_to_be_cooked() -> None:
    assert all_day([ticket().with_voided("l", 2, COOK, NOW), ticket()]) == {"Soup": 4}
