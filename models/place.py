"""Places on a map, and what lies within a line around some of them: exact, on whole micro-degrees.

A degree of latitude is 111 km, so a micro-degree is 11 cm. A polygon is flat: no zone of a restaurant is so large that
the curve of the earth moves its border by a house, and none goes over a pole or across the 180th meridian.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from models.base import Value

DEGREE = 1_000_000
"""Micro-degrees."""

_NUMBER = r"-?[0-9]{1,3}(\.[0-9]{1,6})?"
_COORDINATES = re.compile(rf"({_NUMBER}), ?({_NUMBER})")


class Point(Value):
    """A place: `latitude` and `longitude` in micro-degrees (WGS 84). It is also read from `Coordinates`."""

    latitude: int = Field(ge=-90 * DEGREE, le=90 * DEGREE)
    longitude: int = Field(ge=-180 * DEGREE, le=180 * DEGREE)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return _parts(value) if isinstance(value, str) else value

    @property
    def text(self) -> str:
        """Itself as `44.432500,26.103900`: degrees of latitude and longitude."""
        return f"{_degrees(self.latitude)},{_degrees(self.longitude)}"


def _placed(text: str) -> str:
    point_of(text)
    return text


Coordinates = Annotated[
    str, StringConstraints(pattern=rf"^{_NUMBER}, ?{_NUMBER}$", max_length=25), AfterValidator(_placed)
]
"""A place as people and maps write it: degrees of latitude and longitude, `44.4325,26.1039`."""


def point_of(text: str) -> Point:
    """Return the place that `Coordinates` name. Raises `ValueError` for what lies on no map."""
    return Point(**_parts(text))


def contains(polygon: Sequence[Point], point: Point) -> bool:
    """Whether a place lies within a polygon, or on its edge.

    A ray to the east crosses the border an odd number of times from within. Of a corner on the ray only the side below
    it counts, so that it is counted once where the border goes through and twice, or not at all, where it turns back.
    """
    is_within = False
    for a, b in _sides(polygon):
        turn = _turn(a, b, point)
        if turn == 0 and _is_between(a, b, point):
            return True
        goes_up = b.latitude > a.latitude
        if (a.latitude > point.latitude) != (b.latitude > point.latitude) and (turn > 0) == goes_up:
            is_within = not is_within
    return is_within


def crossing(polygon: Sequence[Point]) -> tuple[Point, Point] | None:
    """Return where two sides begin that cross, touch or lie upon each other; None for a polygon that has an inside.

    Neighbours meet in their common corner and nowhere else. Corners that stand twice in a row are a side of no length,
    which touches its neighbours.
    """
    sides = list(_sides(polygon))
    for (first, one), (second, other) in combinations(enumerate(sides), 2):
        if second == first + 1:
            meets = _folds_back(one[0], one[1], other[1])
        elif first == 0 and second == len(sides) - 1:
            meets = _folds_back(other[0], other[1], one[1])
        else:
            meets = _meet(one, other)
        if meets:
            return one[0], other[0]
    return None


def _sides(polygon: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Give the sides in their order; the last one closes it."""
    return zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)


def _turn(a: Point, b: Point, c: Point) -> int:
    """Return a positive number if c is to the left of the way from a to b, a negative one to the right, else 0."""
    east = (b.longitude - a.longitude) * (c.latitude - a.latitude)
    return east - (b.latitude - a.latitude) * (c.longitude - a.longitude)


def _is_between(a: Point, b: Point, c: Point) -> bool:
    """Whether c, which is on the line through a and b, is on the way between them or one of them."""
    is_between = min(a.latitude, b.latitude) <= c.latitude <= max(a.latitude, b.latitude)
    return is_between and min(a.longitude, b.longitude) <= c.longitude <= max(a.longitude, b.longitude)


def _folds_back(a: Point, b: Point, c: Point) -> bool:
    """Whether the way from a to b goes on to c over itself."""
    return _turn(a, b, c) == 0 and (_is_between(a, b, c) or _is_between(b, c, a))


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two sides have a place in common."""
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if _are_opposite(turns[0], turns[1]) and _are_opposite(turns[2], turns[3]):
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _is_between(*end) for turn, end in zip(turns, ends, strict=True))


def _are_opposite(one: int, other: int) -> bool:
    return (one > 0 > other) or (one < 0 < other)


def _parts(text: str) -> dict[str, int]:
    found = _COORDINATES.fullmatch(text)
    if found is None:
        raise ValueError("write degrees of latitude and longitude, like 44.4325,26.1039")
    return {"latitude": _micro_degrees(found[1]), "longitude": _micro_degrees(found[3])}


def _micro_degrees(text: str) -> int:
    whole, _, rest = text.removeprefix("-").partition(".")
    size = int(whole) * DEGREE + int(rest.ljust(6, "0"))
    return -size if text.startswith("-") else size


def _degrees(micro: int) -> str:
    whole, rest = divmod(abs(micro), DEGREE)
    return f"{'-' if micro < 0 else ''}{whole}.{rest:06}"
