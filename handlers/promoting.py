"""Promotion codes on a check: guests or staff enter one, staff take it off again.

A code can be guessed, so whoever guesses is told one thing for all that is not valid, and a party may be wrong only so
often. A guest's command saves the session, which sending a guest away saves too.
"""

from datetime import timedelta

from handlers import access, attempt
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Id, OperationId, Reason, Request
from models.check import Check, entered, named
from models.check_view import CheckView, FloorCheckView, check_view, floor_check_view
from models.correction import Correction, CorrectionKind, Entry
from models.errors import (
    CheckFull,
    IdempotencyKeyReused,
    NotFound,
    NotJoined,
    PromotionLocked,
    PromotionNotYet,
    PromotionOnCheck,
    PromotionRefused,
    SessionClosed,
    SessionMerged,
    seconds_until,
)
from models.menu import Menu
from models.money import Money
from models.order import fingerprint
from models.pin import AttemptLimit
from models.pricing import Promotion
from models.principal import GUEST, SERVICE
from models.promotion import PromotionCode, PromotionCount, promotion_now

CHANGES = Limit(20, per=10)
ERRORS = (CheckFull, IdempotencyKeyReused, NotFound, PromotionNotYet, PromotionOnCheck, PromotionRefused, SessionClosed)


class ApplyPromotion(Request):
    """The code, in any letters. `check_id` is needed only for a check that came with a merged party."""

    check_id: Id | None = None
    code: PromotionCode
    op_id: OperationId


class RemovePromotion(Request):
    """Which correction of which check is taken back, and why."""

    check_id: Id | None = None
    correction_id: Id
    reason: Reason
    op_id: OperationId | None = None


class PromotionReply(Reply):
    """The check as it is now; `replayed` when the operation had been carried out before."""

    check: CheckView
    replayed: bool = False


class FloorPromotionReply(Reply):
    """The check as it is now; `replayed` when the operation had been carried out before."""

    check: FloorCheckView
    replayed: bool = False


@command(
    "promotion:apply",
    on=(TABLE,),
    roles=GUEST,
    limit=CHANGES,
    errors=(*ERRORS, NotJoined, PromotionLocked),
)
async def apply_own(ctx: Context, request: ApplyPromotion) -> PromotionReply:
    """Use a promotion code for one's own party."""
    session = await access.session(ctx)
    asked = _asked(request)
    checks = await access.checks(ctx, session)
    if known := entered(checks, request.op_id, asked):
        return PromotionReply.model_construct(check=check_view(known[0]), replayed=True)
    tries = await attempt.count_of(ctx, f"promotion:{session.id}")
    until = tries.failures.locked_until(ctx.rules.promotion_failures, _window(ctx), ctx.now)
    if until is not None:
        raise PromotionLocked(retry_after=seconds_until(until, ctx.now))
    try:
        stored = await _apply(ctx, named(checks, request.check_id), request, asked)
    except PromotionRefused as refusal:
        _count(ctx, tries.failed(_window(ctx), ctx.now), refusal)
        raise
    # Saved like a wrong one: a server that has not heard of the wrong ones yet looks again.
    attempt.store_count(ctx, tries.with_(expires_at=ctx.now + _window(ctx)))
    ctx.store.save(session.asked("promotion-applied", ctx.principal.actor, ctx.now))
    return PromotionReply.model_construct(check=check_view(stored))


@command(
    "promotion:apply",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(*ERRORS, SessionMerged),
    about_session=True,
)
async def apply(ctx: Context, request: ApplyPromotion) -> FloorPromotionReply:
    """Use a promotion code for a party."""
    session, checks = await access.session_with_checks(ctx)
    asked = _asked(request)
    if known := entered(checks, request.op_id, asked):
        return FloorPromotionReply.model_construct(check=floor_check_view(known[0]), replayed=True)
    session.require_open()
    stored = await _apply(ctx, named(checks, request.check_id), request, asked)
    return FloorPromotionReply.model_construct(check=floor_check_view(stored))


@command(
    "promotion:remove",
    on=(FLOOR,),
    roles=SERVICE,
    limit=CHANGES,
    errors=(NotFound, SessionClosed, SessionMerged),
    about_session=True,
)
async def remove(ctx: Context, request: RemovePromotion) -> FloorPromotionReply:
    """Take a promotion off a check again: its code can be used once more. It stays on the check, as withdrawn."""
    session, checks = await access.session_with_checks(ctx)
    check = named(checks, request.check_id)
    found = next((one for one in check.corrections if one.id == request.correction_id), None)
    if found is None or found.kind is not CorrectionKind.PROMOTION:
        raise NotFound(correction_id=request.correction_id)
    if found.withdrawn_by is not None:
        return FloorPromotionReply.model_construct(check=floor_check_view(check), replayed=True)
    session.require_open()
    by = ctx.principal.actor
    stored = ctx.store.save(check.withdrawn(found.id, by, ctx.now))
    count = await _own_count_of(ctx, found.code or "")
    ctx.store.save(count.returned(by, ctx.now))
    _record(ctx, "promotion-removed", check, stored, found, reason=request.reason)
    return FloorPromotionReply.model_construct(check=floor_check_view(stored))


async def _apply(ctx: Context, check: Check, request: ApplyPromotion, asked: str) -> Check:
    """Stage a promotion on a check; nothing is staged when it is refused."""
    if check.has_code(request.code):
        raise PromotionOnCheck(code=request.code)
    promotion, count = await _usable(ctx, check, request.code)
    by = ctx.principal.actor
    correction = check.promotion(promotion, Entry(ctx.ids.new_id(), request.op_id, asked, by, ctx.now))
    _require_worth(check, promotion, correction)
    stored = ctx.store.save(check.corrected(correction))
    counted = count.taken(by, ctx.now)
    ctx.store.save(counted) if counted.version else ctx.store.add(counted)
    _record(ctx, "promotion-applied", check, stored, correction, amount=stored.takes_off(correction).amount)
    return stored


async def _usable(ctx: Context, check: Check, code: str) -> tuple[Promotion, PromotionCount]:
    """Return the promotion of a code and how often it was used; raises `PromotionRefused`, which counts against whoever
    guesses: so what is in memory is not enough to say no.
    """
    menu = await access.menu(ctx)
    promotion = promotion_now(menu.pricing, code, check.dining_option, ctx.now)
    if promotion is None:
        menu = await ctx.store.fresh(Menu, menu.id) or menu
        promotion = promotion_now(menu.pricing, code, check.dining_option, ctx.now)
    if promotion is None:
        raise PromotionRefused
    count = await _count_of(ctx, code)
    if not count.is_used_up(promotion):  # who comes too late does not queue
        count = await _own_count_of(ctx, code)
    if count.is_used_up(promotion) and (await ctx.store.fresh(PromotionCount, count.id) or count).is_used_up(promotion):
        raise PromotionRefused
    return promotion, await _count_of(ctx, code)


def _require_worth(check: Check, promotion: Promotion, correction: Correction) -> None:
    """Raise `PromotionNotYet` while it would take nothing off: the code is not used up for nothing."""
    if not check.takes_off(correction).amount:
        raise PromotionNotYet(from_amount=Money(amount=promotion.from_amount, currency=check.currency).model_dump())


async def _own_count_of(ctx: Context, code: str) -> PromotionCount:
    """Return how often a code was used, when it is one's turn to change that."""
    await access.lock(ctx, f"promotion:{ctx.store.restaurant_id}:{code}")
    return await _count_of(ctx, code)


async def _count_of(ctx: Context, code: str) -> PromotionCount:
    """Return how often a code was used; a new count, which is not stored yet, when it never was."""
    for known in await ctx.store.members(PromotionCount, "code", code):
        return known
    return PromotionCount(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, code=code)


def _count(ctx: Context, failed: AttemptLimit, refusal: PromotionRefused) -> None:
    """Stage a wrong code, and tell how many are left."""
    failures = len(failed.failures.within(_window(ctx), ctx.now))
    refusal.details["attemptsLeft"] = max(0, ctx.rules.promotion_failures - failures)
    attempt.store_count(ctx, failed)
    ctx.record("promotion-refused", failures=failures)


def _window(ctx: Context) -> timedelta:
    return timedelta(seconds=ctx.rules.promotion_window)


def _asked(request: ApplyPromotion) -> str:
    return fingerprint("PROMOTION", request.check_id or "", request.code)


def _record(
    ctx: Context, act: str, before: Check, after: Check, correction: Correction, **details: str | int | None
) -> None:
    ctx.record(
        act,
        session_id=before.session_id,
        subject=before.id,
        before={"total": before.total.amount},
        after={"total": after.total.amount},
        correction=correction.id,
        code=correction.code,
        **details,
    )
