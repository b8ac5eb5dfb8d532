"""Phone numbers, and the names of those who answer them: what is taken for one, and how it is kept and shown.

Which numbers a country has is known to `phonenumbers` (Google's libphonenumber). Messages go to mobile phones alone.
"""

import re
from collections.abc import Sequence
from typing import Annotated

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from pydantic import BeforeValidator, Field, StringConstraints

from models.base import plain

BETWEEN = re.compile(r"[ ().\-/]")
"""What people put between the digits."""

LONG_NUMBER = re.compile(r"[0-9](?:[_.\-]*[0-9]){6,}")

NUMBER = re.compile(r"\+?[0-9]{6,15}")

OWN_FORMS = {"RO": re.compile(r"(?:\+40|0)7[0-9]{8}")}
"""How numbers of a country are written, where the published protocol says more than `phonenumbers` does."""

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Where a country does not tell them apart, a number may be a mobile one."""

PhoneText = Annotated[
    str,
    StringConstraints(min_length=6, max_length=32, pattern=r"^\+?[0-9 ().\-/]+$"),
    Field(json_schema_extra={"format": "phone"}, examples=["+40722000123", "0722 000 123"]),
]
"""A number as somebody types it; whether it is one depends on the countries of the house: `normalised`."""

LETTER = "A-Za-zÀ-ÖØ-öø-žȘ-ț"
"""Letters of Romania and of the Latin alphabets around it; no signs that only look like some."""


def _composed(name: object) -> object:
    """Compose a name (NFC), with the apostrophe that phones write for `'`; refuses what cannot be shown."""
    return plain(name).replace("’", "'") if isinstance(name, str) else name


CustomerName = Annotated[
    str,
    StringConstraints(min_length=3, max_length=100, pattern=rf"^[{LETTER}][{LETTER} '\-]*[{LETTER}]$"),
    BeforeValidator(_composed),
    Field(examples=["Ștefan O'Brien-Țepeș"], description="How the customer is called: letters, spaces, `-` and `'`."),
]
"""How a customer wants to be called: letters, spaces, `-` and `'`; it begins and ends with a letter."""


def normalised(text: str, countries: Sequence[str]) -> str:
    """Return the mobile number that a text is, as E.164; raises `ValueError` when it is none of these countries.

    `countries` are ISO 3166 alpha-2. A number without its country is one of the first of them.
    """
    written = BETWEEN.sub("", text)
    if not NUMBER.fullmatch(written):
        raise ValueError("not a phone number")
    try:
        number = phonenumbers.parse(written, countries[0])
    except phonenumbers.NumberParseException:
        raise ValueError("not a phone number") from None
    country = phonenumbers.region_code_for_number(number)
    if country is None or country not in countries or not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number of these countries")
    if phonenumbers.number_type(number) not in MOBILE:
        raise ValueError("not a mobile number")
    own_form = OWN_FORMS.get(country)
    if own_form is not None and not own_form.fullmatch(written):
        raise ValueError("not written as numbers of its country are")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def masked(e164: str) -> str:
    """Return a number as it may be shown: `+40******123`, enough to recognise and too little to call."""
    country = phonenumbers.parse(e164).country_code
    return f"+{country}******{e164[-3:]}"


def without_numbers(word: str) -> str:
    """Leave out of a word for why a message has failed what may be a phone number: seven digits or more, whatever
    stands between them. The word is kept when the number of the message is erased.
    """
    return LONG_NUMBER.sub("", word)


def last_four(e164: str) -> str:
    """Return the digits by which its owner knows it again."""
    return e164[-4:]
