"""Every rule that a plan of deliveries must keep, in one place: a file and what a manager sets up are asked here. All
mistakes are found at once, each named by its path.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.delivery_plan import PlanContent
from models.hours import DAY_MINUTES, EVERY_DAY, Hours
from models.place import crossing
from models.plan_view import floor_zone_view
from models.problem import Problem
from models.problem import ProblemCode as Code
from models.slot import SlotRule
from models.zone import FEWEST_CORNERS, Zone

LARGEST = 14_000
"""Bytes of the zones as JSON: what is stored can be handed in again, in one message of 16 KB."""

Found = Iterator[Problem]


def problems(plan: PlanContent, languages: Sequence[str]) -> list[Problem]:
    """Return all mistakes, in the order of the plan; `languages` are those of the house."""
    found = [*_of_the_whole(plan), *(one for zone in plan.zones for one in _of_zone(zone, languages))]
    return [*found, *_unreached(plan.zones), *(_of_slots(plan.slots) if plan.slots else ())]


def _of_the_whole(plan: PlanContent) -> Found:
    for zone_id in _twice([zone.id for zone in plan.zones]):
        yield Problem(path=f"zones.{zone_id}.id", code=Code.DOUBLE_ID, what=zone_id)
    size = sum(len(floor_zone_view(zone).model_dump_json(by_alias=True).encode()) for zone in plan.zones)
    if size > LARGEST:
        yield Problem(path="zones", code=Code.PLAN_TOO_LARGE, what=f"{size} > {LARGEST}")


def _of_zone(zone: Zone, languages: Sequence[str]) -> Found:
    path = f"zones.{zone.id}"
    missing = [code for code in languages if not zone.name.get(code)]
    if missing:
        yield Problem(path=f"{path}.name", code=Code.MISSING_TRANSLATION, what=", ".join(missing))
    if not zone.postal_codes and not zone.polygon:
        yield Problem(path=path, code=Code.NO_BORDER)
    for pattern in _twice(zone.postal_codes):
        yield Problem(path=f"{path}.postal_codes", code=Code.TWICE, what=pattern)
    yield from _of_polygon(f"{path}.polygon", zone)


def _of_polygon(path: str, zone: Zone) -> Found:
    corners = [corner.text for corner in zone.polygon]
    twice = _twice(corners)
    for corner in twice:
        yield Problem(path=path, code=Code.TWICE, what=corner)
    if corners and len(corners) < FEWEST_CORNERS:
        yield Problem(path=path, code=Code.TOO_FEW_CORNERS, what=str(len(corners)))
    elif corners and not twice and (crossed := crossing(zone.polygon)):
        yield Problem(path=path, code=Code.CROSSES_ITSELF, what="; ".join(corner.text for corner in crossed))


def _unreached(zones: Sequence[Zone]) -> Found:
    """Find postal codes that can never lead to their zone: a zone above has all of them."""
    above: list[str] = []
    for zone in zones:
        for pattern in zone.postal_codes:
            if any(_covers(one, pattern) for one in above):
                yield Problem(path=f"zones.{zone.id}.postal_codes", code=Code.NEVER_REACHED, what=pattern)
        above += zone.postal_codes


def _covers(one: str, other: str) -> bool:
    """Whether a pattern fits every postal code that another one fits."""
    return one == other or (one.endswith("*") and other.startswith(one[:-1]))


def _of_slots(rule: SlotRule) -> Found:
    for position, window in enumerate(rule.hours):
        path = f"slots.hours.{position}"
        opens, closes = window.minutes
        if not window.ever_opens:
            yield Problem(path=path, code=Code.NEVER_OPEN)
        elif (closes - opens) % rule.minutes:
            yield Problem(path=path, code=Code.NOT_WHOLE_SLOTS, what=str(rule.minutes))
    for position, other in _overlapping(rule.hours):
        window = rule.hours[other]
        path, what = f"slots.hours.{position}", f"{window.opens}–{window.closes}"
        yield Problem(path=path, code=Code.WINDOWS_OVERLAP, what=what)


def _overlapping(hours: Hours) -> list[tuple[int, int]]:
    """Return the positions of windows that are open at the same time, the later one first; each pair once."""
    week = DAY_MINUTES * len(EVERY_DAY)
    spans = sorted(
        (EVERY_DAY.index(day) * DAY_MINUTES + minute, EVERY_DAY.index(day) * DAY_MINUTES + end, position)
        for position, window in enumerate(hours)
        if window.ever_opens
        for day in window.days
        for minute, end in [window.minutes]
    )
    # What begins on Monday morning follows what began on Sunday night.
    around = [(begin + week, end + week, position) for begin, end, position in spans[:1]]
    pairs = {(max(a, b), min(a, b)) for (_, end, a), (begin, _, b) in pairwise([*spans, *around]) if begin < end}
    return sorted(pairs)


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
