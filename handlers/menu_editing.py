"""The draft of the menu: managers read it, edit it entry by entry, publish it or forget it.

The whole menu does not fit into one message, so each edit carries one entry. It says which version of the draft its
sender saw; what nobody has begun yet is version 0, or that of the last draft.
"""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.base import Id, Nothing, OperationId, Request
from models.dish import Category, Dish, LanguageCode, ModifierGroup, Option
from models.errors import DraftChanged, MenuInvalid, MenuMovedOn, MenuTooLarge, NoDraft, NotFound
from models.menu_check import Premises, problems
from models.menu_content import MOST_DISHES, MOST_LANGUAGES, MenuContent
from models.menu_difference import differences
from models.menu_draft import (
    EntryKind,
    MenuDraft,
    with_category,
    with_dish,
    with_group,
    with_option,
    with_pricing,
    with_promotion,
    without,
)
from models.menu_form import (
    CategoryForm,
    DeliveryFeeForm,
    DishForm,
    ModifierGroupForm,
    OptionForm,
    PromotionForm,
    ServiceChargeForm,
    TaxClassForm,
    entry_of,
)
from models.menu_view import DraftView, MenuView, ProblemView, draft_view, menu_view, problem_views
from models.pricing import Pricing, Promotion
from models.principal import MANAGEMENT
from models.station import Station

EDITS = Limit(20, per=10)
ERRORS = (DraftChanged, MenuTooLarge)

Position = Annotated[int, Field(ge=0, le=MOST_DISHES)]


class Edit(Request):
    """`draft_version` is the version of the draft that its sender saw."""

    draft_version: int = Field(ge=0)
    op_id: OperationId


class PutCategory(Edit):
    """A heading: a new one, or in place of the one with its id."""

    category: CategoryForm
    position: Position | None = None


class PutGroup(Edit):
    """A modifier group with all its options: a new one, or in place of the one with its id."""

    group: ModifierGroupForm
    position: Position | None = None


class PutOption(Edit):
    """An option of a group: a new one, or in place of the one with its id."""

    group_id: Id
    option: OptionForm
    position: Position | None = None


class PutDish(Edit):
    """A dish: a new one, or in place of the one with its id. `position` counts the dishes of its heading."""

    dish: DishForm
    position: Position | None = None


class PutPricing(Edit):
    """Tax classes and fees, all that there are from then on; the promotions stay."""

    tax_classes: tuple[TaxClassForm, ...] = Field(max_length=20)
    service_charge: ServiceChargeForm | None
    delivery_fee: DeliveryFeeForm | None


class PutPromotion(Edit):
    """A promotion: a new one, or in place of the one with its code."""

    promotion: PromotionForm


class PutLanguages(Edit):
    """The languages in which everything has to be written, in the order in which one stands in for another."""

    languages: tuple[LanguageCode, ...] = Field(min_length=1, max_length=MOST_LANGUAGES)


class RemoveEntry(Edit):
    """What goes, by its id; a promotion by its code."""

    kind: EntryKind
    id: Id


class DiscardDraft(Edit):
    """All that was changed since the menu was published goes."""


class PublishMenu(Edit):
    """`menu_version`: the published menu that its sender has seen. Without it, it must still be the one from which the
    draft began.
    """

    menu_version: int | None = Field(default=None, ge=1)


class DraftReply(Reply):
    """The draft, or the menu from which one would begin."""

    draft: DraftView


class EditReply(Reply):
    """The version that the draft has now, and what is still wrong in it."""

    draft_version: int
    problems: tuple[ProblemView, ...]
    problem_count: int
    replayed: bool = False


class PublishReply(Reply):
    """The menu as it is now, in all its languages."""

    menu: MenuView
    draft_version: int
    replayed: bool = False


@command("menu:draft", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(10, per=10))
async def get_draft(ctx: Context, request: Nothing) -> DraftReply:
    """Read what the next menu will be, with everything that is still wrong in it."""
    draft, menu = await _draft(ctx), await access.menu(ctx)
    content = draft.content if draft and draft.content else menu
    found = problems(content, await _premises(ctx))
    return DraftReply.model_construct(draft=draft_view(draft, menu, found, ctx.language))


@command("menu:put-category", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_category(ctx: Context, request: PutCategory) -> EditReply:
    """Put a heading into the draft."""
    category = entry_of(Category, request.category)
    return await _edit(ctx, request, category.id, lambda now: with_category(now, category, request.position))


@command("menu:put-group", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_group(ctx: Context, request: PutGroup) -> EditReply:
    """Put a modifier group with its options into the draft."""
    group = entry_of(ModifierGroup, request.group)
    return await _edit(ctx, request, group.id, lambda now: with_group(now, group, request.position))


@command("menu:put-option", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=(*ERRORS, NotFound))
async def put_option(ctx: Context, request: PutOption) -> EditReply:
    """Put an option into a modifier group of the draft."""
    option = entry_of(Option, request.option)
    return await _edit(
        ctx, request, option.id, lambda now: with_option(now, request.group_id, option, request.position)
    )


@command("menu:put-dish", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_dish(ctx: Context, request: PutDish) -> EditReply:
    """Put a dish into the draft."""
    dish = entry_of(Dish, request.dish)
    return await _edit(ctx, request, dish.id, lambda now: with_dish(now, dish, request.position))


@command("menu:put-pricing", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_pricing(ctx: Context, request: PutPricing) -> EditReply:
    """Put tax classes, service charge and delivery fee into the draft."""
    given = request.model_dump(include={"tax_classes", "service_charge", "delivery_fee"})
    pricing = Pricing.model_validate(given)
    return await _edit(ctx, request, "pricing", lambda now: with_pricing(now, pricing))


@command("menu:put-promotion", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_promotion(ctx: Context, request: PutPromotion) -> EditReply:
    """Put a promotion into the draft."""
    promotion = entry_of(Promotion, request.promotion)
    return await _edit(ctx, request, promotion.code, lambda now: with_promotion(now, promotion))


@command("menu:put-languages", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=ERRORS)
async def put_languages(ctx: Context, request: PutLanguages) -> EditReply:
    """Say in which languages the draft is written."""
    return await _edit(ctx, request, "languages", lambda now: now.with_(languages=request.languages))


@command("menu:remove", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=(*ERRORS, NotFound))
async def remove(ctx: Context, request: RemoveEntry) -> EditReply:
    """Take an entry out of the draft; what names it is wrong until it is put right."""
    return await _edit(ctx, request, request.id, lambda now: without(now, request.kind, request.id))


@command("menu:discard-draft", on=(FLOOR,), roles=MANAGEMENT, limit=EDITS, errors=(DraftChanged, NoDraft))
async def discard_draft(ctx: Context, request: DiscardDraft) -> EditReply:
    """Forget the draft: the menu stays as it is published."""
    draft = await _draft(ctx)
    if draft and draft.has_done(request.op_id):
        return await _reply(ctx, draft, is_replay=True)
    if draft is None:
        raise NoDraft
    draft.require(request.draft_version)
    stored = ctx.store.save(draft.discarded(ctx.principal.actor, ctx.now, request.op_id))
    ctx.record("menu-draft-discarded", subject=stored.id)
    return await _reply(ctx, stored)


@command(
    "menu:publish",
    on=(FLOOR,),
    roles=MANAGEMENT,
    limit=Limit(10, per=10),
    errors=(DraftChanged, NoDraft, MenuMovedOn, MenuInvalid),
)
async def publish(ctx: Context, request: PublishMenu) -> PublishReply:
    """Make the draft the menu, everywhere at once; refused with every mistake that is still in it."""
    draft, menu = await _draft(ctx), await access.menu(ctx)
    if draft and draft.has_done(request.op_id):
        return PublishReply(menu=menu_view(menu), draft_version=draft.version, replayed=True)
    if draft is None:
        raise NoDraft
    draft.require(request.draft_version)
    content = draft.to_publish(menu, request.menu_version)
    found = problems(content, await _premises(ctx))
    if found:
        raise MenuInvalid(problems=problem_views(found, ctx.language), count=len(found))
    by = ctx.principal.actor
    published = ctx.store.save(menu.published(content, by, ctx.now))
    stored = ctx.store.save(draft.published(by, ctx.now, request.op_id))
    before, after = differences(menu.content, content)
    ctx.record("menu-published", subject=menu.id, before=before, after=after, menu_version=published.version)
    return PublishReply.model_construct(menu=menu_view(published), draft_version=stored.version)


async def _edit(ctx: Context, request: Edit, subject: str, change: Callable[[MenuContent], MenuContent]) -> EditReply:
    """Stage a change of the draft; the first one begins it at the published menu."""
    draft, menu = await _draft(ctx), await access.menu(ctx)
    if draft and draft.has_done(request.op_id):
        return await _reply(ctx, draft, is_replay=True)
    known = draft or MenuDraft(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id)
    known.require(request.draft_version)
    content = known.content or menu.content
    changed = change(content)
    edited = known.edited(changed, menu, ctx.principal.actor, ctx.now, request.op_id)
    stored = ctx.store.save(edited) if draft else ctx.store.add(edited)
    before, after = differences(content, changed)
    ctx.record("menu-draft-edited", subject=subject, before=before, after=after, draft_version=stored.version)
    return await _reply(ctx, stored)


async def _reply(ctx: Context, draft: MenuDraft, *, is_replay: bool = False) -> EditReply:
    found = problems(draft.content, await _premises(ctx)) if draft.content else []
    return EditReply.model_construct(
        draft_version=draft.version,
        problems=problem_views(found, ctx.language),
        problem_count=len(found),
        replayed=is_replay,
    )


async def _draft(ctx: Context) -> MenuDraft | None:
    """Return the house's draft; one without content is what is left of the last one."""
    for found in await ctx.store.members(MenuDraft, "house", ctx.store.restaurant_id):
        return found
    return None


async def _premises(ctx: Context) -> Premises:
    house = await access.restaurant(ctx)
    stations = await ctx.store.members(Station, "house", ctx.store.restaurant_id)
    return Premises(
        stations={one.code: one.kind for one in stations}, currency=house.currency, languages=house.languages
    )
