"""What is an address, and how a customer's addresses stay whole whatever is done to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import booleans, integers
from pydantic import ValidationError

from models.address import AddressDetails
from models.country import counties_of, county_in, postal_code_in
from models.customer import Address, Customer
from models.errors import AddressLimitExceeded, NotFound, ValidationFailed
from models.sealed import Sealed

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
NOTHING = Sealed(key="e1", text="")
GOOD = {"street": "Str. Lungă 5", "city": "Cluj", "county": "Cluj", "postal_code": "400101", "notes": ""}


def details(**fields: Any) -> AddressDetails:
    return AddressDetails(**(GOOD | fields))


# ── what an address is ────────────────────────────────────────────────────────────────────────────────────────────────


def test_romania_has_41_counties_and_the_capital() -> None:
    assert len(counties_of("RO")) == 42
    assert "București" in counties_of("RO")


@pytest.mark.parametrize(
    ("country", "typed", "official"),
    [
        ("RO", "bucuresti", "București"),
        ("RO", "CARAS SEVERIN", "Caraș-Severin"),
        ("RO", "Timiş", "Timiș"),
        ("RO", "Timis\u0326", "Timiș"),
        ("IN", "tamil nadu", "Tamil Nādu"),
        ("TM", "Asgabat", "Aşgabat"),
    ],
    ids=["case", "hyphen", "cedilla", "decomposed", "macron", "turkmen"],
)
def test_a_county_is_known_however_it_is_typed_and_kept_by_its_official_name(
    country: str, typed: str, official: str
) -> None:
    assert details(county=typed, postal_code="123456").in_country(country).county == official


def test_a_county_of_another_country_is_none() -> None:
    assert county_in("RO", "Tamil Nadu") is None


@pytest.mark.parametrize("wrong", ["40010", "4001011", "40010a", "٤٠٠١٠١", "400 101", "-40010"])
@pytest.mark.parametrize("country", ["RO", "IN", "TM"])
def test_a_postal_code_has_six_digits(country: str, wrong: str) -> None:
    assert postal_code_in(country, wrong) is None
    assert postal_code_in(country, "010101") == "010101"


def test_other_countries_have_their_own_postal_codes_and_unknown_ones_any() -> None:
    assert postal_code_in("GR", "151 24") == "151 24"
    assert postal_code_in("GR", "1512") is None
    assert postal_code_in("CA", "k1a 0b1") == "K1A 0B1"
    assert postal_code_in("CA", "<script>") is None


def test_both_mistakes_are_named_and_not_repeated() -> None:
    with pytest.raises(ValidationFailed) as refused:
        details(county="Narnia", postal_code="12").in_country("RO")
    assert refused.value.details == {
        "fields": [
            {"field": "county", "problem": "unknown_county"},
            {"field": "postal_code", "problem": "not_a_postal_code"},
        ]
    }


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("street", 5, 200), ("city", 2, 50), ("notes", 0, 500)],
)
def test_lengths_hold_on_both_sides(field: str, least: int, most: int) -> None:
    for length in {least, most}:
        assert len(getattr(details(**{field: "ă" * length}), field)) == length
    for length in {max(0, least - 1), most + 1} - {0}:
        with pytest.raises(ValidationError):
            details(**{field: "ă" * length})


@pytest.mark.parametrize(
    "street", ["a       b", "\u202eStr. 5", "Str. \x005", "Str. \ud800 5", "     ", "a\u0301b\u0301c"]
)
def test_what_no_person_types_is_no_street(street: str) -> None:
    with pytest.raises(ValidationError):
        details(street=street)


def test_a_street_is_composed_and_on_one_line() -> None:
    assert details(street="  Str.\n Ste\u0301jar   5 ").street == "Str. Stéjar 5"


def test_notes_may_have_lines() -> None:
    assert details(notes="Scara B\nEtaj 3").notes == "Scara B\nEtaj 3"


# ── a customer's addresses ────────────────────────────────────────────────────────────────────────────────────────────


def customer(*addresses: Address) -> Customer:
    return Customer(
        id="c",
        restaurant_id="h",
        phone=NOTHING,
        phone_indexes=(),
        last_four="5678",
        name=NOTHING,
        addresses=addresses,
        created_at=NOW,
        verified_at=NOW,
    )


def address(name: str, *, is_default: bool = False, at: datetime = NOW) -> Address:
    return Address(id=name, details=Sealed(key="e1", text=name), is_default=is_default, created_at=at)


def three() -> Customer:
    found = customer()
    for minutes, name in enumerate("abc"):
        found = found.with_address(address(name, at=NOW + timedelta(minutes=minutes)), 50)
    return found


def test_the_first_address_is_the_default_and_has_version_one() -> None:
    only = customer().with_address(address("a"), 50)
    assert [(one.is_default, one.version) for one in only.addresses] == [(True, 1)]


def test_a_new_default_unsets_the_other_whose_version_grows() -> None:
    both = three().with_address(address("d", is_default=True), 50)
    assert {one.id: (one.is_default, one.version) for one in both.addresses} == {
        "a": (False, 2),
        "b": (False, 1),
        "c": (False, 1),
        "d": (True, 1),
    }


def test_a_change_of_content_and_default_is_one_version() -> None:
    changed = three().with_changed("b", Sealed(key="e1", text="new"), make_default=True)
    assert (changed.address("b").version, changed.address("b").is_default) == (2, True)


def test_a_change_does_not_make_the_default_less_than_that() -> None:
    changed = three().with_changed("a", Sealed(key="e1", text="new"), make_default=False)
    assert changed.address("a").is_default


def test_the_first_by_use_follows_a_default_that_is_removed() -> None:
    used = three().with_use("b", NOW).with_use("c", NOW + timedelta(hours=1)).with_use("b", NOW)
    assert [one.id for one in used.without_address("a").addresses if one.is_default] == ["b"]


def test_the_list_is_by_use_then_last_use_then_age() -> None:
    used = three().with_address(address("d", at=NOW + timedelta(hours=1)), 50)
    used = used.with_use("a", NOW).with_use("b", NOW + timedelta(minutes=1))
    assert [one.id for one in used.addresses_by_use] == ["b", "a", "d", "c"]


def test_use_is_no_change_that_its_owner_must_look_at() -> None:
    assert three().with_use("a", NOW).address("a").version == 1


def test_fifty_are_kept_and_no_more() -> None:
    full = customer()
    for number in range(50):
        full = full.with_address(address(f"a{number}"), 50)
    with pytest.raises(AddressLimitExceeded) as refused:
        full.with_address(address("one too many"), 50)
    assert refused.value.details == {"limit": 50}


def test_what_was_removed_is_not_found() -> None:
    without = three().without_address("b")
    for act in (
        lambda: without.without_address("b"),
        lambda: without.with_use("b", NOW),
        lambda: without.with_changed("b", NOTHING, make_default=True),
    ):
        with pytest.raises(NotFound):
            act()


class AddressBook(RuleBasedStateMachine):
    """Whatever somebody does with their addresses, one of them is the default, and versions only grow."""

    MOST = 6

    def __init__(self) -> None:
        super().__init__()
        self.customer = customer()
        self.drawn = 0
        self.versions: dict[str, int] = {}

    def picked(self, number: int) -> str:
        return self.customer.addresses[number % len(self.customer.addresses)].id

    @rule(is_default=booleans())
    def add(self, is_default: bool) -> None:
        self.drawn += 1
        count = len(self.customer.addresses)
        try:
            self.customer = self.customer.with_address(address(f"a{self.drawn}", is_default=is_default), self.MOST)
            assert count < self.MOST
        except AddressLimitExceeded:
            assert count == self.MOST

    @precondition(lambda self: self.customer.addresses)
    @rule(number=integers(0, 50), is_new=booleans(), make_default=booleans())
    def change(self, number: int, is_new: bool, make_default: bool) -> None:
        name, self.drawn = self.picked(number), self.drawn + 1
        before = self.customer.address(name)
        content = Sealed(key="e1", text=f"content {self.drawn}") if is_new else before.details
        self.customer = self.customer.with_changed(name, content, make_default=make_default)
        after = self.customer.address(name)
        is_other = is_new or (make_default and not before.is_default)
        assert after.version == before.version + is_other
        assert after.details == content

    @precondition(lambda self: self.customer.addresses)
    @rule(number=integers(0, 50))
    def remove(self, number: int) -> None:
        name = self.picked(number)
        self.customer = self.customer.without_address(name)
        assert name not in [one.id for one in self.customer.addresses]

    @precondition(lambda self: self.customer.addresses)
    @rule(number=integers(0, 50), minutes=integers(0, 1_000))
    def use(self, number: int, minutes: int) -> None:
        name = self.picked(number)
        uses = self.customer.address(name).uses
        self.customer = self.customer.with_use(name, NOW + timedelta(minutes=minutes))
        assert self.customer.address(name).uses == uses + 1

    @invariant()
    def exactly_one_is_the_default_while_there_is_any(self) -> None:
        defaults = [one for one in self.customer.addresses if one.is_default]
        assert len(defaults) == bool(self.customer.addresses)

    @invariant()
    def there_are_never_too_many(self) -> None:
        assert len(self.customer.addresses) <= self.MOST

    @invariant()
    def versions_only_grow(self) -> None:
        for one in self.customer.addresses:
            assert one.version >= self.versions.get(one.id, 1)
            self.versions[one.id] = one.version


TestAddressBook = AddressBook.TestCase
TestAddressBook.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
