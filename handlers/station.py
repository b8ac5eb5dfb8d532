"""What a station of the kitchen is set up for: who stands in for it, how much it can take, when its lines are late."""

from typing import Annotated

from pydantic import ConfigDict, Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.audit import Facts
from models.base import Id, OperationId, Request
from models.dish import Course
from models.errors import NotFound, ValidationFailed
from models.kitchen_view import StationView, station_view
from models.principal import MANAGEMENT
from models.station import Age, Station, StationKind

MOST_BUSY_PORTIONS = 1_000


class AgeForm(Age):
    """After how many minutes a line is late (amber), and too late (red): never before it is late."""

    model_config = ConfigDict(strict=True)


class ChangeStation(Request):
    """What is left out stays as it is. Null clears `backup` and `busy_portions`, and gives a course of `ages` its usual
    minutes.
    """

    station_id: Id
    backup: Id | None = None
    busy_portions: int | None = Field(default=None, ge=1, le=MOST_BUSY_PORTIONS)
    ages: dict[Annotated[Course, Field(strict=False)], AgeForm | None] = Field(default_factory=dict)
    op_id: OperationId | None = None


class StationReply(Reply):
    """The station as it is now."""

    station: StationView


@command("station:change", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(10, per=10), errors=(NotFound, ValidationFailed))
async def change(ctx: Context, request: ChangeStation) -> StationReply:
    """Say which station stands in for one, from how many portions on it is busy, and when its lines are late."""
    stations = await access.stations(ctx)
    station = next((one for one in stations.values() if one.id == request.station_id), None)
    if station is None:
        raise NotFound(station_id=request.station_id)
    if station.has_done(request.op_id):
        return StationReply(station=station_view(station))
    said = request.model_fields_set
    if request.backup is not None:
        _require_cook(stations, station, request.backup)
    ages = {course: age for course, age in station.ages.items() if course not in request.ages}
    ages |= {course: Age(amber=age.amber, red=age.red) for course, age in request.ages.items() if age is not None}
    changed = station.set_up(
        backup=request.backup if "backup" in said else station.backup,
        busy_portions=request.busy_portions if "busy_portions" in said else station.busy_portions,
        ages=ages,
        by=ctx.principal.actor,
        now=ctx.now,
        operation_id=request.op_id,
    )
    stored = ctx.store.save(changed)
    ctx.record("station-changed", subject=station.id, before=_facts(station), after=_facts(stored), code=station.code)
    return StationReply(station=station_view(stored))


def _require_cook(stations: dict[str, Station], station: Station, backup: str) -> None:
    """Require that a station can stand in for another one: both cook. Raises `NotFound` or `ValidationFailed`."""
    if backup not in stations:
        raise NotFound(station=backup)
    if backup == station.code or StationKind.EXPO in (station.kind, stations[backup].kind):
        raise ValidationFailed(fields=[{"field": "backup", "problem": "not_another_cook"}])


def _facts(station: Station) -> Facts:
    ages = {f"ages.{course.value}": f"{age.amber}/{age.red}" for course, age in station.all_ages.items()}
    return {"backup": station.backup, "busy_portions": station.busy_portions, **ages}
