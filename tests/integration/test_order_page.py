"""What the page of those who order from home is told of its house before it knows of anybody."""

import json

import pytest
from integration.calling import Answer
from integration.calling import call as call_door
from integration.house import House

from models.errors import ValidationFailed
from models.phone import normalised
from models.rules import Rules
from server.order_page import order_house, phone_country


async def ask(house: House, query: str) -> Answer:
    return await call_door(house, "GET", f"/../../order/house.json{query}", headers={"Accept-Language": "en"})


async def test_the_page_is_told_whose_phones_may_order_and_of_what_counties_addresses_are(house: House) -> None:
    answer = await ask(house, f"?restaurantId={house.restaurant.id}")
    assert answer.status == 200
    assert answer.body == json.loads(order_house(house.restaurant, Rules()).model_dump_json(by_alias=True))
    assert (answer.body["name"], answer.body["phone"]) == (house.restaurant.name, house.restaurant.phone)
    assert len(answer.body["counties"]) == 42
    (romania,) = answer.body["countries"]
    assert (romania["code"], romania["callingCode"], romania["trunk"]) == ("RO", "40", "0")


@pytest.mark.parametrize(
    ("query", "status"), [("?restaurantId=nobody", 404), ("?restaurantId=%24", 400), ("?a=b", 400)]
)
async def test_a_house_that_there_is_none_of_is_said_to_be_so(house: House, query: str, status: int) -> None:
    assert (await ask(house, query)).status == status


@pytest.mark.parametrize("code", ["RO", "MD", "DE", "IT", "HU", "FR", "BG", "US", "TM"])
def test_what_a_country_is_said_to_write_is_a_number_of_it(code: str) -> None:
    country = phone_country(code)
    digits = "".join(one for one in country.example if one.isdigit())
    assert len(digits) in country.lengths
    whole = f"+{country.calling_code}{digits}"
    assert normalised(whole, [code]) == normalised(f"{country.trunk}{digits}", [code]) == whole


def test_a_country_without_phones_is_refused() -> None:
    with pytest.raises(ValidationFailed):
        phone_country("AQ")
