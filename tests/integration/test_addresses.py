"""A customer's addresses on real servers: one default, fifty at most, nobody overwrites what they have not seen."""

import asyncio
from typing import Any

import pytest
from integration.asking import ask
from integration.customers import HOME, Caller, proved
from integration.house import House

from handlers.addressing import used
from models.audit import AuditEntry
from models.customer import Customer
from models.errors import AddressLimitExceeded, ConcurrentUpdate, NotFound, Refusal, SessionExpired, ValidationFailed

WORK = HOME | {"street": "Bulevardul Unirii 3", "notes": ""}


async def nobody(house: House, **fields: Any) -> Caller:
    """A customer who has no address yet."""
    return await proved(house, addresses=(), **fields)


async def add(caller: Caller, **fields: Any) -> dict[str, Any]:
    answer = await ask(caller, "address:add", **(HOME | fields))
    address: dict[str, Any] = answer["address"]
    return address


async def listed(caller: Caller) -> list[dict[str, Any]]:
    addresses: list[dict[str, Any]] = (await ask(caller, "address:list"))["addresses"]
    return addresses


async def defaults(caller: Caller) -> list[str]:
    return [one["id"] for one in await listed(caller) if one["is_default"]]


async def stored(caller: Caller) -> Customer:
    app = caller.house.apps[0]
    work = app.store.begin(caller.house.restaurant.id, app.clock.monotonic() + 5)
    found = await work.fresh(Customer, caller.id)
    assert found is not None
    return found


async def test_the_first_address_is_kept_as_it_was_typed_and_is_the_default(house: House) -> None:
    caller = await nobody(house)
    answer = await ask(caller, "address:add", **(HOME | {"county": "bucuresti", "is_default": False}))
    kept = {name: answer["address"][name] for name in HOME}
    assert kept == HOME
    assert answer["total_addresses"] == 1
    assert (answer["address"]["is_default"], answer["address"]["__v"]) == (True, 1)
    assert await listed(caller) == [answer["address"]]


async def test_what_is_stored_of_an_address_cannot_be_read(house: House) -> None:
    caller = await nobody(house)
    await add(caller)
    text = (await stored(caller)).model_dump_json()
    assert not [value for value in HOME.values() if value in text]


async def test_another_default_unsets_the_first_on_every_server(house: House) -> None:
    caller = await nobody(house)
    home, work = await add(caller), await add(caller, **WORK, is_default=True)
    assert await defaults(caller) == [work["id"]]
    await ask(caller, "address:change", id=home["id"], is_default=True, __v=2)
    assert await defaults(caller) == [home["id"]]


async def test_no_change_leaves_a_customer_without_a_default(house: House) -> None:
    caller = await nobody(house)
    home = await add(caller)
    answer = await ask(caller, "address:change", id=home["id"], is_default=False, __v=1)
    assert answer["address"] == home


async def test_the_default_that_is_removed_is_followed_by_the_one_that_is_used_most(house: House) -> None:
    caller = await nobody(house)
    home, _, work = await add(caller), await add(caller, street="Strada Mare 1"), await add(caller, **WORK)
    app = house.apps[0]
    store = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    store.save(used(await stored(caller), work["id"], house.clock.now()))
    await store.commit()
    assert next(one["id"] for one in await listed(caller)) == work["id"]
    assert await ask(caller, "address:remove", id=home["id"]) == {"deleted": True}
    assert await defaults(caller) == [work["id"]]


async def test_what_was_removed_is_not_found(house: House) -> None:
    caller = await nobody(house)
    home = await add(caller)
    await ask(caller, "address:remove", id=home["id"])
    with pytest.raises(NotFound):
        await ask(caller, "address:remove", id=home["id"])
    with pytest.raises(NotFound):
        await ask(caller, "address:change", id=home["id"], notes="x", __v=1)
    assert await listed(caller) == []


async def test_a_change_of_an_older_version_is_refused_with_the_present_one(house: House) -> None:
    caller = await nobody(house)
    home = await add(caller)
    changed = (await ask(caller, "address:change", id=home["id"], notes="etaj 2", __v=1))["address"]
    assert (changed["notes"], changed["__v"], changed["street"]) == ("etaj 2", 2, home["street"])
    with pytest.raises(ConcurrentUpdate) as refused:
        await ask(caller, "address:change", id=home["id"], notes="etaj 3", __v=1)
    assert refused.value.details == {"address": changed}
    assert refused.value.status == 409


async def test_of_two_changes_at_once_on_two_servers_one_is_done(house: House) -> None:
    caller = await nobody(house)
    home = await add(caller)
    changes = [
        ask(caller, "address:change", id=home["id"], notes=f"etaj {number}", __v=1, server=number)
        for number in range(6)
    ]
    ended = await asyncio.gather(*changes, return_exceptions=True)
    done = [one for one in ended if isinstance(one, dict)]
    refused = [one for one in ended if isinstance(one, ConcurrentUpdate)]
    assert (len(done), len(refused)) == (1, 5)
    assert [one.details["address"] for one in refused] == [done[0]["address"]] * 5
    assert await listed(caller) == [done[0]["address"]]


async def test_many_at_once_never_exceed_fifty_nor_leave_two_defaults(house: House) -> None:
    caller = await nobody(house)
    for number in range(47):
        await add(caller, street=f"Strada Mare {number}")
    more = [add(caller, street=f"Strada Nouă {number}", is_default=True) for number in range(8)]
    ended = await asyncio.gather(*more, return_exceptions=True)
    refused = [one for one in ended if isinstance(one, AddressLimitExceeded)]
    assert [one.details for one in refused] == [{"limit": 50}] * 5
    assert len(await listed(caller)) == 50
    assert len(await defaults(caller)) == 1


async def test_an_address_that_is_sent_twice_is_one(house: House) -> None:
    caller = await nobody(house)
    first = await ask(caller, "address:add", **HOME)
    assert await ask(caller, "address:add", **HOME) == first
    both = await asyncio.gather(*(ask(caller, "address:add", **WORK) for _ in range(4)))
    assert [one["total_addresses"] for one in both] == [2] * 4
    assert len({one["address"]["id"] for one in both}) == 1


async def test_an_address_that_is_there_becomes_the_default_when_it_is_sent_as_that(house: House) -> None:
    caller = await nobody(house)
    await add(caller)
    await add(caller, **WORK)
    again = await ask(caller, "address:add", **WORK, is_default=True)
    assert again["total_addresses"] == 2
    assert await defaults(caller) == [again["address"]["id"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"street": "Str5"},
        {"street": "a" * 201},
        {"city": "X"},
        {"county": "Narnia"},
        {"county": ""},
        {"postal_code": "03016"},
        {"postal_code": 30167},
        {"notes": "n" * 501},
        {"is_default": "true"},
        {"_id": "mine"},
        {"id": "mine"},
        {"customer_id": "another"},
        {"uses": 7},
        {"country": "TM"},
        {"postalCode": "030167"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_is_no_address_is_refused_and_leaves_nothing(house: House, wrong: dict[str, Any]) -> None:
    caller = await nobody(house)
    with pytest.raises(ValidationFailed):
        await ask(caller, "address:add", **(HOME | wrong))
    assert await listed(caller) == []


@pytest.mark.parametrize("missing", ["street", "city", "county", "postal_code"])
async def test_what_is_missing_is_refused(house: House, missing: str) -> None:
    caller = await nobody(house)
    with pytest.raises(ValidationFailed):
        await ask(caller, "address:add", **{name: value for name, value in HOME.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [{"county": "Narnia"}, {"postal_code": "1"}, {"customer_id": "x"}, {"__v": "1"}, {"__v": None}, {"version": 1}],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_change_to_what_is_no_address_is_refused(house: House, wrong: dict[str, Any]) -> None:
    caller = await nobody(house)
    home = await add(caller)
    with pytest.raises(ValidationFailed):
        await ask(caller, "address:change", **({"id": home["id"], "__v": 1} | wrong))
    assert await listed(caller) == [home]


async def test_a_house_elsewhere_takes_the_addresses_of_its_country(house: House) -> None:
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    restaurant = await work.fresh(type(house.restaurant), house.restaurant.id)
    assert restaurant is not None
    work.save(restaurant.with_(countries=("IN", "RO")))
    await work.commit()
    caller = await nobody(house)
    there = await ask(caller, "address:add", **(HOME | {"county": "tamil nadu", "postal_code": "600001"}), server=0)
    assert there["address"]["county"] == "Tamil Nādu"
    with pytest.raises(ValidationFailed):
        await ask(caller, "address:add", **(HOME | {"notes": "other"}), server=0)


async def test_an_address_of_somebody_else_is_not_found(house: House) -> None:
    mine, theirs = await nobody(house), await proved(house, "+40722222222")
    theirs_before = await listed(theirs)
    for refused in (
        ask(mine, "address:change", id=theirs.address_id, notes="x", __v=1),
        ask(mine, "address:remove", id=theirs.address_id),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await listed(theirs) == theirs_before


async def test_who_was_erased_is_logged_out(house: House) -> None:
    caller = await nobody(house)
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    work.save((await stored(caller)).with_(erased_at=house.clock.now()))
    await work.commit()
    for name, fields in (("address:list", {}), ("address:add", HOME)):
        with pytest.raises(SessionExpired):
            await ask(caller, name, **fields)


async def test_the_log_names_ids_and_nothing_of_the_person(house: House) -> None:
    caller = await nobody(house)
    home = await add(caller)
    await ask(caller, "address:change", id=home["id"], notes="etaj 9", __v=1)
    await ask(caller, "address:remove", id=home["id"])
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    entries = await work.every(AuditEntry, restaurant_id=house.restaurant.id, subject=caller.id)
    assert [(one.act, one.details) for one in sorted(entries, key=lambda one: one.at)] == [
        ("address-added", {"address_id": home["id"]}),
        ("address-changed", {"address_id": home["id"]}),
        ("address-removed", {"address_id": home["id"]}),
    ]
    assert {one.actor.id for one in entries} == {caller.id}


async def test_what_is_refused_does_not_say_what_was_sent(house: House) -> None:
    caller = await nobody(house)
    secret = "Strada Secretă 99"
    for fields in ({"street": "\u202e" + secret}, {"county": secret}, {secret: 1}, {"notes": secret * 100}):
        with pytest.raises(Refusal) as refused:
            await ask(caller, "address:add", **(HOME | fields))
        assert secret not in str(refused.value.details)
