"""What a manager reads in a report, row by row."""

from models.base import Text, Value
from models.correction import CorrectionKind
from models.dining import DiningOption
from models.dish import Course
from models.money import Money
from models.tender import TenderMethod


class PersonRef(Value):
    """Someone of the house."""

    id: str
    name: str


class BillsView(Value):
    """What the checks come to, part by part. `items` less all that was taken off is `net`; with the fees and the taxes
    on top it is the `total`.
    """

    checks: int
    covers: int
    items: Money
    voids: Money
    comps: Money
    discounts: Money
    promotions: Money
    net: Money
    service_charge: Money
    delivery_fee: Money
    tax_on_top: Money
    total: Money
    open_checks: int
    open_total: Money


class HourRow(Value):
    """What was sent in an hour of the day."""

    hour: int
    orders: int
    portions: int
    items: Money
    net: Money


class DishRow(Value):
    """What of a dish was sold."""

    item_id: str | None
    name: Text
    portions: int
    items: Money
    net: Money


class WaiterRow(Value):
    """What a waiter's parties have ordered, and what they gave; `tips_refunded` is what they got back of it."""

    waiter: PersonRef | None
    orders: int
    portions: int
    items: Money
    net: Money
    tips: Money
    tips_refunded: Money


class DiningOptionRow(Value):
    """What was eaten here, taken away and brought."""

    dining_option: DiningOption
    checks: int
    covers: int
    items: Money
    net: Money
    total: Money


class TakenOffRow(Value):
    """What was taken off for a reason; of a promotion the reason is its code."""

    kind: CorrectionKind
    reason: str | None
    count: int
    portions: int
    amount: Money


class TakenOffByRow(Value):
    """What somebody has taken off."""

    kind: CorrectionKind
    by: PersonRef | None
    count: int
    portions: int
    amount: Money


class RefundRow(Value):
    """What was given back for a reason."""

    reason: str | None
    count: int
    amount: Money


class TenderRow(Value):
    """What was paid in one way, and given back."""

    method: TenderMethod
    count: int
    amount: Money
    tips: Money
    refunds: int
    refunded: Money
    tips_refunded: Money


class TaxRow(Value):
    """What one tax comes to."""

    class_id: str
    name: Text
    rate: int
    is_inclusive: bool
    base: Money
    amount: Money


class TicketTimeRow(Value):
    """How many seconds tickets of a station took, from being sent to being bumped (nearest rank)."""

    station: str | None
    tickets: int
    p50: int
    p90: int
    p99: int


class StepTimes(Value):
    """How many lines made a step, and how many seconds it took them (nearest rank)."""

    lines: int
    p50: int
    p90: int
    p99: int


class LineTimeRow(Value):
    """How long the lines of a course took at a station: until somebody began and until they were ready, from when they
    were to be begun; and until they were served, from when they were ready. None for a step that no line has made.
    """

    station: str
    course: Course
    started: StepTimes | None
    ready: StepTimes | None
    served: StepTimes | None


class TurnRow(Value):
    """How long parties stayed at tables of a zone with so many seats."""

    zone: str
    seats: int
    parties: int
    covers: int
    average_seconds: int


class ReportView(Value):
    """All of it."""

    bills: BillsView
    hours: tuple[HourRow, ...]
    dishes: tuple[DishRow, ...]
    waiters: tuple[WaiterRow, ...]
    dining_options: tuple[DiningOptionRow, ...]
    taken_off: tuple[TakenOffRow, ...]
    taken_off_by: tuple[TakenOffByRow, ...]
    refunds: tuple[RefundRow, ...]
    tenders: tuple[TenderRow, ...]
    taxes: tuple[TaxRow, ...]
    ticket_times: tuple[TicketTimeRow, ...]
    line_times: tuple[LineTimeRow, ...]
    turns: tuple[TurnRow, ...]
