"""People of the house: a manager hires, changes and revokes; everyone changes their own password and PIN."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from handlers import access, attending, credential
from handlers.context import Context, Done, Reply
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.audit import Facts
from models.base import Id, OperationId, PersonName, Request
from models.errors import InvalidCredentials, LastManager, LoginLocked, LoginTaken, NotFound
from models.people_view import PersonView, person_view
from models.pin import KeyedHash
from models.principal import MANAGEMENT, STAFF, Role, StaffMember
from models.staff import LogInName, NewPassword, NewPin, Staff


def _each_once(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(sorted(set(roles)))


StaffName = Annotated[PersonName, StringConstraints(min_length=1)]
StaffRole = Literal[Role.WAITER, Role.CASHIER, Role.CHEF, Role.MANAGER]
StaffRoles = Annotated[tuple[StaffRole, ...], Field(min_length=1, max_length=4), AfterValidator(_each_once)]


class AddStaff(Request):
    """Someone new. Without a password they log in by PIN on enrolled devices only, without a PIN by password."""

    login: LogInName
    name: StaffName
    roles: StaffRoles
    password: NewPassword | None = None
    pin: NewPin | None = None
    op_id: OperationId | None = None

    @model_validator(mode="after")
    def _has_a_proof(self) -> Self:
        if self.password is None and self.pin is None:
            raise ValueError("password or pin")
        return self


class ChangeStaff(Request):
    """What is left out stays. A new password or PIN ends all log-ins of the person."""

    staff_id: Id
    name: StaffName | None = None
    roles: StaffRoles | None = None
    password: NewPassword | None = None
    pin: NewPin | None = None
    op_id: OperationId | None = None


class RevokeStaff(Request):
    """Who has to go."""

    staff_id: Id
    op_id: OperationId | None = None


class ChangePassword(Request):
    """`password` is the present one; at least one of the two is new."""

    password: Annotated[SecretStr, Field(min_length=4, max_length=72)]
    new_password: NewPassword | None = None
    new_pin: NewPin | None = None
    op_id: OperationId | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.new_password is None and self.new_pin is None:
            raise ValueError("new_password or new_pin")
        return self


class PersonReply(Reply):
    """The person as they are now."""

    staff: PersonView


@command("staff:add", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(LoginTaken,))
async def add(ctx: Context, request: AddStaff) -> PersonReply:
    """Hire someone."""
    house_id = ctx.store.restaurant_id
    known = await ctx.store.first(Staff, restaurant_id=house_id, login=request.login)
    if known and known.has_done(request.op_id):
        return PersonReply(staff=person_view(known))
    if known:
        raise LoginTaken
    staff_id = ctx.ids.new_id()
    staff = Staff(
        id=staff_id,
        restaurant_id=house_id,
        login=request.login,
        name=request.name,
        roles=request.roles,
        password_hash=await _hashed(ctx, request.password),
        pin=_pin(ctx, staff_id, request.pin),
    ).did(request.op_id)
    stored = ctx.store.add(staff.changed(ctx.principal.actor, ctx.now))
    ctx.record("staff-added", subject=staff_id, after=_facts(stored) | {"login": stored.login})
    return PersonReply(staff=person_view(stored))


@command("staff:change", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(NotFound, LastManager))
async def change(ctx: Context, request: ChangeStaff) -> PersonReply:
    """Change someone's name, roles, password or PIN; new roles count from their next command on."""
    staff = await _colleague(ctx, request.staff_id)
    if staff.has_done(request.op_id):
        return PersonReply(staff=person_view(staff))
    if not staff.is_active:
        raise NotFound(staff_id=staff.id)
    if staff.is_manager and request.roles and Role.MANAGER not in request.roles:
        await _require_another_manager(ctx, staff)
    changed = staff.changed(
        ctx.principal.actor,
        ctx.now,
        name=request.name,
        roles=request.roles,
        password_hash=await _hashed(ctx, request.password),
        pin=_pin(ctx, staff.id, request.pin),
    )
    stored = ctx.store.save(changed.did(request.op_id))
    has_new_proof = request.password is not None or request.pin is not None
    if has_new_proof:
        await _shut_out(ctx, staff)
    ctx.record("staff-changed", subject=staff.id, before=_facts(staff), after=_facts(stored), new_proof=has_new_proof)
    return PersonReply(staff=person_view(stored))


@command("staff:revoke", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(NotFound, LastManager))
async def revoke(ctx: Context, request: RevokeStaff) -> PersonReply:
    """Let someone in no more: all their log-ins end at once, everywhere, and their tables are nobody's."""
    staff = await _colleague(ctx, request.staff_id)
    if not staff.is_active:
        return PersonReply(staff=person_view(staff))
    if staff.is_manager:
        await _require_another_manager(ctx, staff)
    stored = ctx.store.save(staff.revoked(ctx.principal.actor, ctx.now).did(request.op_id))
    await _shut_out(ctx, staff)
    await attending.release_section(ctx, staff.id)
    ctx.record("staff-revoked", subject=staff.id, before={"is_active": True}, after={"is_active": False})
    return PersonReply(staff=person_view(stored))


@command(
    "staff:change-password",
    on=(FLOOR, KITCHEN),
    roles=STAFF,
    limit=Limit(5, per=10),
    errors=(InvalidCredentials, LoginLocked),
)
async def change_password(ctx: Context, request: ChangePassword) -> Done:
    """Change one's own password or PIN, giving the present password; one's other log-ins end."""
    principal = ctx.principal
    staff_id, log_in = (
        (principal.staff_id, principal.staff_session_id) if isinstance(principal, StaffMember) else ("", "")
    )
    staff = await _colleague(ctx, staff_id)
    if staff.has_done(request.op_id):
        return Done()
    tries = await credential.tries_at(ctx, staff.login)
    kept, password = staff.password_hash, request.password.get_secret_value()
    if not await ctx.ids.once(f"password {kept}", lambda: ctx.vault.is_password(password, kept)):
        credential.failed(ctx, tries)
        ctx.record("password-refused", subject=staff.id)
        raise InvalidCredentials
    changed = staff.changed(
        principal.actor,
        ctx.now,
        password_hash=await _hashed(ctx, request.new_password),
        pin=_pin(ctx, staff.id, request.new_pin),
    )
    ctx.store.save(changed.did(request.op_id))
    credential.succeeded(ctx, tries)
    await credential.end_log_ins(ctx, staff.id, but={log_in})
    ctx.record("password-changed", subject=staff.id, password=bool(request.new_password), pin=bool(request.new_pin))
    return Done()


async def _colleague(ctx: Context, staff_id: str) -> Staff:
    """Return someone of the house, to change them."""
    staff = await ctx.store.get(Staff, staff_id)
    if staff is None:
        raise NotFound(staff_id=staff_id)
    return staff


async def _require_another_manager(ctx: Context, leaving: Staff) -> None:
    """Raise `LastManager` when nobody else could manage the house.

    The house is saved, though nothing in it changes: its version is what makes one of two managers who revoke each
    other at once, through two processes, see the other. So it is read before its staff, and the staff past the memory:
    whoever is among them was there at that version or later.
    """
    ctx.store.save(await access.restaurant(ctx))
    leaving.require_another_manager(await ctx.store.every(Staff, restaurant_id=ctx.store.restaurant_id))


async def _shut_out(ctx: Context, staff: Staff) -> None:
    """End all log-ins of someone, and the wrong tries at their name count no more."""
    credential.succeeded(ctx, await credential.name_count(ctx, staff.login))
    await credential.end_log_ins(ctx, staff.id)


async def _hashed(ctx: Context, password: SecretStr | None) -> str | None:
    if password is None:
        return None
    secret = password.get_secret_value()
    return await ctx.ids.once("hash", lambda: ctx.vault.hash_password(secret))


def _pin(ctx: Context, staff_id: str, pin: str | None) -> KeyedHash | None:
    return credential.pin_hash(ctx, staff_id, pin) if pin else None


def _facts(staff: Staff) -> Facts:
    return {"name": staff.name, "roles": ",".join(staff.roles)}
