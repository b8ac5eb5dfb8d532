"""Where somebody lives, as they typed it and as a courier needs it. It is stored sealed (`models.customer.Address`)."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from models.base import Value, plain
from models.country import county_in, postal_code_in
from models.errors import ValidationFailed

LONGEST_NOTES = 500


def _line(text: str) -> str:
    """Compose (NFC), refuse what no person types, and have it on one line."""
    return " ".join(plain(text).split())


def _not_below(least: int) -> Callable[[str], str]:
    def require(text: str) -> str:
        if len(text) < least:
            raise PydanticCustomError("string_too_short", "shorter than it may be")
        return text

    return require


class _Line(StringConstraints):
    """A text on one line, of so many characters at least and at most."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(strip_whitespace=True, min_length=least, max_length=most)

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        yield AfterValidator(_line)
        yield AfterValidator(_not_below(self.min_length or 0))


Street = Annotated[
    str, _Line(5, 200), Field(description="Street, number, building, flat.", examples=["Str. Lungă 5, ap. 12"])
]

City = Annotated[str, _Line(2, 50), Field(description="City, town or village.", examples=["Cluj-Napoca"])]

County = Annotated[
    str,
    _Line(2, 60),
    Field(
        description="A county of the house's country (ISO 3166-2), with or without diacritics; in Romania one of the "
        "41, or București.",
        examples=["Cluj"],
    ),
]

PostalCode = Annotated[
    str,
    _Line(2, 10),
    Field(description="A postal code of the house's country; in Romania six digits.", examples=["400101"]),
]

Notes = Annotated[
    str,
    StringConstraints(max_length=LONGEST_NOTES),
    AfterValidator(plain),
    Field(description="What a courier must know: entrance, floor, interphone.", examples=["Scara B, interfon 12"]),
]


class AddressDetails(Value):
    """The content of one address. Lengths in characters, after composing (NFC)."""

    street: Street
    city: City
    county: County
    postal_code: PostalCode
    notes: Notes = ""

    def in_country(self, country: str) -> Self:
        """Return it as it is written in a country (ISO 3166 alpha-2): the county by its official name.

        Raises `ValidationFailed` with `unknown_county` or `not_a_postal_code`.
        """
        county, postal_code = county_in(country, self.county), postal_code_in(country, self.postal_code)
        if county is None or postal_code is None:
            wrong = (("county", "unknown_county", county), ("postal_code", "not_a_postal_code", postal_code))
            raise ValidationFailed(
                fields=[{"field": field, "problem": problem} for field, problem, found in wrong if found is None]
            )
        return self.with_(county=county, postal_code=postal_code)
