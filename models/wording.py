"""How a language writes what a receipt says: words, amounts, rates and moments (CLDR, by `babel`)."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from models.base import Text, Value, in_language
from models.money import WHOLE, Money, exponent
from models.receipt_words import WORDS

PRINTED = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u200e": None, "\u200f": None})
"""Spaces and marks that a printer of receipts has no letter for."""


class Wording(Value):
    """One language, named by its code of two letters. What it does not say is said in English."""

    language: str

    def word(self, key: str) -> str:
        """Return a word of `models.receipt_words`."""
        return in_language({code: words[key] for code, words in WORDS.items() if key in words}, self.language)

    def name(self, text: Text) -> str:
        """Return a text of the house."""
        return in_language(text, self.language)

    def amount(self, money: Money) -> str:
        """Return an amount without its currency, with the digits that ISO 4217 gives its minor unit."""
        digits = exponent(money.currency)
        value = Decimal(money.amount).scaleb(-digits)
        return format_decimal(value, format=_pattern(self._locale, digits), locale=self._locale).translate(PRINTED)

    def rate(self, basis_points: int) -> str:
        """Return a rate as a percentage: 550 is 5.5%."""
        pattern = _percentage(self._locale)
        value = Decimal(basis_points).scaleb(1 - len(str(WHOLE)))
        return format_percent(value, format=pattern, locale=self._locale).translate(PRINTED)

    def moment(self, at: datetime, time_zone: str) -> str:
        """Return a moment in the house's time."""
        local = at.astimezone(ZoneInfo(time_zone))
        time = format_time(local.timetz(), format="short", locale=self._locale)
        return f"{format_date(local.date(), locale=self._locale)}, {time}".translate(PRINTED)

    def date(self, day: str) -> str:
        """Return a day that is given as `2026-11-21`."""
        return format_date(date.fromisoformat(day), locale=self._locale).translate(PRINTED)

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)


@cache
def _locale(language: str) -> Locale:
    """Return what `babel` knows a language by: English for what it does not know."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@cache
def _pattern(locale: Locale, digits: int) -> str:
    whole = locale.decimal_formats[None].pattern.partition(".")[0]
    return f"{whole}.{'0' * digits}" if digits else str(whole)


@cache
def _percentage(locale: Locale) -> str:
    whole, _, sign = locale.percent_formats[None].pattern.rpartition("0")
    return f"{whole}0.##{sign}"
