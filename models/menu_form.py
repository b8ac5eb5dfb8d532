"""Entries of a menu as somebody hands them in, over the wire or in a file: the same fields, of exactly their types.

What is stored is read leniently (a list for a tuple); what is handed in is not.
"""

from typing import TypeVar

from pydantic import AwareDatetime, ConfigDict, Field

from models.base import Value
from models.dining import DiningOption
from models.dish import MOST_OPTIONS, Category, Dish, ModifierGroup, Name, Option, Price
from models.hours import Window
from models.money import LARGEST_AMOUNT
from models.pricing import DeliveryFee, Promotion, ServiceCharge, TaxClass, TaxRate

V = TypeVar("V", bound=Value)

EXACT = ConfigDict(strict=True, allow_inf_nan=False)


class WindowForm(Window):
    """From when until when, and on which days; without days on all of them."""

    model_config = EXACT


class CategoryForm(Category):
    """A heading of the menu."""

    model_config = EXACT

    hours: tuple[WindowForm, ...] = Field(default=(), max_length=20)


class OptionForm(Option):
    """One choice of a modifier group."""

    model_config = EXACT


class ModifierGroupForm(ModifierGroup):
    """Choices that belong together."""

    model_config = EXACT

    options: tuple[OptionForm, ...] = Field(max_length=MOST_OPTIONS)


class DishForm(Dish):
    """What can be ordered."""

    model_config = EXACT

    hours: tuple[WindowForm, ...] | None = Field(default=None, max_length=20)


class TaxRateForm(TaxRate):
    """What a tax class costs for one dining option."""

    model_config = EXACT


class TaxClassForm(TaxClass):
    """Dishes that are taxed alike."""

    model_config = EXACT

    name: Name
    rates: dict[DiningOption, TaxRateForm] = Field(default_factory=dict)  # type: ignore[assignment]


class ServiceChargeForm(ServiceCharge):
    """A fee of the house."""

    model_config = EXACT

    from_covers: int = Field(default=1, ge=1, le=1_000)


class DeliveryFeeForm(DeliveryFee):
    """What bringing it costs."""

    model_config = EXACT

    amount: Price
    free_from: Price | None = None


class PromotionForm(Promotion):
    """A code that takes something off a check."""

    model_config = EXACT

    name: Name
    amount: int | None = Field(default=None, ge=1, le=LARGEST_AMOUNT)
    most: int | None = Field(default=None, ge=1, le=LARGEST_AMOUNT)
    from_amount: Price = 0
    uses: int | None = Field(default=None, ge=1, le=LARGEST_AMOUNT)
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


def entry_of(model: type[V], form: Value) -> V:
    """Return what was handed in as what is stored."""
    return model.model_validate(form.model_dump())
