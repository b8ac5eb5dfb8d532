"""The addresses of a customer as commands need them: opened for their owner and for an order, and counted when used.

What is sealed is opened here and nowhere is it kept open.
"""

import json
from datetime import datetime

from pydantic import Field

from handlers import access
from handlers.context import Context
from models.address import AddressDetails
from models.customer import Address, Customer, address_place
from models.errors import SessionExpired
from models.principal import PhoneCustomer
from models.rest import RestValue


class AddressView(RestValue):
    """An address as its owner sees it. `uses` counts the orders that went there."""

    id: str
    street: str
    city: str
    county: str
    postal_code: str
    notes: str
    is_default: bool
    uses: int
    last_used_at: datetime | None
    created_at: datetime
    version: int = Field(alias="__v", description="Goes with a change: one that rests on an older version is refused.")


async def customer(ctx: Context) -> Customer:
    """Return who is asking; raises `SessionExpired` when the person was erased."""
    found = await ctx.store.get(Customer, _own_id(ctx))
    if found is None or found.erased_at is not None:
        raise SessionExpired
    return found


async def newest_customer(ctx: Context) -> Customer:
    """Return who is asking as the database has them now: over HTTP the last request may have gone to another process.

    Raises `SessionExpired`.
    """
    await ctx.store.fresh(Customer, _own_id(ctx))
    return await customer(ctx)


async def customer_to_change(ctx: Context) -> Customer:
    """Return who is asking, to change something of theirs, when it is one's turn; raises `SessionExpired` or
    `Unavailable`.
    """
    await access.take_turn(ctx, _own_id(ctx))
    return await customer(ctx)


async def country(ctx: Context) -> str:
    """Return the country in which the house delivers (ISO 3166 alpha-2)."""
    return (await access.restaurant(ctx)).countries[0]


def details_of(ctx: Context, customer: Customer, address_id: str) -> AddressDetails:
    """Open an address of a customer; raises `NotFound`."""
    return _opened(ctx, customer, customer.address(address_id))


def address_view(ctx: Context, customer: Customer, address_id: str) -> AddressView:
    """Return an address of a customer for its owner; raises `NotFound`."""
    return _view(ctx, customer, customer.address(address_id))


def address_views(ctx: Context, customer: Customer) -> tuple[AddressView, ...]:
    """Return the addresses of a customer for their owner, by use."""
    return tuple(_view(ctx, customer, one) for one in customer.addresses_by_use)


def used(customer: Customer, address_id: str, now: datetime) -> Customer:
    """Count that something was ordered to an address; raises `NotFound`."""
    return customer.with_use(address_id, now)


def _own_id(ctx: Context) -> str:
    if not isinstance(ctx.principal, PhoneCustomer):
        raise SessionExpired
    return ctx.principal.customer_id


def _opened(ctx: Context, customer: Customer, address: Address) -> AddressDetails:
    place = address_place(customer.restaurant_id, customer.id, address.id)
    # It was checked when it was saved; a rule that is newer than it does not take it away.
    return AddressDetails.model_construct(**json.loads(ctx.vault.unseal(place, address.details)))


def _view(ctx: Context, customer: Customer, address: Address) -> AddressView:
    opened = _opened(ctx, customer, address)
    return AddressView(
        id=address.id,
        street=opened.street,
        city=opened.city,
        county=opened.county,
        postal_code=opened.postal_code,
        notes=opened.notes,
        is_default=address.is_default,
        uses=address.uses,
        last_used_at=address.last_used_at,
        created_at=address.created_at,
        version=address.version,
    )
