"""Phone numbers of three countries, names as people write them, and days as a calendar has them."""

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.house import Restaurant
from models.money import Currency
from models.phone import CustomerName, last_four, masked, normalised, without_numbers

NAME = TypeAdapter(CustomerName)
INDIA = ("IN",)
TURKMENISTAN = ("TM",)


@pytest.mark.parametrize(
    "text", ["+40722000123", "0722000123", "0722 000 123", "+40 722-000-123", "+40 (722) 000.123", "0722/000/123"]
)
def test_a_romanian_mobile_number_is_the_same_however_it_is_written(text: str) -> None:
    assert normalised(text, ("RO",)) == "+40722000123"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "722000123",  # neither +40 nor 0 before it
        "0040722000123",
        "40722000123",
        "072200012",
        "07220001234",
        "0212000000",  # a landline
        "0800123456",
        "+40212000000",
        "+400722000123",
        "+49151234567",
        "+12025550123",
        "0722 000 12a",
        "0722000123;ext=5",
        "tel:+40722000123",
        "٠٧٢٢٠٠٠١٢٣",
        "++40722000123",
        "0" * 400,
    ],
)
def test_what_is_no_romanian_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        normalised(text, ("RO",))


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9 ().\-/]{0,20}", fullmatch=True))
def test_whatever_is_typed_becomes_a_romanian_mobile_number_or_is_refused(text: str) -> None:
    try:
        number = normalised(text, ("RO",))
    except ValueError:
        return
    assert number.startswith("+407")
    assert len(number) == 12
    assert normalised(number, ("RO",)) == number


@pytest.mark.parametrize(
    ("countries", "text", "number"),
    [
        (INDIA, "98765 43210", "+919876543210"),
        (INDIA, "098765 43210", "+919876543210"),
        (INDIA, "+91 98765-43210", "+919876543210"),
        (TURKMENISTAN, "8 66 123456", "+99366123456"),
        (TURKMENISTAN, "+993 66 12-34-56", "+99366123456"),
        (("RO", "IN"), "+91 98765 43210", "+919876543210"),
        (("IN", "RO"), "+40 722 000 123", "+40722000123"),
    ],
)
def test_other_countries_have_their_own_numbers(countries: tuple[str, ...], text: str, number: str) -> None:
    assert normalised(text, countries) == number


@pytest.mark.parametrize(
    ("countries", "text"),
    [
        (("RO",), "+919876543210"),
        (INDIA, "+40722000123"),
        (INDIA, "0722000123"),
        (INDIA, "011 2345 6789"),  # a landline in Delhi
        (TURKMENISTAN, "+993 12 123456"),  # a landline in Ashgabat
        (("RO", "IN"), "98765 43210"),
    ],
)
def test_a_number_of_no_country_of_the_house_is_refused(countries: tuple[str, ...], text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        normalised(text, countries)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+40722000123", "+40******123"),
        ("+919876543210", "+91******210"),
        ("+99366123456", "+993******456"),
    ],
)
def test_a_number_is_shown_by_its_country_and_its_end(number: str, shown: str) -> None:
    assert masked(number) == shown
    assert last_four(number) == number[-4:]


@pytest.mark.parametrize(
    "name", ["Ana", "Ștefan Țepeș", "Ana-Maria Pîrvu", "O'Brien", "Szőke József", "Müller", "Aşyr", "A" * 100]
)
def test_names_are_taken_as_people_write_them(name: str) -> None:
    assert NAME.validate_python(name) == name


def test_a_name_is_composed_and_trimmed() -> None:
    assert NAME.validate_python(unicodedata.normalize("NFD", "  Ștefan ")) == "Ștefan"
    assert NAME.validate_python("O’Brien") == "O'Brien"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Al",
        "   ",
        "---",
        "A" * 101,
        "Ana1",
        "Ana.",
        "Ana <b>",
        "-Ana",
        "Ana\nPop",
        "Ana\u202ePop",
        "Анна",
        "Ana😀",
        "Ana\u00d7Pop",
        "Ana\x00",
        7,
        None,
    ],
)
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


def house_in(time_zone: str) -> Restaurant:
    return Restaurant(id="h", restaurant_id="h", name="H", currency=Currency("RON"), time_zone=time_zone)


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("no_credit40722000123", "no_credit"),
        ("0722-000-123.busy", ".busy"),
        ("to_0722.000_1--23", "to_"),
        ("RESULT_ERROR_30008", "RESULT_ERROR_30008"),
        ("123456", "123456"),
    ],
)
def test_of_a_word_for_why_a_message_has_failed_no_phone_number_is_kept(word: str, kept: str) -> None:
    assert without_numbers(word) == kept


@pytest.mark.parametrize(
    ("time_zone", "now", "midnight"),
    [
        ("Europe/Bucharest", "2026-11-21T12:00:00+02:00", "2026-11-22T00:00:00+02:00"),
        ("Europe/Bucharest", "2026-11-21T23:59:59.999+02:00", "2026-11-22T00:00:00+02:00"),
        ("Europe/Bucharest", "2026-11-22T00:00:00+02:00", "2026-11-23T00:00:00+02:00"),
        # The clock is put forward at 3 in the morning: this day has 23 hours.
        ("Europe/Bucharest", "2026-03-29T00:00:00+02:00", "2026-03-30T00:00:00+03:00"),
        # And back at 4: this one has 25.
        ("Europe/Bucharest", "2026-10-25T00:00:00+03:00", "2026-10-26T00:00:00+02:00"),
        # In Cairo the clock is put forward at midnight: that day begins at 1.
        ("Africa/Cairo", "2026-04-23T12:00:00+02:00", "2026-04-24T01:00:00+03:00"),
        ("Africa/Cairo", "2026-10-29T12:00:00+03:00", "2026-10-30T00:00:00+02:00"),
        ("Asia/Kolkata", "2026-11-21T12:00:00+05:30", "2026-11-22T00:00:00+05:30"),
    ],
)
def test_the_next_day_begins_at_midnight_of_the_house(time_zone: str, now: str, midnight: str) -> None:
    assert house_in(time_zone).next_midnight(datetime.fromisoformat(now)) == datetime.fromisoformat(midnight)


@given(
    st.sampled_from(["Europe/Bucharest", "Africa/Cairo", "Asia/Kolkata", "Asia/Ashgabat", "America/Havana"]),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_day_ends_where_the_next_begins(time_zone: str, now: datetime) -> None:
    house = house_in(time_zone)
    midnight = house.next_midnight(now)
    assert now < midnight
    assert house.calendar_date(midnight - timedelta(milliseconds=1)) == house.calendar_date(now)
    assert house.calendar_date(midnight) == midnight.astimezone(ZoneInfo(time_zone)).date().isoformat()
    assert house.calendar_date(midnight) > house.calendar_date(now)
