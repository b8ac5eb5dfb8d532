"""What of a plan of deliveries is done on the floor: managers set it up, whoever serves pauses it and resumes."""

from datetime import UTC

from pydantic import AwareDatetime, Field

from handlers import access
from handlers.context import Context, Reply
from handlers.plan import plan, require_plan
from handlers.registry import FLOOR, Limit, command
from models.audit import Facts
from models.base import Nothing, OperationId, Request, Value
from models.delivery_plan import DeliveryPlan
from models.errors import DeliveryOff, DeliveryPlanChanged, DeliveryPlanInvalid, UntilRefused
from models.item import LONGEST_UNTIL
from models.menu_difference import between
from models.menu_view import problem_views
from models.plan_check import problems
from models.plan_form import PlanForm, content_of
from models.plan_view import FloorPlanView, floor_plan_view
from models.principal import MANAGEMENT, SERVICE

CHANGES = Limit(10, per=10)


class SetUpDeliveries(Request):
    """`plan` is all of it from then on; `plan_version` is the version that its sender saw, 0 where there was none."""

    plan: PlanForm
    plan_version: int = Field(ge=0)
    op_id: OperationId


class PauseDeliveries(Request):
    """Until a moment, else until somebody resumes."""

    until: AwareDatetime | None = None
    op_id: OperationId


class ResumeDeliveries(Request):
    """From now on."""

    op_id: OperationId


class FoundPlanReply(Reply):
    """The plan of the house; null where nobody has set one up."""

    plan: FloorPlanView | None


class PlanReply(Reply):
    """The plan as it is now."""

    plan: FloorPlanView


@command("delivery:plan", on=(FLOOR,), roles=SERVICE, limit=CHANGES)
async def get_plan(ctx: Context, request: Nothing) -> FoundPlanReply:
    """Read where, when and for how much the house delivers."""
    found = await plan(ctx)
    return FoundPlanReply(plan=floor_plan_view(found) if found else None)


@command(
    "delivery:set-up",
    on=(FLOOR,),
    roles=MANAGEMENT,
    limit=CHANGES,
    errors=(DeliveryPlanChanged, DeliveryPlanInvalid),
)
async def set_up(ctx: Context, request: SetUpDeliveries) -> PlanReply:
    """Say where, when and for how much the house delivers; refused with every mistake that is in it."""
    known = await plan(ctx)
    if known and known.has_done(request.op_id):
        return PlanReply(plan=floor_plan_view(known))
    before = known or DeliveryPlan(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id)
    before.require(request.plan_version)
    content = content_of(request.plan)
    found = problems(content, (await access.restaurant(ctx)).languages)
    if found:
        raise DeliveryPlanInvalid(problems=problem_views(found, ctx.language), count=len(found))
    after = before.set_up(content, ctx.principal.actor, ctx.now, request.op_id)
    stored = ctx.store.save(after) if known else ctx.store.add(after)
    was, now = between(_entries(before), _entries(stored))
    ctx.record("delivery-set-up", subject=stored.id, before=was, after=now, plan_version=stored.version)
    return PlanReply(plan=floor_plan_view(stored))


@command("delivery:pause", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=(DeliveryOff, UntilRefused))
async def pause(ctx: Context, request: PauseDeliveries) -> PlanReply:
    """Take no orders from outside for a while; those that are placed go on."""
    known = await require_plan(ctx)
    if known.has_done(request.op_id):
        return PlanReply(plan=floor_plan_view(known))
    until = request.until.astimezone(UTC) if request.until else None
    if until is not None and not ctx.now < until <= ctx.now + LONGEST_UNTIL:
        raise UntilRefused(longest_hours=LONGEST_UNTIL.days * 24)
    stored = ctx.store.save(known.paused(until, ctx.principal.actor, ctx.now, request.op_id))
    ctx.record("delivery-paused", subject=stored.id, before=_pause(known), after=_pause(stored))
    return PlanReply(plan=floor_plan_view(stored))


@command("delivery:resume", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=(DeliveryOff,))
async def resume(ctx: Context, request: ResumeDeliveries) -> PlanReply:
    """Take orders from outside again."""
    known = await require_plan(ctx)
    if known.has_done(request.op_id):
        return PlanReply(plan=floor_plan_view(known))
    stored = ctx.store.save(known.resumed(ctx.principal.actor, ctx.now, request.op_id))
    ctx.record("delivery-resumed", subject=stored.id, before=_pause(known), after=_pause(stored))
    return PlanReply(plan=floor_plan_view(stored))


def _entries(plan: DeliveryPlan) -> dict[str, Value]:
    """Return the parts of a plan by their names, for the audit."""
    zones: dict[str, Value] = {f"zones/{zone.id}": zone for zone in plan.zones}
    slots: dict[str, Value] = {"slots": plan.slots} if plan.slots else {}
    return zones | slots | {"plan": plan.content.with_(zones=(), slots=None)}


def _pause(plan: DeliveryPlan) -> Facts:
    until = plan.paused_until
    return {"is_paused": plan.pause is not None, "until": until.isoformat() if until else None}
