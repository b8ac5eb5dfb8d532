"""The demonstration house: read from YAML, checked whole, and turned into the aggregates of a restaurant.

Reading and checking touch nothing but the files, so that a wrong menu is found before anything is written. Ids and
table tokens are drawn by the caller, because two houses from the same files must not share a secret.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from models.base import Id, Text, Value
from models.delivery_plan import DeliveryPlan, PlanContent
from models.dish import Course
from models.house import Country, Restaurant, Table
from models.menu import Menu
from models.menu_check import Premises, problems
from models.menu_content import MenuContent
from models.money import Currency
from models.pin import KeyedHash
from models.principal import STAFF, Role
from models.problem import Problem
from models.staff import Staff, StaffPin
from models.station import Age, Station, StationKind
from server.delivery_reading import read_plan
from server.menu_files import open_files
from server.menu_reading import read

DEMO_HOUSE = Path(__file__).with_name("demo_house")
FILES = ("house.yaml", "pricing.yaml", "modifier_groups.yaml", "food.yaml", "drinks.yaml", "delivery.yaml")


class HouseInvalid(ValueError):  # noqa: N818  (habits: errors name the situation)
    """The files do not describe a house that could open: one is missing, unreadable, or contradicts another.

    It names every mistake in the menu.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class DemoRestaurant(Value):
    """The house itself, without identity."""

    name: str = Field(min_length=1)
    currency: Currency
    languages: tuple[str, ...] = Field(min_length=1)
    time_zone: str
    day_starts_at: int = Field(ge=0, le=23)
    countries: tuple[Country, ...] = Field(default=("RO",), min_length=1)
    legal_name: str = ""
    address: tuple[str, ...] = ()
    tax_id: str = ""
    phone: str = ""
    receipt_footer: Text = Field(default_factory=dict)


class DemoStation(Value):
    """A place that cooks, or the pass."""

    code: Id
    name: Text
    kind: StationKind = StationKind.PREP
    backup: Id | None = None
    busy_portions: int | None = Field(default=None, ge=1)
    ages: dict[Course, Age] = Field(default_factory=dict)


class DemoZone(Value):
    """A part of the house; `tables` maps a table's name to its seats."""

    name: str = Field(min_length=1)
    tables: dict[str, int] = Field(min_length=1)


class DemoStaff(Value):
    """Someone of the house, with a password and a PIN that everybody may know."""

    login: str = Field(min_length=2, max_length=40)
    name: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    password: str = Field(min_length=8)
    pin: StaffPin


@dataclass(frozen=True, slots=True)
class StaffDraft:
    """Someone who is about to be hired: all of `Staff` but the hash, which costs a quarter of a second of CPU."""

    id: str
    restaurant_id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    password: str
    pin: str

    def hired(self, password_hash: str, pin: KeyedHash | None = None) -> Staff:
        """Return the aggregate, once the password and the PIN are hashed."""
        return Staff(
            id=self.id,
            restaurant_id=self.restaurant_id,
            login=self.login,
            name=self.name,
            roles=self.roles,
            password_hash=password_hash,
            pin=pin,
        )


@dataclass(frozen=True, slots=True)
class FurnishedHouse:
    """The aggregates of one house, ready to be stored together."""

    restaurant: Restaurant
    menu: Menu
    stations: tuple[Station, ...]
    tables: tuple[Table, ...]
    staff: tuple[StaffDraft, ...]
    plan: DeliveryPlan | None


class DemoHouse(Value):
    """All files of a house. One that could not open (a dish that no station cooks) cannot be constructed."""

    restaurant: DemoRestaurant
    stations: tuple[DemoStation, ...]
    zones: tuple[DemoZone, ...]
    staff: tuple[DemoStaff, ...]
    content: MenuContent
    plan: PlanContent | None = None

    @model_validator(mode="after")
    def _can_open(self) -> Self:
        _once("station", (station.code for station in self.stations))
        _once("zone", (zone.name for zone in self.zones))
        _once("table", (table for zone in self.zones for table in zone.tables))
        _once("login", (person.login for person in self.staff))
        cooks = {station.code for station in self.stations if station.kind is StationKind.PREP}
        for station in self.stations:
            if station.backup is not None and station.backup not in cooks - {station.code}:
                raise ValueError(f"{station.code}: {station.backup} is no other station that cooks")
        for person in self.staff:
            if not STAFF.issuperset(person.roles):
                raise ValueError(f"{person.login}: {', '.join(person.roles)} is no role of the staff")
        found = problems(self.content, self.premises)
        if found:
            raise ValueError(_sentence(found))
        return self

    @property
    def premises(self) -> Premises:
        """What its menu has to fit."""
        return Premises(
            stations={station.code: station.kind for station in self.stations},
            currency=self.restaurant.currency,
            languages=self.restaurant.languages,
        )

    def menu(self, restaurant_id: str, menu_id: str) -> Menu:
        """Return its menu."""
        fields = {name: getattr(self.content, name) for name in MenuContent.model_fields}
        return Menu(id=menu_id, restaurant_id=restaurant_id, **fields)

    def furnish(self, ids: Callable[[], str], token: Callable[[], str]) -> FurnishedHouse:
        """Return the aggregates of a new house; `ids` draws an identifier, `token` the 128-bit secret of a table."""
        house = ids()
        seated = [(zone.name, name, seats) for zone in self.zones for name, seats in zone.tables.items()]
        return FurnishedHouse(
            restaurant=Restaurant(id=house, restaurant_id=house, **dict(self.restaurant)),
            menu=self.menu(restaurant_id=house, menu_id=ids()),
            stations=tuple(
                Station(id=ids(), restaurant_id=house, position=position, **dict(station))
                for position, station in enumerate(self.stations)
            ),
            tables=tuple(
                Table(
                    id=ids(), restaurant_id=house, name=name, zone=zone, seats=seats, token=token(), position=position
                )
                for position, (zone, name, seats) in enumerate(seated)
            ),
            staff=tuple(StaffDraft(id=ids(), restaurant_id=house, **dict(person)) for person in self.staff),
            plan=DeliveryPlan(id=ids(), restaurant_id=house, **dict(self.plan)) if self.plan else None,
        )


def load_demo_house(path: Path | None = None) -> DemoHouse:
    """Read and check the files of a house in a folder (the demonstration house if None); raises `HouseInvalid`."""
    folder = path or DEMO_HOUSE
    files = open_files([folder / name for name in FILES])
    reading, deliveries = read(files, files.premises), read_plan(files)
    wrong = [*reading.problems, *deliveries.problems]
    if wrong:
        raise HouseInvalid(folder, _sentence(wrong))
    try:
        house = {name: one for name, one in files.parts.items() if name in DemoHouse.model_fields}
        return DemoHouse.model_validate(house | {"content": reading.content, "plan": deliveries.content})
    except ValidationError as error:
        said = (f"{'.'.join(str(step) for step in e['loc']) or 'house'}: {e['msg']}" for e in error.errors())
        raise HouseInvalid(folder, "; ".join(said)) from error


def _sentence(found: Iterable[Problem]) -> str:
    return "; ".join(f"{one.path}: {one.message('en')}" for one in found)


def _once(kind: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{kind} stands twice: {', '.join(twice)}")
