"""What is sealed of people is known in one place, so that no key is thrown away too early, and nothing is echoed."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from models.address import AddressDetails
from models.base import Aggregate
from models.challenge import OtpChallenge
from models.customer import Customer
from models.held import EACH, HELD, Held
from models.sealed import GONE, Sealed
from models.store.schema import KINDS
from server.request import problems

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


def sealed_paths(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Every path in a model at which something sealed stands."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        for one in inner_types(field.annotation):
            is_list = "tuple" in str(field.annotation)
            if one is Sealed:
                found.add(prefix + name)
            elif isinstance(one, type) and issubclass(one, BaseModel):
                found |= sealed_paths(one, f"{prefix}{name}{EACH if is_list else '.'}")
    return found


def inner_types(annotation: Any) -> list[Any]:
    """The types in an annotation: `Sealed | None` has two."""
    return [one for part in get_args(annotation) for one in inner_types(part)] or [annotation]


def test_everything_that_is_sealed_is_sealed_anew_with_new_keys() -> None:
    sealed = {model: paths for model in KINDS if (paths := sealed_paths(model))}
    assert {held.model: set(held.paths) for held in HELD} == sealed


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.model.__name__)
def test_what_was_erased_is_left_alone(held: Held[Aggregate]) -> None:
    query = held.under_other_keys("e2", ("i2",))
    assert all(GONE.key in str(one) for one in query["$or"] if "phone_indexes" not in str(one))


def test_an_erased_customer_has_nothing_that_is_sealed_nor_found() -> None:
    customer = Customer(
        id="c",
        restaurant_id="h",
        phone=Sealed(key="e1", text="abc"),
        phone_indexes=(),
        last_four="5678",
        name=Sealed(key="e1", text="def"),
        created_at=NOW,
        verified_at=NOW,
        orders=3,
    )
    erased = customer.erased(NOW)
    assert (erased.phone, erased.name, erased.phone_indexes, erased.addresses, erased.last_four) == (
        GONE,
        GONE,
        (),
        (),
        "",
    )
    assert (erased.orders, erased.erased_at) == (3, NOW)


def test_each_place_is_sealed_anew_with_its_own_binding() -> None:
    places: list[str] = []

    def reseal(place: str, sealed: Sealed) -> Sealed:
        places.append(place)
        return Sealed(key="e2", text=sealed.text)

    challenge = OtpChallenge.model_construct(id="o", restaurant_id="h", name=Sealed(key="e1", text="x"))
    held = next(one for one in HELD if one.model is OtpChallenge)
    assert held.resealed(challenge, reseal).name.key == "e2"
    assert places == ["h\x1fotp_challenges\x1fo\x1fname"]


SECRET = "Strada Secretă 99"


def refused(**fields: Any) -> ValidationError:
    good = {"street": "Str. Lungă 5", "city": "Cluj", "county": "Cluj", "postal_code": "400101"}
    with pytest.raises(ValidationError) as error:
        AddressDetails(**(good | fields))
    return error.value


@pytest.mark.parametrize("fields", [{"city": SECRET * 9}, {SECRET: 1}, {"notes": {"a": SECRET}}, {"+40712345678": "x"}])
def test_what_was_sent_is_not_repeated_to_whoever_sent_it(fields: dict[str, Any]) -> None:
    told = str(problems(refused(**fields)))
    assert SECRET not in told
    assert "40712345678" not in told


def test_a_field_that_a_programmer_has_misspelt_is_named() -> None:
    assert problems(refused(zipCode="1")) == [{"field": "zipCode", "problem": "extra_forbidden"}]


def test_a_traceback_does_not_show_what_was_wrong() -> None:
    assert SECRET not in str(refused(city=SECRET * 9))
