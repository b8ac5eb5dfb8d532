"""The plan of deliveries as somebody hands it in, over the wire or in a file: the same fields, of exactly their types.

What is stored is read leniently (a list for a tuple); what is handed in is not.
"""

from pydantic import Field

from models.delivery_plan import MOST_ZONES, PlanContent
from models.menu_form import EXACT, WindowForm
from models.place import Coordinates
from models.slot import MOST_WINDOWS, SlotRule
from models.zone import MOST_CORNERS, Zone


class ZoneForm(Zone):
    """A part of the town, by postal codes, by the corners of a polygon, or by both."""

    model_config = EXACT

    polygon: tuple[Coordinates, ...] = Field(default=(), max_length=MOST_CORNERS)  # type: ignore[assignment]


class SlotRuleForm(SlotRule):
    """When orders are handed over, and how many dishes at a time."""

    model_config = EXACT

    hours: tuple[WindowForm, ...] = Field(min_length=1, max_length=MOST_WINDOWS)


class PlanForm(PlanContent):
    """All that managers set up; what is left out is as if nobody had ever said anything."""

    model_config = EXACT

    zones: tuple[ZoneForm, ...] = Field(default=(), max_length=MOST_ZONES)
    slots: SlotRuleForm | None = None


def content_of(form: PlanContent) -> PlanContent:
    """Return what was handed in as what is stored."""
    return PlanContent.model_validate(form.model_dump())
