"""What clients see of a plan of deliveries: customers what it asks of them, the floor all of it.

Amounts are minor units of the house's currency, as on the menu.
"""

from datetime import datetime

from models.base import Actor, Text, Value
from models.delivery_plan import DeliveryPlan
from models.hours import Window
from models.place import Coordinates
from models.slot import SlotRule
from models.view import View
from models.zone import Zone


class ZoneView(Value):
    """A part of the town that dishes are brought to."""

    id: str
    name: Text
    fee: int
    free_from: int | None
    minimum: int
    minutes: int


class FloorZoneView(ZoneView):
    """The same, and what is in it."""

    postal_codes: tuple[str, ...]
    polygon: tuple[Coordinates, ...]


class SlotRuleView(Value):
    """When orders are handed over."""

    hours: tuple[Window, ...]
    minutes: int
    days: int


class FloorSlotRuleView(SlotRuleView):
    """The same, and how many portions fit into a slot."""

    cap: int


class PauseView(Value):
    """Nothing is taken until a moment, or until somebody resumes."""

    until: datetime | None


class FloorPauseView(PauseView):
    """The same, and who said so."""

    since: datetime
    by: Actor


class PlanView(View):
    """The plan as customers see it."""

    is_offered: bool
    take_out: bool
    zones: tuple[ZoneView, ...]
    slots: SlotRuleView | None
    lead_minutes: int
    pause: PauseView | None


class FloorPlanView(View):
    """The plan as the staff see it."""

    is_offered: bool
    take_out: bool
    zones: tuple[FloorZoneView, ...]
    slots: FloorSlotRuleView | None
    lead_minutes: int
    pack_minutes: int
    pause: FloorPauseView | None


def plan_view(plan: DeliveryPlan) -> PlanView:
    """Show a plan to customers."""
    slots, pause = plan.slots, plan.pause
    return PlanView(
        id=plan.id,
        version=plan.version,
        is_offered=plan.is_offered,
        take_out=plan.take_out,
        zones=tuple(ZoneView(**_common(zone)) for zone in plan.zones),
        slots=SlotRuleView(hours=slots.hours, minutes=slots.minutes, days=slots.days) if slots else None,
        lead_minutes=plan.lead_minutes,
        pause=PauseView(until=pause.until) if pause else None,
    )


def floor_plan_view(plan: DeliveryPlan) -> FloorPlanView:
    """Show a plan to the staff."""
    return FloorPlanView(
        id=plan.id,
        version=plan.version,
        is_offered=plan.is_offered,
        take_out=plan.take_out,
        zones=tuple(floor_zone_view(zone) for zone in plan.zones),
        slots=_floor_slots(plan.slots) if plan.slots else None,
        lead_minutes=plan.lead_minutes,
        pack_minutes=plan.pack_minutes,
        pause=FloorPauseView(**dict(plan.pause)) if plan.pause else None,
    )


def floor_zone_view(zone: Zone) -> FloorZoneView:
    """Show a zone to the staff."""
    polygon = tuple(corner.text for corner in zone.polygon)
    return FloorZoneView(**_common(zone), postal_codes=zone.postal_codes, polygon=polygon)


def _floor_slots(rule: SlotRule) -> FloorSlotRuleView:
    return FloorSlotRuleView(**dict(rule))


def _common(zone: Zone) -> dict[str, object]:
    return {name: getattr(zone, name) for name in ZoneView.model_fields}
