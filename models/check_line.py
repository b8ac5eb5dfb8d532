"""What was ordered, as the check has it: with all that is needed to tax it and to share it."""

from pydantic import Field, computed_field

from models.base import Actor, Text, Value
from models.money import Money, total
from models.order import Order
from models.pricing import Tax


class CheckLine(Value):
    """One dish of a round, priced and taxed as it was placed. `by` is who added it."""

    id: str
    item_id: str
    name: Text
    quantity: int = Field(ge=1)
    modifiers: tuple[Text, ...] = ()
    unit_price: Money
    tax: Tax | None = None
    by: Actor

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def price(self) -> Money:
        """Price of all its portions."""
        return self.unit_price.times(self.quantity)


class CheckRound(Value):
    """One order on the check."""

    order_id: str
    number: int
    amount: Money
    lines: tuple[CheckLine, ...] = ()


def check_round(order: Order) -> CheckRound:
    """Return what a placed order puts on the check."""
    return CheckRound(
        order_id=order.id,
        number=order.number,
        amount=total((line.price for line in order.to_send), order.currency),
        lines=tuple(
            CheckLine(
                id=line.id,
                item_id=line.item_id,
                name=line.name,
                quantity=line.quantity,
                modifiers=tuple(option.name for option in line.modifiers),
                unit_price=line.unit_price,
                tax=line.tax,
                by=line.added_by,
            )
            for line in order.to_send
        ),
    )
