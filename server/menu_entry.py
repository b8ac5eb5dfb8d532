"""What stands in a menu file: the entries of `models.menu_form`, with prices and percentages as people write them.

A price names its currency (`24.00 RON`), so that nobody writes minor units by mistake; a rate is a percentage (`11%`).
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from models.base import Id
from models.dining import DiningOption
from models.dish import MOST_OPTIONS, Course, Price
from models.menu_form import (
    EXACT,
    CategoryForm,
    DeliveryFeeForm,
    DishForm,
    ModifierGroupForm,
    OptionForm,
    PromotionForm,
    ServiceChargeForm,
    TaxClassForm,
    TaxRateForm,
)
from models.money import LARGEST_AMOUNT, WHOLE, exponent

_PRICE = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))? ([A-Z]{3})")
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%")


def _amount(value: Any, info: ValidationInfo) -> int:
    """Return a price in minor units, with all the digits of its currency or none behind the point."""
    currency: str = (info.context or {})["currency"]
    found = _PRICE.fullmatch(value) if isinstance(value, str) else None
    if found and found[3] != currency:
        raise PydanticCustomError("WRONG_CURRENCY", "a price in {what}", {"what": found[3]})
    digits = exponent(currency)
    if found is None or len(found[2] or "0" * digits) != digits:
        example = price_text(2400, currency)
        raise PydanticCustomError("price", "write a price with its currency, like {example}", {"example": example})
    return int(found[1] + (found[2] or "0" * digits))


def _basis_points(value: Any) -> int:
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("percent", "write a percentage, like 11% or 2.5%")
    return int(found[1] + (found[2] or "").ljust(2, "0"))


def price_text(amount: int, currency: str) -> str:
    """Return an amount of minor units as a file has it."""
    return f"{Decimal(amount).scaleb(-exponent(currency)):f} {currency}"


def percent_text(basis_points: int) -> str:
    """Return a rate as a file has it."""
    whole, rest = divmod(basis_points, WHOLE // 100)
    return f"{whole}.{rest:02}%" if rest else f"{whole}%"


FilePrice = Annotated[Price, BeforeValidator(_amount)]
FileAmount = Annotated[int, BeforeValidator(_amount), Field(ge=1, le=LARGEST_AMOUNT)]
Percent = Annotated[int, BeforeValidator(_basis_points), Field(ge=0, le=WHOLE)]
SomePercent = Annotated[int, BeforeValidator(_basis_points), Field(ge=1, le=WHOLE)]


class OptionEntry(OptionForm):
    """An option of a group."""

    model_config = EXACT

    price: FilePrice = 0


class GroupEntry(ModifierGroupForm):
    """A modifier group with its options."""

    model_config = EXACT

    options: tuple[OptionEntry, ...] = Field(max_length=MOST_OPTIONS)


class CategoryEntry(CategoryForm):
    """A heading; what stands here besides its name and hours holds for its dishes that do not say otherwise."""

    model_config = EXACT

    course: Course | None = None
    stations: tuple[Id, ...] | None = None
    modifier_groups: tuple[Id, ...] | None = None
    tax_class: Id | None = None
    dining_options: tuple[DiningOption, ...] | None = None


INHERITED = ("course", "stations", "modifier_groups", "tax_class", "dining_options")
"""What a heading may say for its dishes."""


class DishEntry(DishForm):
    """A dish."""

    model_config = EXACT

    price: FilePrice
    prices: dict[DiningOption, FilePrice] = Field(default_factory=dict)


class TaxRateEntry(TaxRateForm):
    """What a tax class costs for one dining option."""

    model_config = EXACT

    rate: Percent


class TaxClassEntry(TaxClassForm):
    """A tax class."""

    model_config = EXACT

    rates: dict[DiningOption, TaxRateEntry] = Field(default_factory=dict)  # type: ignore[assignment]


class ServiceChargeEntry(ServiceChargeForm):
    """The service charge."""

    model_config = EXACT

    rate: SomePercent


class DeliveryFeeEntry(DeliveryFeeForm):
    """The delivery fee."""

    model_config = EXACT

    amount: FilePrice
    free_from: FilePrice | None = None


class PromotionEntry(PromotionForm):
    """A promotion."""

    model_config = EXACT

    amount: FileAmount | None = None
    percent: SomePercent | None = None
    most: FileAmount | None = None
    from_amount: FilePrice = 0
