"""What is wrong with a plan of deliveries is found all at once and named by its path, in a file, too."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from models.delivery_plan import MOST_ZONES, PlanContent
from models.errors import LANGUAGES
from models.hours import Weekday, Window
from models.place import Point
from models.plan_check import LARGEST, problems
from models.plan_form import PlanForm, content_of
from models.plan_view import floor_zone_view
from models.problem import TEXTS, Problem
from models.problem import ProblemCode as Code
from models.slot import MOST_WINDOWS, SlotRule
from models.zone import MOST_CORNERS, MOST_PATTERNS, Zone
from server.delivery_reading import read_plan
from server.menu_command import check
from server.menu_files import open_files
from server.seed import DEMO_HOUSE, FILES, HouseInvalid, load_demo_house

NAME = {"ro": "Zonă", "en": "Zone"}
SQUARE = ((0, 0), (0, 9), (9, 9), (9, 0))


def corners(*places: tuple[int, int]) -> tuple[Point, ...]:
    return tuple(Point(latitude=latitude, longitude=longitude) for latitude, longitude in places)


def zone(zone_id: str = "a", **fields: Any) -> Zone:
    return Zone(**{"id": zone_id, "name": NAME, "postal_codes": ("01*",), "fee": 500, "minutes": 10, **fields})


def mapped(*places: tuple[int, int]) -> PlanContent:
    return PlanContent(zones=(zone(polygon=corners(*places)),))


def open_in(*hours: Window, minutes: int = 60) -> PlanContent:
    return PlanContent(slots=SlotRule(hours=hours, minutes=minutes, cap=10))


def window(opens: str, closes: str, *days: Weekday) -> Window:
    return Window(opens=opens, closes=closes, **({"days": days} if days else {}))


MISTAKES: dict[str, tuple[PlanContent, str, Code]] = {
    "an id twice": (PlanContent(zones=(zone("a", postal_codes=("02",)), zone("a"))), "zones.a.id", Code.DOUBLE_ID),
    "a name in one language": (
        PlanContent(zones=(zone(name={"ro": "Zonă"}),)),
        "zones.a.name",
        Code.MISSING_TRANSLATION,
    ),
    "no border": (PlanContent(zones=(zone(postal_codes=()),)), "zones.a", Code.NO_BORDER),
    "a code twice": (PlanContent(zones=(zone(postal_codes=("01", "01")),)), "zones.a.postal_codes", Code.TWICE),
    "two corners": (mapped((0, 0), (0, 9)), "zones.a.polygon", Code.TOO_FEW_CORNERS),
    "a corner twice": (mapped((0, 0), (0, 9), (9, 9), (0, 0)), "zones.a.polygon", Code.TWICE),
    "a bow tie": (mapped((0, 0), (9, 9), (0, 9), (9, 0)), "zones.a.polygon", Code.CROSSES_ITSELF),
    "a line": (mapped((0, 0), (0, 5), (0, 9)), "zones.a.polygon", Code.CROSSES_ITSELF),
    "a code of a zone above": (
        PlanContent(zones=(zone("a"), zone("b", postal_codes=("0101*",)))),
        "zones.b.postal_codes",
        Code.NEVER_REACHED,
    ),
    "the very code of a zone above": (
        PlanContent(zones=(zone("a", postal_codes=("010101",)), zone("b", postal_codes=("010101",)))),
        "zones.b.postal_codes",
        Code.NEVER_REACHED,
    ),
    "a window that never opens": (open_in(window("10:00", "10:00")), "slots.hours.0", Code.NEVER_OPEN),
    "a window that is too short": (open_in(window("10:00", "10:59")), "slots.hours.0", Code.NOT_WHOLE_SLOTS),
    "a rest behind the last slot": (open_in(window("10:00", "12:30")), "slots.hours.0", Code.NOT_WHOLE_SLOTS),
    "windows of one day": (
        open_in(window("10:00", "14:00"), window("13:00", "15:00")),
        "slots.hours.1",
        Code.WINDOWS_OVERLAP,
    ),
    "a night and a morning": (
        open_in(window("22:00", "08:00", Weekday.FRI), window("07:00", "12:00", Weekday.SAT)),
        "slots.hours.1",
        Code.WINDOWS_OVERLAP,
    ),
    "Sunday night and Monday morning": (
        open_in(window("07:00", "12:00", Weekday.MON), window("22:00", "08:00", Weekday.SUN)),
        "slots.hours.1",
        Code.WINDOWS_OVERLAP,
    ),
    "a night that lasts a day": (
        open_in(window("22:00", "21:00"), window("20:00", "22:00")),
        "slots.hours.1",
        Code.WINDOWS_OVERLAP,
    ),
}


@pytest.mark.parametrize(("plan", "path", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_by_its_path(plan: PlanContent, path: str, code: Code) -> None:
    assert (path, code) in {(one.path, one.code) for one in problems(plan, ("ro", "en"))}


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(PlanContent(), id="nothing set up"),
        pytest.param(PlanContent(zones=(zone("a", postal_codes=("0101*",)), zone("b"))), id="the narrower zone first"),
        pytest.param(mapped(*SQUARE), id="a polygon and codes"),
        pytest.param(PlanContent(zones=(zone(postal_codes=(), polygon=corners(*SQUARE)),)), id="a polygon alone"),
        pytest.param(open_in(window("10:00", "14:00"), window("14:00", "15:00")), id="windows that touch"),
        pytest.param(open_in(window("00:00", "24:00")), id="around the clock"),
        pytest.param(
            open_in(window("22:00", "07:00", Weekday.SUN), window("07:00", "12:00", Weekday.MON)), id="a week around"
        ),
    ],
)
def test_nothing_is_wrong_with(plan: PlanContent) -> None:
    assert problems(plan, ("ro", "en")) == []


def test_what_crosses_is_named_by_its_corners() -> None:
    (found,) = problems(mapped((0, 0), (9, 9), (0, 9), (9, 0)), ("ro",))
    assert found.what == "0.000000,0.000000; 0.000000,0.000009"
    assert "0.000000,0.000009" in found.message("en")


def test_every_mistake_is_found_at_once() -> None:
    zones = zone("a", name={}), zone("b", postal_codes=())
    plan = PlanContent(zones=zones, slots=open_in(window("10:00", "10:00")).slots)
    assert [one.code for one in problems(plan, ("ro",))] == [Code.MISSING_TRANSLATION, Code.NO_BORDER, Code.NEVER_OPEN]


def test_every_kind_of_mistake_has_a_sentence_in_every_language() -> None:
    assert set(TEXTS) == set(Code)
    assert all(TEXTS[code].keys() == set(LANGUAGES) for code in Code)


# ── how large it can be ───────────────────────────────────────────────────────────────────────────────────────────────


def round_a_town(number: int, count: int) -> tuple[Point, ...]:
    """A comb with so many corners."""
    up = [(44_000_000 + number * 1_000, 26_000_000 + 10 * step) for step in range(count // 2)]
    back = [(44_000_500 + number * 1_000 + step % 2, 26_000_000 + 10 * step) for step in reversed(range(count // 2))]
    return corners(*up, *back)


def test_a_polygon_of_a_hundred_corners_is_taken() -> None:
    assert problems(mapped(), ("ro",)) == []
    assert problems(PlanContent(zones=(zone(polygon=round_a_town(0, MOST_CORNERS)),)), ("ro",)) == []


def test_what_would_not_fit_into_one_message_is_refused() -> None:
    six = [zone(f"z{number}", postal_codes=(), polygon=round_a_town(number, MOST_CORNERS)) for number in range(7)]
    assert [one.code for one in problems(PlanContent(zones=tuple(six)), ("ro",))] == [Code.PLAN_TOO_LARGE]


def test_the_largest_plan_fits_into_one_message_in_four_languages() -> None:
    """200 keys and 16 KB are what the server reads of one message."""
    name = dict.fromkeys(("ro", "en", "de", "hu"), "ă" * 20)
    codes = tuple(f"{number:02}*" for number in range(MOST_PATTERNS))
    zones = [zone(f"z{number}", name=name, postal_codes=codes) for number in range(MOST_ZONES)]
    zones = [one.with_(free_from=1) for one in zones]
    hours = [window(f"{2 * number:02}:00", f"{2 * number + 1:02}:00") for number in range(MOST_WINDOWS)]
    slots = {"hours": [one.model_dump(mode="json") for one in hours], "minutes": 60, "cap": 10, "days": 1}
    shown = [floor_zone_view(one).model_dump(mode="json", by_alias=True) for one in zones]
    assert sum(len(floor_zone_view(one).model_dump_json(by_alias=True).encode()) for one in zones) < LARGEST
    plan = {"isOffered": True, "takeOut": True, "zones": shown, "slots": slots, "leadMinutes": 1, "packMinutes": 1}
    request = {"plan": plan, "planVersion": 3, "opId": "x" * 36}
    assert _keys(request) <= 200


def _keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def test_what_is_handed_in_is_what_is_stored() -> None:
    polygon = '["1,2", "3.5, 4", "5,-6.000001"]'
    text = f'{{"zones": [{{"id": "a", "name": {{"ro": "Zonă"}}, "polygon": {polygon}, "fee": 1, "minutes": 2}}]}}'
    stored = content_of(PlanForm.model_validate_json(text))
    assert stored.zones[0].polygon == corners((1_000_000, 2_000_000), (3_500_000, 4_000_000), (5_000_000, -6_000_001))
    assert type(stored.zones[0]) is Zone


# ── the file ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO_HOUSE, tmp_path / "house"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_demonstration_house_delivers_in_slots_and_lets_fetch() -> None:
    plan = load_demo_house().plan
    assert plan is not None
    assert plan.take_out
    assert plan.slots is not None
    kinds = [(bool(one.postal_codes), bool(one.polygon)) for one in plan.zones]
    assert kinds.count((True, False)) >= 3
    assert (False, True) in kinds


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("fee: 12.00 RON", "fee: 12", "delivery.zones.sector-1.fee: cannot be read: write a price"),
        ("fee: 12.00 RON", "fee: 12.00 EUR", "delivery.zones.sector-1.fee: a price in EUR"),
        ("44.482000, 26.118000", "north", "delivery.zones.voluntari.polygon.0: cannot be read"),
        ("44.482000, 26.118000", "44.515000, 26.209000", "delivery.zones.voluntari.polygon: the polygon meets itself"),
        ('["01*"]', "[]", "delivery.zones.sector-1: it has neither postal codes nor a polygon"),
        ("en: District 1", "de: Bezirk 1", "delivery.zones.sector-1.name: there is no text in en"),
        ("minutes: 20", "minuten: 20", "delivery.zones.sector-1.minuten: cannot be read: there is nothing of this"),
        ('opens: "00:00"', 'opens: "0:00"', "delivery.slots.hours.0.opens: cannot be read"),
        ("delivery:", "delivery: no\nnothing:", "delivery: cannot be read: it has to name zones"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(copy: Path, old: str, new: str, sentence: str) -> None:
    edit(copy / "delivery.yaml", old, new)
    with pytest.raises(HouseInvalid) as refused:
        load_demo_house(copy)
    assert sentence in str(refused.value)


def read(folder: Path, names: Sequence[str]) -> list[Problem]:
    return read_plan(open_files([folder / name for name in names])).problems


def test_a_mistake_in_the_house_is_not_told_again_of_its_deliveries(copy: Path) -> None:
    edit(copy / "house.yaml", "code: grill", "kode: grill")
    assert read(copy, FILES) == []


def test_a_plan_alone_says_what_it_needs(copy: Path) -> None:
    (found,) = read(copy, ["delivery.yaml"])
    assert (found.path, found.code) == ("delivery", Code.UNREADABLE)


def test_files_without_a_plan_have_none(copy: Path) -> None:
    assert read(copy, ["house.yaml"]) == []


def test_the_command_that_checks_a_menu_names_what_is_wrong_with_deliveries(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(open_files([copy / name for name in FILES]), None)
    edit(copy / "delivery.yaml", '["01*"]', "[]")
    capsys.readouterr()
    assert not check(open_files([copy / name for name in FILES]), None)
    assert capsys.readouterr().out.splitlines() == [
        "delivery.zones.sector-1: it has neither postal codes nor a polygon, so no address is in it"
    ]
