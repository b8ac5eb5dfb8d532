"""What a customer is shown of a quote."""

from datetime import datetime

from models.base import Id, Text, Value
from models.bill import BillPart
from models.money import Money
from models.order import OrderModifier
from models.quote import Quoted
from models.slot import SlotView


class QuotedLine(Value):
    """One dish with its options, priced."""

    item_id: str
    name: Text
    quantity: int
    modifiers: tuple[OrderModifier, ...]
    note: str
    unit_price: Money
    price: Money


class QuotedZone(Value):
    """The part of the town that it is brought to. `minimum` is what the dishes must come to."""

    id: Id
    name: Text
    minimum: Money


class QuoteView(Value):
    """What an order from home would come to now, part by part, and when it would be there."""

    lines: tuple[QuotedLine, ...]
    subtotal: Money
    fee: Money
    bill: tuple[BillPart, ...]
    total: Money
    zone: QuotedZone | None
    minutes: int | None
    promised_at: datetime | None
    slot: datetime | None
    slots: tuple[SlotView, ...]


def quote_view(quote: Quoted) -> QuoteView:
    """Show a quote to whoever asked for it."""
    order, zone, delivery = quote.order, quote.zone, quote.delivery
    return QuoteView(
        lines=tuple(
            QuotedLine(
                item_id=line.item_id,
                name=line.name,
                quantity=line.quantity,
                modifiers=line.modifiers,
                note=line.note,
                unit_price=line.unit_price,
                price=line.price,
            )
            for line in order.lines
        ),
        subtotal=order.total,
        fee=delivery.fee,
        bill=quote.bill,
        total=quote.check.total,
        zone=QuotedZone(id=zone.id, name=zone.name, minimum=Money(amount=zone.minimum, currency=order.currency))
        if zone
        else None,
        minutes=quote.minutes,
        promised_at=delivery.promised_at,
        slot=delivery.slot,
        slots=quote.slots,
    )
