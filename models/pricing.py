"""What a house adds to the prices of its dishes, and what it takes off: taxes, service charge, delivery fee, promotion
codes.

A house edits them with its menu. A check keeps the part that concerns it (`Terms`), as it was when the check was
opened: what is published later changes no open check.
"""

from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from models.base import Id, Text, Value
from models.dining import DiningOption
from models.money import WHOLE


class Tax(Value):
    """A tax on an amount. `rate` in basis points; `is_inclusive`: prices contain it already, else it comes on top."""

    class_id: Id
    name: Text = Field(default_factory=dict)
    rate: int = Field(ge=0, le=WHOLE)
    is_inclusive: bool = True


class TaxRate(Value):
    """What a tax class costs for one dining option: `rate` in basis points."""

    rate: int = Field(ge=0, le=WHOLE)
    is_inclusive: bool = True


class TaxClass(Value):
    """Dishes that are taxed alike, by how they are served. A dining option that is not named is not taxed."""

    id: Id
    name: Text
    rates: dict[DiningOption, TaxRate] = Field(default_factory=dict)

    def tax(self, dining_option: DiningOption) -> Tax | None:
        """Return the tax of a dining option, None when there is none."""
        rate = self.rates.get(dining_option)
        return None if rate is None else Tax(class_id=self.id, name=self.name, **dict(rate))


class ServiceCharge(Value):
    """A fee of the house: `rate` in basis points of what the dishes come to after all that is taken off."""

    rate: int = Field(ge=1, le=WHOLE)
    dining_options: tuple[DiningOption, ...] = (DiningOption.DINE_IN,)
    from_covers: int = Field(default=1, ge=1)
    """Only for parties of so many or more."""
    tax_class: Id | None = None


class DeliveryFee(Value):
    """What bringing it costs, in minor units; nothing from an amount of dishes on."""

    amount: int = Field(ge=0)
    free_from: int | None = Field(default=None, ge=0)
    tax_class: Id | None = None


class Promotion(Value):
    """A code that takes an `amount` (minor units) or a `percent` (basis points) off a check.

    `most` caps what a percentage takes off one check (minor units); `from_amount` is what the dishes must come to;
    `uses` how often the code may be used in the whole house.
    """

    code: str = Field(pattern=r"^[A-Z0-9-]{3,20}$")
    name: Text
    amount: int | None = Field(default=None, ge=1)
    percent: int | None = Field(default=None, ge=1, le=WHOLE)
    most: int | None = Field(default=None, ge=1)
    from_amount: int = Field(default=0, ge=0)
    uses: int | None = Field(default=None, ge=1)
    dining_options: tuple[DiningOption, ...] = tuple(DiningOption)
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _takes_one_thing_off(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError(f"promotion {self.code}: either amount or percent")
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError(f"promotion {self.code}: it ends before it starts")
        return self


class Terms(Value):
    """What a house's pricing says for one check: frozen when it is opened."""

    service_charge: int = Field(default=0, ge=0, le=WHOLE)
    """Basis points."""
    service_from_covers: int = Field(default=1, ge=0)
    """0: also for what nobody eats at a table."""
    service_tax: Tax | None = None
    delivery_fee: int = Field(default=0, ge=0)
    """Minor units."""
    delivery_free_from: int | None = None
    delivery_tax: Tax | None = None


class Pricing(Value):
    """All of it, of one house."""

    tax_classes: tuple[TaxClass, ...] = ()
    service_charge: ServiceCharge | None = None
    delivery_fee: DeliveryFee | None = None
    promotions: tuple[Promotion, ...] = ()

    def tax(self, class_id: str | None, dining_option: DiningOption) -> Tax | None:
        """Return the tax on something of a class, None when it has no class or is not taxed."""
        return next((one.tax(dining_option) for one in self.tax_classes if one.id == class_id), None)

    def terms(self, dining_option: DiningOption) -> Terms:
        """Return what concerns a check of a dining option."""
        service, delivery = self.service_charge, self.delivery_fee
        terms = Terms()
        if service and dining_option in service.dining_options:
            terms = terms.with_(
                service_charge=service.rate,
                service_from_covers=service.from_covers,
                service_tax=self.tax(service.tax_class, dining_option),
            )
        if delivery and dining_option is DiningOption.DELIVERY:
            terms = terms.with_(
                delivery_fee=delivery.amount,
                delivery_free_from=delivery.free_from,
                delivery_tax=self.tax(delivery.tax_class, dining_option),
            )
        return terms
