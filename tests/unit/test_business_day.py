"""The accounting day of a house: from its cut-off hour to the next one, whatever the clocks do in between."""

from datetime import UTC, datetime, timedelta

import pytest

from models.house import Restaurant


def house(day_starts_at: int, time_zone: str = "Europe/Bucharest") -> Restaurant:
    return Restaurant(
        id="r", restaurant_id="r", name="Casa", currency="RON", time_zone=time_zone, day_starts_at=day_starts_at
    )


def next_date(date: str) -> str:
    return (datetime.fromisoformat(date) + timedelta(days=1)).date().isoformat()


@pytest.mark.parametrize(
    ("starts_at", "first_moment", "date"),
    [
        (5, datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "2026-11-22"),
        (0, datetime(2026, 11, 21, 22, 0, tzinfo=UTC), "2026-11-22"),
        # The clocks go back on 25 October 2026 from 04:00 to 03:00, and forward on 29 March 2026 from 03:00 to 04:00.
        (5, datetime(2026, 10, 25, 3, 0, tzinfo=UTC), "2026-10-25"),
        (4, datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "2026-10-25"),
        (3, datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "2026-10-25"),
        (5, datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "2026-03-29"),
        (3, datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29"),
    ],
)
def test_a_business_day_begins_at_the_cut_off_hour(starts_at: int, first_moment: datetime, date: str) -> None:
    assert house(starts_at).day_start(date) == first_moment
    assert house(starts_at).business_date(first_moment) == date
    assert house(starts_at).business_date(first_moment - timedelta(seconds=1)) < date


@pytest.mark.parametrize("time_zone", ["Europe/Bucharest", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
@pytest.mark.parametrize("starts_at", [0, 2, 3, 4, 5])
def test_every_moment_of_a_year_is_in_the_day_that_says_so(starts_at: int, time_zone: str) -> None:
    place = house(starts_at, time_zone)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        date = place.business_date(moment)
        assert place.day_start(date) <= moment < place.day_start(next_date(date))
        moment += timedelta(minutes=30 * 7)
