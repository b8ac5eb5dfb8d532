"""What an order from home is made of: how it is asked for, and the session, the computation and the destination that
follow from that.
"""

from datetime import UTC
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import to_json

from handlers import access, addressing
from handlers import plan as planning
from handlers.context import Context
from models.base import Id, OperationId, Request
from models.customer import Customer, name_place, phone_place
from models.destination import Destination
from models.dining import DiningOption
from models.money import LARGEST_AMOUNT
from models.order import Order, fingerprint
from models.pin import PIN_PURPOSE
from models.place import Coordinates, point_of
from models.placing import Round
from models.quote import Quoted, Situation, Wanted, WantedItem, quoted
from models.session import Mode, TableSession
from models.tender import TenderMethod

MOST_ITEMS = 60
"""As many lines as a cart has (`limits.cart_lines`, unless the house changes it), and as one message holds."""

LONGEST_WAIT = 1_000_000
"""Minutes that a customer can agree to: more than any estimate."""


class QuoteOrder(Request):
    """What is wanted, and where to: an address of one's own, or for a quote just a place on the map.

    `slot` is the beginning of one that `slots` of a quote named; without it, as soon as possible.
    """

    items: tuple[WantedItem, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    dining_option: Annotated[DiningOption, Field(strict=False)] = DiningOption.DELIVERY
    address_id: Id | None = None
    location: Coordinates | None = None
    slot: AwareDatetime | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.dining_option is DiningOption.DELIVERY and not self._has_place:
            raise ValueError("what is brought needs an address")
        return self

    @property
    def _has_place(self) -> bool:
        return self.address_id is not None or self.location is not None


class OrderFromHome(QuoteOrder):
    """The key names this order and every repeat of it. With `expected_total` (minor units) it is placed only at that
    total. `accept_wait` is the wait in minutes that the customer has agreed to. Both are no part of what is ordered.
    """

    idempotency_key: OperationId
    payment_method: Annotated[TenderMethod, Field(strict=False)]
    expected_total: int | None = Field(default=None, ge=0, le=LARGEST_AMOUNT)
    accept_wait: int | None = Field(default=None, ge=0, le=LONGEST_WAIT)

    @property
    def _has_place(self) -> bool:
        return self.address_id is not None


def session_of(ctx: Context, customer: Customer, request: QuoteOrder) -> TableSession:
    """Return the session of an order: at no table, and behind a PIN that nobody is told."""
    session_id = ctx.ids.new_id()
    return TableSession(
        id=session_id,
        restaurant_id=customer.restaurant_id,
        table_id=session_id,
        table_name="",
        mode=Mode.FAMILY,
        covers=0,
        pin=ctx.vault.keyed_hash(PIN_PURPOSE, session_id, ctx.ids.token()),
        seatings=(),
        opened_at=ctx.now,
        opened_by=ctx.principal.actor,
        dining_option=request.dining_option,
        customer_id=customer.id,
    )


async def quote_of(
    ctx: Context, customer: Customer, request: QuoteOrder, session: TableSession, asked: str = ""
) -> Quoted:
    """Return what is asked for as an order that could be placed now."""
    is_brought = request.dining_option is DiningOption.DELIVERY
    address = request.address_id if is_brought else None
    wanted = Wanted(
        items=request.items,
        dining_option=request.dining_option,
        postal_code=addressing.details_of(ctx, customer, address).postal_code if address else None,
        point=point_of(request.location) if request.location else None,
        slot=request.slot,
    )
    house = Situation(
        offer=await access.offer(ctx, request.dining_option),
        plan=await planning.require_plan(ctx),
        loads=await planning.loads(ctx),
        stations=await access.stations(ctx),
        rules=ctx.rules,
        others=await ctx.store.members(Order, "customer", customer.id),
    )
    key, method = "", None
    if isinstance(request, OrderFromHome):
        key, method = request.idempotency_key, request.payment_method.value
    sending = Round(
        order_id=ctx.ids.new_id(),
        number=0,
        idempotency_key=key,
        fingerprint=asked,
        payment_method=method,
        by=ctx.principal.actor,
        at=ctx.now,
    )
    return quoted(wanted, house, session, sending, ctx.ids.new_id)


def destination_of(ctx: Context, customer: Customer, request: OrderFromHome) -> Destination:
    """Return the copy of who ordered and where it goes: whatever they change later changes nothing of it."""
    is_brought = request.dining_option is DiningOption.DELIVERY
    address_id = request.address_id if is_brought else None
    house, unseal = customer.restaurant_id, ctx.vault.unseal
    return Destination(
        name=unseal(name_place(house, customer.id), customer.name),
        phone=unseal(phone_place(house, customer.id), customer.phone),
        address=addressing.details_of(ctx, customer, address_id) if address_id else None,
        point=point_of(request.location) if request.location and is_brought else None,
    )


def asked_of(request: OrderFromHome) -> str:
    """Return the fingerprint of what is ordered."""
    return fingerprint(
        request.dining_option,
        request.address_id or "",
        request.location or "",
        request.payment_method,
        request.slot.astimezone(UTC).isoformat() if request.slot else "",
        to_json(request.items).decode(),
    )
