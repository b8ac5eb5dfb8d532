"""The plan of deliveries of a house: whether it takes orders from outside, where it brings them, when and for how much;
and the pause in which it takes none.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change, Value
from models.dining import DiningOption
from models.errors import AddressNotServed, DeliveryOff, DeliveryPaused, DeliveryPlanChanged, SlotRefused
from models.place import Point
from models.pricing import Pricing, Terms
from models.slot import Slot, SlotLoad, SlotRule, SlotView
from models.zone import Zone

MOST_ZONES = 12
"""With so many in four languages, and ten windows, the plan has 190 keys: as many as fit into one message."""
REMEMBERED_OPERATIONS = 16
LONGEST_MINUTES = 240


class PlanContent(Value):
    """What managers set up. It may be wrong: see `models.plan_check`.

    `is_offered` switches all of it; `zones` stand in the order in which they are asked, and without one nothing is
    brought. Without `slots` an order can be placed at any time, for as soon as possible.
    """

    is_offered: bool = True
    take_out: bool = False
    zones: tuple[Zone, ...] = Field(default=(), max_length=MOST_ZONES)
    slots: SlotRule | None = None
    lead_minutes: int = Field(default=0, ge=0, le=LONGEST_MINUTES)
    """Between an order and the beginning of the first slot that can be chosen."""
    pack_minutes: int = Field(default=0, ge=0, le=LONGEST_MINUTES)
    """From when the kitchen is ready until it leaves the house, or can be taken."""

    def offers(self, dining_option: DiningOption) -> bool:
        """Whether orders of this kind are taken at all."""
        if not self.is_offered:
            return False
        return {DiningOption.DELIVERY: bool(self.zones), DiningOption.TAKE_OUT: self.take_out}.get(dining_option, False)


class Pause(Value):
    """Since when nothing is taken, by whom, and until when; `until` None: until somebody resumes."""

    since: datetime
    by: Actor
    until: datetime | None = None


class DeliveryPlan(PlanContent, Aggregate):
    """The plan of one house; a house without one takes no orders from outside."""

    pause: Pause | None = None
    operations: tuple[str, ...] = ()
    """The last operation ids."""

    @property
    def content(self) -> PlanContent:
        """What was set up, without the rest."""
        return PlanContent(**{name: getattr(self, name) for name in PlanContent.model_fields})

    @property
    def paused_until(self) -> datetime | None:
        """When the pause ends by itself; None where there is none, or one without an end."""
        return self.pause.until if self.pause else None

    def is_paused(self, now: datetime) -> bool:
        """Whether nothing is taken at a moment."""
        return self.pause is not None and (self.pause.until is None or now < self.pause.until)

    def require_open(self, dining_option: DiningOption, now: datetime) -> None:
        """Raise `DeliveryOff` or `DeliveryPaused` when no order of this kind is taken at a moment."""
        if not self.offers(dining_option):
            raise DeliveryOff
        if self.is_paused(now):
            raise DeliveryPaused(until=self.paused_until)

    def zone_for(self, postal_code: str | None, point: Point | None) -> Zone | None:
        """Return the first zone that an address is in, None when nothing is brought there.

        Where any zone knows the postal code, that decides: the place, which is only what a phone says, moves nobody
        into a zone that costs less.
        """
        known = (zone for zone in self.zones if zone.knows(postal_code))
        return next(known, None) or next((zone for zone in self.zones if zone.contains(point)), None)

    def require_zone(self, postal_code: str | None, point: Point | None) -> Zone:
        """Return the zone of an address; raises `AddressNotServed`."""
        zone = self.zone_for(postal_code, point)
        if zone is None:
            raise AddressNotServed
        return zone

    def slots_on(
        self, now: datetime, time_zone: str, loads: Iterable[SlotLoad], dishes: int = 1
    ) -> tuple[SlotView, ...]:
        """Return the slots that can be chosen at a moment, in order, and whether so many portions fit into each."""
        if self.slots is None:
            return ()
        sold, cap = {one.begins_at: one.dishes for one in loads}, self.slots.cap
        return tuple(
            SlotView(**dict(slot), has_room=sold.get(slot.begins_at, 0) + dishes <= cap)
            for slot in self._choosable(now, time_zone)
        )

    def slot_for(self, asked: datetime | None, there_at: datetime | None, now: datetime, time_zone: str) -> Slot | None:
        """Return the slot that an order belongs to: the one asked for, or for as soon as possible the one in which it
        will be there (`there_at`; where that is unknown, after `lead_minutes`). None where the house has no slots.

        Raises `SlotRefused` for what is no beginning of a slot that can be chosen, and where it would be there in none.
        """
        if self.slots is None:
            if asked is not None:
                raise SlotRefused
            return None
        at = there_at or now + timedelta(minutes=self.lead_minutes)
        if asked is not None:
            found = next((slot for slot in self._choosable(now, time_zone) if slot.begins_at == asked), None)
        else:
            found = next((one for one in self.slots.slots(now, time_zone) if one.begins_at <= at < one.ends_at), None)
        if found is None:
            raise SlotRefused
        return found

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def require(self, version: int) -> None:
        """Raise `DeliveryPlanChanged` when it is not the version that was seen."""
        if version != self.version:
            raise DeliveryPlanChanged(version=self.version)

    def set_up(self, content: PlanContent, by: Actor, now: datetime, operation_id: str) -> Self:
        """Replace what was set up; a pause goes on."""
        fields = {name: getattr(content, name) for name in PlanContent.model_fields}
        return self._changed("set-up", by, now, operation_id, **fields)

    def paused(self, until: datetime | None, by: Actor, now: datetime, operation_id: str) -> Self:
        """Take nothing, perhaps until a moment; instead of any other pause."""
        since = self.pause.since if self.pause and self.is_paused(now) else now
        return self._changed("paused", by, now, operation_id, pause=Pause(since=since, by=by, until=until))

    def resumed(self, by: Actor, now: datetime, operation_id: str) -> Self:
        """Take orders again."""
        return self._changed("resumed", by, now, operation_id, pause=None)

    def _choosable(self, now: datetime, time_zone: str) -> Iterator[Slot]:
        first = now + timedelta(minutes=self.lead_minutes)
        slots = self.slots.slots(now, time_zone) if self.slots else ()
        return (slot for slot in slots if slot.begins_at >= first)

    def _changed(self, kind: str, by: Actor, now: datetime, operation_id: str, **fields: object) -> Self:
        operations = (*self.operations, operation_id)[-REMEMBERED_OPERATIONS:]
        return self.with_(operations=operations, change=Change(kind=kind, by=by, at=now), **fields)


def terms_for(pricing: Pricing, zone: Zone | None, dining_option: DiningOption) -> Terms:
    """Return what concerns the check of an order from outside: as the house's pricing has it, with the fee of the zone
    that it is brought to in place of the house's.

    The fee is taxed as the pricing says of the house's own delivery fee; without one there, it is not taxed.
    """
    terms = pricing.terms(dining_option)
    if zone is None or dining_option is not DiningOption.DELIVERY:
        return terms
    return terms.with_(delivery_fee=zone.fee, delivery_free_from=zone.free_from)
