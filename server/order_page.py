"""What the page of those who order from home has to know of the house before it knows of anybody: whose phones may
order, how their numbers are written, and the counties of its addresses.

It is a file of the page, `/order/house.json`, made for the house that `?restaurantId=` names, or for the only one.
Nothing in it is secret. How numbers look is what `phonenumbers` says of each country.
"""

from functools import lru_cache
from typing import Annotated

import phonenumbers
from aiohttp import web
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType
from pydantic import Field

from models.address import LONGEST_NOTES
from models.base import Value
from models.country import ANY_POSTAL_CODE, POSTAL_CODES, counties_of
from models.errors import NotFound, RateLimited, Refusal, Unavailable, ValidationFailed
from models.house import Restaurant
from models.rules import Rules
from models.store.outcome import Interrupted
from models.store.work import Store
from server.answers import refused, with_headers
from server.calls import Call, read_call
from server.checkout import house_asked_for
from server.clock import Clock
from server.engine.settings import EngineSettings
from server.throttle import Throttle

PATH = "/order/house.json"


class PhoneCountry(Value):
    """How mobile numbers of a country (ISO 3166 alpha-2) are written: `trunk` before them at home, `+` and
    `calling_code` from elsewhere. `example` is one after either, with its gaps; `lengths` are how many digits that may
    be.
    """

    code: str
    calling_code: str
    trunk: str
    example: str
    lengths: tuple[int, ...]


class OrderHouse(Value):
    """The house: how it is called and can be called up, and what it takes for a phone number and an address."""

    id: str
    name: str
    phone: str
    languages: tuple[str, ...]
    countries: tuple[PhoneCountry, ...]
    counties: tuple[str, ...]
    postal_code: Annotated[str, Field(description="A regular expression of all of it.")]
    longest_notes: int
    addresses: int
    """How many a customer may keep."""


class OrderPage:
    """The route of one process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Rules,
        settings: EngineSettings,
        throttle: Throttle,
        *,
        is_secure: bool,
        deadline_seconds: float,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._settings = settings
        self._throttle = throttle
        self._is_secure = is_secure
        self._deadline_seconds = deadline_seconds

    def attach(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get(PATH, self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        call = read_call(request, self._settings, is_secure=self._is_secure)
        try:
            house = await self._house(request, call)
        except Refusal as refusal:
            return with_headers(refused(refusal, call.language), call)
        except Interrupted:
            return with_headers(refused(Unavailable(retry_after=1), call.language), call)
        text = order_house(house, self._rules).model_dump_json(by_alias=True)
        return with_headers(web.Response(text=text, content_type="application/json"), call)

    async def _house(self, request: web.Request, call: Call) -> Restaurant:
        """Return the house that was asked for, or the only one.

        Raises `NotFound`, `RateLimited` or `ValidationFailed`.
        """
        if seconds := self._throttle.wait(call.handshake.address, self._clock.monotonic()):
            raise RateLimited(retry_after=seconds)
        asked = house_asked_for(request)
        work = self._store.begin(asked or "", self._clock.monotonic() + self._deadline_seconds)
        house = await (work.get(Restaurant, asked) if asked else work.only(Restaurant))
        if house is None:
            raise NotFound
        return house


def order_house(house: Restaurant, rules: Rules) -> OrderHouse:
    """Return what the page is told of a house."""
    home = house.countries[0]
    return OrderHouse(
        id=house.id,
        name=house.name,
        phone=house.phone,
        languages=house.languages,
        countries=tuple(phone_country(code) for code in house.countries),
        counties=counties_of(home),
        postal_code=POSTAL_CODES.get(home, ANY_POSTAL_CODE),
        longest_notes=LONGEST_NOTES,
        addresses=rules.addresses,
    )


@lru_cache(maxsize=64)
def phone_country(code: str) -> PhoneCountry:
    """Return how mobile numbers of a country are written; raises `ValidationFailed` for a country without any."""
    example = phonenumbers.example_number_for_type(code, PhoneNumberType.MOBILE)
    known = PhoneMetadata.metadata_for_region(code)
    if example is None or known is None or known.mobile is None or known.general_desc is None:
        raise ValidationFailed(problem="country")
    calling_code = str(known.country_code)
    written = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
    lengths = known.mobile.possible_length or known.general_desc.possible_length
    return PhoneCountry(
        code=code,
        calling_code=calling_code,
        trunk=phonenumbers.ndd_prefix_for_region(code, True) or "",
        example=written.removeprefix(f"+{calling_code}").strip(),
        lengths=tuple(lengths),
    )
