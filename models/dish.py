"""What a menu is made of: dishes under headings, and the choices that come with them.

These values say what shape an entry has. What must hold between them (a station that cooks, a group that exists) is in
`models.menu_check`, because a draft may be wrong while somebody works on it.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from models.base import Id, Value, plain
from models.dining import DiningOption
from models.hours import Hours
from models.money import LARGEST_AMOUNT, Money

MOST_OPTIONS = 60
MOST_GROUPS_OF_A_DISH = 20
MOST_CHOSEN = 30
"""Options with one dish: no group may ask for more than a guest can choose."""
LONGEST_NAME = 80
LONGEST_DESCRIPTION = 500

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
"""ISO 639-1."""

Name = dict[LanguageCode, Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(plain)]]
Description = dict[
    LanguageCode, Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION), AfterValidator(plain)]
]
Price = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
"""Minor units of the menu's currency."""


class Allergen(StrEnum):
    """The fourteen of Regulation (EU) No 1169/2011, Annex II."""

    GLUTEN = "GLUTEN"
    CRUSTACEANS = "CRUSTACEANS"
    EGGS = "EGGS"
    FISH = "FISH"
    PEANUTS = "PEANUTS"
    SOYBEANS = "SOYBEANS"
    MILK = "MILK"
    NUTS = "NUTS"
    CELERY = "CELERY"
    MUSTARD = "MUSTARD"
    SESAME = "SESAME"
    SULPHITES = "SULPHITES"
    LUPIN = "LUPIN"
    MOLLUSCS = "MOLLUSCS"


class Diet(StrEnum):
    """What a dish suits."""

    VEGETARIAN = "VEGETARIAN"
    VEGAN = "VEGAN"
    HALAL = "HALAL"


class Course(StrEnum):
    """Serving step of a dish, in the order of a dinner."""

    DRINKS = "DRINKS"
    STARTERS = "STARTERS"
    MAINS = "MAINS"
    DESSERTS = "DESSERTS"


Avoid = Annotated[
    tuple[Annotated[Allergen, Field(strict=False)], ...],
    Field(max_length=len(Allergen)),
    AfterValidator(lambda given: tuple(one for one in Allergen if one in given)),
]
"""An allergy note: what whoever eats it must not get, each named once."""


class Option(Value):
    """One choice of a modifier group. `price` is added to the dish's, never negative.

    Its `allergens` are added to the dish's. `diets`: what a dish with it suits at most; None if it takes nothing away.
    Whoever chooses it also chooses from `modifier_groups`, whose own options open no more groups.
    """

    id: Id
    name: Name
    price: Price = 0
    allergens: tuple[Allergen, ...] = Field(default=(), max_length=14)
    diets: tuple[Diet, ...] | None = Field(default=None, max_length=3)
    modifier_groups: tuple[Id, ...] = Field(default=(), max_length=MOST_GROUPS_OF_A_DISH)


class ModifierGroup(Value):
    """Choices that belong together: at least `min_select` and at most `max_select` of them.

    `defaults` are the options that a client shows as chosen until the guest chooses otherwise. Nothing is ever added to
    a line that the client did not send.
    """

    id: Id
    name: Name
    min_select: int = Field(default=0, ge=0, le=MOST_CHOSEN)
    max_select: int = Field(default=1, ge=1, le=MOST_OPTIONS)
    defaults: tuple[Id, ...] = Field(default=(), max_length=MOST_OPTIONS)
    options: tuple[Option, ...] = Field(max_length=MOST_OPTIONS)


class Category(Value):
    """A heading of the menu. `hours` hold for its dishes that have none of their own; no window: always."""

    id: Id
    name: Name
    hours: Hours = Field(default=(), max_length=20)


class Dish(Value):
    """What can be ordered. Every station in `stations` gets a ticket.

    `prices` replace `price` for a dining option. `hours`: None for those of its category, no window for always.
    """

    id: Id
    category_id: Id
    name: Name
    description: Description = Field(default_factory=dict)
    price: Price
    prices: dict[DiningOption, Price] = Field(default_factory=dict)
    dining_options: tuple[DiningOption, ...] = Field(default=tuple(DiningOption), max_length=3)
    hours: Hours | None = Field(default=None, max_length=20)
    stations: tuple[Id, ...] = Field(default=(), max_length=10)
    course: Course
    modifier_groups: tuple[Id, ...] = Field(default=(), max_length=MOST_GROUPS_OF_A_DISH)
    allergens: tuple[Allergen, ...] = Field(default=(), max_length=14)
    diets: tuple[Diet, ...] = Field(default=(), max_length=3)
    prep_minutes: int = Field(default=10, ge=0, le=240)
    tax_class: Id | None = None
    picture: str | None = Field(default=None, max_length=500)

    def price_for(self, dining_option: DiningOption) -> int:
        """Return what one portion costs without modifiers, in minor units."""
        return self.prices.get(dining_option, self.price)


class Selection(Value):
    """A dish with its modifiers, checked and priced: what one portion costs and how the kitchen reads it."""

    dish: Dish
    modifiers: tuple[Option, ...]
    """In the order of the groups; what an option opened stands behind it."""
    unit_price: Money

    @property
    def tax_class(self) -> str | None:
        """How it is taxed."""
        return self.dish.tax_class

    @property
    def allergens(self) -> tuple[Allergen, ...]:
        """What is in the dish and in its options, in the order of the regulation."""
        found = {*self.dish.allergens, *(one for option in self.modifiers for one in option.allergens)}
        return tuple(one for one in Allergen if one in found)

    @property
    def diets(self) -> tuple[Diet, ...]:
        """What the dish suits with these options."""
        limits = [option.diets for option in self.modifiers if option.diets is not None]
        return tuple(one for one in self.dish.diets if all(one in limit for limit in limits))
