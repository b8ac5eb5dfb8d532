"""Commands about a customer's addresses: list, add, change, remove. They come over HTTP."""

from pydantic import Field

from handlers.addressing import (
    AddressView,
    address_view,
    address_views,
    country,
    customer_to_change,
    details_of,
    newest_customer,
)
from handlers.context import Context
from handlers.registry import REST, command
from handlers.reply import RestReply
from models.address import AddressDetails, City, County, Notes, PostalCode, Street
from models.base import Id
from models.customer import Address, Customer, address_place
from models.errors import AddressLimitExceeded, ConcurrentUpdate, NotFound, SessionExpired, ValidationFailed
from models.principal import CUSTOMERS
from models.rest import RestRequest
from models.sealed import Sealed


class ListAddresses(RestRequest):
    """All addresses of the customer."""


class AddAddress(RestRequest):
    """A new address. The first one is the default one, whatever it says."""

    street: Street
    city: City
    county: County
    postal_code: PostalCode
    notes: Notes = ""
    is_default: bool = False


class ChangeAddress(RestRequest):
    """What is to be different; what is not named, or null, stays.

    `is_default` true makes it the default address; false leaves that as it is, since there always is one.
    """

    id: Id
    street: Street | None = None
    city: City | None = None
    county: County | None = None
    postal_code: PostalCode | None = None
    notes: Notes | None = None
    is_default: bool | None = None
    version: int = Field(alias="__v", ge=1, description="The version that was read.")


class RemoveAddress(RestRequest):
    """Which address."""

    id: Id


class AddressesReply(RestReply):
    """The addresses: the most used first, then the last used, then the newest."""

    addresses: tuple[AddressView, ...]


class AddedAddressReply(RestReply):
    """The address as it is kept, and how many there are."""

    address: AddressView
    total_addresses: int


class AddressReply(RestReply):
    """The address as it is now."""

    address: AddressView


class RemovedAddressReply(RestReply):
    """It is gone."""

    deleted: bool = True


@command("address:list", on=(REST,), roles=CUSTOMERS, errors=(SessionExpired,))
async def list_addresses(ctx: Context, request: ListAddresses) -> AddressesReply:
    """List the addresses of the customer by use."""
    return AddressesReply(addresses=address_views(ctx, await newest_customer(ctx)))


@command(
    "address:add",
    on=(REST,),
    roles=CUSTOMERS,
    errors=(AddressLimitExceeded, SessionExpired, ValidationFailed),
)
async def add_address(ctx: Context, request: AddAddress) -> AddedAddressReply:
    """Save an address; one that is there already is answered with itself."""
    customer = await customer_to_change(ctx)
    asked = AddressDetails(**request.model_dump(exclude={"is_default"})).in_country(await country(ctx))
    same = next((one for one in customer.addresses if details_of(ctx, customer, one.id) == asked), None)
    address_id = same.id if same else ctx.ids.new_id()
    if same is None:
        details = _sealed(ctx, customer, address_id, asked)
        address = Address(id=address_id, details=details, is_default=request.is_default, created_at=ctx.now)
        customer = _save(ctx, customer.with_address(address, ctx.rules.addresses), "address-added", address_id)
    elif request.is_default and not same.is_default:
        changed = customer.with_changed(same.id, same.details, make_default=True)
        customer = _save(ctx, changed, "address-changed", same.id)
    view = address_view(ctx, customer, address_id)
    return AddedAddressReply(address=view, total_addresses=len(customer.addresses))


@command(
    "address:change",
    on=(REST,),
    roles=CUSTOMERS,
    errors=(ConcurrentUpdate, NotFound, SessionExpired, ValidationFailed),
)
async def change_address(ctx: Context, request: ChangeAddress) -> AddressReply:
    """Change an address as it was read, or make it the default one."""
    customer = await customer_to_change(ctx)
    found = customer.address(request.id)
    if found.version != request.version:
        current = address_view(ctx, customer, found.id)
        raise ConcurrentUpdate(address=current.model_dump(mode="json", by_alias=True))
    opened = details_of(ctx, customer, found.id)
    named = request.model_dump(exclude={"id", "version", "is_default"}, exclude_none=True)
    asked = opened.with_(**named).in_country(await country(ctx)) if named else opened
    is_to_be_default = bool(request.is_default) and not found.is_default
    if asked != opened or is_to_be_default:
        details = found.details if asked == opened else _sealed(ctx, customer, found.id, asked)
        changed = customer.with_changed(found.id, details, make_default=is_to_be_default)
        customer = _save(ctx, changed, "address-changed", found.id)
    return AddressReply(address=address_view(ctx, customer, found.id))


@command("address:remove", on=(REST,), roles=CUSTOMERS, errors=(NotFound, SessionExpired))
async def remove_address(ctx: Context, request: RemoveAddress) -> RemovedAddressReply:
    """Remove an address. Orders keep the copy they were placed with."""
    customer = await customer_to_change(ctx)
    _save(ctx, customer.without_address(request.id), "address-removed", request.id)
    return RemovedAddressReply()


def _sealed(ctx: Context, customer: Customer, address_id: str, details: AddressDetails) -> Sealed:
    return ctx.vault.seal(address_place(customer.restaurant_id, customer.id, address_id), details.model_dump_json())


def _save(ctx: Context, customer: Customer, act: str, address_id: str) -> Customer:
    """Stage the customer and the audit entry of what was done to an address of theirs."""
    ctx.record(act, subject=customer.id, address_id=address_id)
    return ctx.store.save(customer)
