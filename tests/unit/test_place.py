"""Places and polygons: exact on whole micro-degrees, the edge belongs to the inside."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.place import DEGREE, Coordinates, Point, contains, crossing, point_of

Polygon = tuple[Point, ...]


def at(latitude: int, longitude: int) -> Point:
    return Point(latitude=latitude, longitude=longitude)


def line(*corners: tuple[int, int]) -> Polygon:
    return tuple(at(*corner) for corner in corners)


SQUARE = line((0, 0), (0, 10), (10, 10), (10, 0))
NOTCHED = line((0, 0), (0, 12), (10, 12), (10, 8), (4, 6), (10, 4), (10, 0))
"""A square with a notch from the north that ends at (4, 6)."""


def slowly(polygon: Polygon, point: Point) -> bool:
    """Whether a place is within, found otherwise: in fractions, along a ray that meets no corner."""
    sides = list(zip(polygon, (*polygon[1:], polygon[0]), strict=True))
    if any(_is_on(a, b, point) for a, b in sides):
        return True
    slopes = {
        Fraction(corner.latitude - point.latitude, corner.longitude - point.longitude)
        for corner in polygon
        if corner.longitude > point.longitude
    }
    ordered = [Fraction(-(10**9)), *sorted(slopes), Fraction(10**9)]
    slope = next((one + other) / 2 for one, other in pairwise(ordered) if one != other)
    return sum(_is_met(a, b, point, slope) for a, b in sides) % 2 == 1


def _is_on(a: Point, b: Point, point: Point) -> bool:
    if a.longitude == b.longitude:
        low, high = sorted((a.latitude, b.latitude))
        return point.longitude == a.longitude and low <= point.latitude <= high
    part = Fraction(point.longitude - a.longitude, b.longitude - a.longitude)
    return 0 <= part <= 1 and a.latitude + part * (b.latitude - a.latitude) == point.latitude


def _is_met(a: Point, b: Point, point: Point, slope: Fraction) -> bool:
    """Whether the ray to the east with a slope meets a side strictly between its ends."""

    def above(one: Point) -> Fraction:
        return one.latitude - point.latitude - slope * (one.longitude - point.longitude)

    one, other = above(a), above(b)
    if one * other >= 0:
        return False
    part = one / (one - other)
    return a.longitude + part * (b.longitude - a.longitude) > point.longitude


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Polygons that do not cross themselves: seldom by chance, so of few corners on a small map."""
    corners = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=7, unique=True))
    return line(*corners)


@settings(max_examples=300)
@given(
    polygon=polygons().filter(lambda one: crossing(one) is None),
    point=st.tuples(st.integers(-1, 13), st.integers(-1, 13)),
)
def test_a_place_is_within_as_the_slow_way_finds(polygon: Polygon, point: tuple[int, int]) -> None:
    assert contains(polygon, at(*point)) == slowly(polygon, at(*point))


@settings(max_examples=100)
@given(
    polygon=polygons().filter(lambda one: crossing(one) is None),
    turn=st.integers(0, 6),
    point=st.tuples(st.integers(0, 12), st.integers(0, 12)),
)
def test_it_does_not_matter_where_a_polygon_begins_or_which_way_it_goes(
    polygon: Polygon, turn: int, point: tuple[int, int]
) -> None:
    turned = (*polygon[turn:], *polygon[:turn])
    asked = {contains(one, at(*point)) for one in (polygon, turned, turned[::-1])}
    assert len(asked) == 1


@given(polygon=polygons())
def test_every_corner_of_a_polygon_is_within(polygon: Polygon) -> None:
    assert all(contains(polygon, corner) for corner in polygon)


@pytest.mark.parametrize(
    ("polygon", "point", "expected"),
    [
        pytest.param(SQUARE, (5, 5), True, id="the middle"),
        pytest.param(SQUARE, (0, 5), True, id="the southern edge"),
        pytest.param(SQUARE, (10, 5), True, id="the northern edge"),
        pytest.param(SQUARE, (5, 0), True, id="the western edge"),
        pytest.param(SQUARE, (5, 10), True, id="the eastern edge"),
        pytest.param(SQUARE, (10, 10), True, id="a corner"),
        pytest.param(SQUARE, (5, -1), False, id="west of it"),
        pytest.param(SQUARE, (0, -1), False, id="west of it, on the line of an edge"),
        pytest.param(SQUARE, (10, 11), False, id="east of it, on the line of an edge"),
        pytest.param(NOTCHED, (8, 6), False, id="in the notch"),
        pytest.param(NOTCHED, (4, 6), True, id="at the end of the notch"),
        pytest.param(NOTCHED, (4, 2), True, id="west of the end of the notch"),
        pytest.param(NOTCHED, (3, 6), True, id="south of the notch"),
    ],
)
def test_a_place_is_within_or_on_the_edge(polygon: Polygon, point: tuple[int, int], expected: bool) -> None:
    assert contains(polygon, at(*point)) is expected


def test_the_size_of_a_town_changes_nothing() -> None:
    south, west = 44 * DEGREE, 26 * DEGREE
    town = tuple(at(south + one.latitude * 33_333, west + one.longitude * 33_333) for one in NOTCHED)
    assert contains(town, at(south + 4 * 33_333, west + 6 * 33_333))
    assert not contains(town, at(south + 4 * 33_333 + 1, west + 6 * 33_333))


@pytest.mark.parametrize(
    ("polygon", "is_crossed"),
    [
        pytest.param(SQUARE, False, id="a square"),
        pytest.param(NOTCHED, False, id="a notch"),
        pytest.param(line((0, 0), (0, 5), (5, 0)), False, id="a triangle"),
        pytest.param(line((0, 0), (10, 10), (0, 10), (10, 0)), True, id="a bow tie"),
        pytest.param(line((0, 0), (0, 5), (0, 10)), True, id="a line"),
        pytest.param(line((0, 0), (0, 10), (0, 5), (5, 5)), True, id="a spike"),
        pytest.param(line((0, 0), (0, 10), (5, 5), (0, 5), (10, 0)), True, id="a corner that touches a side"),
        pytest.param(line((0, 0), (0, 4), (4, 4), (4, 0), (0, 0), (-4, -4), (-4, 0)), True, id="a corner twice"),
        pytest.param(line((0, 0), (0, 10), (10, 10), (10, 0), (0, 0)), True, id="closed twice"),
        pytest.param(line((0, 0), (0, 10), (5, 10), (5, 5), (0, 5), (0, 2), (8, 2)), True, id="a side upon another"),
    ],
)
def test_a_polygon_that_meets_itself_is_found(polygon: Polygon, is_crossed: bool) -> None:
    assert (crossing(polygon) is not None) is is_crossed


def test_what_crosses_is_named_by_where_its_sides_begin() -> None:
    assert crossing(line((0, 0), (10, 10), (0, 10), (10, 0))) == (at(0, 0), at(0, 10))


@given(latitude=st.integers(-90 * DEGREE, 90 * DEGREE), longitude=st.integers(-180 * DEGREE, 180 * DEGREE))
def test_a_place_reads_as_it_was_written(latitude: int, longitude: int) -> None:
    place = at(latitude, longitude)
    assert point_of(TypeAdapter(Coordinates).validate_python(place.text)) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("44.4325,26.1039", at(44_432_500, 26_103_900)),
        ("44.4325, 26.1039", at(44_432_500, 26_103_900)),
        ("-0.000001,-180", at(-1, -180 * DEGREE)),
    ],
)
def test_a_place_is_read_exactly(text: str, place: Point) -> None:
    assert point_of(text) == place


@pytest.mark.parametrize(
    "text", ["", "44.4325", "44,4325 26,1039", "91,0", "0,180.000001", "44.1234567,26", "1e1,2", "٤٤,26", "44.,26"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Coordinates).validate_python(text)
